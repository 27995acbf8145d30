"""The Chairman's decision, the handing over of awards, their annulment, and the law they rest on."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction

from accounts.models import User
from awards import policies, queries
from awards.enums import ProposalState
from awards.models import (
    AwardLaw,
    AwardType,
    Decision,
    DecisionEntry,
    Nomination,
    Presentation,
    Proposal,
    Withdrawal,
)
from awards.rules import NATIONAL_LAWS
from blocs.models import Cycle, Province, Unit
from blocs.queries import standing_in, standing_in_province
from blocs.services import lock_cycle, lock_province
from config.kit.audit import audited
from config.kit.refusals import refuse
from documents.models import Upload


class Award(NamedTuple):
    """One award that a decision gives."""

    unit: Unit
    award_type: AwardType
    nomination: Nomination | None = None


def awards_of(nominations: Iterable[Nomination]) -> list[Award]:
    """What a decision gives to nominated units: the award as the province last adjusted it."""
    return [Award(one.unit, queries.award_given(one), one) for one in nominations]


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
    proposal, faults = queries.proposal_of(cycle), queries.decision_faults(cycle, awards)
    refuse(policies.record_decision(standing_in(cycle, by, at), cycle, proposal, signed_on, faults))
    with audited("awards.decision.recorded", by=by):
        decision = _decision(cycle, number, signed_on, by, at, signatory=signatory.strip(), upload=upload)
        for award in awards:
            _give(decision, cycle, award)
        Proposal.objects.filter(cycle=cycle).update(state=ProposalState.DECIDED)
    return decision


def _decision(cycle: Cycle, number: str, signed_on: date, by: User, at: datetime, **fields: Any) -> Decision:
    """One number and day is one decision, also when it gives awards to several blocs."""
    decision, _ = Decision.objects.get_or_create(
        province=cycle.bloc.province,
        number=number.strip(),
        signed_on=signed_on,
        defaults={
            "is_illustrative": cycle.is_illustrative,
            "recorded_at": at,
            "recorded_by": by,
            **fields,
        },
    )
    return decision


def _give(decision: Decision, cycle: Cycle, award: Award, **fields: Any) -> DecisionEntry:
    prize = queries.prize_of(award.award_type, decision.province, decision.signed_on)
    return DecisionEntry.objects.create(
        decision=decision,
        cycle=cycle,
        unit=award.unit,
        unit_name=award.unit.name,
        award_type=award.award_type,
        nomination=award.nomination,
        prize=prize.amount if prize else None,
        prize_basis=f"{prize.sentence} Căn cứ: {'; '.join(prize.sources)}." if prize else "",
        **fields,
    )


@transaction.atomic
def correct_entry(
    *,
    entry: DecisionEntry,
    unit: Unit,
    award_type: AwardType,
    number: str,
    signed_on: date,
    reason: str,
    by: User,
    at: datetime,
) -> DecisionEntry:
    """Put right what was recorded by mistake: the new entry stands, the old one stays readable beside it."""
    lock_province(entry.cycle.bloc.province_id)
    cycle = lock_cycle(entry.cycle_id)
    entry = queries.entries_of(cycle).get(pk=entry.pk)
    faults = queries.correction_faults(cycle, entry, unit, award_type, number.strip(), signed_on)
    refuse(policies.correct_entry(standing_in(cycle, by, at), entry, signed_on, reason, faults))
    with audited("awards.award.corrected", by=by, reason=reason):
        decision = _decision(cycle, number, signed_on, by, at, signatory=entry.decision.signatory)
        award = Award(unit, award_type)
        return _give(decision, cycle, award, corrects=entry, correction_reason=reason.strip())


@transaction.atomic
def record_presentation(
    *, entry: DecisionEntry, presented_on: date, place: str, by: User, at: datetime, presenter: str = ""
) -> Presentation:
    """Record that an award was handed over, often at next year's conference."""
    cycle = lock_cycle(entry.cycle_id)
    entry = queries.entries_of(cycle).get(pk=entry.pk)
    refuse(policies.record_presentation(standing_in(cycle, by, at), entry, presented_on))
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
    entry = queries.entries_of(cycle).get(pk=entry.pk)
    refuse(policies.withdraw_award(standing_in(cycle, by, at), entry, reason, withdrawn_on))
    with audited("awards.award.withdrawn", by=by, reason=reason):
        return Withdrawal.objects.create(
            entry=entry,
            basis=basis,
            reason=reason.strip(),
            withdrawn_on=withdrawn_on,
            recorded_at=at,
            recorded_by=by,
        )


def begin_with_national_law(*, province: Province) -> None:
    """Give a new province what the law of the country says of each award; from then on the rows are its own."""
    types = {award.code: award for award in queries.award_types()}
    AwardLaw.objects.bulk_create(
        AwardLaw(
            award_type=types[law.award],
            province=province,
            from_date=law.from_date,
            citation=law.citation,
            multiplier=law.multiplier,
            is_verified=law.is_verified,
        )
        for law in NATIONAL_LAWS
        if law.award in types
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
    lock_province(province.pk)
    refuse(policies.change_law(standing_in_province(province, by, at)))
    with audited("awards.law.changed", by=by):
        law, _ = AwardLaw.objects.update_or_create(
            award_type=award_type,
            province=province,
            from_date=from_date,
            defaults={"citation": citation, "multiplier": multiplier, "is_verified": is_verified},
        )
    return law
