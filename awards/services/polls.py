"""Questions: prepared, opened, agreed or voted on, closed, voided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from accounts.models import User
from awards import policies, queries
from awards.enums import DecisionForm, PollStatus
from awards.models import AwardType, Poll, PollOption, Roll
from awards.rules import (
    Opening,
    VoteRule,
    committee_size,
    consensus,
    opening_findings,
    rule_from_json,
    rule_to_json,
    write_ballot,
)
from awards.services.sealing import void
from blocs.models import Cycle, Unit
from blocs.queries import standing_in, today
from blocs.services import lock_cycle
from config.kit import keys
from config.kit.audit import audited
from config.kit.refusals import Refused, refuse


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
    refuse(policies.create_poll(standing_in(cycle, by, at), cycle, kind))
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
    poll = queries.poll_by_key(poll.pk)
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
    poll = queries.poll_by_key(poll.pk)
    if counting_committee is not None:
        poll.counting_committee = counting_committee
    poll.opened_at, poll.opened_by, poll.closes_at = at, by, closes_at
    missing = opening_findings(_opening(poll, roll, today(at)))
    refuse(policies.open_poll(standing_in(cycle, by, at), poll, missing))
    poll.status = PollStatus.OPEN
    if poll.form == DecisionForm.ELECTRONIC:
        poll.ballot_key = _new_key()
    with audited("awards.poll.opened", by=by):
        _write_roll(poll, roll)
        poll.save(
            update_fields=[
                "status",
                "opened_at",
                "opened_by",
                "closes_at",
                "counting_committee",
                "ballot_key",
            ]
        )
    return queries.poll_by_key(poll.pk)


def _new_key() -> str:
    """On disk before the poll opens; when the opening fails after all, the night's work removes it."""
    try:
        return keys.create()
    except OSError as failed:
        raise Refused(
            ["Máy chủ không ghi được khóa niêm phong phiếu nên chưa mở được. Hãy báo quản trị hệ thống."]
        ) from failed


def _opening(poll: Poll, roll: Sequence[RollEntry], on: date) -> Opening:
    """The poll as its check-list sees it; who has no mandate is not counted as present."""
    voting = [entry for entry in roll if entry.is_present]
    return Opening(
        question=poll.question,
        form=DecisionForm(poll.form),
        rule=rule_from_json(poll.rule),
        options=[option.text for option in poll.options.all()],
        entitled=len(roll),
        present=len(voting),
        without_representative=[one.name for one in voting if one.unit and not one.representative.strip()],
        without_mandate=[one.name for one in voting if one.unit and one.user and not one.mandate.strip()],
        represented_by_other=[one.name for one in voting if one.mandate.strip()],
        committee=committee_size(poll.counting_committee),
        counting_units=len(queries.units_that_count(poll, on)) if poll.form == DecisionForm.PAPER else 0,
        opens_at=poll.opened_at,
        closes_at=poll.closes_at,
        round_number=poll.round,
    )


def _write_roll(poll: Poll, roll: Sequence[RollEntry]) -> None:
    Roll.objects.bulk_create(Roll(poll=poll, **vars(entry)) for entry in roll)


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
    poll = queries.poll_by_key(poll.pk)
    missing = opening_findings(_opening(poll, roll, today(at)))
    refuse(policies.record_consensus(standing_in(cycle, by, at), poll, missing))
    elected = _agreed(poll, {str(one) for one in chosen})
    present = sum(entry.is_present for entry in roll)
    verdict = consensus(rule_from_json(poll.rule), len(roll), present, agreed=bool(elected))
    poll.status, poll.opened_at, poll.opened_by, poll.counted_at = PollStatus.COUNTED, at, by, at
    poll.outcome = verdict.outcome
    poll.result = {"elected": elected, "tied": [], "sentence": statement or verdict.sentence, "options": {}}
    with audited("awards.poll.agreed", by=by):
        _write_roll(poll, roll)
        poll.save(update_fields=["status", "opened_at", "opened_by", "counted_at", "outcome", "result"])
    return queries.poll_by_key(poll.pk)


def _agreed(poll: Poll, wanted: set[str]) -> list[str]:
    """The keys of the options that were agreed on."""
    elected = [str(option.pk) for option in poll.options.all() if option.text in wanted]
    if len(elected) != len(wanted):
        raise Refused(["Có đơn vị được chọn không nằm trong danh sách đề cử. Hãy chọn lại."])
    if len(elected) > poll.seats:
        raise Refused([f"Chỉ chọn tối đa {poll.seats}. Hãy bỏ bớt {len(elected) - poll.seats}."])
    return elected


@transaction.atomic
def cast_vote(*, poll: Poll, choices: Mapping[str, str], by: User, at: datetime) -> None:
    """Cast one unit's secret ballot: option key → for, against or abstain.

    No audit context is open here: it would put the person's name into the statement that carries the ballot.
    """
    cycle = lock_cycle(poll.cycle_id)
    poll = queries.poll_by_key(poll.pk)
    who = standing_in(cycle, by, at)
    entry = queries.roll_entry_for(who, poll)
    refuse(policies.cast_vote(who, poll, entry, has_key=not queries.has_lost_key(poll)))
    refuse(policies.ballot_faults(poll, entry, choices))
    ballot = write_ballot(choices, [str(option.pk) for option in poll.options.all()])
    with connection.cursor() as cursor:
        cursor.execute("SELECT cast_ballot(%s, %s)", [entry.pk, keys.seal(poll.ballot_key, ballot)])
        refuse(policies.CASTING_ANSWERS[cursor.fetchone()[0]])


@transaction.atomic
def close_poll(*, poll: Poll, by: User, at: datetime) -> Poll:
    """End the voting now, before or without a closing time."""
    cycle = lock_cycle(poll.cycle_id)
    poll = queries.poll_by_key(poll.pk)
    refuse(policies.close_poll(standing_in(cycle, by, at), poll))
    poll.status = PollStatus.CLOSED
    with audited("awards.poll.closed", by=by):
        poll.save(update_fields=["status"])
    return poll


@transaction.atomic
def void_poll(*, poll: Poll, reason: str, by: User, at: datetime) -> Poll:
    """Void a poll opened by mistake, before counting; it stays to be read."""
    cycle = lock_cycle(poll.cycle_id)
    poll = queries.poll_by_key(poll.pk)
    refuse(policies.void_poll(standing_in(cycle, by, at), poll, reason))
    void(poll, reason.strip(), by)
    return poll
