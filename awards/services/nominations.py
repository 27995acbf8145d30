"""What a confirmed result brings about: nominations and offices; and what holds a nomination."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from awards import policies, queries
from awards.enums import DecisionForm, NominationState, PollKind, PollStatus
from awards.models import Nomination, Poll, PollOption, VettingFinding
from awards.rules import Finding, eligibility_findings, is_open
from blocs.enums import Office
from blocs.models import Cycle, Unit
from blocs.queries import Standing, next_cycle_of, standing_in, standing_in_province
from blocs.services import lock_cycle, lock_cycles, lock_province, start_term
from config.kit.audit import audited
from config.kit.refusals import Refused, refuse

OFFICES = {PollKind.CHAIR: Office.CHAIR, PollKind.VICE: Office.VICE}


@transaction.atomic
def confirm_poll(
    *, poll: Poll, by: User, at: datetime, reason: str = "", chosen: Sequence[Unit] = ()
) -> Poll:
    """Confirm a result and let it take effect: nominations, or the offices of the next year.

    `chosen` = the meeting's decision among the tied.
    """
    following = next_cycle_of(poll.cycle) if poll.kind in OFFICES else None
    locked = lock_cycles(poll.cycle_id, *([following.pk] if following else []))
    cycle = next(one for one in locked if one.pk == poll.cycle_id)
    poll = queries.poll_by_key(poll.pk)
    who = standing_in(cycle, by, at)
    winners = _winners(poll, chosen)
    findings = queries.findings_for(cycle, poll, winners, who.on)
    blockers = queries.office_blockers(cycle, poll, winners, following)
    refuse(policies.confirm_poll(who, poll, winners, findings, reason, blockers))
    poll.result |= {
        "winners": [str(option.pk) for option in winners],
        "findings": [one.sentence for one in findings],
    }
    poll.status, poll.confirmed_at, poll.confirmed_by = PollStatus.CONFIRMED, at, by
    poll.decision_reason = reason.strip()
    with audited("awards.poll.confirmed", by=by, reason=reason):
        poll.save(update_fields=["result", "status", "confirmed_at", "confirmed_by", "decision_reason"])
    if poll.kind == PollKind.AWARD:
        _nominate(cycle, poll, winners, findings, who)
    if poll.kind in OFFICES:
        _elect(following, poll, winners, who)
    return poll


def _winners(poll: Poll, chosen: Sequence[Unit]) -> list[PollOption]:
    elected, tied = set(poll.result.get("elected", ())), set(poll.result.get("tied", ()))
    picked = {unit.pk for unit in chosen}
    return [
        option
        for option in poll.options.all()
        if str(option.pk) in elected or (str(option.pk) in tied and option.unit_id in picked)
    ]


def _nominate(
    cycle: Cycle, poll: Poll, winners: Sequence[PollOption], findings: Sequence[Finding], who: Standing
) -> None:
    """Put the winners on the list; one that an agency holds is on it, held, and nobody moves up."""
    units = [option.unit for option in winners]
    candidates, rows = queries.candidates_of(cycle, units, who.on), queries.ranking_rows_of(cycle)
    for option in winners:
        candidate, row = candidates[option.unit_id], rows[option.unit_id]
        figures = poll.result["options"].get(str(option.pk), {})
        holds = [f"{hold.agency}: {hold.matter}" for hold in candidate.holds if is_open(hold, who.on)]
        known = eligibility_findings(candidate, poll.award_type.code, who.on)
        with audited("awards.nomination.made", by=who.user, reason=poll.decision_reason):
            Nomination.objects.create(
                cycle=cycle,
                unit=option.unit,
                award_type=poll.award_type,
                poll=poll,
                state=NominationState.HELD if holds else NominationState.AGREED,
                rank=row.rank,
                score=row.total,
                votes=figures.get("votes"),
                votes_base=figures.get("base"),
                agreed_how=DecisionForm(poll.form).label,
                order_reason=poll.decision_reason if findings else "",
                findings=[one.sentence for one in known],
                hold_reason="; ".join(holds),
            )


def _elect(following: Cycle, poll: Poll, winners: Sequence[PollOption], who: Standing) -> None:
    for option in winners:
        start_term(
            cycle=following,
            office=OFFICES[poll.kind],
            unit=option.unit,
            from_on=who.on,
            basis=f"{poll.question}: {poll.result['sentence']}",
            by=who.user,
            at=who.at,
            is_elected=True,
        )


@transaction.atomic
def withdraw_nomination(*, nomination: Nomination, reason: str, by: User, at: datetime) -> Nomination:
    """Take a unit off the list before the dossier goes."""
    cycle = lock_cycle(nomination.cycle_id)
    nomination = queries.nomination_by_key(nomination.pk)
    proposal = queries.proposal_of(cycle)
    refuse(policies.withdraw_nomination(standing_in(cycle, by, at), nomination, proposal, reason))
    nomination.state = NominationState.WITHDRAWN
    with audited("awards.nomination.withdrawn", by=by, reason=reason):
        nomination.save(update_fields=["state"])
    return nomination


@transaction.atomic
def record_vetting(
    *, unit: Unit, agency: str, finding: str, from_on: date, by: User, at: datetime
) -> VettingFinding:
    """Write down what an agency reports; open nominations of the unit are held, nobody moves up."""
    lock_province(unit.province_id)
    lock_cycles(*queries.open_cycles_with(unit))
    refuse(policies.record_vetting(standing_in_province(unit.province, by, at), unit))
    with audited("awards.vetting.recorded", by=by):
        found = VettingFinding.objects.create(
            unit=unit, agency=agency, text=finding, from_on=from_on, recorded_at=at, recorded_by=by
        )
        queries.nominations_to_hold(unit).update(
            state=NominationState.HELD, hold_reason=f"{agency}: {finding}"
        )
    return found


@transaction.atomic
def end_vetting(*, finding: VettingFinding, to_on: date, by: User, at: datetime) -> VettingFinding:
    """Write down the day on which what held a unit ended."""
    lock_province(finding.unit.province_id)
    finding = VettingFinding.objects.select_related("unit__province").get(pk=finding.pk)
    refuse(policies.end_vetting(standing_in_province(finding.unit.province, by, at), finding))
    if to_on < finding.from_on:
        raise Refused(["Ngày kết thúc không được trước ngày bắt đầu. Hãy chọn ngày khác."])
    finding.to_on = to_on
    with audited("awards.vetting.ended", by=by):
        finding.save(update_fields=["to_on"])
    return finding


@transaction.atomic
def lift_hold(*, nomination: Nomination, by: User, at: datetime) -> Nomination:
    """Let a held nomination go on, once nothing holds the unit any more."""
    cycle = lock_cycle(nomination.cycle_id)
    nomination = queries.nomination_by_key(nomination.pk)
    who = standing_in(cycle, by, at)
    refuse(policies.lift_hold(who, nomination, queries.open_findings(nomination.unit, who.on)))
    nomination.state, nomination.hold_reason = NominationState.AGREED, ""
    with audited("awards.nomination.hold_lifted", by=by):
        nomination.save(update_fields=["state", "hold_reason"])
    return nomination
