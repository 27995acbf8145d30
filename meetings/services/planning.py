"""Plan a meeting, its agenda and its invitation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from accounts.models import User
from awards.enums import PollKind
from awards.models import AwardType
from awards.queries import award_types
from blocs.models import Cycle, Unit
from blocs.queries import members_of, standing_in, today
from blocs.services import lock_cycle
from config.kit.audit import audited
from config.kit.refusals import Refused, refuse
from documents import services as document_services
from documents.enums import DocumentKind, DocumentStatus
from documents.models import Document
from documents.rules import EDITABLE
from meetings import policies, queries
from meetings.enums import MeetingKind, MeetingStatus
from meetings.models import AgendaItem, Meeting, MeetingChair
from meetings.rules import odd_dates
from meetings.rules.agendas import starting_agenda
from meetings.rules.reports import meeting_title

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


def lock_meeting(meeting: Meeting) -> tuple[Cycle, Meeting]:
    cycle = lock_cycle(meeting.cycle_id)
    return cycle, queries.meeting_by_key(meeting.pk)


def lock_item(item: AgendaItem) -> tuple[Cycle, AgendaItem]:
    cycle = lock_cycle(item.meeting.cycle_id)
    return cycle, queries.item_by_key(item.pk)


def check_date(kind: str, on: date, year: int, reason: str, today: date | None = None) -> None:
    odd = odd_dates(kind, on, year, today)
    if odd and not reason.strip():
        raise Refused([*odd, "Hãy kiểm tra ngày và tháng; nếu đúng, hãy ghi lý do."])


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
    check_date(kind, today(starts_at), cycle.year, odd_date_reason)
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
    cycle, meeting = lock_meeting(meeting)
    refuse(policies.edit_meeting(standing_in(cycle, by, at), meeting))
    kept = [name for name in changes if name in MEETING_FIELDS]
    for name in kept:
        setattr(meeting, name, changes[name])
    check_date(meeting.kind, today(meeting.starts_at), cycle.year, meeting.odd_date_reason)
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
    cycle, meeting = lock_meeting(meeting)
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
    cycle, item = lock_item(item)
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
    cycle, item = lock_item(item)
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
    cycle, item = lock_item(item)
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
        _, meeting = lock_meeting(meeting)
        meeting.status = MeetingStatus.INVITED
        with audited("meetings.meeting.invited", by=by):
            meeting.save(update_fields=["status"])
    return meeting


@transaction.atomic
def draft_invitation(*, meeting: Meeting, by: User, at: datetime) -> Meeting:
    """Open the letter of invitation and settle its text, ready to be issued."""
    cycle, meeting = lock_meeting(meeting)
    refuse(policies.draft_invitation(standing_in(cycle, by, at), meeting))
    if meeting.invitation is None:
        with audited("meetings.invitation.drafted", by=by):
            meeting.invitation = document_services.open_paper(
                cycle=cycle,
                kind=DocumentKind.INVITATION,
                slot=slot(meeting),
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


def slot(meeting: Meeting) -> str:
    return f"hoi-nghi-{meeting.pk}"


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, reason: str, by: User, at: datetime) -> Meeting:
    """Call a meeting off before it begins; it stays to be read."""
    cycle, meeting = lock_meeting(meeting)
    refuse(policies.cancel_meeting(standing_in(cycle, by, at), meeting, reason))
    meeting.status, meeting.cancel_reason = MeetingStatus.CANCELLED, reason.strip()
    with audited("meetings.meeting.cancelled", by=by, reason=reason):
        meeting.save(update_fields=["status", "cancel_reason"])
    return meeting
