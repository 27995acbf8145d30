"""Who may be proposed, what speaks against it, and who is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Case, F, Prefetch, Q, QuerySet, TextField, Value, When

from awards.enums import AppraisalVerdict, AwardCode, NominationState, PollKind
from awards.models import Appraisal, AwardType, Nomination, Poll, PollOption, VettingFinding
from awards.queries.polls import SETTLED, guidance_of
from awards.rules import (
    Candidate,
    Finding,
    Hold,
    QuotaRule,
    eligibility_findings,
    order_findings,
    quota,
    quota_excess,
)
from blocs.enums import Phase, Secrecy
from blocs.models import Cycle, Membership, Province, Unit
from blocs.queries import Standing, members_of, units_of
from blocs.rules import OPEN_FROM
from config.kit.prepared import prepared
from covenants.queries import registrations_of
from scoring.enums import RankingStatus
from scoring.models import RankingRow

# What may be said to everybody of an award that an agency's word holds.
HELD_WORDS = "Tạm dừng, chờ ý kiến cơ quan chức năng"
LIVE = (NominationState.AGREED, NominationState.HELD)


def ranking_rows_of(cycle: Cycle) -> dict[int, RankingRow]:
    """Unit → its line in the adopted ranking of the year."""
    rows = RankingRow.objects.filter(run__cycle=cycle, run__status=RankingStatus.ADOPTED)
    return {row.unit_id: row for row in rows}


def scores_of(cycle: Cycle) -> dict[int, Decimal]:
    """Unit → total in the adopted ranking; units not ranked are left out."""
    return {unit: row.total for unit, row in ranking_rows_of(cycle).items() if row.rank is not None}


def quota_rule_of(cycle: Cycle, award: AwardType) -> QuotaRule | None:
    """The guidance's formula for how many may be proposed for an award."""
    guidance = guidance_of(cycle)
    stated = (guidance.quota_rules if guidance else {}).get(award.code)
    return QuotaRule(**stated) if stated else None


def open_findings(unit: Unit, on: date) -> list[VettingFinding]:
    """What holds an award to a unit on a day."""
    running = Q(to_on=None) | Q(to_on__gte=on)
    return list(VettingFinding.objects.filter(running, unit=unit, from_on__lte=on).order_by("pk"))


def nominations_of(cycle: Cycle) -> QuerySet[Nomination]:
    """Living nominations of a year, the flag first, then by rank."""
    return _whole_nominations().filter(cycle=cycle, state__in=LIVE)


def nominations_in(cycle: Cycle) -> list[Nomination]:
    """The same without what belongs to them; for a list of names and awards. One query."""
    return _nominations_in(cycle.pk)


@prepared
def _nominations_in(cycle: int) -> QuerySet[Nomination]:
    living = _whole_nominations().filter(cycle=cycle, state__in=LIVE)
    return living.prefetch_related(None).select_related(None).select_related("unit", "award_type")


def _whole_nominations() -> QuerySet[Nomination]:
    return (
        Nomination.objects.select_related("unit__province", "award_type", "poll", "cycle__bloc__province")
        .prefetch_related(Prefetch("appraisals", _appraisals()))
        .order_by("award_type__position", "rank", "unit__sort_key", "pk")
    )


def nomination_by_key(pk: int) -> Nomination:
    """One nomination read anew, living or not; for a service that holds the cycle's lock."""
    return _whole_nominations().get(pk=pk)


def nominations_for(who: Standing, cycle: Cycle) -> QuerySet[Nomination]:
    """Nominations that a person may see, with `told_hold` = what may be said to him of what holds one.

    What an agency reported and what the province thinks are for some only (`blocs.enums.Secrecy`), and never for
    the unit concerned: it reads in which state it is.
    """
    found = nominations_of(cycle)
    if not (who.member_of or who.is_chair or who.reads_all):
        return found.none()
    own = who.belongs_to
    words = _appraisals()
    if not who.reads(Secrecy.APPRAISAL, cycle.phase):
        words = words.none()
    elif cycle.phase not in OPEN_FROM[Secrecy.APPRAISAL]:
        words = words.exclude(nomination__unit__in=own)
    told = F("hold_reason") if who.reads(Secrecy.VETTING, cycle.phase) else Value(HELD_WORDS)
    return (
        found.annotate(
            told_hold=Case(
                When(hold_reason="", then=Value("")),
                When(unit__in=own, then=Value(HELD_WORDS)),
                default=told,
                output_field=TextField(),
            )
        )
        .prefetch_related(None)
        .prefetch_related(Prefetch("appraisals", words))
    )


