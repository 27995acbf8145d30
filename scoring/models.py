import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from blocs.models import Cycle, Province, Unit, guard_closed_cycle
from config.kit.audit import tracked
from config.kit.fields import search_key_of
from covenants.models import Target
from documents.models import Upload, who_and_when
from scoring.enums import (
    AppealKind,
    AppealOutcome,
    CriterionKind,
    CrossMethod,
    GroupNature,
    GuidanceStatus,
    MarkState,
    NaPolicy,
    NaReason,
    NotArisen,
    RankingStatus,
    RankNumbering,
    ScoreboardStatus,
    ScorecardState,
    ScoredBy,
    Stage,
)
from scoring.rules.windows import CARD_MOVES

POINTS = {"max_digits": 9, "decimal_places": 3}


def frozen_when(name: str, condition: str, *, allow: tuple[str, ...] = ()) -> pgtrigger.Trigger:
    """A trigger that refuses changes to a row while the SQL `condition` over OLD holds.

    Columns in `allow` may still change; a generated column is not known yet when a trigger runs before.
    """
    still_free = f"- ARRAY[{', '.join(repr(column) for column in allow)}]" if allow else ""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF {condition} AND (TG_OP = 'DELETE'
                OR to_jsonb(NEW) {still_free} IS DISTINCT FROM to_jsonb(OLD) {still_free})
            THEN
                RAISE EXCEPTION 'this row is frozen' USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )


def _card_moves() -> str:
    return ", ".join(f"('{old}', '{new}')" for old, targets in CARD_MOVES.items() for new in targets)


@tracked()
class Guidance(models.Model):
    """The province's guidance on scoring with its frame (hướng dẫn chấm điểm, thang bảng điểm của tỉnh)."""

    province = models.ForeignKey(Province, models.PROTECT, related_name="guidances", verbose_name="tỉnh")
    number = models.CharField("số, ký hiệu", max_length=60)
    title = models.CharField("trích yếu", max_length=300)
    issuer = models.CharField("cơ quan ban hành", max_length=200)
    issued_on = models.DateField("ngày ban hành")
    from_year = models.PositiveSmallIntegerField("áp dụng từ năm")
    to_year = models.PositiveSmallIntegerField("đến năm", null=True, blank=True)
    version = models.PositiveSmallIntegerField("bản", default=1)
    replaces = models.OneToOneField(
        "self", models.PROTECT, related_name="replaced_by", null=True, blank=True, verbose_name="thay cho bản"
    )
    status = models.CharField(
        "trạng thái", max_length=10, choices=GuidanceStatus.choices, default=GuidanceStatus.DRAFT
    )
    scale = models.DecimalField("thang điểm", **POINTS)
    bonus_cap = models.DecimalField("điểm thưởng tối đa", default=0, **POINTS)
    deduction_cap = models.DecimalField("điểm trừ tối đa", default=0, **POINTS)
    na_policy = models.CharField("khi có tiêu chí không giao", max_length=10, choices=NaPolicy.choices)
    not_arisen = models.CharField("khi không phát sinh", max_length=10, choices=NotArisen.choices)
    # The rest of the law of the year as data; parsed by scoring.rules, refused with a sentence when wrong.
    roundings = models.JSONField("làm tròn theo loại tiêu chí", default=dict, blank=True)
    grades = models.JSONField("xếp loại", default=list, blank=True)
    tie_chain = models.JSONField("thứ tự phân định khi bằng điểm", default=list, blank=True)
    rank_numbering = models.CharField(
        "hạng sau các đơn vị đồng hạng",
        max_length=5,
        choices=RankNumbering.choices,
        default=RankNumbering.SKIP,
    )
    quota_rules = models.JSONField("số lượng được đề nghị", default=dict, blank=True)
    vote_rule = models.JSONField("quy tắc biểu quyết", default=dict, blank=True)
    lateness = models.JSONField("trừ điểm gửi chậm", default=dict, blank=True)
    evidence_required = models.BooleanField("không minh chứng thì không có điểm", default=False)
    # Kind of date → [month, day] of the year: what counts where neither bloc nor province has set its own.
    deadlines = models.JSONField("các hạn trong năm", default=dict, blank=True)
    note = models.TextField("ghi chú", blank=True)
    # Findings of the checker that people let stand, with the reason: {sentence: reason}.
    waivers = models.JSONField("điều được chấp nhận", default=dict, blank=True)
    content_hash = models.CharField("mã băm nội dung", max_length=64, blank=True)
    published_at = models.DateTimeField("công bố lúc", null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người công bố",
    )
    search_key = search_key_of("title")

    class Meta:
        verbose_name = "hướng dẫn chấm điểm"
        verbose_name_plural = "hướng dẫn chấm điểm"
        constraints = [
            models.UniqueConstraint(
                fields=["province", "number", "version"],
                name="guidance_version_unique",
                violation_error_message="Tỉnh đã có hướng dẫn với số và bản này.",
            ),
            models.CheckConstraint(
                condition=Q(scale__gt=0, bonus_cap__gte=0, deduction_cap__gte=0),
                name="guidance_scale_positive",
                violation_error_message="Thang điểm phải lớn hơn 0; điểm thưởng, điểm trừ tối đa không được âm.",
            ),
            models.CheckConstraint(
                condition=Q(to_year__isnull=True) | Q(to_year__gte=F("from_year")),
                name="guidance_years_in_order",
                violation_error_message="Năm cuối áp dụng không được trước năm đầu.",
            ),
            models.CheckConstraint(
                condition=Q(status=GuidanceStatus.DRAFT, published_at__isnull=True)
                | (
                    ~Q(status=GuidanceStatus.DRAFT)
                    & Q(published_at__isnull=False, published_by__isnull=False)
                    & ~Q(content_hash="")
                ),
                name="guidance_published_who_and_when",
                violation_error_message="Công bố cần người, thời điểm và mã băm nội dung.",
            ),
        ]
        triggers = [
            frozen_when("published_is_frozen", "OLD.status <> 'draft'", allow=("status", "search_key"))
        ]

    def __str__(self) -> str:
        return f"{self.number} (bản {self.version})" if self.version > 1 else self.number

    def get_absolute_url(self) -> str:
        return reverse("guidance", args=[self.pk])


