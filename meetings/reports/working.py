"""Invitation, agenda and list of delegates."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from config.kit import pdf
from config.kit.tables import Column, Row, Table
from documents.enums import DocumentKind
from documents.models import Document
from documents.reports import letterhead, typed_paper
from documents.rules import Paper, lines_of
from meetings import queries
from meetings.enums import AttendanceRole
from meetings.models import Attendance, Meeting, MeetingChair
from meetings.reports.words import clock, day_of, lower, office_in_words


def invitation_paper(document: Document) -> Paper:
    """The letter of invitation, from the meeting's own rows."""
    meeting = queries.meeting_of_invitation(document)
    if meeting is None:
        return typed_paper(document)
    context = {
        **_agenda(meeting),
        "called": lower(meeting.title),
        "issuer_word": str(document.bloc),
        "lines": lines_of(document.body),
    }
    agenda = Paper("meetings/pdf/agenda_appendix.html", _agenda(meeting))
    return Paper("meetings/pdf/invitation.html", context, appendices=(agenda,))


def _agenda(meeting: Meeting) -> dict[str, Any]:
    return {
        "meeting": meeting,
        "starts": f"{clock(meeting.starts_at)}, {day_of(meeting.starts_at)}",
        "chairs": [_named(c) for c in meeting.chairs.all()],
        "items": [item.title for item in meeting.items.all()],
    }


def _named(chair: MeetingChair) -> str:
    office = office_in_words(chair)
    return f"{chair.name}, {office}" if office else chair.name


def working_paper(meeting: Meeting, template: str, title: str, context: Mapping[str, Any]) -> bytes:
    """A list that is handed out, not an official paper: the letterhead, no number, no signature."""
    cycle = meeting.cycle
    blank = Document(
        province=cycle.bloc.province,
        bloc=cycle.bloc,
        cycle=cycle,
        kind=DocumentKind.OTHER,
        title=title,
        subject=meeting.title,
    )
    shared = {**letterhead(blank), "is_draft": False, "signature_layout": "none", "has_place_day": False}
    return pdf.from_html(render_to_string(template, {**shared, "meeting": meeting, **context}))


def agenda_pdf(meeting: Meeting) -> bytes:
    """Chương trình hội nghị."""
    return working_paper(meeting, "meetings/pdf/agenda.html", "Chương trình", _agenda(meeting))


def delegates_table(meeting: Meeting, at: datetime) -> Table:
    """Danh sách đại biểu: who is expected, and, once called over, who came."""
    recorded = list(meeting.attendances.all())
    if recorded:
        rows = [(a.name, a.representative, a.title, a.get_state_display(), _remark(a)) for a in recorded]
    else:
        expected = queries.proposed_attendance(meeting, at)
        rows = [(str(one["unit"]), one["representative"], one["title"], "", "") for one in expected]
    columns = (
        Column("TT", "count", 5),
        Column("Đơn vị", width=34),
        Column("Họ tên", width=24),
        Column("Chức vụ", width=22),
        Column("Có mặt", width=12),
        Column("Ghi chú", width=24),
    )
    return Table("Danh sách đại biểu", columns, tuple(Row((i, *row)) for i, row in enumerate(rows, start=1)))


def _remark(attendance: Attendance) -> str:
    parts = [
        attendance.absent_reason,
        f"theo {attendance.mandate}" if attendance.mandate else "",
        "" if attendance.role == AttendanceRole.MEMBER else attendance.get_role_display(),
    ]
    return "; ".join(part for part in parts if part)


def delegates_pdf(meeting: Meeting, at: datetime) -> bytes:
    return working_paper(
        meeting, "meetings/pdf/delegates.html", "Danh sách đại biểu", {"table": delegates_table(meeting, at)}
    )
