"""Every write to polls, nominations, dossiers, decisions and awards."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from awards import policies, queries
from awards.enums import (
    AppraisalVerdict,
    CountOrigin,
    DecisionForm,
    NominationState,
    Outcome,
    PollKind,
    PollStatus,
    ProposalState,
)
from awards.models import (
    Appraisal,
    AwardLaw,
    AwardType,
    Count,
    Decision,
    DecisionEntry,
    Nomination,
    Poll,
    PollOption,
    Presentation,
    Proposal,
    Roll,
    SealedBallot,
    VettingFinding,
    Withdrawal,
)
from awards.rules import Count as CountFigures
from awards.rules import (
    InvalidRule,
    OptionCount,
    Selection,
    VoteRule,
    break_tie,
    consensus,
    count_ballots,
    count_findings,
    differences,
    fingerprint,
    quota,
    quota_excess,
    rule_from_json,
    rule_to_json,
    select,
    tallies,
)
from blocs.enums import Office, Phase
from blocs.models import Cycle, Province, Unit
from blocs.queries import Standing, members_of, next_cycle_of, standing_in, standing_in_province
from blocs.services import lock_cycle, lock_cycles, lock_province, start_term
from config.kit import text
from config.kit.audit import audited
from config.kit.refusals import Refused, refuse
from documents.enums import DocumentKind
from documents.models import Document, Upload
from documents.services import open_paper


@dataclass(frozen=True)
class RollEntry:
    """One who may vote in a poll, as the attendance of the meeting states it."""

    unit: Unit | None
    name: str
    representative: str = ""
    mandate: str = ""
    is_present: bool = True
    # The account that votes when it is not one of the unit's heads.
    user: User | None = None


def _poll(pk: int) -> Poll:
    return queries.poll_by_key(pk)


# Polls


@transaction.atomic
def create_poll(
    *,
    cycle: Cycle,
    kind: str,
    form: str,
    question: str,
    rule: VoteRule,
    by: User,
    at: datetime,
    award_type: AwardType | None = None,
    seats: int = 1,
    candidates: Sequence[Unit] = (),
    texts: Sequence[str] = (),
    counting_committee: str = "",
    previous: Poll | None = None,
) -> Poll:
    """Prepare a question with its options; nothing is open yet."""
    cycle = lock_cycle(cycle.pk)
    refuse(policies.create_poll(standing_in(cycle, by, at), cycle))
    with audited("awards.poll.created", by=by):
        poll = Poll.objects.create(
            cycle=cycle,
            kind=kind,
            form=form,
            question=question,
            rule=rule_to_json(rule),
            award_type=award_type,
            seats=seats,
            counting_committee=counting_committee,
            previous=previous,
            round=previous.round + 1 if previous else 1,
        )
        options = [(unit, unit.name) for unit in candidates] + [(None, option) for option in texts]
        PollOption.objects.bulk_create(
            PollOption(poll=poll, unit=unit, text=name, position=position)
            for position, (unit, name) in enumerate(options, start=1)
        )
    return poll


@transaction.atomic
def discard_poll(*, poll: Poll, by: User, at: datetime) -> None:
    """Take back a question that was never opened."""
    cycle = lock_cycle(poll.cycle_id)
    poll = _poll(poll.pk)
    refuse(policies.discard_poll(standing_in(cycle, by, at), poll))
    with audited("awards.poll.discarded", by=by):
        poll.delete()


@transaction.atomic
def open_poll(
    *,
    poll: Poll,
    roll: Sequence[RollEntry],
    by: User,
    at: datetime,
    closes_at: datetime | None = None,
    counting_committee: str | None = None,
) -> Poll:
    """Open the vote: question, options, roll and rule are frozen from here on."""
    cycle = lock_cycle(poll.cycle_id)
    poll = _poll(poll.pk)
    if counting_committee is not None:
        poll.counting_committee = counting_committee
    missing = policies.opening_gaps(poll, poll.options.all(), roll)
    if closes_at is not None and closes_at <= at:
        missing.append("Giờ đóng phải sau lúc mở.")
    refuse(policies.open_poll(standing_in(cycle, by, at), poll, missing))
    with audited("awards.poll.opened", by=by):
        _write_roll(poll, roll)
        poll.status, poll.opened_at, poll.opened_by, poll.closes_at = PollStatus.OPEN, at, by, closes_at
        poll.save(update_fields=["status", "opened_at", "opened_by", "closes_at", "counting_committee"])
    return poll


def _write_roll(poll: Poll, roll: Sequence[RollEntry]) -> None:
    Roll.objects.bulk_create(
        Roll(
            poll=poll,
            unit=entry.unit,
            user=entry.user,
            name=entry.name,
            representative=entry.representative,
            mandate=entry.mandate,
            is_present=entry.is_present,
        )
        for entry in roll
    )


@transaction.atomic
def record_consensus(
    *,
    poll: Poll,
    chosen: Sequence[Unit | str],
    statement: str,
    roll: Sequence[RollEntry],
    by: User,
    at: datetime,
) -> Poll:
    """Write down what the meeting agreed without a ballot: names and words, no figures."""
    cycle = lock_cycle(poll.cycle_id)
    poll = _poll(poll.pk)
    refuse(policies.record_consensus(standing_in(cycle, by, at), poll))
    rule = rule_from_json(poll.rule)
    present = sum(entry.is_present for entry in roll)
    verdict = consensus(rule, len(roll), present, agreed=bool(chosen))
    if verdict.outcome == Outcome.NO_QUORUM:
        raise Refused([verdict.sentence])
    wanted = {str(one) for one in chosen}
    elected = [str(option.pk) for option in poll.options.all() if option.text in wanted]
    if len(elected) != len(wanted):
        raise Refused(["Có đơn vị được chọn không nằm trong danh sách đề cử. Hãy chọn lại."])
    if len(elected) > poll.seats:
        raise Refused([f"Chỉ chọn tối đa {poll.seats}. Hãy bỏ bớt {len(elected) - poll.seats}."])
    with audited("awards.poll.agreed", by=by):
        _write_roll(poll, roll)
        poll.status, poll.opened_at, poll.opened_by, poll.counted_at = PollStatus.COUNTED, at, by, at
        poll.outcome = verdict.outcome
        poll.result = {
            "elected": elected,
            "tied": [],
            "sentence": statement or verdict.sentence,
            "options": {},
        }
        poll.save(update_fields=["status", "opened_at", "opened_by", "counted_at", "outcome", "result"])
    return poll


@transaction.atomic
def cast_vote(*, poll: Poll, choices: Mapping[str, str], by: User, at: datetime) -> None:
    """Cast one unit's secret ballot: option key → for, against or abstain.

    No audit context is open here: it would put the person's name into the statement that carries the ballot.
    """
    cycle = lock_cycle(poll.cycle_id)
    poll = _poll(poll.pk)
    who = standing_in(cycle, by, at)
    entry = queries.roll_entry_for(who, poll)
    refuse(policies.cast_vote(who, poll, entry))
    refuse(_ballot_faults(poll, entry, choices))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cast_ballot(%s, %s::jsonb)", [entry.pk, json.dumps(dict(sorted(choices.items())))]
        )
        answer = cursor.fetchone()[0]
    if answer == "voted":
        raise Refused(["Đơn vị đã bỏ phiếu. Mỗi đơn vị chỉ bỏ một lá phiếu."])
    if answer != "cast":
        raise Refused(["Cuộc bỏ phiếu đã đóng. Phiếu của bạn chưa được ghi nhận."])


def _ballot_faults(poll: Poll, entry: Roll, choices: Mapping[str, str]) -> list[str]:
    known = {str(option.pk): option for option in poll.options.all()}
    if not choices.keys() <= known.keys():
        return ["Lá phiếu có phương án không hợp lệ. Hãy tải lại trang rồi chọn lại."]
    if poll.kind != PollKind.ADOPTION and sum(said == "for" for said in choices.values()) > poll.seats:
        return [f"Chỉ chọn tối đa {poll.seats}. Hãy bỏ bớt rồi gửi lại."]
    own = [key for key in choices if known[key].unit_id and known[key].unit_id == entry.unit_id]
    if own and not poll.rule.get("own_unit_votes", True):
        return ["Đơn vị không bỏ phiếu cho chính mình. Hãy chọn lại."]
    return []


@transaction.atomic
def close_poll(*, poll: Poll, by: User, at: datetime) -> Poll:
    """End the voting now, before or without a closing time."""
    cycle = lock_cycle(poll.cycle_id)
    poll = _poll(poll.pk)
    refuse(policies.close_poll(standing_in(cycle, by, at), poll))
    with audited("awards.poll.closed", by=by):
        poll.status = PollStatus.CLOSED
        poll.save(update_fields=["status"])
    return poll


@transaction.atomic
def count_poll(*, poll: Poll, by: User, at: datetime) -> Poll:
    """Seal the electronic ballots and count them, once."""
    cycle = lock_cycle(poll.cycle_id)
    poll = _poll(poll.pk)
    refuse(policies.count_poll(standing_in(cycle, by, at), poll))
    with connection.cursor() as cursor:
        cursor.execute("SELECT seal_ballots(%s)", [poll.pk])
    ballots = SealedBallot.objects.filter(poll=poll).values_list("choice", flat=True)
    keys = [str(option.pk) for option in poll.options.all()]
    figures = count_ballots(ballots, keys, issued=len(poll.roll.all()))
    with audited("awards.poll.counted", by=by):
        _record_count(poll, figures, CountOrigin.ELECTRONIC, by, at)
        _settle(poll, figures, at)
    return poll


@transaction.atomic
def enter_count(*, poll: Poll, figures: CountFigures, by: User, at: datetime) -> list[str]:
    """Type the figures of a paper or hand count; the second person's equal ones settle the poll.

    Returns the differences from the count typed before, as sentences; empty when equal or first.
    """
    cycle = lock_cycle(poll.cycle_id)
    poll = _poll(poll.pk)
    earlier = list(poll.counts.all())
    names = {str(option.pk): option.text for option in poll.options.all()}
    present = sum(entry.is_present for entry in poll.roll.all())
    findings = count_findings(figures, present, names=names)
    refuse(policies.enter_count(standing_in(cycle, by, at), poll, earlier, findings))
    with audited("awards.count.entered", by=by):
        _record_count(poll, figures, policies.COUNTED_BY_HAND[DecisionForm(poll.form)], by, at)
        if not earlier:
            return []
        if earlier[-1].fingerprint != fingerprint(figures):
            return differences(figures_of(earlier[-1]), figures, names)
        _settle(poll, figures, at)
    return []


def figures_of(count: Count) -> CountFigures:
    """A stored count as the rules read it."""
    return CountFigures(
        issued=count.issued,
        used=count.used,
        spoiled=count.spoiled,
        unused=count.unused,
        collected=count.returned,
        blank=count.blank,
        invalid=count.invalid,
        options=tuple(OptionCount(**option) for option in count.options),
    )


def _record_count(poll: Poll, figures: CountFigures, origin: str, by: User, at: datetime) -> Count:
    return Count.objects.create(
        poll=poll,
        origin=origin,
        issued=figures.issued,
        used=figures.used,
        spoiled=figures.spoiled,
        unused=figures.unused,
        returned=figures.collected,
        blank=figures.blank,
        invalid=figures.invalid,
        options=[vars(option) for option in figures.options],
        fingerprint=fingerprint(figures),
        counted_at=at,
        counted_by=by,
    )


def _settle(poll: Poll, figures: CountFigures, at: datetime) -> None:
    """Let the frozen rule decide what the figures mean."""
    rule = rule_from_json(poll.rule)
    roll = list(poll.roll.all())
    options = {str(option.pk): option for option in poll.options.all()}
    barred = (
        {} if rule.own_unit_votes else {key: _own_voters(option, roll) for key, option in options.items()}
    )
    try:
        votes = tallies(
            figures, entitled=len(roll), present=sum(entry.is_present for entry in roll), barred=barred
        )
    except InvalidRule as wrong:
        raise Refused(wrong.reasons) from wrong
    names = {key: option.text for key, option in options.items()}
    selection = select(rule, votes, poll.seats, form=DecisionForm(poll.form), names=names)
    poll.outcome = selection.outcome
    poll.result = {**_selection_to_json(selection), **_tie_steps(poll, rule, selection, options, names)}
    poll.status, poll.counted_at = PollStatus.COUNTED, at
    poll.save(update_fields=["outcome", "result", "status", "counted_at"])


def _own_voters(option: PollOption, roll: Sequence[Roll]) -> int:
    return sum(option.unit_id is not None and entry.unit_id == option.unit_id for entry in roll)


def _selection_to_json(selection: Selection) -> dict[str, Any]:
    return {
        "elected": list(selection.elected),
        "tied": list(selection.tied),
        "seats_left": selection.seats_left,
        "sentence": selection.sentence,
        "options": {
            key: {"votes": one.votes, "needed": one.needed, "base": one.base, "sentence": one.sentence}
            for key, one in selection.results.items()
        },
    }


def _tie_steps(
    poll: Poll,
    rule: VoteRule,
    selection: Selection,
    options: Mapping[str, PollOption],
    names: Mapping[str, str],
) -> dict[str, Any]:
    """Take a tie through the chain of the year; what people must decide stays open."""
    if selection.outcome != Outcome.TIE:
        return {"steps": [], "next_step": ""}
    units = {key: option.unit for key, option in options.items() if option.unit}
    by_unit = queries.scores_of(poll.cycle)
    scores = {key: by_unit[str(unit.pk)] for key, unit in units.items() if str(unit.pk) in by_unit}
    broken = break_tie(
        rule, selection, scores=scores, women=queries.women_shares(units), rounds_done=poll.round, names=names
    )
    return {
        "elected": list(broken.elected),
        "tied": list(broken.tied),
        "seats_left": broken.seats_left,
        "steps": list(broken.steps),
        "next_step": broken.next_step or "",
    }


@transaction.atomic
def confirm_poll(
    *, poll: Poll, by: User, at: datetime, reason: str = "", chosen: Sequence[Unit] = ()
) -> Poll:
    """Confirm a result and let it take effect: nominations, or the offices of the next year.

    `chosen` = the meeting's decision among the tied.
    """
    following = next_cycle_of(poll.cycle) if poll.kind in (PollKind.CHAIR, PollKind.VICE) else None
    locked = lock_cycles(poll.cycle_id, *([following.pk] if following else []))
    cycle = next(one for one in locked if one.pk == poll.cycle_id)
    poll = _poll(poll.pk)
    winners = _winners(poll, chosen)
    needs_choice = len(poll.result.get("tied", ())) > 0 and not chosen
    findings = queries.order_findings_for(cycle, poll, winners)
    who = standing_in(cycle, by, at)
    blockers = _blockers(cycle, poll, winners, following, who.on)
    refuse(
        policies.confirm_poll(
            who, poll, needs_choice=needs_choice, findings=findings, reason=reason, blockers=blockers
        )
    )
    with audited("awards.poll.confirmed", by=by, reason=reason):
        poll.result = {**poll.result, "winners": [str(option.pk) for option in winners], "findings": findings}
        poll.status, poll.confirmed_at, poll.confirmed_by = PollStatus.CONFIRMED, at, by
        poll.decision_reason = reason
        poll.save(update_fields=["result", "status", "confirmed_at", "confirmed_by", "decision_reason"])
    _take_effect(cycle, poll, winners, following, reason, who)
    return poll


def _winners(poll: Poll, chosen: Sequence[Unit]) -> list[PollOption]:
    elected, tied = set(poll.result.get("elected", ())), set(poll.result.get("tied", ()))
    picked = {unit.pk for unit in chosen}
    return [
        option
        for option in poll.options.all()
        if str(option.pk) in elected or (str(option.pk) in tied and option.unit_id in picked)
    ]


def _blockers(
    cycle: Cycle, poll: Poll, winners: Sequence[PollOption], following: Cycle | None, on: date
) -> list[str]:
    """Why a confirmed result could not take effect."""
    if poll.kind in (PollKind.CHAIR, PollKind.VICE):
        if following is None:
            return [f"Chưa mở năm thi đua {cycle.year + 1}. Hãy mở năm sau rồi xác nhận kết quả bầu."]
        members = {m.unit_id for m in members_of(following)}
        return [
            f"{option.text} không phải là đơn vị thành viên của năm {following.year}."
            for option in winners
            if option.unit_id not in members
        ]
    if poll.kind != PollKind.AWARD:
        return []
    return _award_blockers(cycle, poll, winners, on)


def _award_blockers(cycle: Cycle, poll: Poll, winners: Sequence[PollOption], on: date) -> list[str]:
    reasons = [
        f"{option.text} đã giải thể nên không được đề nghị."
        for option in winners
        if option.unit.dissolved_on and option.unit.dissolved_on <= on
    ]
    nominations = list(queries.nominations_of(cycle))
    already = {n.unit_id for n in nominations}
    reasons += [
        f"{option.text} đã được đề nghị một hình thức khác; một thành tích không khen hai lần."
        for option in winners
        if option.unit_id in already
    ]
    formula = queries.quota_rule_of(cycle, poll.award_type)
    if formula:
        members = list(members_of(cycle))
        allowed = quota(
            formula,
            len(members),
            sum(bool(m.unranked_reason) for m in members),
            sum(n.award_type.code == "flag" for n in nominations),
        )
        proposed = sum(n.award_type_id == poll.award_type_id for n in nominations) + len(winners)
        reasons += quota_excess(poll.award_type.name, proposed, allowed)
    return reasons


def _take_effect(
    cycle: Cycle,
    poll: Poll,
    winners: Sequence[PollOption],
    following: Cycle | None,
    reason: str,
    who: Standing,
) -> None:
    if poll.kind == PollKind.AWARD:
        with audited("awards.nomination.made", by=who.user, reason=reason):
            for option in winners:
                _nominate(cycle, poll, option, reason, who.on)
    if poll.kind in (PollKind.CHAIR, PollKind.VICE):
        office = Office.CHAIR if poll.kind == PollKind.CHAIR else Office.VICE
        for option in winners:
            start_term(
                cycle=following,
                office=office,
                unit=option.unit,
                from_on=who.on,
                basis=f"{poll.question}: {poll.result['sentence']}",
                by=who.user,
                at=who.at,
            )


def _nominate(cycle: Cycle, poll: Poll, option: PollOption, reason: str, on: date) -> Nomination:
    row = queries.ranking_rows_of(cycle).get(option.unit_id)
    figures = poll.result.get("options", {}).get(str(option.pk), {})
    holds = queries.open_findings(option.unit, on)
    return Nomination.objects.create(
        cycle=cycle,
        unit=option.unit,
        award_type=poll.award_type,
        poll=poll,
        state=NominationState.HELD if holds else NominationState.AGREED,
        rank=row.rank if row else None,
        score=row.total if row else None,
        votes=figures.get("votes"),
        votes_base=figures.get("base"),
        agreed_how=DecisionForm(poll.form).label,
        order_reason=reason if poll.result.get("findings") else "",
        findings=[f"{one.agency}: {one.text}" for one in holds],
        hold_reason="; ".join(one.text for one in holds),
    )


@transaction.atomic
def void_poll(*, poll: Poll, reason: str, by: User, at: datetime) -> Poll:
    """Void a poll opened by mistake, before counting; it stays to be read."""
    cycle = lock_cycle(poll.cycle_id)
    poll = _poll(poll.pk)
    refuse(policies.void_poll(standing_in(cycle, by, at), poll, reason))
    poll.status, poll.void_reason = PollStatus.VOIDED, reason
    with audited("awards.poll.voided", by=by, reason=reason):
        poll.save(update_fields=["status", "void_reason"])
    return poll


# Nominations and holds


@transaction.atomic
def withdraw_nomination(*, nomination: Nomination, reason: str, by: User, at: datetime) -> Nomination:
    """Take a unit off the list before the dossier goes."""
    cycle = lock_cycle(nomination.cycle_id)
    nomination = Nomination.objects.select_related("cycle", "unit").get(pk=nomination.pk)
    refuse(policies.withdraw_nomination(standing_in(cycle, by, at), nomination, reason))
    nomination.state = NominationState.WITHDRAWN
    with audited("awards.nomination.withdrawn", by=by, reason=reason):
        nomination.save(update_fields=["state"])
    return nomination


@transaction.atomic
def record_vetting(
    *, unit: Unit, agency: str, finding: str, from_on: date, by: User, at: datetime
) -> VettingFinding:
    """Write down what an agency reports; open nominations of the unit are held, nobody moves up."""
    refuse(policies.record_vetting(standing_in_province(unit.province, by, at), unit))
    with audited("awards.vetting.recorded", by=by):
        found = VettingFinding.objects.create(
            unit=unit, agency=agency, text=finding, from_on=from_on, recorded_at=at, recorded_by=by
        )
        Nomination.objects.filter(unit=unit, state=NominationState.AGREED).exclude(
            cycle__phase=Phase.CLOSED
        ).exclude(entry__isnull=False).update(state=NominationState.HELD, hold_reason=f"{agency}: {finding}")
    return found


@transaction.atomic
def end_vetting(*, finding: VettingFinding, to_on: date, by: User, at: datetime) -> VettingFinding:
    """Write down the day on which what held a unit ended."""
    finding = (
        VettingFinding.objects.select_for_update(of=("self",))
        .select_related("unit__province")
        .get(pk=finding.pk)
    )
    refuse(policies.end_vetting(standing_in_province(finding.unit.province, by, at), finding.unit))
    finding.to_on = to_on
    with audited("awards.vetting.ended", by=by):
        finding.save(update_fields=["to_on"])
    return finding


@transaction.atomic
def lift_hold(*, nomination: Nomination, by: User, at: datetime) -> Nomination:
    """Let a held nomination go on, once nothing holds the unit any more."""
    cycle = lock_cycle(nomination.cycle_id)
    nomination = Nomination.objects.select_related("unit").get(pk=nomination.pk)
    who = standing_in(cycle, by, at)
    refuse(policies.lift_hold(who, nomination, queries.open_findings(nomination.unit, who.on)))
    nomination.state, nomination.hold_reason = NominationState.AGREED, ""
    with audited("awards.nomination.hold_lifted", by=by):
        nomination.save(update_fields=["state", "hold_reason"])
    return nomination


# Papers of the vote and the dossier


@transaction.atomic
def draft_count_minutes(*, cycle: Cycle, by: User, at: datetime) -> Document:
    """Open the minutes of counting; their figures come from the counts."""
    cycle = lock_cycle(cycle.pk)
    counted = queries.polls_of(cycle).filter(status__in=queries.SETTLED, counts__isnull=False).exists()
    refuse(policies.draft_count_minutes(standing_in(cycle, by, at), cycle, has_counts=counted))
    return open_paper(
        cycle=cycle,
        kind=DocumentKind.MINUTES_COUNT,
        title="Biên bản kiểm phiếu",
        subject=f"Bỏ phiếu của {cycle.bloc.name} năm {cycle.year}",
        by=by,
        at=at,
    )


@transaction.atomic
def draft_proposal(*, cycle: Cycle, by: User, at: datetime) -> Proposal:
    """Begin the dossier with its letter of submission."""
    cycle = lock_cycle(cycle.pk)
    nominations = list(queries.nominations_of(cycle))
    refuse(policies.draft_proposal(standing_in(cycle, by, at), cycle, nominations))
    with audited("awards.proposal.drafted", by=by):
        proposal, _ = Proposal.objects.get_or_create(cycle=cycle)
        if proposal.document is None or proposal.state == ProposalState.RETURNED:
            proposal.document = open_paper(
                cycle=cycle,
                kind=DocumentKind.SUBMISSION,
                title="Tờ trình",
                subject=f"Về việc đề nghị khen thưởng {cycle.bloc.name} năm {cycle.year}",
                by=by,
                at=at,
            )
            proposal.save(update_fields=["document"])
    return proposal


@transaction.atomic
def submit_proposal(*, proposal: Proposal, by: User, at: datetime) -> Proposal:
    """Send the dossier to the province."""
    cycle = lock_cycle(proposal.cycle_id)
    proposal = Proposal.objects.select_related("cycle", "document").get(pk=proposal.pk)
    refuse(policies.submit_proposal(standing_in(cycle, by, at), proposal, queries.flag_ties(cycle)))
    proposal.state, proposal.submitted_at, proposal.submitted_by = ProposalState.SUBMITTED, at, by
    with audited("awards.proposal.submitted", by=by):
        proposal.save(update_fields=["state", "submitted_at", "submitted_by"])
    return proposal


@transaction.atomic
def withdraw_proposal(*, proposal: Proposal, by: User, at: datetime) -> Proposal:
    """Take the dossier back while the province has not acted."""
    cycle = lock_cycle(proposal.cycle_id)
    proposal = Proposal.objects.get(pk=proposal.pk)
    refuse(policies.withdraw_proposal(standing_in(cycle, by, at), proposal))
    proposal.state = ProposalState.DRAFT
    with audited("awards.proposal.withdrawn", by=by):
        proposal.save(update_fields=["state"])
    return proposal


@transaction.atomic
def appraise_nomination(
    *,
    nomination: Nomination,
    verdict: str,
    by: User,
    at: datetime,
    reason: str = "",
    award_type: AwardType | None = None,
) -> Appraisal:
    """Give the province's word on one unit; an earlier word stays."""
    cycle = lock_cycle(nomination.cycle_id)
    nomination = Nomination.objects.select_related("cycle", "unit").get(pk=nomination.pk)
    proposal = queries.proposal_of(cycle)
    refuse(policies.appraise_nomination(standing_in(cycle, by, at), nomination, proposal, verdict, reason))
    if verdict == AppraisalVerdict.ADJUST and award_type is None:
        raise Refused(["Hãy chọn hình thức khen thưởng được điều chỉnh thành."])
    with audited("awards.nomination.appraised", by=by, reason=reason):
        if proposal.state == ProposalState.SUBMITTED:
            proposal.state = ProposalState.APPRAISING
            proposal.save(update_fields=["state"])
        return Appraisal.objects.create(
            nomination=nomination,
            verdict=verdict,
            award_type=award_type if verdict == AppraisalVerdict.ADJUST else None,
            reason=reason,
            appraised_at=at,
            appraised_by=by,
        )


