"""Every write to meetings, agendas, attendance and minutes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from accounts.models import User
from awards import services as award_services
from awards.enums import PollKind
from awards.models import AwardType, Poll
from awards.queries import award_types
from awards.services import RollEntry
from blocs.models import Cycle, Unit
from blocs.queries import members_of, standing_in, today
from blocs.services import lock_cycle
from config.kit.audit import audited
from config.kit.refusals import Refused, refuse
from documents import services as document_services
from documents.enums import DocumentKind, DocumentStatus, SigningState
from documents.models import Comment, Consultation, Document, Signing
from documents.queries import open_consultation, signings_of
from documents.rules import EDITABLE
from meetings import policies, queries
from meetings.enums import AttendanceRole, AttendanceState, MeetingKind, MeetingStatus
from meetings.models import AgendaItem, Attendance, Meeting, MeetingChair, MinutesVersion
from meetings.reports import minutes_snapshot
from meetings.rules import attendance_faults, odd_dates
from meetings.rules.agendas import starting_agenda
from meetings.rules.reports import ANNUAL_BODY, MIDYEAR_BODY, MINUTES_SECTIONS, meeting_title

MEETING_FIELDS = (
    "kind", "title", "place", "starts_at", "secretary_name", "secretary", "odd_date_reason", "note",
)  # fmt: skip
ITEM_FIELDS = (
    "kind", "title", "is_presented_only", "form", "poll_kind", "award_type", "seats", "document", "course", "outcome",
)  # fmt: skip


@dataclass(frozen=True)
class Chair:
    """One who presides."""

    name: str
    title: str = ""
    unit: Unit | None = None
    user: User | None = None


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


def _lock(meeting: Meeting) -> tuple[Cycle, Meeting]:
    cycle = lock_cycle(meeting.cycle_id)
    return cycle, queries.meeting_by_key(meeting.pk)


def _lock_item(item: AgendaItem) -> tuple[Cycle, AgendaItem]:
    cycle = lock_cycle(item.meeting.cycle_id)
    return cycle, queries.item_by_key(item.pk)


def _check_date(kind: str, on: date, year: int, reason: str, today: date | None = None) -> None:
    odd = odd_dates(kind, on, year, today)
    if odd and not reason.strip():
        raise Refused([*odd, "Hãy kiểm tra ngày và tháng; nếu đúng, hãy ghi lý do."])


# Planning


@transaction.atomic
def plan_meeting(
    *,
    cycle: Cycle,
    kind: str,
    place: str,
    starts_at: datetime,
    by: User,
    at: datetime,
    title: str = "",
    chairs: Sequence[Chair] | None = None,
    secretary_name: str = "",
    secretary: User | None = None,
    odd_date_reason: str = "",
    note: str = "",
    with_agenda: bool = True,
) -> Meeting:
    """Plan a meeting with a sensible agenda; the head of the chair unit presides unless named otherwise."""
    cycle = lock_cycle(cycle.pk)
    refuse(policies.plan_meeting(standing_in(cycle, by, at), cycle))
    _check_date(kind, today(starts_at), cycle.year, odd_date_reason)
    if chairs is None:
        chairs = [Chair(**one) for one in queries.starting_chairs(cycle, at)]
    with audited("meetings.meeting.planned", by=by, reason=odd_date_reason):
        meeting = Meeting.objects.create(
            cycle=cycle,
            kind=kind,
            title=title or meeting_title(kind, cycle.year),
            place=place,
            starts_at=starts_at,
            secretary_name=secretary_name or (secretary.full_name if secretary else ""),
            secretary=secretary,
            odd_date_reason=odd_date_reason,
            note=note,
        )
        _write_chairs(meeting, chairs)
        if with_agenda:
            _write_starting_agenda(meeting, cycle)
    return queries.meeting_by_key(meeting.pk)


def _write_chairs(meeting: Meeting, chairs: Sequence[Chair]) -> None:
    MeetingChair.objects.filter(meeting=meeting).delete()
    MeetingChair.objects.bulk_create(
        MeetingChair(meeting=meeting, position=position, **vars(chair))
        for position, chair in enumerate(chairs, start=1)
    )


def _write_starting_agenda(meeting: Meeting, cycle: Cycle) -> None:
    papers = queries.papers_of(cycle)
    awards = {award.code: award for award in award_types()}
    items = starting_agenda(
        meeting.kind,
        year=cycle.year,
        chair=cycle.bloc.province.chair_word,
        vice=cycle.bloc.province.vice_word,
        after_review=meeting.kind == MeetingKind.SUMMARY and queries.has_review(cycle),
    )
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting,
            position=position,
            kind=start.kind,
            title=title,
            form=start.form,
            poll_kind=start.poll_kind if not start.award or start.award in awards else "",
            award_type=awards.get(start.award),
            document=papers.get(start.paper),
            is_presented_only=start.is_presented_only,
        )
        for position, (start, title) in enumerate(items, start=1)
    )


@transaction.atomic
def edit_meeting(
    *,
    meeting: Meeting,
    by: User,
    at: datetime,
    changes: Mapping[str, Any],
    chairs: Sequence[Chair] | None = None,
) -> Meeting:
    """Change what is known of a meeting that is not over."""
    cycle, meeting = _lock(meeting)
    refuse(policies.edit_meeting(standing_in(cycle, by, at), meeting))
    kept = [name for name in changes if name in MEETING_FIELDS]
    for name in kept:
        setattr(meeting, name, changes[name])
    _check_date(meeting.kind, today(meeting.starts_at), cycle.year, meeting.odd_date_reason)
    with audited("meetings.meeting.edited", by=by, reason=meeting.odd_date_reason):
        if kept:
            meeting.save(update_fields=kept)
        if chairs is not None:
            _write_chairs(meeting, chairs)
    return queries.meeting_by_key(meeting.pk)


@transaction.atomic
def add_item(
    *,
    meeting: Meeting,
    kind: str,
    title: str,
    by: User,
    at: datetime,
    form: str = "",
    poll_kind: str = "",
    award_type: AwardType | None = None,
    seats: int = 1,
    document: Document | None = None,
    is_presented_only: bool = False,
) -> AgendaItem:
    """Put one more item at the end of the agenda, before the closing words when there are some."""
    cycle, meeting = _lock(meeting)
    refuse(policies.add_item(standing_in(cycle, by, at), meeting))
    fields = _decision_fields(form, poll_kind, award_type, is_presented_only)
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    with audited("meetings.item.added", by=by):
        item = AgendaItem.objects.create(
            meeting=meeting,
            position=last + 1,
            kind=kind,
            title=title,
            seats=seats,
            document=document,
            **fields,
        )
    return queries.item_by_key(item.pk)


def _decision_fields(
    form: str, poll_kind: str, award_type: AwardType | None, is_presented_only: bool
) -> dict[str, Any]:
    """Presenting is not deciding; an award question names its award, another one none."""
    if is_presented_only and form:
        raise Refused(["Nội dung chỉ trình bày thì không biểu quyết. Hãy bỏ hình thức quyết định."])
    if poll_kind == PollKind.AWARD and award_type is None:
        raise Refused(["Hãy chọn hình thức khen thưởng được bình xét."])
    return {
        "form": form,
        "poll_kind": poll_kind,
        "award_type": award_type if poll_kind == PollKind.AWARD else None,
        "is_presented_only": is_presented_only,
    }


@transaction.atomic
def edit_item(*, item: AgendaItem, by: User, at: datetime, changes: Mapping[str, Any]) -> AgendaItem:
    """Change an item that has not been decided."""
    cycle, item = _lock_item(item)
    refuse(policies.edit_item(standing_in(cycle, by, at), item))
    kept = [name for name in changes if name in ITEM_FIELDS]
    for name in kept:
        setattr(item, name, changes[name])
    fields = _decision_fields(item.form, item.poll_kind, item.award_type, item.is_presented_only)
    item.award_type = fields["award_type"]
    with audited("meetings.item.edited", by=by):
        item.save(update_fields=[*kept, "award_type"])
    return item


@transaction.atomic
def move_item(*, item: AgendaItem, to: int, by: User, at: datetime) -> AgendaItem:
    """Move an item to another place; the others close up."""
    cycle, item = _lock_item(item)
    refuse(policies.move_item(standing_in(cycle, by, at), item))
    items = list(AgendaItem.objects.filter(meeting=item.meeting_id).order_by("position", "pk"))
    order = [one for one in items if one.pk != item.pk]
    order.insert(max(0, min(to - 1, len(order))), item)
    with audited("meetings.item.moved", by=by):
        for position, one in enumerate(order, start=1):
            if one.position != position:
                one.position = position
                one.save(update_fields=["position"])
    return item


@transaction.atomic
def remove_item(*, item: AgendaItem, by: User, at: datetime) -> None:
    """Take an undecided item off the agenda; the others close up."""
    cycle, item = _lock_item(item)
    refuse(policies.remove_item(standing_in(cycle, by, at), item))
    with audited("meetings.item.removed", by=by):
        later = AgendaItem.objects.filter(meeting=item.meeting_id, position__gt=item.position)
        item.delete()
        later.update(position=F("position") - 1)


def invite(
    *,
    meeting: Meeting,
    issued_on: date,
    by: User,
    at: datetime,
    number: str = "",
    symbol: str = "",
    signatory_name: str = "",
    signatory_title: str = "",
    signatory_office: str = "",
    date_reason: str = "",
) -> Meeting:
    """Issue the letter of invitation and mark the meeting as invited; a letter issued before is kept."""
    meeting = draft_invitation(meeting=meeting, by=by, at=at)
    if meeting.invitation.status != DocumentStatus.ISSUED:
        document_services.issue_document(
            document=meeting.invitation,
            issued_on=issued_on,
            number=number,
            symbol=symbol,
            signatory_name=signatory_name,
            signatory_title=signatory_title,
            signatory_office=signatory_office,
            date_reason=date_reason,
            by=by,
            at=at,
        )
    with transaction.atomic():
        _, meeting = _lock(meeting)
        meeting.status = MeetingStatus.INVITED
        with audited("meetings.meeting.invited", by=by):
            meeting.save(update_fields=["status"])
    return meeting


@transaction.atomic
def draft_invitation(*, meeting: Meeting, by: User, at: datetime) -> Meeting:
    """Open the letter of invitation and settle its text, ready to be issued."""
    cycle, meeting = _lock(meeting)
    refuse(policies.draft_invitation(standing_in(cycle, by, at), meeting))
    if meeting.invitation is None:
        with audited("meetings.invitation.drafted", by=by):
            meeting.invitation = document_services.open_paper(
                cycle=cycle,
                kind=DocumentKind.INVITATION,
                slot=_slot(meeting),
                title="Giấy mời",
                subject=f"Dự {_lower(meeting.title)}",
                addressees="\n".join(m.unit.name for m in members_of(cycle)),
                recipients="Như trên",
                by=by,
                at=at,
            )
            meeting.save(update_fields=["invitation"])
    if meeting.invitation.status in EDITABLE:
        document_services.finalize_document(document=meeting.invitation, by=by, at=at)
    return queries.meeting_by_key(meeting.pk)


def _slot(meeting: Meeting) -> str:
    return f"hoi-nghi-{meeting.pk}"


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, reason: str, by: User, at: datetime) -> Meeting:
    """Call a meeting off before it begins; it stays to be read."""
    cycle, meeting = _lock(meeting)
    refuse(policies.cancel_meeting(standing_in(cycle, by, at), meeting, reason))
    meeting.status, meeting.cancel_reason = MeetingStatus.CANCELLED, reason.strip()
    with audited("meetings.meeting.cancelled", by=by, reason=reason):
        meeting.save(update_fields=["status", "cancel_reason"])
    return meeting


# The day of the meeting


@transaction.atomic
def open_meeting(*, meeting: Meeting, by: User, at: datetime) -> Meeting:
    """Begin the meeting."""
    cycle, meeting = _lock(meeting)
    refuse(policies.open_meeting(standing_in(cycle, by, at), meeting))
    meeting.status = MeetingStatus.OPEN
    with audited("meetings.meeting.opened", by=by):
        meeting.save(update_fields=["status"])
    return meeting


@transaction.atomic
def record_attendance(*, meeting: Meeting, rows: Sequence[AttendanceRow], by: User, at: datetime) -> Meeting:
    """Write the whole list at once: every member, then guests; what was recorded before is replaced."""
    cycle, meeting = _lock(meeting)
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
    )


@transaction.atomic
def record_item(*, item: AgendaItem, course: str, outcome: str, by: User, at: datetime) -> AgendaItem:
    """Write down how an item went and what came of it."""
    cycle, item = _lock_item(item)
    refuse(policies.record_item(standing_in(cycle, by, at), item))
    item.course, item.outcome = course.strip(), outcome.strip()
    with audited("meetings.item.recorded", by=by):
        item.save(update_fields=["course", "outcome"])
    return item


def roll_of(meeting: Meeting) -> list[RollEntry]:
    """The attendance as a roll: every member, present only where somebody may vote for it."""
    return [
        RollEntry(
            unit=a.unit,
            name=a.name,
            representative=a.representative,
            mandate=a.mandate,
            is_present=queries.carries_vote(a),
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
    cycle, item = _lock_item(item)
    refuse(policies.open_poll_from_item(standing_in(cycle, by, at), item))
    poll = _create_poll(cycle, item, candidates, by, at)
    award_services.open_poll(
        poll=poll,
        roll=roll_of(queries.meeting_by_key(item.meeting_id)),
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
    cycle, item = _lock_item(item)
    refuse(policies.record_consensus_from_item(standing_in(cycle, by, at), item))
    is_adoption = item.poll_kind == PollKind.ADOPTION
    if not chosen and not is_adoption:
        raise Refused(["Hãy chọn đơn vị mà hội nghị đã thống nhất."])
    poll = _create_poll(cycle, item, candidates, by, at)
    poll = award_services.record_consensus(
        poll=poll,
        chosen=[queries.adoption_text(item)] if is_adoption else list(chosen),
        statement=statement.strip() or f"Hội nghị thống nhất {queries.decision_of(cycle, item, chosen)}.",
        roll=roll_of(queries.meeting_by_key(item.meeting_id)),
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
    cycle, meeting = _lock(meeting)
    who = standing_in(cycle, by, at)
    unsettled, undecided = queries.unsettled_polls(meeting), queries.undecided_items(meeting)
    refuse(policies.end_meeting(who, meeting, unsettled, undecided))
    reason = odd_date_reason.strip() or meeting.odd_date_reason
    _check_date(meeting.kind, today(meeting.starts_at), cycle.year, reason, who.on)
    if ended_at <= meeting.starts_at:
        raise Refused(["Giờ kết thúc phải sau giờ bắt đầu."])
    meeting.status, meeting.ended_at, meeting.odd_date_reason = MeetingStatus.ENDED, ended_at, reason
    with audited("meetings.meeting.ended", by=by, reason=reason):
        meeting.save(update_fields=["status", "ended_at", "odd_date_reason"])
    return queries.meeting_by_key(meeting.pk)


# Minutes


@transaction.atomic
def draft_minutes(*, meeting: Meeting, by: User, at: datetime) -> MinutesVersion:
    """Write the minutes from the rows; a draft is made anew and keeps the secretary's own words."""
    cycle, meeting = _lock(meeting)
    newest = queries.newest_minutes(meeting)
    refuse(policies.draft_minutes(standing_in(cycle, by, at), meeting, newest))
    snapshot = minutes_snapshot(meeting)
    with audited("meetings.minutes.drafted", by=by):
        if newest is not None:
            newest.snapshot = snapshot
            newest.save(update_fields=["snapshot"])
            return newest
        document = document_services.open_paper(
            cycle=cycle,
            kind=_minutes_kind(meeting),
            slot=_slot(meeting),
            title="Biên bản",
            subject=meeting.title,
            recipients="Hội đồng TĐKT tỉnh\nCác đơn vị thành viên",
            by=by,
            at=at,
        )
        return MinutesVersion.objects.create(
            meeting=meeting, version=1, document=document, snapshot=snapshot, drafted_at=at, drafted_by=by
        )


