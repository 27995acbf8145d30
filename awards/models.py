import uuid
from collections.abc import Mapping, Sequence

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Mod
from django.db.models.lookups import Exact
from django.urls import reverse

from awards.enums import (
    AppraisalVerdict,
    AwardCode,
    CountOrigin,
    DecisionForm,
    NominationState,
    Outcome,
    PollKind,
    PollStatus,
    ProposalState,
)
from awards.rules import BLOCK, NOMINATION_MOVES, POLL_MOVES, PROPOSAL_MOVES
from blocs.models import Cycle, Province, Unit, guard_closed_cycle
from config.kit.audit import tracked
from config.kit.keys import OVERHEAD
from documents.models import Document, Upload

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)

# Once a unit, an award and a year, among the entries that no other puts right; the lock makes two writers wait.
ONE_STANDING_AWARD = pgtrigger.Trigger(
    name="one_standing_award",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    declare=[("other", "bigint")],
    func=pgtrigger.Func("""
        PERFORM 1 FROM blocs_cycle WHERE id = NEW.cycle_id FOR UPDATE;
        SELECT e.id INTO other FROM {meta.db_table} e
        WHERE e.cycle_id = NEW.cycle_id AND e.unit_id = NEW.unit_id AND e.award_type_id = NEW.award_type_id
            AND e.id IS DISTINCT FROM NEW.corrects_id
            AND NOT EXISTS (SELECT 1 FROM {meta.db_table} c WHERE c.corrects_id = e.id);
        IF other IS NOT NULL THEN
            RAISE EXCEPTION 'decisionentry_award_once: entry % stands already', other
                USING ERRCODE = 'unique_violation';
        END IF;
        RETURN NEW;
    """),
)

