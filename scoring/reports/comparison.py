"""The bloc side by side on screen, paper and workbook: criteria down, units across, one stage at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.template.loader import render_to_string

from blocs.models import Cycle
from config.kit.figures import points_text
from config.kit.tables import Column, Row, Sheet, Table, to_xlsx
from documents.enums import DocumentKind
from documents.reports import letterhead
from scoring.enums import GroupNature, MarkState, Stage
from scoring.models import Criterion, Mark
from scoring.queries import CardView, Comparison, MarkRow, last_years_totals
from scoring.reports.live import across, live_column
from scoring.reports.papers import bare_document, drawn, illustrative
from scoring.reports.sheet import mark_text
from scoring.rules import Total, UnitScores, warnings_of

# From pale to full: how near the maximum a mark is.
HEATS = 5


class Cell(NamedTuple):
    """One figure with its shade; `before` is what the unit itself had put where the stage says otherwise."""

    text: str = ""
    heat: str = ""
    before: str = ""


@dataclass(frozen=True)
class Line:
    """One criterion or content across the bloc."""

    code: str
    title: str
    most: str
    cells: tuple[Cell, ...]
    spread: str = ""
    depth: int = 0
    style: str = ""


def comparison_lines(shown: Comparison) -> list[Line]:
    """The page's rows, every figure formatted once; the total at the foot."""
    lines = [_line(shown, criterion) for criterion in shown.board.criteria]
    totals = tuple(Cell(_total_text(shown.total_of(card.pk))) for card in shown.cards)
    return [*lines, Line("", "Tổng cộng", points_text(shown.board.scale.points), totals, style="total")]


def _line(shown: Comparison, criterion: Criterion) -> Line:
    head = (criterion.code, criterion.title, points_text(criterion.max_points))
    depth = shown.board.depths[criterion.pk]
    if criterion.is_group:
        cells = tuple(Cell(_group_text(shown, card.pk, criterion.code)) for card in shown.cards)
        return Line(*head, cells, depth=depth, style="group")
    key, most = criterion.pk, criterion.max_points
    hue = "cold" if shown.board.natures[key] == GroupNature.DEDUCTION else "heat"
    cells = tuple(_cell(marks.get(key), own.get(key), most, hue) for marks, own in shown.columns)
    return Line(*head, cells, spread_text(shown.points_of(criterion)), depth)


def _cell(mark: Mark | MarkRow | None, own: Mark | MarkRow | None, most: Decimal, hue: str) -> Cell:
    if mark is None:
        return Cell()
    differs = own is not None and (own.points, own.state) != (mark.points, mark.state)
    heat = _heat(mark.points, most, hue) if mark.state == MarkState.SCORED else ""
    return Cell(mark_text(mark), heat, mark_text(own) if differs else "")


@lru_cache(maxsize=10_000)
def _heat(points: Decimal, most: Decimal, hue: str) -> str:
    """`heat-0` to `heat-5`; deductions darken in their own colour, `cold-…`."""
    return f"{hue}-{min(HEATS, int(abs(points) * HEATS / most))}" if most else ""


def _group_text(shown: Comparison, card: int, code: str) -> str:
    total = shown.total_of(card)
    subtotal = total.subtotals.get(code) if total else None
    return points_text(subtotal.points) if subtotal else ""


def _total_text(total: Total | None) -> str:
    return points_text(total.so_far) if total else ""


def spread_text(points: Sequence[Decimal]) -> str:
    """“2–9,5”: the least and the most given; nothing for fewer than two."""
    if len(points) < 2:
        return ""
    least, most = min(points), max(points)
    return "như nhau" if least == most else f"{points_text(least)}–{points_text(most)}"