def _minutes_kind(meeting: Meeting) -> str:
    is_review = meeting.kind == MeetingKind.REVIEW
    return DocumentKind.MINUTES_REVIEW if is_review else DocumentKind.MINUTES_MEETING


def _lock_minutes(minutes: MinutesVersion) -> tuple[Cycle, MinutesVersion]:
    cycle = lock_cycle(minutes.meeting.cycle_id)
    return cycle, queries.minutes_by_key(minutes.pk)


@transaction.atomic
def edit_minutes(
    *, minutes: MinutesVersion, additions: Mapping[str, str], by: User, at: datetime
) -> MinutesVersion:
    """Add the secretary's own words under a section; figures stay what the rows said."""
    cycle, minutes = _lock_minutes(minutes)
    refuse(policies.edit_minutes(standing_in(cycle, by, at), minutes))
    words = {name: text.strip() for name, text in additions.items() if name in MINUTES_SECTIONS}
    minutes.additions = {name: text for name, text in {**minutes.additions, **words}.items() if text}
    with audited("meetings.minutes.edited", by=by):
        minutes.save(update_fields=["additions"])
    return minutes


@transaction.atomic
def send_minutes_for_comments(
    *, minutes: MinutesVersion, due_on: date, by: User, at: datetime, note: str = ""
) -> Consultation:
    """Let those who were there say whether the minutes are true."""
    cycle, minutes = _lock_minutes(minutes)
    refuse(policies.send_minutes_for_comments(standing_in(cycle, by, at), minutes))
    return document_services.send_for_comments(
        document=minutes.document, due_on=due_on, note=note, by=by, at=at
    )