@transaction.atomic
def return_proposal(*, proposal: Proposal, reason: str, by: User, at: datetime) -> Proposal:
    """Send the dossier back to the bloc with a reason."""
    cycle = lock_cycle(proposal.cycle_id)
    proposal = Proposal.objects.select_related("cycle").get(pk=proposal.pk)
    refuse(policies.return_proposal(standing_in(cycle, by, at), proposal, reason))
    proposal.state, proposal.returned_reason = ProposalState.RETURNED, reason
    with audited("awards.proposal.returned", by=by, reason=reason):
        proposal.save(update_fields=["state", "returned_reason"])
    return proposal


@transaction.atomic
def finish_appraisal(*, proposal: Proposal, by: User, at: datetime) -> Proposal:
    """Every unit has had a word: the dossier goes on to the Council."""
    cycle = lock_cycle(proposal.cycle_id)
    proposal = Proposal.objects.select_related("cycle").get(pk=proposal.pk)
    waiting = [str(n.unit) for n in queries.nominations_of(cycle) if not n.appraisals.all()]
    refuse(policies.finish_appraisal(standing_in(cycle, by, at), proposal, waiting))
    proposal.state = ProposalState.APPRAISED
    with audited("awards.proposal.appraised", by=by):
        proposal.save(update_fields=["state"])
    return proposal