# The last word counts: what the province returned is not given.
RETURNED_IS_NOT_GIVEN = pgtrigger.Trigger(
    name="returned_is_not_given",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    declare=[("word", "text")],
    func="""
        SELECT verdict INTO word FROM awards_appraisal
        WHERE nomination_id = NEW.nomination_id ORDER BY id DESC LIMIT 1;
        IF word = 'return' THEN
            RAISE EXCEPTION 'nomination % was returned', NEW.nomination_id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)


def moves_along(field: str, moves: Mapping[str, Sequence[str]]) -> pgtrigger.Trigger:
    """A state changes only along its table."""
    pairs = [(str(source), str(to)) for source, targets in moves.items() for to in targets]
    return pgtrigger.FSM(name=f"{field}_moves_along", field=field, transitions=pairs)


@tracked()
class AwardType(models.Model):
    """An award that a bloc proposes, by its legal name (danh hiệu, hình thức khen thưởng)."""

    code = models.CharField("mã", max_length=30, unique=True, choices=AwardCode.choices)
    name = models.CharField("tên pháp lý", max_length=200)
    short_name = models.CharField("tên gọi tắt", max_length=60)
    position = models.PositiveSmallIntegerField("thứ tự")

    class Meta:
        verbose_name = "hình thức khen thưởng"

    def __str__(self) -> str:
        return self.name


@tracked()
class AwardLaw(models.Model):
    """What the law says of an award from a day on: citation and prize multiplier (căn cứ pháp lý theo thời gian)."""

    award_type = models.ForeignKey(AwardType, models.PROTECT, related_name="laws", verbose_name="hình thức")
    province = models.ForeignKey(Province, models.PROTECT, related_name="award_laws", verbose_name="tỉnh")
    from_date = models.DateField("từ ngày")
    to_date = models.DateField("đến ngày", null=True, blank=True)
    citation = models.CharField("căn cứ", max_length=300)
    # Times the base salary, for a collective; None: no prize stated.
    multiplier = models.DecimalField(
        "hệ số tiền thưởng", max_digits=6, decimal_places=2, null=True, blank=True
    )
    is_verified = models.BooleanField("đã xác minh", default=False)

    class Meta:
        verbose_name = "căn cứ khen thưởng"
        constraints = [
            models.UniqueConstraint(
                fields=["award_type", "province", "from_date"],
                name="awardlaw_one_a_day",
                violation_error_message="Đã có căn cứ từ ngày này.",
            ),
            models.CheckConstraint(
                condition=Q(multiplier__isnull=True) | Q(multiplier__gt=0),
                name="awardlaw_multiplier_positive",
                violation_error_message="Hệ số tiền thưởng phải lớn hơn 0.",
            ),
            models.CheckConstraint(
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
                name="awardlaw_ends_after_it_begins",
                violation_error_message="Ngày kết thúc không được trước ngày bắt đầu.",
            ),
        ]

    def __str__(self) -> str:
        return self.citation


QUESTION = (
    "cycle", "kind", "form", "question", "award_type", "seats", "round", "previous", "rule", "counting_committee",
    "opened_at", "opened_by", "closes_at", "ballot_key",
)  # fmt: skip


def _any_changes(*fields: str) -> pgtrigger.Q:
    changed = pgtrigger.Q()
    for name in fields:
        changed |= pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")})
    return changed


@tracked()
class Poll(models.Model):
    """A question that the bloc settles in one of four forms (cuộc bỏ phiếu, biểu quyết)."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="polls", verbose_name="năm thi đua")
    kind = models.CharField("loại việc", max_length=10, choices=PollKind.choices)
    form = models.CharField("hình thức", max_length=12, choices=DecisionForm.choices)
    question = models.CharField("nội dung", max_length=300)
    award_type = models.ForeignKey(
        AwardType,
        models.PROTECT,
        related_name="polls",
        null=True,
        blank=True,
        verbose_name="hình thức khen thưởng",
    )
    seats = models.PositiveSmallIntegerField("số lượng chọn", default=1)
    round = models.PositiveSmallIntegerField("lần bỏ phiếu", default=1)
    previous = models.OneToOneField(
        "self", models.PROTECT, related_name="next_round", null=True, blank=True, verbose_name="lần trước"
    )
    status = models.CharField(
        "trạng thái", max_length=10, choices=PollStatus.choices, default=PollStatus.DRAFT
    )
    # Frozen at opening with the options and the roll: a dump of awards.rules.VoteRule.
    rule = models.JSONField("quy tắc", default=dict)
    counting_committee = models.CharField("tổ kiểm phiếu", max_length=400, blank=True)
    opened_at = models.DateTimeField("mở lúc", null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người mở",
    )
    closes_at = models.DateTimeField("đóng lúc", null=True, blank=True)
    counted_at = models.DateTimeField("kiểm phiếu lúc", null=True, blank=True)
    outcome = models.CharField("kết quả", max_length=12, choices=Outcome.choices, blank=True)
    # Per option: votes, needed, base, sentence; or, for a consensus, the words of the meeting.
    result = models.JSONField("kết quả chi tiết", default=dict)
    decision_reason = models.TextField("lý do quyết định", blank=True)
    confirmed_at = models.DateTimeField("xác nhận lúc", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người xác nhận",
    )
    void_reason = models.TextField("lý do hủy", blank=True)
    # The public half of the key that ballots are sealed with; its file lies outside the database (config.kit.keys).
    ballot_key = models.CharField("khóa niêm phong phiếu", max_length=64, blank=True)

    class Meta:
        verbose_name = "cuộc bỏ phiếu"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=PollKind.AWARD, award_type__isnull=False)
                | (~Q(kind=PollKind.AWARD) & Q(award_type__isnull=True))
                | Q(kind=PollKind.COUNCIL),
                name="poll_award_names_its_award",
                violation_error_message="Việc bình xét khen thưởng cần một hình thức khen thưởng.",
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=1),
                name="poll_seats_positive",
                violation_error_message="Số lượng chọn phải từ 1.",
            ),
            models.CheckConstraint(
                condition=~Q(status=PollStatus.VOIDED) | ~Q(void_reason=""),
                name="poll_voided_with_reason",
                violation_error_message="Hủy cuộc bỏ phiếu cần ghi lý do.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=(PollStatus.DRAFT, PollStatus.VOIDED))
                | Q(opened_at__isnull=False, opened_by__isnull=False),
                name="poll_opened_who_and_when",
                violation_error_message="Mở bỏ phiếu cần cả người và thời điểm.",
            ),
            models.CheckConstraint(
                condition=~Q(status=PollStatus.CONFIRMED)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="poll_confirmed_who_and_when",
                violation_error_message="Xác nhận kết quả cần cả người và thời điểm.",
            ),
            models.CheckConstraint(
                condition=~Q(form=DecisionForm.ELECTRONIC, status__in=(PollStatus.OPEN, PollStatus.CLOSED))
                | ~Q(ballot_key=""),
                name="poll_electronic_has_its_key",
                violation_error_message="Bỏ phiếu kín trên hệ thống cần khóa niêm phong phiếu.",
            ),
        ]
        triggers = [
            guard_closed_cycle(),
            # After opening nothing of the question may change (Helios' freeze).
            pgtrigger.Protect(
                name="question_is_frozen_after_opening",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__status="draft") & _any_changes(*QUESTION),
            ),
            # What was counted is kept; confirming only adds to it.
            pgtrigger.Protect(
                name="outcome_is_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status="counted") & _any_changes("outcome", "counted_at"),
            ),
            pgtrigger.Protect(
                name="result_is_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.status = 'counted' "
                    "AND (NEW.result - 'winners' - 'findings') IS DISTINCT FROM OLD.result"
                ),
            ),
            pgtrigger.Protect(
                name="what_is_over_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status__in=["confirmed", "voided"]),
            ),
            moves_along("status", POLL_MOVES),
            pgtrigger.Protect(
                name="only_a_draft_is_deleted",
                operation=pgtrigger.Delete,
                condition=~pgtrigger.Q(old__status="draft"),
            ),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def is_choice(self) -> bool:
        """Whether candidates are chosen for seats; otherwise each option is answered on its own."""
        return self.kind != PollKind.ADOPTION

    def get_absolute_url(self) -> str:
        return reverse("poll", args=[*self.cycle.slugs, self.pk])


