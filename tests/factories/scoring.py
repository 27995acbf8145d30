"""A year with a guidance, a board, cards and marks, walked there through the services."""

from datetime import date
from decimal import Decimal

from blocs.enums import Phase, Role
from blocs.models import Cycle
from scoring import queries, services
from scoring.enums import Stage
from scoring.models import Criterion, Guidance, Scorecard
from scoring.rules import (
    CountInputs,
    EventInputs,
    LevelInputs,
    PassInputs,
    RatioInputs,
    TargetInputs,
    ValueInputs,
)
from scoring.rules.inputs import Event
from tests.factories.documents import Year, at, make_person

D = Decimal
NOON = at(2019, 11, 20, 12)
LEVELS = [
    {"code": "xs", "label": "Hoàn thành xuất sắc", "points": "10"},
    {"code": "tot", "label": "Hoàn thành tốt", "points": "7"},
    {"code": "ht", "label": "Hoàn thành", "points": "4"},
]
LAW = {
    "number": "16/HD-HĐTĐKT",
    "title": "Hướng dẫn chấm điểm thi đua các khối",
    "issuer": "Hội đồng Thi đua - Khen thưởng tỉnh",
    "issued_on": date(2019, 3, 1),
    "from_year": 2019,
    "scale": D(100),
    "bonus_cap": D(5),
    "deduction_cap": D(10),
    "na_policy": "rescale",
    "not_arisen": "full",
    "roundings": {"default": {"step": "0.25"}, "total": {"step": "0.01"}},
    "grades": [
        {"code": "xs", "name": "Xuất sắc", "at_least": "90"},
        {"code": "tot", "name": "Tốt", "at_least": "80"},
        {"code": "kha", "name": "Khá"},
    ],
    "tie_chain": [{"kind": "bonus"}],
}


def group(code, title, most, parent="", **more):
    return {"code": code, "title": title, "max_points": D(most), "parent": parent, **more}


def leaf(code, title, most, kind="direct", parent=None, rule=None, **more):
    parent = code.rpartition(".")[0] if parent is None else parent
    return {
        "code": code,
        "title": title,
        "max_points": D(most),
        "parent": parent,
        "kind": kind,
        "rule": rule or {},
        **more,
    }


# One leaf of every kind that a bloc meets, 100 points in all.
SMALL = (
    group("I", "Thực hiện chỉ tiêu, nhiệm vụ chính trị", 60),
    leaf("I.1", "Hoàn thành chỉ tiêu được giao", 20, "target", rule={"unit": "%"}),
    leaf("I.2", "Chất lượng tham mưu", 20),
    leaf("I.3", "Sáng kiến được công nhận", 10, "per_item", rule={"per": "2", "item": "sáng kiến"}),
    leaf("I.4", "Báo cáo đúng hạn", 10, "minus", rule={"per": "1", "item": "lần chậm"}),
    group("II", "Chủ trương của Đảng, chính sách, pháp luật", 20),
    leaf("II.1", "Tổ chức đảng hoàn thành tốt nhiệm vụ", 10, "pass_fail"),
    leaf("II.2", "Xếp loại chính quyền", 10, "choice", rule={"levels": LEVELS}),
    group("III", "Công tác thi đua, khen thưởng", 20),
    leaf("III.1", "Hưởng ứng phong trào", 20),
    group("IV", "Điểm thưởng", 5, nature="bonus"),
    leaf("IV.1", "Sáng kiến cấp tỉnh", 5, "bonus", rule={"per": "1", "item": "sáng kiến"}),
    group("V", "Điểm trừ", 10, nature="deduction"),
    leaf("V.1", "Công chức bị kỷ luật", 10, "deduction", rule={"per": "5", "item": "trường hợp"}),
)
SMALL_FIGURES = {
    "I.1": TargetInputs(D(105), D(100)),
    "I.2": ValueInputs(D(18)),
    "I.3": CountInputs(D(4)),
    "I.4": CountInputs(D(1)),
    "II.1": PassInputs(passed=True),
    "II.2": LevelInputs(("xs",)),
    "III.1": ValueInputs(D("19.5")),
    "IV.1": CountInputs(D(1)),
    "V.1": CountInputs(D(0)),
}
SMALL_TOTAL = D("95.5")
# Points only the bloc or only the province gives, and the kinds with more than one figure.
RARE = (
    group("I", "Số liệu", 100),
    leaf("I.1", "Hồ sơ đúng hạn", 40, "ratio", rule={"item": "hồ sơ"}),
    leaf(
        "I.2",
        "Tỷ lệ hài lòng",
        20,
        "bands",
        rule={
            "bands": [
                {"low": "90", "points": "20"},
                {"low": "80", "high": "90", "points": "10"},
                {"high": "80", "points": "0"},
            ],
            "unit": "%",
        },
    ),
    leaf("I.3", "Hội thao, hội diễn", 10, "events", rule={"item": "cuộc"}),
    leaf("I.4", "Thu ngân sách", 10, "target_leader"),
    leaf("I.5", "Điểm khối chấm", 10, scored_by="bloc"),
    leaf("I.6", "Điểm tỉnh chấm", 10, scored_by="province"),
)
RARE_LAW = {**LAW, "bonus_cap": D(0), "deduction_cap": D(0), "tie_chain": []}
RARE_FIGURES = {
    "I.1": RatioInputs(D(97), D(100)),
    "I.2": ValueInputs(D(85)),
    "I.3": EventInputs((Event("Hội thao", D(8)), Event("Hội diễn", D(10)))),
    "I.4": TargetInputs(D(110), D(100)),
}