# Decisions


@dataclass(frozen=True)
class Award:
    """One award that a decision gives."""

    unit: Unit
    award_type: AwardType
    nomination: Nomination | None = None


def awards_of(nominations: Iterable[Nomination]) -> list[Award]:
    """What a decision gives to nominated units: the award as the province last adjusted it."""
    given = []
    for one in nominations:
        last = next(iter(one.appraisals.all()), None)
        adjusted = last.award_type if last and last.verdict == AppraisalVerdict.ADJUST else None
        given.append(Award(one.unit, adjusted or one.award_type, one))
    return given


@transaction.atomic
def record_decision(
    *,
    cycle: Cycle,
    number: str,
    signed_on: date,
    awards: Sequence[Award],
    by: User,
    at: datetime,
    signatory: str = "",
    upload: Upload | None = None,
) -> Decision:
    """Record the Chairman's decision with number and date; the prize follows the law of that day.

    The Council may cut: what is not among `awards` was not given.
    """
    lock_province(cycle.bloc.province_id)
    cycle = lock_cycle(cycle.pk)
    faults = _decision_faults(awards)
    refuse(policies.record_decision(standing_in(cycle, by, at), cycle, faults))
    with audited("awards.decision.recorded", by=by):
        decision, _ = Decision.objects.get_or_create(
            province=cycle.bloc.province,
            number=number,
            signed_on=signed_on,
            defaults={
                "signatory": signatory,
                "upload": upload,
                "is_illustrative": cycle.is_illustrative,
                "recorded_at": at,
                "recorded_by": by,
            },
        )
        for award in awards:
            _give(decision, cycle, award)
        Proposal.objects.filter(cycle=cycle).exclude(state=ProposalState.DRAFT).update(
            state=ProposalState.DECIDED
        )
    return decision