@transaction.atomic
def comment_on_minutes(
    *, minutes: MinutesVersion, unit: Unit, text: str, by: User, at: datetime, agrees: bool = False
) -> Comment:
    """Say something about the minutes in the name of a unit that was there."""
    cycle, minutes = _lock_minutes(minutes)
    consultation = open_consultation(minutes.document)
    refuse(policies.comment_on_minutes(standing_in(cycle, by, at), minutes, consultation, unit))
    return document_services.comment_on_document(
        document=minutes.document, unit=unit, text=text, agrees=agrees, by=by, at=at
    )


@transaction.atomic
def settle_minutes(*, minutes: MinutesVersion, by: User, at: datetime) -> list[Signing]:
    """Settle the text and ask the secretary, then whoever presided, to sign."""
    cycle, minutes = _lock_minutes(minutes)
    refuse(policies.settle_minutes(standing_in(cycle, by, at), minutes))
    meeting = queries.meeting_by_key(minutes.meeting_id)
    with audited("meetings.minutes.settled", by=by):
        document_services.finalize_document(document=minutes.document, by=by, at=at)
        return document_services.ask_signatures(
            document=minutes.document, parties=_signing_parties(meeting), by=by, at=at
        )


def _signing_parties(meeting: Meeting) -> list[dict[str, Any]]:
    """The secretary left, then the chairs right; the person, when known, is the one who signs."""
    secretary = {
        "party": meeting.secretary_name,
        "office": "Thư ký",
        "signer": meeting.secretary,
        "signatory_name": meeting.secretary_name,
    }
    chairs = [
        {
            "party": chair.name,
            "office": "Chủ tọa",
            "unit": chair.unit if chair.user is None else None,
            "signer": chair.user,
            "signatory_name": chair.name,
            "capacity": chair.title,
        }
        for chair in meeting.chairs.all()
    ]
    return [secretary, *chairs]