# The contents of the first level with their points: those of a bloc's board are those of its guidance, each once.
GUIDANCE_CONTENTS = """
    SELECT id, max_points, nature FROM scoring_criterion
    WHERE guidance_id = NEW.guidance_id AND parent_id IS NULL
"""
BOARD_CONTENTS = """
    SELECT source_id, max_points, nature FROM scoring_criterion
    WHERE scoreboard_id = NEW.id AND parent_id IS NULL
"""


@tracked()
class Scoreboard(models.Model):
    """The bloc's own criteria for a year, made concrete from the guidance (bảng điểm của khối)."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="scoreboards", verbose_name="năm thi đua")
    guidance = models.ForeignKey(
        Guidance, models.PROTECT, related_name="scoreboards", verbose_name="hướng dẫn"
    )
    version = models.PositiveSmallIntegerField("bản", default=1)
    status = models.CharField(
        "trạng thái", max_length=10, choices=ScoreboardStatus.choices, default=ScoreboardStatus.DRAFT
    )
    # Findings of the checker that the bloc lets stand, with the reason: {sentence: reason}.
    waivers = models.JSONField("điều được chấp nhận", default=dict, blank=True)
    content_hash = models.CharField("mã băm nội dung", max_length=64, blank=True)
    adopted_at = models.DateTimeField("thông qua lúc", null=True, blank=True)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người ghi nhận",
    )
    adopted_how = models.CharField("hình thức thông qua", max_length=300, blank=True)
    # How the members' marks of each other become one; empty: the bloc does not cross-check.
    cross_method = models.CharField("chấm chéo", max_length=10, choices=CrossMethod.choices, blank=True)
    cross_due_on = models.DateField("hạn chấm chéo", null=True, blank=True)
    cross_closed_at = models.DateTimeField("đóng chấm chéo lúc", null=True, blank=True)
    cross_closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người đóng chấm chéo",
    )
    # From then on the members see each other's marks side by side.
    comparison_opened_at = models.DateTimeField("mở bảng so sánh lúc", null=True, blank=True)
    comparison_opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người mở bảng so sánh",
    )

    class Meta:
        verbose_name = "bảng điểm của khối"
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "version"],
                name="scoreboard_version_unique",
                violation_error_message="Năm này đã có bảng điểm bản đó.",
            ),
            models.UniqueConstraint(
                fields=["cycle"],
                condition=Q(status=ScoreboardStatus.ADOPTED),
                name="scoreboard_one_adopted",
                violation_error_message="Năm này đã có bảng điểm được thông qua.",
            ),
            models.CheckConstraint(
                condition=~Q(status=ScoreboardStatus.ADOPTED)
                | (Q(adopted_at__isnull=False, adopted_by__isnull=False) & ~Q(content_hash="")),
                name="scoreboard_adopted_who_and_when",
                violation_error_message="Thông qua bảng điểm cần người, thời điểm và mã băm nội dung.",
            ),
            who_and_when("scoreboard", "cross_closed_at", "cross_closed_by"),
            who_and_when("scoreboard", "comparison_opened_at", "comparison_opened_by"),
            models.CheckConstraint(
                condition=~Q(cross_method="") | Q(cross_closed_at__isnull=True),
                name="scoreboard_closes_the_cross_check_it_has",
                violation_error_message="Khối không chấm chéo năm này.",
            ),
        ]
        triggers = [
            guard_closed_cycle(),
            frozen_when(
                "adopted_is_frozen",
                "OLD.status IN ('adopted', 'replaced')",
                allow=(
                    "status",
                    "cross_due_on",
                    "cross_closed_at",
                    "cross_closed_by_id",
                    "comparison_opened_at",
                    "comparison_opened_by_id",
                ),
            ),
            pgtrigger.Trigger(
                name="contents_are_the_guidances",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("status"),
                condition=pgtrigger.Q(new__status=ScoreboardStatus.ADOPTED.value),
                func=f"""
                    IF EXISTS ({GUIDANCE_CONTENTS} EXCEPT ALL {BOARD_CONTENTS})
                        OR EXISTS ({BOARD_CONTENTS} EXCEPT ALL {GUIDANCE_CONTENTS})
                    THEN
                        RAISE EXCEPTION 'the contents of this board are not those of its guidance'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"Bảng điểm bản {self.version}"