def _appraisals() -> QuerySet[Appraisal]:
    return Appraisal.objects.select_related("award_type", "appraised_by").order_by("-pk")


def not_appraised(nominations: Iterable[Nomination], since: datetime | None) -> list[str]:
    """Names of the units on which the province has not said a word since it got the dossier."""
    return [
        str(one.unit)
        for one in nominations
        if since is None or not any(word.appraised_at >= since for word in one.appraisals.all())
    ]


def open_cycles_with(unit: Unit) -> list[int]:
    """Keys of the years, not closed, in which a unit is a member."""
    open_years = Cycle.objects.filter(memberships__unit=unit).exclude(phase=Phase.CLOSED)
    return list(open_years.values_list("pk", flat=True))


def nominations_to_hold(unit: Unit) -> QuerySet[Nomination]:
    """Nominations of a unit that nothing holds yet and no decision has settled."""
    agreed = Nomination.objects.filter(unit=unit, state=NominationState.AGREED, entry=None)
    return agreed.exclude(cycle__phase=Phase.CLOSED)


def member_units(cycle: Cycle) -> QuerySet[Unit]:
    return units_of(cycle)


def holds_on_members(cycle: Cycle) -> QuerySet[VettingFinding]:
    """Open findings of agencies on the members of a year; for the province only."""
    return (
        VettingFinding.objects.filter(unit__memberships__cycle=cycle, to_on=None)
        .select_related("unit__province")
        .order_by("pk")
    )


def holds_of(province: Province) -> QuerySet[VettingFinding]:
    """Open findings of agencies on units of a province."""
    return (
        VettingFinding.objects.filter(unit__province=province, to_on=None)
        .select_related("unit")
        .order_by("pk")
    )


# What speaks against a result


def candidates_of(cycle: Cycle, units: Sequence[Unit], on: date) -> dict[int, Candidate]:
    """Units as the eligibility check sees them. Five queries whatever the units."""
    rows = ranking_rows_of(cycle)
    members = {m.unit_id: m for m in members_of(cycle)}
    nominated = {n.unit_id: n.award_type.name for n in nominations_of(cycle)}
    registered = {one.unit_id for one in registrations_of(cycle)}
    holds = _holds_on(units)
    return {
        unit.pk: Candidate(
            name=unit.name,
            rank=rows[unit.pk].rank if unit.pk in rows else None,
            not_ranked_reason=_not_ranked_reason(members.get(unit.pk), has_ranking=bool(rows)),
            dissolved_on=unit.dissolved_on,
            holds=holds.get(unit.pk, ()),
            awarded_for_same=f"đề nghị {nominated[unit.pk]}" if unit.pk in nominated else "",
            # A bloc that keeps no register of aims is not asked about them.
            registered=not registered or unit.pk in registered,
        )
        for unit in units
    }


def _not_ranked_reason(member: Membership | None, *, has_ranking: bool) -> str:
    if not has_ranking:
        return "khối chưa thông qua xếp hạng năm nay"
    return member.unranked_reason if member else "không phải đơn vị thành viên"


def _holds_on(units: Sequence[Unit]) -> dict[int, list[Hold]]:
    found: dict[int, list[Hold]] = {}
    for one in VettingFinding.objects.filter(unit__in=units).order_by("pk"):
        found.setdefault(one.unit_id, []).append(Hold(one.agency, one.text, one.from_on, one.to_on))
    return found