def _decision_faults(awards: Sequence[Award]) -> list[str]:
    faults = [
        f"{award.unit}: đề nghị đang tạm dừng, chưa quyết định được."
        for award in awards
        if award.nomination and award.nomination.state == NominationState.HELD
    ]
    return faults if awards else ["Hãy chọn ít nhất một đơn vị được khen thưởng."]


def _give(decision: Decision, cycle: Cycle, award: Award) -> DecisionEntry:
    prize, basis = prize_of(award.award_type, decision.province, decision.signed_on)
    return DecisionEntry.objects.create(
        decision=decision,
        cycle=cycle,
        unit=award.unit,
        unit_name=award.unit.name,
        award_type=award.award_type,
        nomination=award.nomination,
        prize=prize,
        prize_basis=basis,
    )


def prize_of(award_type: AwardType, province: Province, on: date) -> tuple[int | None, str]:
    """The prize in đồng on a day, with its calculation; nothing where the law of the day is not recorded."""
    law = queries.law_of(award_type, province.pk, on)
    salary = province.base_salaries.filter(from_date__lte=on).order_by("-from_date").first()
    if law is None or law.multiplier is None or salary is None:
        return None, ""
    prize = int(Decimal(salary.amount) * law.multiplier)
    unverified = "" if law.is_verified else "; hệ số chưa xác minh"
    return (
        prize,
        f"{text.number(law.multiplier)} × {text.number(salary.amount)} đồng ({law.citation}{unverified})",
    )