CRITERION_OWNER_OPEN = """
    (owner.guidance_id IS NOT NULL AND
        (SELECT status FROM scoring_guidance WHERE id = owner.guidance_id) <> 'draft')
    OR (owner.scoreboard_id IS NOT NULL AND
        (SELECT status FROM scoring_scoreboard WHERE id = owner.scoreboard_id) IN ('adopted', 'replaced'))
"""


@tracked()
class Criterion(models.Model):
    """A group or a leaf of a frame (nội dung, tiêu chí): of a guidance, or of a bloc's scoreboard."""

    guidance = models.ForeignKey(
        Guidance, models.CASCADE, related_name="criteria", null=True, blank=True, verbose_name="hướng dẫn"
    )
    scoreboard = models.ForeignKey(
        Scoreboard, models.CASCADE, related_name="criteria", null=True, blank=True, verbose_name="bảng điểm"
    )
    source = models.ForeignKey(
        "self", models.PROTECT, related_name="derived", null=True, blank=True, verbose_name="lấy từ tiêu chí"
    )
    parent = models.ForeignKey(
        "self", models.CASCADE, related_name="children", null=True, blank=True, verbose_name="thuộc nhóm"
    )
    position = models.PositiveSmallIntegerField("thứ tự")
    code = models.CharField("ký hiệu", max_length=30)
    title = models.CharField("nội dung, tiêu chí", max_length=600)
    nature = models.CharField(
        "tính chất", max_length=10, choices=GroupNature.choices, default=GroupNature.NORMAL
    )
    # Empty for a group.
    kind = models.CharField("cách tính", max_length=15, choices=CriterionKind.choices, blank=True)
    # A cap without a sign: a deduction of at most 5 points has 5 here.
    max_points = models.DecimalField("điểm tối đa", **POINTS)
    rule = models.JSONField("quy tắc", default=dict, blank=True)
    wording = models.TextField("cách tính điểm, nguyên văn", blank=True)
    evidence_hint = models.TextField("tài liệu kiểm chứng", blank=True)
    scored_by = models.CharField("ai chấm", max_length=10, choices=ScoredBy.choices, default=ScoredBy.UNIT)
    needs_evidence = models.BooleanField("cần minh chứng", default=False)
    # Empty: as the guidance says.
    not_arisen = models.CharField("khi không phát sinh", max_length=10, choices=NotArisen.choices, blank=True)
    target = models.ForeignKey(
        Target,
        models.PROTECT,
        related_name="criteria",
        null=True,
        blank=True,
        verbose_name="chỉ tiêu giao ước",
    )

    class Meta:
        verbose_name = "tiêu chí"
        verbose_name_plural = "tiêu chí"
        constraints = [
            models.CheckConstraint(
                condition=Q(guidance__isnull=False, scoreboard__isnull=True)
                | Q(guidance__isnull=True, scoreboard__isnull=False),
                name="criterion_has_one_owner",
                violation_error_message="Tiêu chí thuộc một hướng dẫn hoặc một bảng điểm.",
            ),
            models.UniqueConstraint(
                fields=["guidance", "scoreboard", "code"],
                nulls_distinct=False,
                name="criterion_code_unique",
                violation_error_message="Ký hiệu này đã dùng cho tiêu chí khác.",
            ),
            models.CheckConstraint(
                condition=Q(max_points__gte=0),
                name="criterion_max_not_negative",
                violation_error_message="Điểm tối đa không được âm; điểm trừ được ghi bằng số dương.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frame_is_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("owner", "RECORD")],
                func=f"""
                    IF TG_OP = 'INSERT' THEN owner := NEW; ELSE owner := OLD; END IF;
                    IF {CRITERION_OWNER_OPEN} THEN
                        RAISE EXCEPTION 'the frame of this criterion is frozen' USING ERRCODE = 'check_violation';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def is_group(self) -> bool:
        return not self.kind


UNIT_OF_CARD = "(SELECT unit_id FROM scoring_scorecard WHERE id = NEW.card_id)"


def _own_unit(person: str, moment: str, unit: str = UNIT_OF_CARD) -> str:
    """SQL: tell whether `NEW.<person>` belongs to the card's own unit on the day of `NEW.<moment>`."""
    day = f"(NEW.{moment} AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
    return f"""
        EXISTS (
            SELECT FROM blocs_appointment a
            WHERE a.unit_id = {unit} AND a.user_id = NEW.{person}
                AND a.from_on <= {day} AND (a.to_on IS NULL OR a.to_on >= {day}))
    """


@tracked()
class Scorecard(models.Model):
    """One unit's card for a year (bảng tự chấm điểm của một đơn vị)."""

    scoreboard = models.ForeignKey(Scoreboard, models.PROTECT, related_name="cards", verbose_name="bảng điểm")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="scorecards", verbose_name="đơn vị")
    state = models.CharField(
        "trạng thái", max_length=10, choices=ScorecardState.choices, default=ScorecardState.DRAFT
    )
    sent_at = models.DateTimeField("gửi lúc", null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người gửi",
    )
    # Lateness counts by the first time; a card that the bloc sends back is not late for that.
    first_sent_at = models.DateTimeField("gửi lần đầu lúc", null=True, blank=True)
    late_waived_at = models.DateTimeField("miễn trừ điểm gửi chậm lúc", null=True, blank=True)
    late_waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người miễn trừ điểm gửi chậm",
    )
    late_waived_reason = models.CharField("lý do miễn trừ điểm gửi chậm", max_length=300, blank=True)
    verified_at = models.DateTimeField("rà soát xong lúc", null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người rà soát",
    )
    agreed_at = models.DateTimeField("hội nghị thống nhất lúc", null=True, blank=True)
    # Why the bloc sent it back; kept until the next return, so that the unit can read it.
    returned_at = models.DateTimeField("trả lại lúc", null=True, blank=True)
    returned_reason = models.TextField("lý do trả lại", blank=True)
    # Who verifies when it is neither the chair nor the vice-chair: appointed by the meeting, with a reason.
    verifier = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="đơn vị được giao rà soát"
    )
    verifier_reason = models.CharField("lý do giao rà soát", max_length=300, blank=True)
    signed_scan = models.ForeignKey(
        Upload, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="bản ký, đóng dấu"
    )
    scan_differences = models.TextField("chỗ khác giữa bản ký và hệ thống", blank=True)

    class Meta:
        verbose_name = "bảng tự chấm điểm"
        constraints = [
            models.UniqueConstraint(
                fields=["scoreboard", "unit"],
                name="scorecard_one_a_unit",
                violation_error_message="Đơn vị đã có bảng tự chấm điểm của năm này.",
            ),
            who_and_when("scorecard", "sent_at", "sent_by"),
            who_and_when("scorecard", "verified_at", "verified_by"),
            who_and_when("scorecard", "late_waived_at", "late_waived_by"),
            models.CheckConstraint(
                condition=Q(late_waived_at__isnull=True) | ~Q(late_waived_reason=""),
                name="scorecard_late_waived_with_reason",
                violation_error_message="Miễn trừ điểm gửi chậm cần lý do.",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True)
                | Q(first_sent_at__isnull=False, first_sent_at__lte=F("sent_at")),
                name="scorecard_first_sent_first",
                violation_error_message="Lần gửi đầu không thể sau lần gửi cuối.",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=(ScorecardState.DRAFT, ScorecardState.PROPOSED, ScorecardState.RETURNED)
                )
                | Q(sent_at__isnull=False),
                name="scorecard_beyond_draft_was_sent",
                violation_error_message="Bảng tự chấm điểm chưa được gửi.",
            ),
            models.CheckConstraint(
                condition=~Q(verifier=F("unit")),
                name="scorecard_not_verified_by_itself",
                violation_error_message="Đơn vị không rà soát bảng điểm của chính mình.",
            ),
        ]
        triggers = [
            guard_closed_cycle("SELECT cycle_id FROM scoring_scoreboard WHERE id = {row}.scoreboard_id"),
            pgtrigger.Trigger(
                name="state_moves_along_the_table",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("state"),
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
                func=f"""
                    IF (OLD.state, NEW.state) NOT IN ({_card_moves()}) THEN
                        RAISE EXCEPTION 'a card does not move from % to %', OLD.state, NEW.state
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="first_sending_stands",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__first_sent_at__isnull=False)
                & pgtrigger.Q(old__first_sent_at__df=pgtrigger.F("new__first_sent_at"))
                # What the unit takes back itself has not been sent.
                & ~pgtrigger.Q(new__first_sent_at__isnull=True, new__state=ScorecardState.DRAFT.value),
                func="RAISE EXCEPTION 'the first sending stands' USING ERRCODE = 'check_violation';",
            ),
            pgtrigger.Trigger(
                name="nobody_lets_off_the_own_unit",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf("unit_id", "late_waived_at", "late_waived_by_id"),
                condition=pgtrigger.Q(new__late_waived_at__isnull=False),
                func=f"""
                    IF {_own_unit("late_waived_by_id", "late_waived_at", "NEW.unit_id")} THEN
                        RAISE EXCEPTION 'nobody lets off the own unit' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"Bảng tự chấm điểm của {self.unit}"


# A criterion scored against the bloc's leader: another member's figures move the points, never the inputs.
# What the meeting agreed stands, and an adopted ranking freezes all.
IS_RESCORED = """
    (TG_OP = 'UPDATE'
    AND to_jsonb(NEW) - ARRAY['points', 'explanation'] = to_jsonb(OLD) - ARRAY['points', 'explanation']
    AND EXISTS (
        SELECT FROM scoring_criterion WHERE id = NEW.criterion_id AND kind = 'target_leader')
    AND NOT EXISTS (
        SELECT FROM scoring_scorecard c WHERE c.id = NEW.card_id AND c.state IN ('agreed', 'appraised'))
    AND NOT EXISTS (
        SELECT FROM scoring_rankingrun r JOIN scoring_scoreboard b ON b.cycle_id = r.cycle_id
            JOIN scoring_scorecard c ON c.scoreboard_id = b.id
        WHERE c.id = NEW.card_id AND r.status = 'adopted'))
"""
OF_CARD = (
    "SELECT b.cycle_id FROM scoring_scorecard c JOIN scoring_scoreboard b ON b.id = c.scoreboard_id "
    "WHERE c.id = {row}.card_id"
)
CRITERION_OF_CARD = """
    SELECT FROM scoring_criterion k JOIN scoring_scorecard c ON c.scoreboard_id = k.scoreboard_id
    WHERE k.id = NEW.criterion_id AND c.id = NEW.card_id AND k.kind <> ''
"""


def of_the_board() -> pgtrigger.Trigger:
    """What is said of a criterion is said on a card of its own scoreboard."""
    return pgtrigger.Trigger(
        name="criterion_is_of_the_board",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"""
            IF NOT EXISTS ({CRITERION_OF_CARD}) THEN
                RAISE EXCEPTION 'this criterion is not of the card''s scoreboard'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


# What the guidance's law of rounding says for a criterion, and what may stand off its step: the bounds, the figures
# that the rule states (of levels, of ranges, its cap; sums of bonus levels), and what stands on the card already.
ON_STEP = """
    IF NEW.points IS NULL OR NEW.points IN (NEW.floor, NEW.ceiling, 0)
        OR (TG_OP = 'UPDATE' AND NEW.points IS NOT DISTINCT FROM OLD.points)
    THEN
        RETURN NEW;
    END IF;
    SELECT k.kind, k.rule, COALESCE(
            CASE WHEN g.roundings ? k.kind THEN g.roundings -> k.kind ->> 'step'
            ELSE g.roundings -> 'default' ->> 'step' END, '0.01')::numeric AS step
        INTO law
        FROM scoring_criterion k JOIN scoring_scoreboard b ON b.id = k.scoreboard_id
            JOIN scoring_guidance g ON g.id = b.guidance_id
        WHERE k.id = NEW.criterion_id;
    IF mod(NEW.points, law.step) <> 0
        AND abs(NEW.points) IS DISTINCT FROM (law.rule ->> 'cap')::numeric
        AND NOT (law.kind = 'bonus' AND law.rule ? 'levels')
        AND NOT EXISTS (
            SELECT FROM jsonb_path_query(law.rule, '$.*[*].points') stated
            WHERE (stated #>> '{}')::numeric = abs(NEW.points))
        AND NOT EXISTS (
            SELECT FROM scoring_mark m
            WHERE m.card_id = NEW.card_id AND m.criterion_id = NEW.criterion_id AND m.points = NEW.points)
    THEN
        RAISE EXCEPTION 'points off the step of the guidance' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


def points_on_step() -> pgtrigger.Trigger:
    """Points obey the step of the guidance, whoever writes them."""
    return pgtrigger.Trigger(
        name="points_on_step",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("points"),
        declare=[("law", "RECORD")],
        func=ON_STEP,
    )


@tracked()
class Mark(models.Model):
    """The points given for one criterion at one stage (điểm của một tiêu chí ở một vòng)."""

    card = models.ForeignKey(Scorecard, models.CASCADE, related_name="marks", verbose_name="bảng điểm")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="marks", verbose_name="tiêu chí")
    stage = models.CharField("vòng", max_length=10, choices=Stage.choices)
    state = models.CharField("tình trạng", max_length=10, choices=MarkState.choices)
    na_reason = models.CharField("vì sao không tính", max_length=15, choices=NaReason.choices, blank=True)
    inputs = models.JSONField("số liệu", default=dict, blank=True)
    points = models.DecimalField("điểm", null=True, blank=True, **POINTS)
    # The range of the criterion at the time of scoring, so that the database itself can refuse.
    floor = models.DecimalField("thấp nhất", **POINTS)
    ceiling = models.DecimalField("cao nhất", **POINTS)
    explanation = models.TextField("diễn giải", blank=True)
    reason = models.TextField("lý do khác với đơn vị tự chấm", blank=True)
    evidence_version = models.CharField("bản minh chứng đã xem", max_length=64, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="marks", verbose_name="người chấm"
    )
    marked_at = models.DateTimeField("chấm lúc")
    version = models.PositiveIntegerField("lần sửa", default=1)
    # Where a save made something else of what was typed: the sentence for its answer, not kept.
    note = ""

    class Meta:
        verbose_name = "điểm"
        constraints = [
            models.UniqueConstraint(
                fields=["card", "criterion", "stage"],
                name="mark_one_a_stage",
                violation_error_message="Tiêu chí này đã có điểm ở vòng này.",
            ),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__gte=F("floor"), points__lte=F("ceiling")),
                name="mark_points_in_range",
                violation_error_message="Điểm phải trong khoảng của tiêu chí.",
            ),
            models.CheckConstraint(
                condition=Q(state=MarkState.SCORED, points__isnull=False, na_reason="")
                | (Q(state=MarkState.NA, points__isnull=True) & ~Q(na_reason=""))
                | Q(state=MarkState.MISSING, points__isnull=True, na_reason=""),
                name="mark_scored_na_or_missing",
                violation_error_message="Điểm, “không tính” và “chưa chấm” là ba việc khác nhau.",
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.CROSS),
                name="mark_of_the_cross_check_stands_apart",
                violation_error_message="Điểm chấm chéo được ghi theo từng đơn vị chấm.",
            ),
        ]
        triggers = [
            guard_closed_cycle(OF_CARD),
            pgtrigger.Trigger(
                name="stage_is_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("mark", "RECORD"), ("card_state", "text")],
                func=f"""
                    IF TG_OP = 'DELETE' THEN mark := OLD; ELSE mark := NEW; END IF;
                    SELECT state INTO card_state FROM scoring_scorecard WHERE id = mark.card_id;
                    IF ((mark.stage = 'self' AND card_state NOT IN ('draft', 'proposed', 'returned'))
                        OR (mark.stage = 'bloc' AND card_state <> 'sent')
                        OR (mark.stage = 'meeting' AND card_state <> 'verified')
                        OR (mark.stage = 'province' AND card_state <> 'agreed'))
                        AND NOT {IS_RESCORED}
                    THEN
                        RAISE EXCEPTION 'stage % of this card is closed (%)', mark.stage, card_state
                            USING ERRCODE = 'check_violation';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="nobody_judges_the_own_unit",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=~pgtrigger.Q(new__stage=Stage.SELF.value),
                func=f"""
                    IF {_own_unit("author_id", "marked_at")}
                    -- What the meeting agreed may be recorded by anybody as long as it is the verified mark.
                    AND NOT (NEW.stage = 'meeting' AND EXISTS (
                        SELECT FROM scoring_mark m
                        WHERE m.card_id = NEW.card_id AND m.criterion_id = NEW.criterion_id AND m.stage = 'bloc'
                            AND m.state = NEW.state AND m.points IS NOT DISTINCT FROM NEW.points))
                    AND NOT {IS_RESCORED}
                    THEN
                        RAISE EXCEPTION 'nobody judges the own unit' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            of_the_board(),
            points_on_step(),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id} {self.stage} {self.points}"


@tracked()
class CrossCheck(models.Model):
    """What one member gives another for one criterion (điểm chấm chéo)."""

    card = models.ForeignKey(Scorecard, models.CASCADE, related_name="cross_checks", verbose_name="bảng điểm")
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, related_name="cross_checks", verbose_name="tiêu chí"
    )
    scorer = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="đơn vị chấm")
    inputs = models.JSONField("số liệu", default=dict, blank=True)
    points = models.DecimalField("điểm", **POINTS)
    floor = models.DecimalField("thấp nhất", **POINTS)
    ceiling = models.DecimalField("cao nhất", **POINTS)
    explanation = models.TextField("diễn giải", blank=True)
    reason = models.TextField("lý do khác với đơn vị tự chấm", blank=True)
    evidence_version = models.CharField("bản minh chứng đã xem", max_length=64, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người chấm"
    )
    marked_at = models.DateTimeField("chấm lúc")
    version = models.PositiveIntegerField("lần sửa", default=1)
    # A scorer who is set aside: the mark stays to be seen and counts no more.
    set_aside_at = models.DateTimeField("không tính từ lúc", null=True, blank=True)
    set_aside_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người quyết định không tính",
    )
    set_aside_reason = models.CharField("lý do không tính", max_length=300, blank=True)
    # As on a mark.
    note = ""

    class Meta:
        verbose_name = "điểm chấm chéo"
        constraints = [
            models.UniqueConstraint(
                fields=["card", "criterion", "scorer"],
                name="crosscheck_one_a_scorer",
                violation_error_message="Đơn vị đã chấm chéo tiêu chí này.",
            ),
            models.CheckConstraint(
                condition=Q(points__gte=F("floor"), points__lte=F("ceiling")),
                name="crosscheck_points_in_range",
                violation_error_message="Điểm phải trong khoảng của tiêu chí.",
            ),
            who_and_when("crosscheck", "set_aside_at", "set_aside_by"),
            models.CheckConstraint(
                condition=Q(set_aside_at__isnull=True) | ~Q(set_aside_reason=""),
                name="crosscheck_set_aside_with_reason",
                violation_error_message="Không tính điểm của một đơn vị cần lý do.",
            ),
        ]
        triggers = [
            guard_closed_cycle(OF_CARD),
            of_the_board(),
            points_on_step(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="nobody_judges_the_own_unit",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=f"""
                    IF {_own_unit("author_id", "marked_at")}
                        OR EXISTS (
                            SELECT FROM scoring_scorecard c WHERE c.id = NEW.card_id AND c.unit_id = NEW.scorer_id)
                    THEN
                        RAISE EXCEPTION 'nobody judges the own unit' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="cross_check_is_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NOT EXISTS (
                        SELECT FROM scoring_scorecard c JOIN scoring_scoreboard b ON b.id = c.scoreboard_id
                            JOIN blocs_membership m ON m.cycle_id = b.cycle_id AND m.unit_id = NEW.scorer_id
                        WHERE c.id = NEW.card_id AND c.state IN ('sent', 'verified')
                            AND b.cross_method <> '' AND b.cross_closed_at IS NULL
                            AND m.left_on IS NULL)
                    THEN
                        RAISE EXCEPTION 'the cross-check of this card is closed' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id} {self.scorer_id} {self.points}"


@tracked()
class Appeal(models.Model):
    """One criterion explained on request, or contested by its unit (giải trình, kiến nghị về điểm)."""

    card = models.ForeignKey(Scorecard, models.CASCADE, related_name="appeals", verbose_name="bảng điểm")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="appeals", verbose_name="tiêu chí")
    kind = models.CharField("loại", max_length=12, choices=AppealKind.choices)
    # What the verifier asks, or what the unit contests.
    question = models.TextField("nội dung yêu cầu")
    due_on = models.DateField("trả lời trước ngày")
    asked_at = models.DateTimeField("yêu cầu lúc")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người yêu cầu"
    )
    # The mark in dispute, as it stood: what is decided never takes its place.
    stage = models.CharField("vòng", max_length=10, choices=Stage.choices)
    original_state = models.CharField("tình trạng ban đầu", max_length=10, choices=MarkState.choices)
    original_points = models.DecimalField("điểm ban đầu", null=True, blank=True, **POINTS)
    answer = models.TextField("giải trình", blank=True)
    answered_at = models.DateTimeField("trả lời lúc", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người trả lời",
    )
    outcome = models.CharField("kết luận", max_length=10, choices=AppealOutcome.choices, blank=True)
    decided_points = models.DecimalField("điểm sau kết luận", null=True, blank=True, **POINTS)
    decided_reason = models.TextField("lý do kết luận", blank=True)
    decided_at = models.DateTimeField("kết luận lúc", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người kết luận",
    )

    # As on a mark.
    note = ""

    class Meta:
        verbose_name = "giải trình, kiến nghị"
        constraints = [
            models.UniqueConstraint(
                fields=["card", "criterion"],
                condition=Q(decided_at__isnull=True),
                name="appeal_one_open_a_criterion",
                violation_error_message="Tiêu chí này đang chờ giải trình hoặc kết luận.",
            ),
            who_and_when("appeal", "answered_at", "answered_by"),
            who_and_when("appeal", "decided_at", "decided_by"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, outcome="")
                | (Q(decided_at__isnull=False) & ~Q(outcome="") & ~Q(decided_reason="")),
                name="appeal_decided_with_reason",
                violation_error_message="Kết luận cần lý do.",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | ~Q(answer=""),
                name="appeal_answered_in_words",
                violation_error_message="Hãy ghi nội dung giải trình.",
            ),
        ]
        triggers = [
            guard_closed_cycle(OF_CARD),
            of_the_board(),
            frozen_when("decided_is_frozen", "OLD.decided_at IS NOT NULL"),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="original_stands",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF (OLD.card_id, OLD.criterion_id, OLD.kind, OLD.question, OLD.due_on, OLD.asked_at,
                            OLD.asked_by_id, OLD.stage, OLD.original_state)
                        IS DISTINCT FROM (NEW.card_id, NEW.criterion_id, NEW.kind, NEW.question, NEW.due_on,
                            NEW.asked_at, NEW.asked_by_id, NEW.stage, NEW.original_state)
                        OR OLD.original_points IS DISTINCT FROM NEW.original_points
                        OR (OLD.answered_at IS NOT NULL AND OLD.answer IS DISTINCT FROM NEW.answer)
                    THEN
                        RAISE EXCEPTION 'what was asked and answered stands' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="nobody_decides_on_the_own_unit",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__decided_at__isnull=False),
                func=f"""
                    IF {_own_unit("decided_by_id", "decided_at")} THEN
                        RAISE EXCEPTION 'nobody judges the own unit' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.criterion_id}"


@tracked()
class MarkEvidence(models.Model):
    """A file that proves a unit's claim on one criterion (minh chứng)."""

    card = models.ForeignKey(Scorecard, models.CASCADE, related_name="evidence", verbose_name="bảng điểm")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="evidence", verbose_name="tiêu chí")
    upload = models.ForeignKey(Upload, models.PROTECT, related_name="+", verbose_name="tệp")
    # Handed in with an explanation, after the card was sent.
    appeal = models.ForeignKey(
        Appeal, models.PROTECT, related_name="evidence", null=True, blank=True, verbose_name="giải trình"
    )
    page = models.CharField("trang", max_length=40, blank=True)
    quotation = models.TextField("trích dẫn", blank=True)
    added_at = models.DateTimeField("thêm lúc")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người thêm"
    )
    removed_at = models.DateTimeField("gỡ lúc", null=True, blank=True)

    class Meta:
        verbose_name = "minh chứng"
        constraints = [
            models.UniqueConstraint(
                fields=["card", "criterion", "upload"],
                name="markevidence_file_once",
                violation_error_message="Tệp này đã được đính kèm cho tiêu chí.",
            )
        ]
        triggers = [
            guard_closed_cycle(OF_CARD),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id} {self.upload_id}"


