"""Polls, nominations and decisions, and what each person may see of them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count as CountOf
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from awards.enums import AwardCode, DecisionForm, NominationState, PollKind, PollStatus, ProposalState
from awards.models import (
    Appraisal,
    AwardLaw,
    AwardType,
    Ballot,
    Count,
    Decision,
    DecisionEntry,
    Nomination,
    Poll,
    PollOption,
    Proposal,
    Roll,
    SealedBallot,
    VettingFinding,
)
from awards.rules import QuotaRule, VoteRule, order_findings, rule_from_json
from blocs.enums import Role
from blocs.models import Appointment, Cycle, Province, Unit
from blocs.queries import HEAD_ROLES, Standing, cycles_for, today, units_of
from blocs.rules import Hit, Todo
from config.kit.text import search_key
from documents.enums import DocumentKind
from documents.models import Document
from documents.queries import documents_for
from scoring.enums import RankingStatus
from scoring.models import Guidance, RankingRow, Scoreboard

SETTLED = (PollStatus.COUNTED, PollStatus.CONFIRMED)
LIVE_NOMINATIONS = (NominationState.AGREED, NominationState.HELD)


def poll_by_key(pk: int) -> Poll:
    """One poll read anew with options, roll and counts; for a service that holds the cycle's lock."""
    return _whole_polls().get(pk=pk)


def polls_of(cycle: Cycle) -> QuerySet[Poll]:
    """The polls of a year in the order they were asked, with options and roll."""
    return _whole_polls().filter(cycle=cycle)


def _whole_polls() -> QuerySet[Poll]:
    return (
        Poll.objects.select_related("award_type", "cycle__bloc__province", "confirmed_by")
        .prefetch_related(
            Prefetch("options", PollOption.objects.select_related("unit").order_by("position", "pk")),
            Prefetch("roll", Roll.objects.select_related("unit").order_by("pk")),
            Prefetch("counts", Count.objects.select_related("counted_by").order_by("pk")),
        )
        .order_by("pk")
    )


def polls_for(who: Standing, cycle: Cycle) -> QuerySet[Poll]:
    """The polls of a year that a person may see: members and the province; drafts only the secretariat."""
    polls = polls_of(cycle)
    if who.is_chair:
        return polls
    if who.member_of or who.reads_all:
        return polls.exclude(status=PollStatus.DRAFT)
    return polls.none()


def count_minutes_for(user: User, cycle: Cycle, at: datetime) -> Document | None:
    """The newest minutes of counting of a year that a person may read."""
    return documents_for(user, at).filter(cycle=cycle, kind=DocumentKind.MINUTES_COUNT).first()


def roll_entry_for(who: Standing, poll: Poll) -> Roll | None:
    """The line of the roll on which this person votes, if any."""
    named = Q(user=who.user)
    heads = Q(unit__in=who.head_of, user=None)
    return (
        Roll.objects.filter(named | heads, poll=poll).select_related("unit").order_by("-user", "pk").first()
    )


def guidance_of(cycle: Cycle) -> Guidance | None:
    """The guidance on which the year's scoreboard stands."""
    board = Scoreboard.objects.filter(cycle=cycle).select_related("guidance").order_by("-version").first()
    return board.guidance if board else None


def vote_rule_of(cycle: Cycle) -> VoteRule | None:
    """The guidance's rule of voting, when it states one."""
    guidance = guidance_of(cycle)
    return rule_from_json(guidance.vote_rule) if guidance and guidance.vote_rule else None


def quota_rule_of(cycle: Cycle, award: AwardType) -> QuotaRule | None:
    """The guidance's formula for how many may be proposed for an award."""
    guidance = guidance_of(cycle)
    stated = (guidance.quota_rules if guidance else {}).get(award.code)
    return QuotaRule(**stated) if stated else None


def ranking_rows_of(cycle: Cycle) -> dict[int, RankingRow]:
    """Unit → its line in the adopted ranking of the year."""
    rows = RankingRow.objects.filter(run__cycle=cycle, run__status=RankingStatus.ADOPTED)
    return {row.unit_id: row for row in rows}


def scores_of(cycle: Cycle) -> dict[str, Decimal]:
    """Unit key as text → total in the adopted ranking; units not ranked are left out."""
    return {str(unit): row.total for unit, row in ranking_rows_of(cycle).items() if row.total is not None}


def women_shares(units: Mapping[str, Unit]) -> dict[str, Decimal]:
    """Unit key → share of women in percent, where it is known."""
    return {key: unit.women_share for key, unit in units.items() if unit.women_share is not None}