def by_routine(name: str) -> str:
    """SQL that is true only inside one of the owner's routines: a setting alone can be made by whoever serves."""
    return (
        f"current_setting('ballots.routine', true) = '{name}' "
        "AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)"
    )


POLL_STATUS = "(SELECT status FROM awards_poll WHERE id = {row}.poll_id)"


def frozen_after_opening(allowed: str = "FALSE") -> pgtrigger.Trigger:
    """Options and roll are fixed once the poll has left the draft; `allowed` is an SQL exception over NEW, OLD."""
    return pgtrigger.Trigger(
        name="frozen_after_opening",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF TG_OP = 'DELETE' THEN
                IF {POLL_STATUS.format(row="OLD")} <> 'draft' THEN
                    RAISE EXCEPTION 'the poll has been opened' USING ERRCODE = 'check_violation';
                END IF;
                RETURN OLD;
            END IF;
            IF {POLL_STATUS.format(row="NEW")} <> 'draft' THEN
                IF TG_OP = 'UPDATE' THEN
                    IF {allowed} THEN RETURN NEW; END IF;
                END IF;
                RAISE EXCEPTION 'the poll has been opened' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


@tracked()
class PollOption(models.Model):
    """One candidate or one answer of a poll (phương án)."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="options", verbose_name="cuộc bỏ phiếu")
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="đơn vị được đề cử"
    )
    text = models.CharField("phương án", max_length=200)
    position = models.PositiveSmallIntegerField("thứ tự")

    class Meta:
        verbose_name = "phương án"
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "text"],
                name="polloption_text_once",
                violation_error_message="Phương án này đã có.",
            )
        ]
        triggers = [frozen_after_opening()]

    def __str__(self) -> str:
        return self.text


@tracked(exclude=("has_voted",))
class Roll(models.Model):
    """One who is entitled to vote in a poll, fixed at its opening (danh sách cử tri).

    `has_voted` leaves no audit row: who voted when is nobody's business.
    """

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="roll", verbose_name="cuộc bỏ phiếu")
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="đơn vị"
    )
    user = models.ForeignKey(
        # A council member; or the person who votes for the unit when that is not one of its heads.
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người bỏ phiếu",
    )
    name = models.CharField("tên trên danh sách", max_length=200)
    representative = models.CharField("người đại diện", max_length=200, blank=True)
    mandate = models.CharField("văn bản ủy quyền", max_length=200, blank=True)
    is_present = models.BooleanField("có mặt", default=True)
    has_voted = models.BooleanField("đã bỏ phiếu", default=False)

    class Meta:
        verbose_name = "cử tri"
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False) | Q(user__isnull=False),
                name="roll_names_a_voter",
                violation_error_message="Cử tri là một đơn vị hoặc một thành viên Hội đồng.",
            ),
            models.UniqueConstraint(
                fields=["poll", "unit"],
                name="roll_unit_once",
                violation_error_message="Đơn vị này đã có trong danh sách.",
            ),
            models.UniqueConstraint(
                fields=["poll", "user"],
                condition=Q(unit__isnull=True),
                name="roll_member_once",
                violation_error_message="Thành viên này đã có trong danh sách.",
            ),
        ]
        triggers = [
            frozen_after_opening(
                "(OLD.has_voted = NEW.has_voted OR NEW.has_voted) "
                "AND (OLD.id, OLD.poll_id, OLD.unit_id, OLD.user_id, OLD.name, OLD.representative, OLD.mandate, "
                "OLD.is_present) IS NOT DISTINCT FROM (NEW.id, NEW.poll_id, NEW.unit_id, NEW.user_id, NEW.name, "
                "NEW.representative, NEW.mandate, NEW.is_present) "
                # Voting marks the roll; sealing lays it down anew, so that its rows do not tell who came when.
                f"AND (OLD.has_voted = NEW.has_voted AND ({by_routine('seal')}) "
                f"OR {POLL_STATUS.format(row='NEW')} = 'open' AND ({by_routine('cast')}))"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Ballot(models.Model):
    """A secret ballot while the vote is open: no voter, no time, no sequence, and the choice sealed (lá phiếu).

    Written only by the SQL function `cast_ballot`, removed only by `seal_ballots` and `discard_ballots`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.ForeignKey(Poll, models.PROTECT, related_name="+", verbose_name="cuộc bỏ phiếu")
    box = models.BinaryField("phiếu niêm phong")

    class Meta:
        verbose_name = "lá phiếu"
        constraints = [
            models.CheckConstraint(
                # The length of a box says nothing of what is in it.
                condition=Exact(Mod(Length("box"), BLOCK), OVERHEAD),
                name="ballot_of_one_length",
                violation_error_message="Lá phiếu phải được niêm phong với độ dài cố định.",
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="only_by_the_routines",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    IF TG_OP = 'INSERT' AND {by_routine("cast")} THEN
                        RETURN NEW;
                    END IF;
                    IF TG_OP = 'DELETE' AND {by_routine("seal")} THEN
                        RETURN OLD;
                    END IF;
                    RAISE EXCEPTION 'ballots are cast and sealed by their routines only'
                        USING ERRCODE = 'check_violation';
                """,
            )
        ]

    def __str__(self) -> str:
        return "lá phiếu"


class SealedBallot(models.Model):
    """A ballot after closing, copied in random order (lá phiếu đã niêm phong)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.ForeignKey(Poll, models.PROTECT, related_name="+", verbose_name="cuộc bỏ phiếu")
    choice = models.JSONField("lựa chọn")

    class Meta:
        verbose_name = "lá phiếu đã niêm phong"
        triggers = [
            APPEND_ONLY,
            pgtrigger.Trigger(
                name="only_by_sealing",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    IF {by_routine("seal")} THEN RETURN NEW; END IF;
                    RAISE EXCEPTION 'ballots are sealed by their routine only' USING ERRCODE = 'check_violation';
                """,
            ),
        ]

    def __str__(self) -> str:
        return "lá phiếu"


@tracked()
class Count(models.Model):
    """One counting of the votes by one person; two equal ones by two people settle a poll (kiểm phiếu)."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="counts", verbose_name="cuộc bỏ phiếu")
    origin = models.CharField("nguồn", max_length=12, choices=CountOrigin.choices)
    issued = models.PositiveSmallIntegerField("phát hành")
    used = models.PositiveSmallIntegerField("phát cho người bỏ phiếu")
    spoiled = models.PositiveSmallIntegerField("hỏng, đổi phiếu khác", default=0)
    unused = models.PositiveSmallIntegerField("chưa dùng", default=0)
    returned = models.PositiveSmallIntegerField("thu về")
    blank = models.PositiveSmallIntegerField("phiếu trắng", default=0)
    invalid = models.PositiveSmallIntegerField("không hợp lệ", default=0)
    # A list of awards.rules.OptionCount as plain values; the key is the option's.
    options = models.JSONField("số phiếu từng phương án")
    fingerprint = models.CharField("dấu vân tay", max_length=64)
    counted_at = models.DateTimeField("lúc")
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người kiểm",
    )

    class Meta:
        verbose_name = "kết quả kiểm phiếu"
        constraints = [
            models.CheckConstraint(
                condition=Q(issued=F("used") + F("spoiled") + F("unused"))
                & Q(returned__lte=F("used"))
                & Q(returned__gte=F("blank") + F("invalid")),
                name="count_adds_up",
                violation_error_message="Phát hành = đã phát + hỏng + chưa dùng; thu về không quá số đã phát.",
            ),
            models.CheckConstraint(
                condition=Q(origin=CountOrigin.ELECTRONIC) | Q(counted_by__isnull=False),
                name="count_by_somebody",
                violation_error_message="Kết quả kiểm phiếu cần người kiểm.",
            ),
            models.UniqueConstraint(
                fields=["poll"],
                condition=Q(origin=CountOrigin.ELECTRONIC),
                name="count_electronic_once",
                violation_error_message="Cuộc bỏ phiếu này đã được kiểm phiếu.",
            ),
        ]
        triggers = [
            APPEND_ONLY,
            pgtrigger.Trigger(
                name="two_counters_of_two_units",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("before", "bigint"), ("day", "date")],
                func="""
                    IF NEW.origin = 'electronic' THEN RETURN NEW; END IF;
                    SELECT counted_by_id INTO before FROM awards_count
                        WHERE poll_id = NEW.poll_id ORDER BY id DESC LIMIT 1;
                    day := (NEW.counted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
                    IF before IS NOT NULL AND EXISTS (
                        SELECT 1 FROM blocs_appointment AS one
                        JOIN blocs_appointment AS other ON other.unit_id = one.unit_id
                        JOIN blocs_membership AS member ON member.unit_id = one.unit_id
                        JOIN awards_poll AS poll ON poll.cycle_id = member.cycle_id AND poll.id = NEW.poll_id
                        WHERE one.user_id = before AND other.user_id = NEW.counted_by_id
                            AND one.from_on <= day AND COALESCE(one.to_on, 'infinity'::date) >= day
                            AND other.from_on <= day AND COALESCE(other.to_on, 'infinity'::date) >= day
                    ) THEN
                        RAISE EXCEPTION 'two counts in a row come from one unit' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            # As `awards.rules.sits_on` compares: name by name, with or without a title before the name.
            pgtrigger.Trigger(
                name="counted_by_the_committee",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM awards_poll AS poll, accounts_user AS who,
                            regexp_split_to_table(poll.counting_committee, E'[\\n,;()–]| - | và ') AS part,
                            unnest(ARRAY['', 'ong', 'ba', 'dongchi', 'dc']) AS title
                        WHERE poll.id = NEW.poll_id AND who.id = NEW.counted_by_id
                            AND vn_search_key(part) = title || vn_search_key(who.full_name)
                    ) THEN
                        RAISE EXCEPTION 'a paper vote is counted by its committee' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
                condition=pgtrigger.Q(new__origin=CountOrigin.PAPER, new__counted_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.origin} {self.fingerprint[:8]}"

    @property
    def valid(self) -> int:
        """Ballots that count as ballots: neither invalid nor missing; a blank one is valid but says nothing."""
        return self.returned - self.invalid


@tracked()
class Nomination(models.Model):
    """A unit put forward for an award by the bloc (suy tôn, đề nghị khen thưởng)."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="nominations", verbose_name="năm thi đua")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="nominations", verbose_name="đơn vị")
    award_type = models.ForeignKey(
        AwardType, models.PROTECT, related_name="nominations", verbose_name="hình thức"
    )
    poll = models.ForeignKey(
        Poll, models.PROTECT, related_name="nominations", null=True, blank=True, verbose_name="cuộc bỏ phiếu"
    )
    state = models.CharField(
        "trạng thái", max_length=10, choices=NominationState.choices, default=NominationState.AGREED
    )
    rank = models.PositiveSmallIntegerField("hạng", null=True, blank=True)
    score = models.DecimalField("tổng điểm", max_digits=9, decimal_places=3, null=True, blank=True)
    # Empty when there was no ballot: no figure is invented.
    votes = models.PositiveSmallIntegerField("số phiếu", null=True, blank=True)
    votes_base = models.PositiveSmallIntegerField("trên tổng số", null=True, blank=True)
    agreed_how = models.CharField("hình thức thống nhất", max_length=300)
    # Why the order of the vote differs from the order of the scores.
    order_reason = models.TextField("lý do khác thứ tự điểm", blank=True)
    findings = models.JSONField("kiểm tra điều kiện", default=list)
    hold_reason = models.TextField("lý do tạm dừng", blank=True)

    class Meta:
        verbose_name = "đề nghị khen thưởng một đơn vị"
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "unit"],
                condition=~Q(state__in=[NominationState.REJECTED, NominationState.WITHDRAWN]),
                name="nomination_one_award_a_unit",
                violation_error_message="Đơn vị đã được đề nghị một hình thức; một thành tích không khen hai lần.",
            ),
            models.CheckConstraint(
                condition=Q(votes__isnull=True, votes_base__isnull=True)
                | Q(votes__isnull=False, votes_base__isnull=False, votes__lte=F("votes_base")),
                name="nomination_votes_within_base",
                violation_error_message="Số phiếu không vượt tổng số phiếu.",
            ),
            models.CheckConstraint(
                condition=~Q(state=NominationState.HELD) | ~Q(hold_reason=""),
                name="nomination_held_with_reason",
                violation_error_message="Tạm dừng một đề nghị cần có lý do.",
            ),
        ]
        triggers = [guard_closed_cycle(), moves_along("state", NOMINATION_MOVES)]

    def __str__(self) -> str:
        return f"{self.unit}: {self.award_type}"


@tracked()
class Proposal(models.Model):
    """The bloc's dossier to the province (hồ sơ đề nghị khen thưởng); its letter is a document."""

    cycle = models.OneToOneField(Cycle, models.CASCADE, related_name="proposal", verbose_name="năm thi đua")
    document = models.OneToOneField(
        Document, models.PROTECT, related_name="proposal", null=True, blank=True, verbose_name="tờ trình"
    )
    state = models.CharField(
        "trạng thái", max_length=12, choices=ProposalState.choices, default=ProposalState.DRAFT
    )
    submitted_at = models.DateTimeField("trình lúc", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người trình",
    )
    returned_reason = models.TextField("lý do trả lại", blank=True)

    class Meta:
        verbose_name = "hồ sơ đề nghị"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=(ProposalState.DRAFT,))
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="proposal_submitted_who_and_when",
                violation_error_message="Trình hồ sơ cần cả người và thời điểm.",
            ),
            models.CheckConstraint(
                condition=~Q(state=ProposalState.RETURNED) | ~Q(returned_reason=""),
                name="proposal_returned_with_reason",
                violation_error_message="Trả lại hồ sơ cần ghi lý do.",
            ),
        ]
        triggers = [guard_closed_cycle(), moves_along("state", PROPOSAL_MOVES)]

    def __str__(self) -> str:
        return f"Hồ sơ {self.cycle_id}"