def findings_for(cycle: Cycle, poll: Poll, winners: Sequence[PollOption], on: date) -> list[Finding]:
    """What forbids that these winners be proposed, or asks for a reason.

    An agency's hold does neither here: the vote is a fact, and the nomination it makes stands held.
    """
    if poll.kind != PollKind.AWARD or poll.status not in SETTLED:
        return []
    candidates = candidates_of(cycle, [option.unit for option in winners], on)
    findings = [
        finding
        for candidate in candidates.values()
        for finding in eligibility_findings(replace(candidate, holds=()), poll.award_type.code, on)
    ]
    findings += [Finding(sentence, True) for sentence in _over_quota(cycle, poll, len(winners))]
    return findings + [Finding(sentence, False) for sentence in _order_findings(cycle, poll, winners)]


def elected_of(poll: Poll) -> list[PollOption]:
    """The options that were chosen, as far as that is known."""
    chosen = set(poll.result.get("winners", poll.result.get("elected", ())))
    return [option for option in poll.options.all() if str(option.pk) in chosen]


def order_findings_of(cycle: Cycle, poll: Poll) -> list[str]:
    """Where the vote on an award leaves the order of the scores, as the result stands now."""
    if poll.kind != PollKind.AWARD or poll.status not in SETTLED:
        return []
    return _order_findings(cycle, poll, elected_of(poll))


def _order_findings(cycle: Cycle, poll: Poll, winners: Sequence[PollOption]) -> list[str]:
    taken = {n.unit_id for n in nominations_of(cycle) if n.poll_id != poll.pk}
    options = [option for option in poll.options.all() if option.unit_id not in taken]
    names = {str(option.unit_id): option.text for option in options}
    figures: Mapping[str, Mapping[str, int]] = poll.result.get("options", {})
    votes = {
        str(option.unit_id): figures[str(option.pk)]["votes"]
        for option in options
        if str(option.pk) in figures
    }
    scores = {key: score for unit, score in scores_of(cycle).items() if (key := str(unit)) in names}
    return order_findings(scores, votes, [str(option.unit_id) for option in winners], names)


def _over_quota(cycle: Cycle, poll: Poll, winners: int) -> list[str]:
    nominations = list(nominations_of(cycle))
    proposed = sum(n.award_type_id == poll.award_type_id for n in nominations) + winners
    flags = sum(n.award_type.code == AwardCode.FLAG for n in nominations)
    return _quota_faults(cycle, poll.award_type, proposed, flags)


def adjusting_faults(cycle: Cycle, nomination: Nomination, award: AwardType | None) -> list[str]:
    """Why the province may not turn a nomination into another award: more would have it than the guidance allows."""
    if award is None:
        return []
    given = [award if n.pk == nomination.pk else award_given(n) for n in nominations_of(cycle)]
    flags = sum(one.code == AwardCode.FLAG for one in given)
    return _quota_faults(cycle, award, sum(one.pk == award.pk for one in given), flags)


def _quota_faults(cycle: Cycle, award: AwardType, proposed: int, flags: int) -> list[str]:
    formula = quota_rule_of(cycle, award)
    if formula is None:
        return []
    members = list(members_of(cycle))
    not_ranked = sum(bool(m.unranked_reason) for m in members)
    return quota_excess(award.name, proposed, quota(formula, len(members), not_ranked, flags))


def last_word(nomination: Nomination) -> Appraisal | None:
    """The province's newest word on a nomination."""
    return max(nomination.appraisals.all(), key=lambda word: word.pk, default=None)


def award_given(nomination: Nomination) -> AwardType:
    """The award that a decision would give: as the province last adjusted it, else as the bloc proposed it."""
    last = last_word(nomination)
    adjusted = last.award_type if last and last.verdict == AppraisalVerdict.ADJUST else None
    return adjusted or nomination.award_type


def office_blockers(
    cycle: Cycle, poll: Poll, winners: Sequence[PollOption], following: Cycle | None
) -> list[str]:
    """Why those elected could not take their office in the next year."""
    if poll.kind not in (PollKind.CHAIR, PollKind.VICE):
        return []
    if following is None:
        return [f"Chưa mở năm thi đua {cycle.year + 1}. Hãy mở năm sau rồi xác nhận kết quả bầu."]
    members = {m.unit_id for m in members_of(following)}
    return [
        f"{option.text} không phải là đơn vị thành viên của năm {following.year}."
        for option in winners
        if option.unit_id not in members
    ]