def open_findings(unit: Unit, on: date) -> list[VettingFinding]:
    """What holds an award to a unit on a day."""
    return list(
        VettingFinding.objects.filter(Q(to_on=None) | Q(to_on__gte=on), unit=unit, from_on__lte=on).order_by(
            "pk"
        )
    )


def nominations_of(cycle: Cycle) -> QuerySet[Nomination]:
    """Living nominations of a year, the flag first, then by rank."""
    return (
        Nomination.objects.filter(cycle=cycle, state__in=LIVE_NOMINATIONS)
        .select_related("unit", "award_type", "poll", "cycle__bloc__province")
        .prefetch_related(
            Prefetch(
                "appraisals", Appraisal.objects.select_related("award_type", "appraised_by").order_by("-pk")
            )
        )
        .order_by("award_type__position", "rank", "unit__sort_key", "pk")
    )


def nominations_for(who: Standing, cycle: Cycle) -> QuerySet[Nomination]:
    """Nominations that a person may see: members of the bloc and the province."""
    found = nominations_of(cycle)
    return found if who.member_of or who.is_chair or who.reads_all else found.none()


def proposal_for(who: Standing, cycle: Cycle) -> Proposal | None:
    """The dossier: the members see theirs, the province sees it once it was sent."""
    found = proposal_of(cycle)
    if found is None or who.member_of or who.is_chair:
        return found
    return found if who.reads_all and found.state != ProposalState.DRAFT else None


def entries_for(who: Standing, cycle: Cycle) -> QuerySet[DecisionEntry]:
    """Awards given: public within the bloc and the province."""
    found = entries_of(cycle)
    return found if who.member_of or who.reads_all else found.none()


def member_units(cycle: Cycle) -> QuerySet[Unit]:
    return units_of(cycle)


def holds_on_members(cycle: Cycle) -> QuerySet[VettingFinding]:
    """Open findings of agencies on the members of a year; for the province only."""
    return (
        VettingFinding.objects.filter(unit__memberships__cycle=cycle, to_on=None)
        .select_related("unit")
        .order_by("pk")
    )


def order_findings_of(cycle: Cycle, poll: Poll) -> list[str]:
    """Where the vote on an award leaves the order of the scores, as the result stands now."""
    elected = set(poll.result.get("elected", ()))
    return order_findings_for(cycle, poll, [o for o in poll.options.all() if str(o.pk) in elected])


def order_findings_for(cycle: Cycle, poll: Poll, winners: Iterable[PollOption]) -> list[str]:
    """The same for given winners: every sentence asks for a recorded reason."""
    if poll.kind != PollKind.AWARD or poll.status not in SETTLED:
        return []
    taken = {n.unit_id for n in nominations_of(cycle) if n.poll_id != poll.pk}
    options = [option for option in poll.options.all() if option.unit_id and option.unit_id not in taken]
    names = {str(option.unit_id): option.text for option in options}
    figures = poll.result.get("options", {})
    votes = {
        str(option.unit_id): figures[str(option.pk)]["votes"]
        for option in options
        if str(option.pk) in figures
    }
    scores = {key: score for key, score in scores_of(cycle).items() if key in names}
    return order_findings(scores, votes, [str(option.unit_id) for option in winners], names)


def proposal_of(cycle: Cycle) -> Proposal | None:
    return Proposal.objects.filter(cycle=cycle).select_related("document", "submitted_by").first()


def flag_ties(cycle: Cycle) -> list[str]:
    """Undecided ties that touch a unit proposed for the flag: they stop the letter (DOMAIN §9)."""
    rows = ranking_rows_of(cycle)
    flagged = [n for n in nominations_of(cycle) if n.award_type.code == AwardCode.FLAG]
    return [
        f"{n.unit} đồng hạng với đơn vị khác mà chưa có quyết định kèm lý do. Hãy ghi quyết định ở trang xếp hạng."
        for n in flagged
        if (row := rows.get(n.unit_id)) and row.is_tied and not row.decided_reason
    ]


def entries_of(cycle: Cycle) -> QuerySet[DecisionEntry]:
    """Awards given for a year, with what came of them."""
    return (
        DecisionEntry.objects.filter(cycle=cycle)
        .select_related("decision", "unit", "award_type", "presentation", "withdrawal")
        .order_by("award_type__position", "unit__sort_key", "pk")
    )


def decisions_of(cycle: Cycle) -> QuerySet[Decision]:
    return Decision.objects.filter(entries__cycle=cycle).distinct().order_by("signed_on", "pk")