@tracked()
class Appraisal(models.Model):
    """The province's word on one nomination (ý kiến thẩm định); the last one counts, the others stay."""

    nomination = models.ForeignKey(
        Nomination, models.PROTECT, related_name="appraisals", verbose_name="đề nghị"
    )
    verdict = models.CharField("ý kiến", max_length=10, choices=AppraisalVerdict.choices)
    award_type = models.ForeignKey(
        AwardType, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="điều chỉnh thành"
    )
    reason = models.TextField("lý do", blank=True)
    appraised_at = models.DateTimeField("lúc")
    appraised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người thẩm định"
    )

    class Meta:
        verbose_name = "ý kiến thẩm định"
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict=AppraisalVerdict.ACCEPT) | ~Q(reason=""),
                name="appraisal_other_than_accept_has_reason",
                violation_error_message="Điều chỉnh hoặc trả lại cần ghi lý do.",
            ),
            models.CheckConstraint(
                condition=~Q(verdict=AppraisalVerdict.ADJUST) | Q(award_type__isnull=False),
                name="appraisal_adjusts_to_an_award",
                violation_error_message="Điều chỉnh cần chọn hình thức khen thưởng mới.",
            ),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} {self.nomination_id}"


@tracked()
class VettingFinding(models.Model):
    """What an agency reports of a unit and holds its award until it ends (hiệp y, tạm dừng)."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="vetting_findings", verbose_name="đơn vị")
    agency = models.CharField("cơ quan cho ý kiến", max_length=200)
    text = models.TextField("nội dung")
    from_on = models.DateField("từ ngày")
    to_on = models.DateField("đến ngày", null=True, blank=True)
    recorded_at = models.DateTimeField("ghi lúc")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người ghi"
    )

    class Meta:
        verbose_name = "ý kiến hiệp y"
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                name="vettingfinding_ends_after_it_begins",
                violation_error_message="Ngày kết thúc không được trước ngày bắt đầu.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency}: {self.unit_id}"


@tracked()
class Decision(models.Model):
    """The Chairman's decision on awards, with its number and date (quyết định khen thưởng)."""

    province = models.ForeignKey(Province, models.PROTECT, related_name="decisions", verbose_name="tỉnh")
    number = models.CharField("số, ký hiệu", max_length=60)
    signed_on = models.DateField("ngày ký")
    signatory = models.CharField("người ký", max_length=200, blank=True)
    upload = models.ForeignKey(
        Upload, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="bản quét"
    )
    is_illustrative = models.BooleanField("số liệu minh họa", default=False)
    recorded_at = models.DateTimeField("ghi lúc")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người ghi"
    )

    class Meta:
        verbose_name = "quyết định khen thưởng"
        constraints = [
            models.UniqueConstraint(
                fields=["province", "number", "signed_on"],
                name="decision_number_once",
                violation_error_message="Quyết định với số và ngày này đã được ghi.",
            )
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return self.number


@tracked()
class DecisionEntry(models.Model):
    """One award given by a decision (mục khen thưởng)."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="entries", verbose_name="quyết định")
    cycle = models.ForeignKey(
        Cycle, models.PROTECT, related_name="decision_entries", verbose_name="năm thi đua"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="decision_entries", verbose_name="đơn vị")
    # The name at the time: old papers keep it.
    unit_name = models.CharField("tên đơn vị trong quyết định", max_length=200)
    award_type = models.ForeignKey(AwardType, models.PROTECT, related_name="+", verbose_name="hình thức")
    nomination = models.OneToOneField(
        Nomination, models.PROTECT, related_name="entry", null=True, blank=True, verbose_name="đề nghị"
    )
    prize = models.PositiveIntegerField("tiền thưởng (đồng)", null=True, blank=True)
    prize_basis = models.CharField("cách tính tiền thưởng", max_length=500, blank=True)
    # What was recorded by mistake stays beside what puts it right.
    corrects = models.OneToOneField(
        "self",
        models.PROTECT,
        related_name="correction",
        null=True,
        blank=True,
        verbose_name="đính chính mục",
    )
    correction_reason = models.TextField("lý do đính chính", blank=True)

    class Meta:
        verbose_name = "mục khen thưởng"
        constraints = [
            models.CheckConstraint(
                condition=Q(corrects=None, correction_reason="")
                | Q(corrects__isnull=False, nomination=None) & ~Q(correction_reason=""),
                name="decisionentry_correction_with_reason",
                violation_error_message="Mục đính chính cần ghi lý do.",
            ),
            models.CheckConstraint(
                condition=Q(prize__isnull=True) | ~Q(prize_basis=""),
                name="decisionentry_prize_with_basis",
                violation_error_message="Tiền thưởng cần ghi cách tính.",
            ),
        ]
        triggers = [APPEND_ONLY, ONE_STANDING_AWARD, RETURNED_IS_NOT_GIVEN]

    def __str__(self) -> str:
        return f"{self.unit_name}: {self.award_type}"


@tracked()
class Presentation(models.Model):
    """The handing over of an award, often a year later (trao tặng)."""

    entry = models.OneToOneField(
        DecisionEntry, models.PROTECT, related_name="presentation", verbose_name="mục"
    )
    presented_on = models.DateField("ngày trao")
    place = models.CharField("nơi trao", max_length=200)
    presenter = models.CharField("người trao", max_length=200, blank=True)
    recorded_at = models.DateTimeField("ghi lúc")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người ghi"
    )

    class Meta:
        verbose_name = "trao tặng"
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.presented_on}"


@tracked()
class Withdrawal(models.Model):
    """The annulment of an award (hủy bỏ quyết định, thu hồi hiện vật; Luật TĐKT Điều 93)."""

    entry = models.OneToOneField(DecisionEntry, models.PROTECT, related_name="withdrawal", verbose_name="mục")
    basis = models.CharField("căn cứ", max_length=300)
    reason = models.TextField("lý do")
    withdrawn_on = models.DateField("ngày")
    recorded_at = models.DateTimeField("ghi lúc")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người ghi"
    )

    class Meta:
        verbose_name = "thu hồi"
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="withdrawal_with_reason",
                violation_error_message="Thu hồi cần ghi lý do.",
            )
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.withdrawn_on}"