@tracked()
class RankingRun(models.Model):
    """A ranking of a year with its totals, ties and the steps that broke them (xếp hạng)."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="ranking_runs", verbose_name="năm thi đua")
    stage = models.CharField("theo điểm vòng", max_length=10, choices=Stage.choices)
    status = models.CharField(
        "trạng thái", max_length=10, choices=RankingStatus.choices, default=RankingStatus.DRAFT
    )
    made_at = models.DateTimeField("lập lúc")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người lập"
    )
    adopted_at = models.DateTimeField("chốt lúc", null=True, blank=True)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người chốt",
    )
    adopted_how = models.CharField("hình thức thống nhất", max_length=300, blank=True)
    # Recorded human decisions on ties: [{"order": [unit, …], "reason": …}].
    decisions = models.JSONField("quyết định khi bằng điểm", default=list)

    class Meta:
        verbose_name = "lần xếp hạng"
        constraints = [
            models.UniqueConstraint(
                fields=["cycle"],
                condition=Q(status=RankingStatus.ADOPTED),
                name="rankingrun_one_adopted",
                violation_error_message="Năm này đã chốt xếp hạng.",
            ),
            models.CheckConstraint(
                condition=Q(status=RankingStatus.DRAFT, adopted_at__isnull=True)
                | (
                    ~Q(status=RankingStatus.DRAFT)
                    & Q(adopted_at__isnull=False, adopted_by__isnull=False)
                    & ~Q(adopted_how="")
                ),
                name="rankingrun_adopted_who_when_how",
                violation_error_message="Chốt xếp hạng cần người, thời điểm và hình thức.",
            ),
        ]
        triggers = [
            guard_closed_cycle(),
            frozen_when("adopted_is_frozen", "OLD.status <> 'draft'", allow=("status",)),
        ]

    def __str__(self) -> str:
        return f"Xếp hạng {self.cycle_id}"


@tracked()
class RankingRow(models.Model):
    """One unit's line in a ranking, as it was signed (dòng xếp hạng)."""

    run = models.ForeignKey(RankingRun, models.CASCADE, related_name="rows", verbose_name="lần xếp hạng")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="ranking_rows", verbose_name="đơn vị")
    normal = models.DecimalField("điểm các nội dung", null=True, **POINTS)
    bonus = models.DecimalField("điểm thưởng", null=True, **POINTS)
    deduction = models.DecimalField("điểm trừ", null=True, **POINTS)
    total = models.DecimalField("tổng điểm", null=True, **POINTS)
    by_group = models.JSONField("điểm từng nội dung", default=dict)
    # None: not ranked, at the foot, with a reason.
    rank = models.PositiveSmallIntegerField("hạng", null=True)
    is_tied = models.BooleanField("đồng hạng", default=False)
    steps = models.JSONField("các bước phân định", default=list)
    decided_reason = models.TextField("quyết định khi bằng điểm", blank=True)
    grade = models.CharField("xếp loại", max_length=60, blank=True)
    unranked_reason = models.CharField("lý do không xếp hạng", max_length=200, blank=True)

    class Meta:
        verbose_name = "dòng xếp hạng"
        constraints = [
            models.UniqueConstraint(
                fields=["run", "unit"],
                name="rankingrow_unit_once",
                violation_error_message="Đơn vị đã có trong bảng xếp hạng.",
            ),
            models.CheckConstraint(
                condition=Q(rank__isnull=False, total__isnull=False, unranked_reason="")
                | (Q(rank__isnull=True) & ~Q(unranked_reason="")),
                name="rankingrow_ranked_or_reason",
                violation_error_message="Đơn vị không xếp hạng cần ghi lý do.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="adopted_is_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF (SELECT status FROM scoring_rankingrun
                        WHERE id = CASE TG_OP WHEN 'INSERT' THEN NEW.run_id ELSE OLD.run_id END) <> 'draft'
                    THEN
                        RAISE EXCEPTION 'an adopted ranking does not change' USING ERRCODE = 'check_violation';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.rank} {self.unit_id}"
