"""The day of the meeting: attendance, what was decided, the polls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from awards import services as award_services
from awards.enums import PollKind
from awards.models import Poll
from awards.services import RollEntry
from blocs.models import Cycle, Unit
from blocs.queries import members_of, standing_in, today
from config.kit.audit import audited
from config.kit.refusals import Refused, refuse
from meetings import policies, queries
from meetings.enums import AttendanceRole, AttendanceState, MeetingStatus
from meetings.models import AgendaItem, Attendance, Meeting
from meetings.rules import attendance_faults, hour_faults
from meetings.services.planning import check_date, lock_item, lock_meeting


@dataclass(frozen=True)
class AttendanceRow:
    """One line of the list as it was called over; a member is named by its unit, a guest by name and office."""

    unit: Unit | None = None
    representative: str = ""
    title: str = ""
    state: str = AttendanceState.PRESENT
    absent_reason: str = ""
    role: str = AttendanceRole.MEMBER
    name: str = ""
    capacity: str = ""
    mandate: str = ""
    is_leader: bool = True
    arrived_at: datetime | None = None
    left_at: datetime | None = None


@transaction.atomic
def open_meeting(*, meeting: Meeting, by: User, at: datetime) -> Meeting:
    """Begin the meeting."""
    cycle, meeting = lock_meeting(meeting)
    refuse(policies.open_meeting(standing_in(cycle, by, at), meeting))
    meeting.status = MeetingStatus.OPEN
    with audited("meetings.meeting.opened", by=by):
        meeting.save(update_fields=["status"])
    return meeting


@transaction.atomic
def record_attendance(*, meeting: Meeting, rows: Sequence[AttendanceRow], by: User, at: datetime) -> Meeting:
    """Write the whole list at once: every member, then guests; what was recorded before is replaced."""
    cycle, meeting = lock_meeting(meeting)
    refuse(policies.record_attendance(standing_in(cycle, by, at), meeting))
    members = {m.unit_id: m.unit for m in members_of(cycle)}
    refuse(_attendance_faults(rows, members))
    people = queries.people_of(members, at)
    with audited("meetings.attendance.recorded", by=by):
        Attendance.objects.filter(meeting=meeting).delete()
        Attendance.objects.bulk_create(
            _attendance(meeting, position, row, people) for position, row in enumerate(rows, start=1)
        )
    return queries.meeting_by_key(meeting.pk)


def _attendance_faults(rows: Sequence[AttendanceRow], members: Mapping[int, Unit]) -> list[str]:
    faults: list[str] = []
    seen: set[int] = set()
    for row in rows:
        if row.role == AttendanceRole.MEMBER:
            if row.unit is None or row.unit.pk not in members:
                faults.append(
                    f"{row.unit or row.name} không phải là đơn vị thành viên. Hãy ghi là khách mời."
                )
                continue
            if row.unit.pk in seen:
                faults.append(f"{row.unit} có hai dòng. Hãy bỏ bớt một dòng.")
            seen.add(row.unit.pk)
        faults += attendance_faults(
            str(row.unit or row.name), row.state, row.absent_reason, row.representative
        )
        faults += hour_faults(str(row.unit or row.name), row.state, row.arrived_at, row.left_at)
    missing = [str(unit) for pk, unit in members.items() if pk not in seen]
    return faults + [f"{name}: chưa ghi có mặt hay vắng." for name in missing]


def _attendance(
    meeting: Meeting, position: int, row: AttendanceRow, people: Mapping[tuple[int, str], Any]
) -> Attendance:
    person = people.get((row.unit.pk, row.representative.strip())) if row.unit else None
    is_absent = row.state == AttendanceState.ABSENT
    return Attendance(
        meeting=meeting,
        position=position,
        role=row.role,
        unit=row.unit,
        name=row.name or (row.unit.name if row.unit else ""),
        representative=row.representative.strip(),
        user=person.user if person else None,
        title=row.title.strip() or (person.title if person else ""),
        # Who is known to the system is what the appointment says; of others the list is believed.
        is_leader=queries.is_head(person) if person else row.is_leader,
        capacity=row.capacity.strip(),
        mandate=row.mandate.strip(),
        state=row.state,
        absent_reason=row.absent_reason.strip() if is_absent else "",
        arrived_at=row.arrived_at,
        left_at=row.left_at,
    )


@transaction.atomic
def record_item(*, item: AgendaItem, course: str, outcome: str, by: User, at: datetime) -> AgendaItem:
    """Write down how an item went and what came of it."""
    cycle, item = lock_item(item)
    refuse(policies.record_item(standing_in(cycle, by, at), item))
    item.course, item.outcome = course.strip(), outcome.strip()
    with audited("meetings.item.recorded", by=by):
        item.save(update_fields=["course", "outcome"])
    return item


def roll_of(meeting: Meeting, at: datetime) -> list[RollEntry]:
    """The attendance as a roll at a moment: every member, present only where somebody may vote for it then."""
    return [
        RollEntry(
            unit=a.unit,
            name=a.name,
            representative=a.representative,
            mandate=a.mandate,
            is_present=queries.votes_at(a, at),
            user=None if a.is_leader else a.user,
        )
        for a in meeting.attendances.all()
        if a.role == AttendanceRole.MEMBER
    ]


@transaction.atomic
def open_poll_from_item(
    *,
    item: AgendaItem,
    by: User,
    at: datetime,
    candidates: Sequence[Unit] | None = None,
    closes_at: datetime | None = None,
    counting_committee: str = "",
) -> Poll:
    """Ask the question of an item: those who are there become the roll, and the vote is open."""
    cycle, item = lock_item(item)
    refuse(policies.open_poll_from_item(standing_in(cycle, by, at), item))
    poll = _create_poll(cycle, item, candidates, by, at)
    award_services.open_poll(
        poll=poll,
        roll=roll_of(queries.meeting_by_key(item.meeting_id), at),
        closes_at=closes_at,
        counting_committee=counting_committee,
        by=by,
        at=at,
    )
    return _bind(item, poll, by)


@transaction.atomic
def record_consensus_from_item(
    *,
    item: AgendaItem,
    chosen: Sequence[Unit],
    by: User,
    at: datetime,
    statement: str = "",
    candidates: Sequence[Unit] | None = None,
) -> Poll:
    """Write down what those present agreed without a ballot: names and words, no figures."""
    cycle, item = lock_item(item)
    refuse(policies.record_consensus_from_item(standing_in(cycle, by, at), item))
    is_adoption = item.poll_kind == PollKind.ADOPTION
    if not chosen and not is_adoption:
        raise Refused(["Hãy chọn đơn vị mà hội nghị đã thống nhất."])
    poll = _create_poll(cycle, item, candidates, by, at)
    poll = award_services.record_consensus(
        poll=poll,
        chosen=[queries.adoption_text(item)] if is_adoption else list(chosen),
        statement=statement.strip() or f"Hội nghị thống nhất {queries.decision_of(cycle, item, chosen)}.",
        roll=roll_of(queries.meeting_by_key(item.meeting_id), at),
        by=by,
        at=at,
    )
    return _bind(item, poll, by)


def _create_poll(
    cycle: Cycle, item: AgendaItem, candidates: Sequence[Unit] | None, by: User, at: datetime
) -> Poll:
    is_adoption = item.poll_kind == PollKind.ADOPTION
    if candidates is None:
        candidates = queries.candidates_in(cycle).get(item.poll_kind, [])
    return award_services.create_poll(
        cycle=cycle,
        kind=item.poll_kind,
        form=item.form,
        question=item.title,
        award_type=item.award_type,
        seats=item.seats,
        candidates=() if is_adoption else candidates,
        texts=(queries.adoption_text(item),) if is_adoption else (),
        rule=queries.year_rule(cycle, item.form),
        by=by,
        at=at,
    )


def _bind(item: AgendaItem, poll: Poll, by: User) -> Poll:
    item.poll = poll
    with audited("meetings.item.put_to_decision", by=by):
        item.save(update_fields=["poll"])
    return poll


@transaction.atomic
def end_meeting(
    *, meeting: Meeting, ended_at: datetime, by: User, at: datetime, odd_date_reason: str = ""
) -> Meeting:
    """End the meeting; from here on its list, agenda and outcomes do not change."""
    cycle, meeting = lock_meeting(meeting)
    who = standing_in(cycle, by, at)
    unsettled, undecided = queries.unsettled_polls(meeting), queries.undecided_items(meeting)
    refuse(policies.end_meeting(who, meeting, unsettled, undecided))
    reason = odd_date_reason.strip() or meeting.odd_date_reason
    check_date(meeting.kind, today(meeting.starts_at), cycle.year, reason, who.on)
    if ended_at <= meeting.starts_at:
        raise Refused(["Giờ kết thúc phải sau giờ bắt đầu."])
    meeting.status, meeting.ended_at, meeting.odd_date_reason = MeetingStatus.ENDED, ended_at, reason
    with audited("meetings.meeting.ended", by=by, reason=reason):
        meeting.save(update_fields=["status", "ended_at", "odd_date_reason"])
    return queries.meeting_by_key(meeting.pk)
