"""The minutes: what is frozen into them, and how it is printed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from awards.enums import CountOrigin, DecisionForm, PollStatus
from awards.models import Poll
from blocs.models import Cycle
from config.kit.text import VIETNAM
from documents.enums import DocumentStatus
from documents.models import Document
from documents.queries import signings_of
from documents.reports import signature_of, typed_paper
from documents.rules import Paper, Signatory, lines_in, lines_of
from meetings import queries
from meetings.enums import AgendaKind, AttendanceRole, AttendanceState
from meetings.models import AgendaItem, Attendance, Meeting, MinutesVersion
from meetings.reports.words import clock, day_of, lower, office_in_words, ranking_words
from meetings.rules import PRESENT, decision_in_words, quorum_in_words, share
from meetings.rules.reports import MINUTES_SECTIONS

SETTLED = (PollStatus.COUNTED, PollStatus.CONFIRMED)


def minutes_snapshot(meeting: Meeting) -> dict[str, Any]:
    """All that the rows say of a meeting, worded once: what is signed does not change when rows do."""
    attendances = list(meeting.attendances.all())
    members = [a for a in attendances if a.role == AttendanceRole.MEMBER]
    present, least = queries.quorum_of(meeting, len(members))
    items = [_item_words(meeting.cycle, item, members) for item in meeting.items.all()]
    return {
        "title": meeting.title,
        "starts": f"{clock(meeting.starts_at)}, {day_of(meeting.starts_at)}",
        "place": meeting.place,
        "chairs": [{"name": c.name, "title": office_in_words(c)} for c in meeting.chairs.all()],
        "secretary": meeting.secretary_name,
        "present": [_person(a) for a in members if a.state in PRESENT],
        "absent": [_person(a) for a in members if a.state == AttendanceState.ABSENT],
        "guests": [_person(a) for a in attendances if a.role != AttendanceRole.MEMBER and a.state in PRESENT],
        "quorum": quorum_in_words(len(members), present, least),
        "items": items,
        "resolutions": [line for item in items for line in item["resolutions"]],
        "ends": _end_words(meeting),
        "date_reason": meeting.odd_date_reason,
    }


def _end_words(meeting: Meeting) -> str:
    same_day = meeting.ended_at.astimezone(VIETNAM).date() == meeting.starts_at.astimezone(VIETNAM).date()
    return f"{clock(meeting.ended_at)} {'cùng ngày' if same_day else day_of(meeting.ended_at)}"


def _person(attendance: Attendance) -> dict[str, str]:
    notes = [
        _came(attendance),
        f"về lúc {clock(attendance.left_at)}" if attendance.left_at else "",
        f"theo {attendance.mandate}" if attendance.mandate else "",
    ]
    return {
        "unit": attendance.name,
        "name": attendance.representative,
        "title": attendance.title,
        "note": ", ".join(note for note in notes if note),
        "reason": attendance.absent_reason,
    }


def _came(attendance: Attendance) -> str:
    if attendance.arrived_at:
        return f"đến lúc {clock(attendance.arrived_at)}"
    return "đến muộn" if attendance.state == AttendanceState.LATE else ""


def _roll_words(poll: Poll, members: Sequence[Attendance]) -> list[str]:
    """When the vote was held and who was on its roll; why that is not the number who came to the meeting."""
    roll = list(poll.roll.all())
    if not roll or poll.opened_at is None:
        return []
    there = {entry.unit_id for entry in roll if entry.is_present}
    lines = [
        f"Biểu quyết lúc {clock(poll.opened_at)}: có mặt biểu quyết {len(there)}/{len(roll)} đơn vị thành viên."
    ]
    others = [
        _why_not(one, poll.opened_at) for one in members if one.state in PRESENT and one.unit_id not in there
    ]
    came = sum(one.state in PRESENT for one in members)
    if others:
        lines.append(f"Khác số {came} đơn vị dự hội nghị vì: {'; '.join(others)}.")
    return lines


def _why_not(attendance: Attendance, at: datetime) -> str:
    if attendance.arrived_at and at < attendance.arrived_at:
        return f"{attendance.name} đến lúc {clock(attendance.arrived_at)}"
    if attendance.left_at and attendance.left_at <= at:
        return f"{attendance.name} về lúc {clock(attendance.left_at)}"
    if not queries.carries_vote(attendance):
        return f"{attendance.name} cử người dự không có văn bản ủy quyền biểu quyết"
    return f"{attendance.name} chưa có trong danh sách lúc mở biểu quyết"


def _item_words(cycle: Cycle, item: AgendaItem, members: Sequence[Attendance]) -> dict[str, Any]:
    decided = _poll_words(cycle, item.poll) if item.poll and item.poll.status in SETTLED else {}
    outcome = item.outcome or decided.get("sentence", "")
    return {
        "title": item.title,
        "course": item.course,
        "outcome": outcome,
        "is_presented_only": item.is_presented_only,
        "form": item.get_form_display(),
        "roll": _roll_words(item.poll, members) if decided else [],
        "votes": decided.get("votes", []),
        "rule": decided.get("rule", ""),
        "count": decided.get("count", []),
        "ranking": ranking_words(cycle) if item.kind == AgendaKind.RANKING else [],
        "resolutions": [outcome] if outcome and item.form else [],
    }


def _poll_words(cycle: Cycle, poll: Poll) -> dict[str, Any]:
    """A decision in words; figures only where ballots or hands were counted."""
    if poll.form == DecisionForm.CONSENSUS:
        return {"sentence": poll.result.get("sentence", "")}
    options = list(poll.options.all())
    figures = poll.result.get("options", {})
    votes = [
        {
            "name": option.text,
            "votes": f"{found['votes']}/{found['base']}",
            "share": share(found["votes"], found["base"]),
        }
        for option in options
        if (found := figures.get(str(option.pk)))
    ]
    return {
        "sentence": f"Hội nghị {winners_in_words(cycle, poll)}.",
        "votes": votes,
        "count": _count_words(poll),
    }


def winners_in_words(cycle: Cycle, poll: Poll) -> str:
    """What a settled poll decided, with the legal name of the award."""
    chosen = set(poll.result.get("winners", poll.result.get("elected", ())))
    names = [option.text for option in poll.options.all() if str(option.pk) in chosen]
    award = poll.award_type
    return decision_in_words(
        poll.kind,
        names,
        award=award.name if award else "",
        award_code=award.code if award else "",
        year=cycle.year,
        chair=cycle.bloc.province.chair_word,
        vice=cycle.bloc.province.vice_word,
        question=poll.question,
    )


def _count_words(poll: Poll) -> list[str]:
    count = (list(poll.counts.all()) or [None])[-1]
    if count is None or count.origin == CountOrigin.HANDS:
        return []
    return [
        f"Số phiếu phát ra: {count.issued}; số phiếu thu về: {count.returned}; "
        f"hợp lệ: {count.returned - count.invalid}; không hợp lệ: {count.invalid}."
    ]


def minutes_paper(document: Document) -> Paper:
    """The minutes: number, no place and date, the secretary left and the chair right."""
    minutes = MinutesVersion.objects.filter(document=document).first()
    if minutes is None:
        return typed_paper(document)
    return Paper(
        "meetings/pdf/minutes.html",
        {
            "minutes": _printed(minutes.snapshot),
            "added": {name: lines_of(minutes.additions.get(name, "")) for name in MINUTES_SECTIONS},
            "correction_reason": minutes.correction_reason,
            "signatories": minutes_signatories(document, minutes.snapshot),
            "signature_layout": "two",
        },
        missing=_minutes_gaps(document),
    )


def _printed(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """The snapshot with paragraphs cut, as a template draws it."""
    items = [
        {**item, "course_lines": lines_in(item["course"]), "outcome_lines": lines_in(item["outcome"])}
        for item in snapshot["items"]
    ]
    return {**snapshot, "items": items, "meeting": lower(snapshot["title"])}


def minutes_signatories(document: Document, snapshot: Mapping[str, Any]) -> tuple[Signatory, ...]:
    """Asked signatures as they stand; before that the names, with room for the pen."""
    asked = [signature_of(signing) for signing in signings_of(document)]
    if asked:
        return tuple(Signatory(title=one.title, name=one.name, note=one.note) for one in asked)
    chairs = [Signatory(title="Chủ tọa", name=chair["name"]) for chair in snapshot.get("chairs", ())]
    return (Signatory(title="Thư ký", name=snapshot.get("secretary", "")), *chairs)


def _minutes_gaps(document: Document) -> tuple[str, ...]:
    if document.status == DocumentStatus.FINAL and not signings_of(document).exists():
        return ("Biên bản chưa mời thư ký, chủ tọa ký. Hãy chốt biên bản ở trang hội nghị.",)
    return ()
