"""Khối thi đua 4, Kiên Giang, 2019, at the point where it meets: seven units, an adopted ranking, the next year open."""

from datetime import date

from accounts.models import User
from awards.enums import AwardCode
from awards.models import AwardType
from blocs import services as bloc_services
from blocs.enums import Office, Phase, Role
from blocs.models import Bloc, Cycle, Membership, Term, Unit
from meetings import services
from meetings.enums import AttendanceState, MeetingKind
from meetings.services import AttendanceRow, Chair
from scoring.enums import RankingStatus, Stage
from scoring.models import RankingRow, RankingRun
from tests.factories.documents import at, make_person, make_province
from tests.factories.kept import Kept

# In the order of the article; the chair of 2019 is Sở LĐTBXH.
UNITS = (
    ("so-ldtbxh", "Sở LĐTBXH", "Sở Lao động - Thương binh và Xã hội", "Đặng Hồng Sơn"),
    ("ban-dantoc", "Ban Dân tộc", "Ban Dân tộc", "Danh Phúc"),
    ("so-gddt", "Sở GD&ĐT", "Sở Giáo dục và Đào tạo", "Trần Quang Bảo"),
    ("so-dulich", "Sở Du lịch", "Sở Du lịch", "Trần Chí Dũng"),
    ("so-khcn", "Sở KH&CN", "Sở Khoa học và Công nghệ", "Nguyễn Xuân Niệm"),
    ("so-yte", "Sở Y tế", "Sở Y tế", "Hà Văn Phúc"),
    ("so-vhtt", "Sở VH-TT", "Sở Văn hóa và Thể thao", "Lê Minh Hoàng"),
)
# Illustrative; the article says only who came first and second.
RANKS = {
    "so-khcn": 1,
    "so-gddt": 2,
    "so-ldtbxh": 3,
    "so-yte": 4,
    "so-dulich": 5,
    "so-vhtt": 6,
    "ban-dantoc": 7,
}
MORNING = at(2020, 2, 5, 8)
NOON = at(2020, 2, 5, 11, 30)


def committee(kg):
    """Names for a counting committee: two people of two units who can sign in, and one more."""
    return f"Bà {kg.chair.full_name}, ông {kg.officers['so-yte'].full_name}, ông C"


