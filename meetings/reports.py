"""What meetings print: invitation, agenda, delegates, minutes, the bloc's reports, and the conference folder."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from awards.enums import CountOrigin, DecisionForm, PollKind, PollStatus
from awards.models import Poll
from awards.queries import nominations_of
from blocs.enums import Office
from blocs.models import Cycle, Unit
from blocs.queries import Standing, members_of, next_cycle_of, standing_in, terms_of
from blocs.rules import ArchiveItem, Panel
from config.kit import pdf
from config.kit.tables import Column, Row, Table
from config.kit.text import VIETNAM, long_day, number, search_key
from covenants.enums import InitiativeLevel, Period
from covenants.models import Content
from covenants.queries import Figures, contents_of, figures_of, initiative_totals, movements_of, sent_units
from covenants.rules import roman, tally
from documents.enums import DocumentKind, DocumentStatus
from documents.models import Document
from documents.queries import documents_of, signings_of
from documents.reports import file_name, letterhead, pdf_of, signature_of, typed_paper
from documents.rules import Paper, Signatory, lines_in, lines_of
from meetings import policies, queries
from meetings.enums import AgendaKind, AttendanceRole, AttendanceState, MeetingStatus
from meetings.models import AgendaItem, Attendance, Meeting, MeetingChair, MinutesVersion
from meetings.rules import PRESENT, decision_in_words, listed, quorum_in_words, share
from meetings.rules.reports import MINUTES_SECTIONS, marker_faults, pieces_of
from scoring.queries import ranking_of
from scoring.rules.ranking import WORDS

SETTLED = (PollStatus.COUNTED, PollStatus.CONFIRMED)


def clock(at: datetime) -> str:
    """“08 giờ 00 phút”."""
    return at.astimezone(VIETNAM).strftime("%H giờ %M phút")


def day_of(at: datetime) -> str:
    """“ngày 05 tháng 02 năm 2020”."""
    return long_day(at.astimezone(VIETNAM).date())


# Minutes


def minutes_snapshot(meeting: Meeting) -> dict[str, Any]:
    """All that the rows say of a meeting, worded once: what is signed does not change when rows do."""
    attendances = list(meeting.attendances.all())
    members = [a for a in attendances if a.role == AttendanceRole.MEMBER]
    present, least = queries.quorum_of(meeting, len(members))
    items = [_item_words(meeting.cycle, item) for item in meeting.items.all()]
    return {
        "title": meeting.title,
        "starts": f"{clock(meeting.starts_at)}, {day_of(meeting.starts_at)}",
        "place": meeting.place,
        "chairs": [{"name": c.name, "title": _office(c)} for c in meeting.chairs.all()],
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
        "đến muộn" if attendance.state == AttendanceState.LATE else "",
        f"theo {attendance.mandate}" if attendance.mandate else "",
    ]
    return {
        "unit": attendance.name,
        "name": attendance.representative,
        "title": attendance.title,
        "note": ", ".join(note for note in notes if note),
        "reason": attendance.absent_reason,
    }


def _item_words(cycle: Cycle, item: AgendaItem) -> dict[str, Any]:
    decided = _poll_words(cycle, item.poll) if item.poll and item.poll.status in SETTLED else {}
    outcome = item.outcome or decided.get("sentence", "")
    return {
        "title": item.title,
        "course": item.course,
        "outcome": outcome,
        "is_presented_only": item.is_presented_only,
        "form": item.get_form_display(),
        "votes": decided.get("votes", []),
        "rule": decided.get("rule", ""),
        "count": decided.get("count", []),
        "ranking": _ranking_words(cycle) if item.kind == AgendaKind.RANKING else [],
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


def _ranking_words(cycle: Cycle) -> list[dict[str, str]]:
    run = ranking_of(cycle)
    rows = sorted(run.rows.all(), key=_by_rank) if run else []
    return [{"unit": row.unit.name, "rank": rank_in_words(row), "total": number(row.total)} for row in rows]


def _by_rank(row: Any) -> tuple[bool, int, str]:
    return (row.rank is None, row.rank or 0, row.unit.sort_key)


def rank_in_words(row: Any) -> str:
    """“Nhất”, “đồng hạng Nhì”; “—” for a unit that is not ranked."""
    if row.rank is None:
        return "—"
    word = WORDS[row.rank - 1] if row.rank <= len(WORDS) else str(row.rank)
    return f"đồng hạng {word}" if row.is_tied and not row.decided_reason else word


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
    return {**snapshot, "items": items, "meeting": _lower(snapshot["title"])}


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


# Invitation, agenda, delegates


def invitation_paper(document: Document) -> Paper:
    """The letter of invitation, from the meeting's own rows."""
    meeting = queries.meeting_of_invitation(document)
    if meeting is None:
        return typed_paper(document)
    context = {
        **_agenda(meeting),
        "called": _lower(meeting.title),
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
    office = _office(chair)
    return f"{chair.name}, {office}" if office else chair.name


def _office(chair: MeetingChair) -> str:
    """“Giám đốc Sở Y tế”: the office with the agency it is held in."""
    if chair.unit is None or chair.unit.name in chair.title:
        return chair.title
    return f"{chair.title} {chair.unit.name}".strip()


def _working_paper(meeting: Meeting, template: str, title: str, context: Mapping[str, Any]) -> bytes:
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
    return _working_paper(meeting, "meetings/pdf/agenda.html", "Chương trình", _agenda(meeting))


def delegates_table(meeting: Meeting, at: datetime) -> Table:
    """Danh sách đại biểu: who is expected, and, once called over, who came."""
    recorded = list(meeting.attendances.all())
    if recorded:
        rows = [(a.name, a.representative, a.title, a.get_state_display(), _remark(a)) for a in recorded]
    else:
        expected = queries.proposed_attendance(meeting, at)
        rows = [(str(one["unit"]), one["representative"], one["title"], "", "") for one in expected]
    columns = (
        Column("TT", "int", 5),
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
    return _working_paper(
        meeting, "meetings/pdf/delegates.html", "Danh sách đại biểu", {"table": delegates_table(meeting, at)}
    )


# Reports of the bloc


def report_paper(document: Document) -> Paper:
    """A report: the typed text, with figures from rows in the place of their lines, and the score table joined."""
    pieces = pieces_of(document.body)
    cycle = document.cycle
    drawn = [
        {"lines": lines_of(piece.text)} if piece.text else _marked(piece.marker, cycle, document.kind)
        for piece in pieces
    ]
    missing = marker_faults(pieces)
    if not document.body.strip():
        missing = ["Báo cáo chưa có nội dung. Hãy soạn nội dung."]
    appendices = _score_appendix(cycle) if document.kind == DocumentKind.ANNUAL_REPORT else ()
    return Paper("meetings/pdf/report.html", {"pieces": drawn}, tuple(missing), appendices)


def _marked(name: str, cycle: Cycle, kind: str) -> dict[str, Any]:
    builder = BLOCKS.get(name)
    return builder(cycle, kind) if builder else {}


def _members_block(cycle: Cycle, kind: str) -> dict[str, Any]:
    units = [m.unit.name for m in members_of(cycle)]
    offices = {term.office: term.unit.name for term in terms_of(cycle)}
    sentences = [f"{cycle.bloc} năm {cycle.year} gồm {len(units)} đơn vị thành viên: {'; '.join(units)}."]
    if chair := offices.get(Office.CHAIR):
        sentences.append(f"{cycle.bloc.province.chair_word}: {chair}.")
    if vice := offices.get(Office.VICE):
        sentences.append(f"{cycle.bloc.province.vice_word}: {vice}.")
    return {"sentences": sentences}


def _papers_block(cycle: Cycle, kind: str) -> dict[str, Any]:
    """The regulation, plan and covenant as they were issued, with number and day."""
    kinds = (DocumentKind.PLAN, DocumentKind.REGULATION, DocumentKind.LAUNCH, DocumentKind.COVENANT)
    issued = [d for d in documents_of(cycle) if d.kind in kinds and d.status == DocumentStatus.ISSUED]
    if not issued:
        return {}
    names = "; ".join(_cited(document) for document in issued)
    return {"sentences": [f"Khối đã ban hành: {names}."]}


def _cited(document: Document) -> str:
    number_words = f" số {document.number_line}" if document.number_line else ""
    about = f" {_lower(document.subject)}" if document.subject else ""
    return f"{document.title}{number_words} {long_day(document.issued_on)}{about}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _ranking_block(cycle: Cycle, kind: str) -> dict[str, Any]:
    rows = _ranking_words(cycle)
    if not rows:
        return {"sentences": ["Chưa có kết quả xếp hạng."]}
    return {
        "sentences": [
            "Kết quả xếp hạng thi đua được khối thống nhất như sau (chi tiết tại Phụ lục kèm theo):"
        ],
        "table": {
            "head": ("TT", "Đơn vị", "Tổng điểm", "Xếp hạng"),
            "wide": "50%",
            "rows": [(str(i), row["unit"], row["total"], row["rank"]) for i, row in enumerate(rows, start=1)],
        },
    }


def _awards_block(cycle: Cycle, kind: str) -> dict[str, Any]:
    """What the meeting proposes, in the words of the law; no ballot figures where there was no ballot."""
    nominations = list(nominations_of(cycle))
    if not nominations:
        return {"sentences": ["Chưa có đơn vị được đề nghị khen thưởng."]}
    how = {n.agreed_how for n in nominations}
    lead = (
        "Hội nghị thống nhất" if how == {DecisionForm.CONSENSUS.label} else "Hội nghị đã bình xét, biểu quyết"
    )
    lines = []
    for award in dict.fromkeys(n.award_type for n in nominations):
        names = [n.unit.name for n in nominations if n.award_type_id == award.pk]
        words = decision_in_words(
            PollKind.AWARD, names, award=award.name, award_code=award.code, year=cycle.year
        )
        lines.append(f"- {words[:1].upper()}{words[1:]}.")
    return {"sentences": [f"{lead} đề nghị khen thưởng như sau:", *lines]}


def _next_offices_block(cycle: Cycle, kind: str) -> dict[str, Any]:
    following = next_cycle_of(cycle)
    offices = {term.office: term.unit.name for term in terms_of(following)} if following else {}
    province = cycle.bloc.province
    words = [
        f"{word} năm {cycle.year + 1}: {offices[office]}"
        for office, word in ((Office.CHAIR, province.chair_word), (Office.VICE, province.vice_word))
        if office in offices
    ]
    return {"sentences": [f"{'; '.join(words)}."]} if words else {}


def _results_block(cycle: Cycle, kind: str) -> dict[str, Any]:
    """Results by the covenant's contents, then by unit: counted from the figures, nothing typed."""
    period = Period.MID if kind == DocumentKind.MIDYEAR_REPORT else Period.YEAR
    sent = sent_units(cycle, period)
    figures = figures_of(cycle, period, units=sent)
    if figures.covenant is None:
        return {"sentences": ["Năm thi đua chưa có giao ước được thống nhất."]}
    contents = contents_of(figures.covenant)
    members = [m.unit for m in members_of(cycle)]
    units = [unit for unit in members if unit.pk in sent]
    waiting = [unit.name for unit in members if unit.pk not in sent]
    lead = (
        f"Giao ước thi đua năm {cycle.year} có {len(contents)} nội dung, {len(figures.targets)} chỉ tiêu. "
        f"Toàn khối: {figures.tally_of_bloc().in_words}."
    )
    unsent = [f"Chưa gửi kết quả, nên chưa được tính: {'; '.join(waiting)}."] if waiting else []
    return {
        "sentences": [lead, *unsent, *_content_sentences(contents, figures, units)],
        "table": _units_table(figures, units),
        "after": _exceeding_sentences(figures, units),
    }


def _content_sentences(contents: Sequence[Content], figures: Figures, units: Sequence[Unit]) -> list[str]:
    found = []
    for content in contents:
        keys = {target.pk for target in content.ordered_targets}
        counted = tally(one.achievement for (target, _), one in figures.cells.items() if target in keys)
        found.append(f"- Nội dung {roman(content.position)}. {content.title}: {counted.in_words}.")
    return found


def _units_table(figures: Figures, units: Sequence[Unit]) -> dict[str, Any]:
    rows = []
    for index, unit in enumerate(units, start=1):
        one = figures.tally_of(unit.pk)
        counts = (one.assigned, one.met, one.exceeded, one.not_met, one.missing)
        rows.append((str(index), unit.name, *(str(count) for count in counts)))
    head = ("TT", "Đơn vị", "Chỉ tiêu giao", "Đạt", "Trong đó vượt", "Chưa đạt", "Chưa có số liệu")
    return {"head": head, "rows": rows, "wide": "32%"}


def _exceeding_sentences(figures: Figures, units: Sequence[Unit]) -> list[str]:
    """Who met every target and exceeded some, by name."""
    best = [
        unit.name for unit in units if (one := figures.tally_of(unit.pk)).exceeded and one.met == one.assigned
    ]
    return [f"{listed(best)} thực hiện đạt và vượt các chỉ tiêu được giao."] if best else []


def _initiatives_block(cycle: Cycle, kind: str) -> dict[str, Any]:
    totals = initiative_totals(cycle)
    words = [
        f"{totals[level]} sáng kiến {InitiativeLevel(level).label.lower()}"
        for level in InitiativeLevel
        if totals.get(level)
    ]
    return {"sentences": [f"Toàn khối có {listed(words)} được công nhận."]} if words else {}


def _movements_block(cycle: Cycle, kind: str) -> dict[str, Any]:
    found = movements_of(cycle)
    if not found:
        return {}
    sentences = ["Các đơn vị trong khối đã hưởng ứng các phong trào thi đua:"]
    for movement in found:
        done = "; ".join(f"{one.unit.name}: {one.outcome}" for one in movement.outcomes)
        sentences.append(
            f"- “{movement.name}” ({movement.launched_by} phát động){f'. {done}' if done else ''}."
        )
    return {"sentences": sentences}


BLOCKS: dict[str, Callable[[Cycle, str], dict[str, Any]]] = {
    "Đơn vị thành viên": _members_block,
    "Văn bản đã ban hành": _papers_block,
    "Kết quả thực hiện giao ước": _results_block,
    "Sáng kiến": _initiatives_block,
    "Phong trào thi đua": _movements_block,
    "Xếp hạng": _ranking_block,
    "Đề nghị khen thưởng": _awards_block,
    "Khối trưởng, khối phó năm sau": _next_offices_block,
}


def _score_appendix(cycle: Cycle) -> tuple[Paper, ...]:
    """Tổng hợp điểm: one landscape page, contents, total, rank and what is proposed."""
    run = ranking_of(cycle)
    rows = sorted(run.rows.all(), key=_by_rank) if run else []
    if not rows:
        return ()
    proposed = {n.unit_id: n.award_type.short_name for n in nominations_of(cycle)}
    groups = queries.groups_of(cycle)
    head = ["TT", "Đơn vị", *groups, "Điểm thưởng", "Điểm trừ", "Tổng điểm", "Xếp hạng", "Đề nghị"]
    drawn = [
        [
            str(index),
            row.unit.name,
            *(_points(row.by_group.get(code)) for code in groups),
            number(row.bonus, 2),
            number(row.deduction, 2),
            number(row.total, 2),
            rank_in_words(row),
            proposed.get(row.unit_id, row.unranked_reason),
        ]
        for index, row in enumerate(rows, start=1)
    ]
    context = {
        "title": "Phụ lục",
        "subject": f"Tổng hợp điểm, xếp hạng thi đua năm {cycle.year}",
        "head": head,
        "rows": drawn,
        "is_landscape": True,
    }
    return (Paper("meetings/pdf/score_appendix.html", context),)


def _points(value: Any) -> str:
    return number(Decimal(value), 2) if value is not None else ""


# The folder of a conference


def folder_of(meeting: Meeting, user: User, at: datetime) -> list[ArchiveItem]:
    """What lies on the table, in the order of the folder, as far as papers exist and the person may read them."""
    cycle = meeting.cycle
    wanted: list[tuple[str, Callable[[], bytes]]] = []
    if meeting.invitation:
        wanted.append(_filed(meeting.invitation))
    wanted.append(("chuong-trinh", lambda: agenda_pdf(meeting)))
    wanted.append(("danh-sach-dai-bieu", lambda: delegates_pdf(meeting, at)))
    papers = queries.readable_papers(user, cycle, at)
    wanted += [_filed(papers[kind]) for kind in FOLDER_REPORTS if kind in papers]
    if appendix := _score_appendix(cycle):
        wanted.append(("tong-hop-diem", lambda: _summary_pdf(meeting, appendix[0])))
    following = next_cycle_of(cycle)
    ahead = queries.readable_papers(user, following, at) if following else {}
    wanted += [_filed(one[kind]) for one in (papers, ahead) for kind in FOLDER_PAPERS if kind in one]
    if queries.is_keeper(standing_in(cycle, user, at), meeting):
        wanted += [_ballots(item.poll, cycle) for item in meeting.items.all() if _is_on_paper(item)]
    return [ArchiveItem(f"{i:02d}-{name}.pdf", render) for i, (name, render) in enumerate(wanted, start=1)]


FOLDER_REPORTS = (DocumentKind.ANNUAL_REPORT, DocumentKind.MIDYEAR_REPORT, DocumentKind.SCORE_REPORT)
FOLDER_PAPERS = (
    DocumentKind.PLAN,
    DocumentKind.REGULATION,
    DocumentKind.LAUNCH,
    DocumentKind.SCOREBOARD,
    DocumentKind.COVENANT,
)


def _filed(document: Document) -> tuple[str, Callable[[], bytes]]:
    return file_name(document).removesuffix(".pdf"), lambda: pdf_of(document)


def _summary_pdf(meeting: Meeting, appendix: Paper) -> bytes:
    return _working_paper(meeting, appendix.template, "Tổng hợp điểm", appendix.context)


def _is_on_paper(item: AgendaItem) -> bool:
    return item.poll is not None and item.poll.form == DecisionForm.PAPER


def _ballots(poll: Poll, cycle: Cycle) -> tuple[str, Callable[[], bytes]]:
    """Blank ballots, one for each voter of the roll."""
    context = {"poll": poll, "cycle": cycle}
    name = f"phieu-{search_key(poll.question).replace(' ', '-')[:40]}"
    return name, lambda: pdf.render_pdf("awards/pdf/ballots.html", {**context, "copies": poll.roll.all()})


def folder_zip(meeting: Meeting, user: User, at: datetime) -> bytes:
    """The folder as one file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for item in folder_of(meeting, user, at):
            archive.writestr(item.path, item.render())
    return stream.getvalue()


def folder_name(meeting: Meeting) -> str:
    return f"tai-lieu-{search_key(meeting.title).replace(' ', '-')[:60]}.zip"


# The cycle page and the archive


def cycle_panel(who: Standing, cycle: Cycle) -> Panel:
    """The meetings of the year, the next one first to see."""
    return Panel(
        title="Hội nghị",
        template="meetings/panel.html",
        context={"meetings": queries.meetings_in(cycle), "plan_refusals": policies.plan_meeting(who, cycle)},
        url=reverse("meetings", args=cycle.slugs),
        is_wide=False,
    )


def archive(cycle: Cycle) -> list[ArchiveItem]:
    """Each meeting's agenda, delegates and minutes, and the annual report."""
    items: list[ArchiveItem] = []
    ended: Sequence[Meeting] = [m for m in queries.meetings_of(cycle) if m.status == MeetingStatus.ENDED]
    for index, meeting in enumerate(ended, start=1):
        folder = f"hoi-nghi/{index:02d}-{meeting.kind}"
        items.append(ArchiveItem(f"{folder}/chuong-trinh.pdf", lambda m=meeting: agenda_pdf(m)))
        items.append(ArchiveItem(f"{folder}/dai-bieu.pdf", lambda m=meeting: delegates_pdf(m, m.ended_at)))
        if minutes := queries.latest_minutes(meeting):
            items.append(ArchiveItem(f"{folder}/bien-ban.pdf", lambda d=minutes.document: pdf_of(d)))
    return items