@transaction.atomic
def record_presentation(
    *, entry: DecisionEntry, presented_on: date, place: str, by: User, at: datetime, presenter: str = ""
) -> Presentation:
    """Record that an award was handed over, often at next year's conference."""
    cycle = lock_cycle(entry.cycle_id)
    entry = DecisionEntry.objects.select_related("decision").get(pk=entry.pk)
    refuse(policies.record_presentation(standing_in(cycle, by, at), entry))
    if presented_on < entry.decision.signed_on:
        raise Refused(["Ngày trao tặng không được trước ngày ký quyết định."])
    with audited("awards.award.presented", by=by):
        return Presentation.objects.create(
            entry=entry,
            presented_on=presented_on,
            place=place,
            presenter=presenter,
            recorded_at=at,
            recorded_by=by,
        )


@transaction.atomic
def withdraw_award(
    *, entry: DecisionEntry, basis: str, reason: str, withdrawn_on: date, by: User, at: datetime
) -> Withdrawal:
    """Record the annulment of an award; the entry stays readable."""
    cycle = lock_cycle(entry.cycle_id)
    refuse(policies.withdraw_award(standing_in(cycle, by, at), entry, reason))
    with audited("awards.award.withdrawn", by=by, reason=reason):
        return Withdrawal.objects.create(
            entry=entry, basis=basis, reason=reason, withdrawn_on=withdrawn_on, recorded_at=at, recorded_by=by
        )


@transaction.atomic
def change_law(
    *,
    award_type: AwardType,
    province: Province,
    from_date: date,
    citation: str,
    multiplier: Decimal | None,
    is_verified: bool,
    by: User,
    at: datetime,
) -> AwardLaw:
    """Record what the law says of an award from a day on; the law before it stays for its years."""
    refuse(policies.change_law(standing_in_province(province, by, at)))
    with audited("awards.law.changed", by=by):
        law, _ = AwardLaw.objects.update_or_create(
            award_type=award_type,
            province=province,
            from_date=from_date,
            defaults={"citation": citation, "multiplier": multiplier, "is_verified": is_verified},
        )
    return law