def warnings_in(cycle: Cycle, shown: Comparison) -> list[str]:
    """What a reviewer should ask about these figures. One query."""
    before = last_years_totals(cycle)
    most = {
        leaf.code: leaf.max_points
        for leaf in shown.board.leaves
        if leaf.max_points and shown.board.natures[leaf.pk] == GroupNature.NORMAL
    }
    codes = {leaf.pk: leaf.code for leaf in shown.board.leaves}
    units = [_scores_of(shown, view, codes, before) for view in shown.views.values()]
    return warnings_of(units, most, shown.board.scale.points, len(shown.waiting))


def _scores_of(
    shown: Comparison, view: CardView, codes: Mapping[int, str], before: Mapping[int, Decimal]
) -> UnitScores:
    return UnitScores(
        name=view.card.unit.name,
        points={
            codes[key]: mark.points
            for key, mark in shown.marks[view.card.pk].items()
            if mark.state == MarkState.SCORED
        },
        own=view.total(Stage.SELF).total,
        checked=_checked(shown, view.card.pk),
        last_year=before.get(view.card.unit_id),
    )


def _checked(shown: Comparison, card: int) -> Decimal | None:
    total = shown.total_of(card) if shown.stage != Stage.SELF else None
    return total.total if total else None


# Paper and workbook


def comparison_table(shown: Comparison) -> Table:
    """The same figures as one table: numbers stay numbers, words stay words."""
    columns = (
        Column("TT", width=9),
        Column("Nội dung, tiêu chí", width=44),
        Column("Điểm chuẩn", "points", 11),
        *(Column(card.unit.short_name, "points", 9) for card in shown.cards),
        Column("Từ – đến", width=13),
    )
    filled = [_column(shown, card.pk) for card in shown.cards]
    *figures, totals = across(filled, len(shown.board.criteria) + 1)
    rows = [_row(shown, one, line) for one, line in zip(shown.board.criteria, figures, strict=True)]
    rows.append(Row(("", "Tổng cộng", shown.board.scale.points, *totals, ""), "total"))
    waiting = ", ".join(card.unit.name for card in shown.waiting)
    notes = (f"Chưa gửi bảng tự chấm: {waiting}.",) if waiting else ()
    return Table(
        f"So sánh điểm, vòng {Stage(shown.stage).label.lower()}", columns, tuple(rows), notes, landscape=True
    )


def _column(shown: Comparison, card: int) -> list[Any]:
    """The figures of one unit with its total at the end; sums are live."""
    total, marks = shown.total_of(card), shown.marks.get(card, {})
    column: list[Any] = []
    for one in shown.board.criteria:
        mark = marks.get(one.pk)
        if one.is_group:
            column.append(total.subtotals[one.code].points if total else None)
        else:
            column.append(mark.points if mark and mark.points is not None else mark_text(mark))
    column.append(total.so_far if total else None)
    return live_column(shown.board, total, column) if total else column


def _row(shown: Comparison, criterion: Criterion, figures: Sequence[Any]) -> Row:
    head = (criterion.code, criterion.title, criterion.max_points)
    if criterion.is_group:
        return Row((*head, *figures, ""), "group")
    return Row((*head, *figures, spread_text(shown.points_of(criterion))))


def comparison_html(cycle: Cycle, shown: Comparison) -> str:
    table = comparison_table(shown)
    document = bare_document(cycle, DocumentKind.RANKING, "Bảng so sánh điểm", _subject(cycle, shown))
    context: dict[str, Any] = {
        **letterhead(document),
        "is_landscape": True,
        "is_draft": False,
        **drawn(table),
        "signature_layout": "none",
    }
    return render_to_string("scoring/pdf/comparison.html", context)


def _subject(cycle: Cycle, shown: Comparison) -> str:
    return f"Các đơn vị thành viên {cycle.bloc} năm {cycle.year}, {Stage(shown.stage).label.lower()}"


def comparison_xlsx(cycle: Cycle, shown: Comparison) -> bytes:
    heading = (_subject(cycle, shown), *illustrative(cycle))
    return to_xlsx([Sheet("So sánh", comparison_table(shown), heading)])