@transaction.atomic
def sign_minutes(*, minutes: MinutesVersion, by: User, at: datetime, capacity: str = "") -> Signing:
    """Sign as the secretary or as one who presided."""
    cycle, minutes = _lock_minutes(minutes)
    who = standing_in(cycle, by, at)
    pending = signings_of(minutes.document).filter(state=SigningState.PENDING)
    signing = next(
        (
            one
            for one in pending
            if one.signer_id == by.pk or (one.signer_id is None and one.unit_id in who.head_of)
        ),
        None,
    )
    refuse(policies.sign_minutes(who, minutes, signing))
    return document_services.sign_document(signing=signing, capacity=capacity, by=by, at=at)


@transaction.atomic
def correct_minutes(*, minutes: MinutesVersion, reason: str, by: User, at: datetime) -> MinutesVersion:
    """Begin a new version of issued minutes; the old one holds until the new is issued."""
    cycle, minutes = _lock_minutes(minutes)
    refuse(policies.correct_minutes(standing_in(cycle, by, at), minutes, reason))
    document = document_services.replace_document(document=minutes.document, reason=reason, by=by, at=at)
    with audited("meetings.minutes.corrected", by=by, reason=reason):
        return MinutesVersion.objects.create(
            meeting=minutes.meeting,
            version=minutes.version + 1,
            document=document,
            snapshot=minutes.snapshot,
            additions=minutes.additions,
            correction_reason=reason.strip(),
            drafted_at=at,
            drafted_by=by,
        )