def realistic_rows():
    """A board of 40 criteria: 700/200/100 shrunk to 100 points, with bonus and deduction."""
    rows = [group("I", "Thực hiện các chỉ tiêu, nhiệm vụ kinh tế - xã hội, chuyên môn", 60)]
    one = (
        "Hoàn thành các chỉ tiêu Hội đồng nhân dân, Ủy ban nhân dân tỉnh giao",
        "Tỷ lệ giải ngân vốn đầu tư công",
        "Tỷ lệ hồ sơ thủ tục hành chính giải quyết đúng hạn",
        "Thực hiện chương trình công tác của Ủy ban nhân dân tỉnh",
        "Tham mưu văn bản quy phạm pháp luật đúng tiến độ",
        "Đề tài, sáng kiến được công nhận và áp dụng",
        "Báo cáo định kỳ, đột xuất đúng hạn",
        "Chỉ số cải cách hành chính của đơn vị",
        "Ứng dụng công nghệ thông tin, chuyển đổi số",
        "Thực hành tiết kiệm, chống lãng phí",
    )
    kinds = (
        ("target", {"unit": "%"}),
        ("target", {"unit": "%"}),
        ("ratio", {"item": "hồ sơ"}),
        ("direct", {}),
        ("minus", {"per": "0.5", "item": "văn bản chậm"}),
        ("per_item", {"per": "1", "item": "sáng kiến"}),
        ("minus", {"per": "0.5", "item": "lần chậm"}),
        ("choice", {"levels": [
            {"code": "tot", "label": "Nhóm tốt", "points": "4"},
            {"code": "kha", "label": "Nhóm khá", "points": "3"},
            {"code": "tb", "label": "Nhóm trung bình", "points": "1"},
        ]}),
        ("direct", {}),
        ("pass_fail", {}),
    )  # fmt: skip
    for part in (1, 2):
        names = ("Chỉ tiêu, nhiệm vụ được giao", "Nhiệm vụ chuyên môn của ngành")
        rows.append(group(f"I.{part}", names[part - 1], 30, "I"))
        for index, (title, (kind, rule)) in enumerate(zip(one, kinds, strict=True), start=1):
            most = 4 if kind == "choice" else (2 if index in (5, 7, 9, 10) else 3)
            most = 6 if index == 1 else most
            extra = " của ngành" if part == 2 else ""
            rows.append(leaf(f"I.{part}.{index}", title + extra, most, kind, rule=rule))
    rows.append(group("II", "Thực hiện chủ trương của Đảng, chính sách, pháp luật của Nhà nước", 20))
    two = (
        "Đảng bộ, chi bộ hoàn thành tốt nhiệm vụ trở lên",
        "Học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh",
        "Quy chế dân chủ ở cơ sở",
        "Phòng, chống tham nhũng, tiêu cực",
        "An toàn giao thông, trật tự cơ quan",
        "Tổ chức đoàn thể vững mạnh",
        "Tiếp công dân, giải quyết đơn thư",
        "Công tác dân vận, an sinh xã hội",
    )
    for index, title in enumerate(two, start=1):
        kind = "pass_fail" if index in (1, 6) else "direct"
        rows.append(
            leaf(f"II.{index}", title, 3 if index <= 4 else 2, kind, evidence_hint="Văn bản, báo cáo")
        )
    rows.append(group("III", "Công tác thi đua, khen thưởng", 20))
    three = (
        "Xây dựng kế hoạch và phát động phong trào thi đua",
        "Ký kết giao ước thi đua",
        "Hưởng ứng phong trào do tỉnh phát động",
        "Phát hiện, nhân điển hình tiên tiến",
        "Khen thưởng người lao động trực tiếp",
        "Bồi dưỡng công chức làm công tác thi đua",
        "Chế độ báo cáo, hồ sơ khen thưởng",
        "Tham gia hoạt động của khối",
    )
    for index, title in enumerate(three, start=1):
        rows.append(leaf(f"III.{index}", title, 3 if index <= 4 else 2))
    rows.append(group("IV", "Điểm thưởng", 5, nature="bonus"))
    rows.append(leaf("IV.1", "Mô hình mới, cách làm hay được nhân rộng", 3, "bonus",
                     rule={"per": "1", "item": "mô hình"}))  # fmt: skip
    rows.append(leaf("IV.2", "Giải thưởng cấp quốc gia", 2, "bonus", rule={"levels": [
        {"code": "nhat", "label": "Giải Nhất", "points": "2"},
        {"code": "nhi", "label": "Giải Nhì, Ba", "points": "1"},
    ], "highest_only": True}))  # fmt: skip
    rows.append(group("V", "Điểm trừ", 10, nature="deduction"))
    rows.append(leaf("V.1", "Công chức, viên chức bị kỷ luật", 10, "deduction",
                     rule={"per": "5", "item": "trường hợp"}))  # fmt: skip
    rows.append(leaf("V.2", "Để xảy ra khiếu kiện đông người", 5, "deduction",
                     rule={"per": "2.5", "item": "vụ"}))  # fmt: skip
    return rows