def law_of(award: AwardType, province_id: int, on: date) -> AwardLaw | None:
    """What the law says of an award on a day, in a province."""
    return (
        AwardLaw.objects.filter(
            Q(to_date=None) | Q(to_date__gte=on), award_type=award, province=province_id, from_date__lte=on
        )
        .order_by("-from_date")
        .first()
    )


def award_types() -> QuerySet[AwardType]:
    return AwardType.objects.order_by("position")


def proposals_of_province(province: Province) -> QuerySet[Proposal]:
    """Dossiers of a province that are on their way, the oldest first."""
    return (
        Proposal.objects.filter(cycle__bloc__province=province)
        .exclude(state__in=(ProposalState.DRAFT, ProposalState.DECIDED))
        .select_related("cycle__bloc__province")
        .order_by("submitted_at", "pk")
    )


def holds_of(province: Province) -> QuerySet[VettingFinding]:
    """Open findings of agencies on units of a province."""
    return (
        VettingFinding.objects.filter(unit__province=province, to_on=None)
        .select_related("unit")
        .order_by("pk")
    )


def todos_for(user: User, at: datetime) -> list[Todo]:
    """Votes to cast, dossiers to appraise."""
    heads = Appointment.objects.on(today(at)).filter(user=user, role__in=HEAD_ROLES).values("unit")
    mine = Roll.objects.filter(
        Q(user=user) | Q(unit__in=heads, user=None), poll=OuterRef("pk"), has_voted=False
    )
    polls = (
        Poll.objects.filter(
            Exists(mine.filter(is_present=True)), status=PollStatus.OPEN, form=DecisionForm.ELECTRONIC
        )
        .filter(Q(closes_at=None) | Q(closes_at__gt=at))
        .select_related("cycle__bloc__province")
    )
    votes = [Todo(f"Bỏ phiếu: {poll.question}", poll.get_absolute_url(), str(poll.cycle)) for poll in polls]
    return votes + _appraisal_todos(user, at)


def _appraisal_todos(user: User, at: datetime) -> list[Todo]:
    waiting = Proposal.objects.filter(
        state__in=(ProposalState.SUBMITTED, ProposalState.APPRAISING),
        cycle__bloc__assignments__officer=user,
        cycle__bloc__assignments__to_on=None,
        cycle__bloc__province__in=Appointment.objects.on(today(at))
        .filter(user=user, role=Role.PROVINCE_OFFICER)
        .values("province"),
    ).select_related("cycle__bloc__province")
    return [
        Todo(
            "Thẩm định hồ sơ đề nghị khen thưởng",
            reverse("proposal", args=proposal.cycle.slugs),
            str(proposal.cycle),
        )
        for proposal in waiting
    ]


def search_for(user: User, words: str, at: datetime) -> list[Hit]:
    """Decisions by number, and awarded units by name."""
    key = search_key(words)
    if not key:
        return []
    entries = (
        DecisionEntry.objects.filter(
            Q(unit__search_key__contains=key) | Q(decision__number__icontains=words),
            cycle__in=cycles_for(user, at).order_by().values("pk"),
        )
        .select_related("decision", "unit", "award_type", "cycle__bloc__province")
        .order_by("-decision__signed_on", "pk")[:20]
    )
    return [
        Hit(
            f"{entry.unit_name}: {entry.award_type}",
            reverse("nominations", args=entry.cycle.slugs),
            "Khen thưởng",
            f"Quyết định {entry.decision.number}",
        )
        for entry in entries
    ]


def violations() -> list[str]:
    """What must hold of votes and does not: as many sealed ballots as voters, none live after the count."""
    counted = Poll.objects.filter(status__in=SETTLED, form=DecisionForm.ELECTRONIC).values_list(
        "pk", flat=True
    )
    voters = _per_poll(Roll.objects.filter(poll__in=counted, has_voted=True))
    sealed = _per_poll(SealedBallot.objects.filter(poll__in=counted))
    live = _per_poll(Ballot.objects.filter(poll__in=counted))
    return [
        f"Cuộc bỏ phiếu {poll}: có {voters.get(poll, 0)} người đã bỏ phiếu, {sealed.get(poll, 0)} lá phiếu niêm phong, "
        f"{live.get(poll, 0)} lá phiếu chưa niêm phong."
        for poll in counted
        if voters.get(poll, 0) != sealed.get(poll, 0) or live.get(poll, 0)
    ]


def _per_poll(rows: QuerySet) -> dict[int, int]:
    return dict(rows.values("poll").annotate(many=CountOf("pk")).values_list("poll", "many"))