# Reports


@transaction.atomic
def draft_annual_report(*, cycle: Cycle, by: User, at: datetime) -> Document:
    """Begin the annual report: text to be edited, lines that stand for figures."""
    cycle = lock_cycle(cycle.pk)
    refuse(policies.draft_annual_report(standing_in(cycle, by, at), cycle))
    return document_services.open_paper(
        cycle=cycle,
        kind=DocumentKind.ANNUAL_REPORT,
        title="Báo cáo",
        subject=f"Tổng kết công tác thi đua, khen thưởng năm {cycle.year} và phương hướng, nhiệm vụ năm {cycle.year + 1}",
        body=ANNUAL_BODY.format(bloc=cycle.bloc, year=cycle.year, next=cycle.year + 1),
        recipients="Hội đồng TĐKT tỉnh\nCác đơn vị thành viên",
        by=by,
        at=at,
    )


@transaction.atomic
def draft_midyear_report(*, cycle: Cycle, by: User, at: datetime) -> Document:
    """Begin the mid-year report in the same way."""
    cycle = lock_cycle(cycle.pk)
    refuse(policies.draft_midyear_report(standing_in(cycle, by, at), cycle))
    return document_services.open_paper(
        cycle=cycle,
        kind=DocumentKind.MIDYEAR_REPORT,
        title="Báo cáo",
        subject=f"Sơ kết công tác thi đua, khen thưởng 6 tháng đầu năm {cycle.year}",
        body=MIDYEAR_BODY.format(bloc=cycle.bloc, year=cycle.year),
        recipients="Hội đồng TĐKT tỉnh\nCác đơn vị thành viên",
        by=by,
        at=at,
    )
