"""Mid-year and annual reports of the bloc, block by block."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from awards.enums import DecisionForm, PollKind
from awards.queries import nominations_of
from blocs.enums import Office
from blocs.models import Cycle, Unit
from blocs.queries import members_of, next_cycle_of, terms_of
from config.kit.figures import points_text
from config.kit.text import long_day
from covenants.enums import InitiativeLevel, Period
from covenants.models import Content
from covenants.queries import Figures, contents_of, figures_of, initiative_totals, movements_of, sent_units
from covenants.rules import roman, tally
from documents.enums import DocumentKind, DocumentStatus
from documents.models import Document
from documents.queries import documents_of
from documents.rules import Paper, lines_of
from meetings import queries
from meetings.reports.words import by_rank, lower, rank_in_words, ranking_words
from meetings.rules import decision_in_words, listed
from meetings.rules.reports import marker_faults, pieces_of
from scoring.queries import ranking_of


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
    appendices = score_appendix(cycle) if document.kind == DocumentKind.ANNUAL_REPORT else ()
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
    about = f" {lower(document.subject)}" if document.subject else ""
    return f"{document.title}{number_words} {long_day(document.issued_on)}{about}"


def _ranking_block(cycle: Cycle, kind: str) -> dict[str, Any]:
    rows = ranking_words(cycle)
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


def score_appendix(cycle: Cycle) -> tuple[Paper, ...]:
    """Tổng hợp điểm: one landscape page, contents, total, rank and what is proposed."""
    run = ranking_of(cycle)
    rows = sorted(run.rows.all(), key=by_rank) if run else []
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
            points_text(row.bonus),
            points_text(row.deduction),
            points_text(row.total),
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
    return points_text(Decimal(value)) if value is not None else ""