class KienGiang(metaclass=Kept):
    def __init__(self, phase=Phase.REVIEWING, slug="kien-giang", units=7, year=2019, has_ranking=True):
        self.province = make_province(slug)
        self.bloc = Bloc.objects.create(
            province=self.province, slug="khoi-4", name="Khối thi đua 4", code="KTĐ4"
        )
        self.cycle = Cycle.objects.create(bloc=self.bloc, year=year, phase=phase)
        self.units, self.heads, self.officers = {}, {}, {}
        for position, row in enumerate(UNITS[:units], start=1):
            self._join(position, *row)
        self._term(Office.CHAIR, "so-ldtbxh")
        self._term(Office.VICE, "ban-dantoc")
        self.flag = self._award(AwardCode.FLAG, "Cờ thi đua", 1)
        self.merit = self._award(AwardCode.MERIT, "Bằng khen", 2)
        self.boss = make_person(
            f"tdkt.lanhdao@{slug}", "Trương Hoàng Anh", role=Role.PROVINCE_HEAD, province=self.province
        )
        if has_ranking:
            self._rank()

    def _join(self, position, slug, short, name, head):
        unit = Unit.objects.create(province=self.province, name=name, short_name=short, slug=slug)
        Membership.objects.create(cycle=self.cycle, unit=unit, position=position)
        where = f"@{self.province.slug}"
        self.units[slug] = unit
        self.heads[slug] = make_person(
            f"{slug}.tt{where}", head, role=Role.UNIT_HEAD, unit=unit, title="Giám đốc"
        )
        self.officers[slug] = make_person(
            f"{slug}.cv{where}", f"Chuyên viên {short}", role=Role.UNIT_OFFICER, unit=unit
        )

    def _term(self, office, slug):
        Term.objects.create(
            cycle=self.cycle,
            office=office,
            unit=self.units[slug],
            from_on=date(self.cycle.year, 1, 1),
            basis="hội nghị bầu",
        )

    def _award(self, code, short, position):
        award, _ = AwardType.objects.get_or_create(
            code=code, defaults={"name": code.label, "short_name": short, "position": position}
        )
        return award

    def _rank(self):
        run = RankingRun.objects.create(
            cycle=self.cycle, stage=Stage.MEETING, made_at=MORNING, made_by=self.chair
        )
        for slug, unit in self.units.items():
            rank = RANKS[slug]
            RankingRow.objects.create(
                run=run, unit=unit, rank=rank, total=100 - rank, normal=100 - rank, bonus=0, deduction=0
            )
        RankingRun.objects.filter(pk=run.pk).update(
            status=RankingStatus.ADOPTED, adopted_at=MORNING, adopted_by=self.chair, adopted_how="Thống nhất"
        )

    @property
    def chair(self) -> User:
        return self.officers["so-ldtbxh"]

    @property
    def chair_head(self) -> User:
        return self.heads["so-ldtbxh"]

    def open_next(self):
        return bloc_services.open_cycle(bloc=self.bloc, year=self.cycle.year + 1, by=self.boss, at=MORNING)

    def plan(self, kind=MeetingKind.SUMMARY, starts_at=MORNING, when=None, **fields):
        texts = {"place": "Hội trường Sở LĐTBXH", "secretary": self.chair, **fields}
        return services.plan_meeting(
            cycle=self.cycle, kind=kind, starts_at=starts_at, by=self.chair, at=when or starts_at, **texts
        )

    def rows(self, **others):
        """Every member's head is there; `others` maps a slug (with _) to what differs."""
        rows = []
        for slug, unit in self.units.items():
            given = {"representative": self.heads[slug].full_name, "title": "Giám đốc"}
            given |= others.get(slug.replace("-", "_"), {})
            rows.append(AttendanceRow(unit=unit, **given))
        return rows

    def absent(self, reason="Bận công tác"):
        return {"state": AttendanceState.ABSENT, "representative": "", "absent_reason": reason}

    def begin(self, meeting, **others):
        """Open a meeting and call the list over."""
        services.open_meeting(meeting=meeting, by=self.chair, at=meeting.starts_at)
        return services.record_attendance(
            meeting=meeting, rows=self.rows(**others), by=self.chair, at=meeting.starts_at
        )

    def item(self, meeting, poll_kind, award=None):
        return next(
            one
            for one in meeting.items.all()
            if one.poll_kind == poll_kind and (award is None or one.award_type_id == award.pk)
        )

    def agree(self, meeting, poll_kind, slug, award=None, **fields):
        return services.record_consensus_from_item(
            item=self.item(meeting, poll_kind, award),
            chosen=[self.units[slug]],
            by=self.chair,
            at=meeting.starts_at,
            **fields,
        )

    def settle_plain_items(self, meeting):
        """Write an outcome under every item that asks for a decision without a poll."""
        for item in meeting.items.all():
            if item.form and not item.poll_kind:
                services.record_item(
                    item=item, course="", outcome="Hội nghị thống nhất.", by=self.chair, at=meeting.starts_at
                )

    def end(self, meeting, ended_at=NOON, when=None, **fields):
        return services.end_meeting(
            meeting=meeting, ended_at=ended_at, by=self.chair, at=when or ended_at, **fields
        )

    def held(self, kind=MeetingKind.OTHER, **fields):
        """A meeting that has ended, with nothing decided."""
        meeting = self.begin(self.plan(kind, with_agenda=False, **fields))
        return self.end(meeting, ended_at=meeting.starts_at.replace(hour=11))

    def minutes(self, **fields):
        meeting = self.held(**fields)
        return services.draft_minutes(meeting=meeting, by=self.chair, at=meeting.ended_at)


def chair_named(name, **fields):
    return Chair(name, **fields)