NINE_TENTHS = D("0.9")


def figures_for(leaf, low=NINE_TENTHS):
    """Something plausible for any leaf."""
    most, rule = leaf.max_points, leaf.rule
    return {
        "direct": ValueInputs((most * low).quantize(D("0.25"))),
        "pass_fail": PassInputs(passed=True),
        "choice": LevelInputs((rule.get("levels", [{}])[0].get("code", ""),)),
        "target": TargetInputs(D("102.5"), D(100)),
        "ratio": RatioInputs(D(970), D(1000)),
        "per_item": CountInputs(D(2)),
        "minus": CountInputs(D(1)),
        "bonus": CountInputs(D(1)) if "per" in rule else LevelInputs(("nhi",)),
        "deduction": CountInputs(D(0)),
    }[leaf.kind]


class ScoringYear(Year):
    """A year of a bloc with people, and a board when asked."""

    def __init__(self, *, phase=Phase.SELF_SCORING, rows=SMALL, law=LAW, board=True, **fields):
        super().__init__(phase=phase if not board else Phase.PREPARING, **fields)
        self.rows, self.law = rows, law
        slug = self.province.slug
        self.head = make_person(
            f"tdkt.ld@{slug}", "Lâm Thị Đẹp", role=Role.PROVINCE_HEAD, province=self.province
        )
        if board:
            self.adopt()
            self.go(phase)

    def go(self, phase):
        """Move along without gates, one step at a time as the database demands."""
        order = list(Phase)
        cycle = Cycle.objects.filter(pk=self.cycle.pk)
        while (now := Phase(cycle.get().phase)) != phase:
            step = 1 if order.index(now) < order.index(phase) else -1
            cycle.update(phase=order[order.index(now) + step])
        self.cycle = Cycle.objects.select_related("bloc__province").get(pk=self.cycle.pk)
        return self.cycle

    def guidance(self, *, publish=True, rows=None, **law):
        kept = {**self.law, **law}
        found = services.create_guidance(province=self.province, by=self.head, at=NOON, **kept)
        services.write_frame(guidance=found, rows=rows or self.rows, by=self.head, at=NOON)
        if publish:
            found = services.publish_guidance(guidance=found, by=self.head, at=NOON)
        return found

    def draft_board(self, guidance=None):
        guidance = guidance or Guidance.objects.filter(province=self.province).first() or self.guidance()
        return services.draft_scoreboard(cycle=self.cycle, guidance=guidance, by=self.chair, at=NOON)

    def adopt(self, scoreboard=None):
        self.scoreboard = services.adopt_scoreboard(
            scoreboard=scoreboard or self.draft_board(), how="thống nhất tại hội nghị", by=self.chair, at=NOON
        )
        return self.scoreboard

    def card(self, index=0):
        return Scorecard.objects.select_related("unit", "scoreboard__cycle__bloc__province").get(
            scoreboard__cycle=self.cycle, scoreboard__status="adopted", unit=self.units[index]
        )

    def criterion(self, code):
        return Criterion.objects.get(scoreboard=self.scoreboard, code=code)

    def fill(self, index=0, figures=None, by=None, when=NOON):
        """The unit's officer enters the figures, all of them or those named."""
        card = self.card(index)
        values = SMALL_FIGURES if figures is None else figures
        return services.save_marks(
            card=card,
            stage=Stage.SELF,
            entries=services.entries_of(card, values),
            by=by or self.officers[index],
            at=when,
        )

    def send(self, index=0, figures=None, when=NOON):
        self.fill(index, figures)
        return services.send_card(card=self.card(index), by=self.heads[index], at=when)

    def judge(self, index):
        """Whoever checks that card: the chair's officer, or the vice-chair's for the chair."""
        return self.officers[1] if index == 0 else self.officers[0]

    def check(self, index=0, values=None):
        """The bloc enters marks; what is not named is accepted."""
        card = self.card(index)
        by = self.judge(index)
        if values:
            services.save_marks(
                card=card, stage=Stage.BLOC, entries=services.entries_of(card, values), by=by, at=NOON
            )
        services.accept_marks(card=card, by=by, at=NOON)
        return services.finish_verification(card=self.card(index), by=by, at=NOON)

    def walk(self, index, values=None, figures=None):
        self.send(index, figures)
        return self.check(index, values)

    def agreed(self, *values):
        """Every card filled, sent, checked (with these values of the bloc in order) and agreed."""
        for index in range(len(self.units)):
            self.walk(index, values[index] if index < len(values) else None)
        self.go(Phase.REVIEWING)
        services.agree_cards(cycle=self.cycle, by=self.chair, at=NOON)
        return self

    def ranked(self, *values):
        self.agreed(*values)
        return services.make_ranking(cycle=self.cycle, by=self.chair, at=NOON)

    def adopted(self, *values):
        run = self.ranked(*values)
        return services.adopt_ranking(run=run, how="thống nhất", by=self.chair, at=NOON)

    def view(self, index=0):
        return queries.card_view(self.card(index))
