"""Tables of scores, and the papers that print them: card, board, ranking, summary, report."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string

from blocs.models import Cycle
from config.kit import pdf
from config.kit.figures import percent_text, points_text
from config.kit.tables import Column, Row, Sheet, Table, to_xlsx
from config.kit.text import VIETNAM, day
from documents.enums import DocumentKind
from documents.models import Document
from documents.reports import is_illustrative, letterhead
from documents.rules import Paper, Signatory, place_day
from scoring import queries
from scoring.enums import GivenPoints, RankingStatus, ScorecardState, Stage
from scoring.models import RankingRow, RankingRun, Scoreboard, Scorecard
from scoring.queries import EDITABLE_CARD, CardView
from scoring.reports.live import across, live_column, live_total
from scoring.reports.sheet import mark_text
from scoring.rules import Total, rank_word
from scoring.rules.wording import wording_of

STAGE_COLUMNS = ((Stage.SELF, "Tự chấm"), (Stage.BLOC, "Khối thẩm định"), (Stage.MEETING, "Thống nhất"),
                 (Stage.PROVINCE, "Tỉnh thẩm định"))  # fmt: skip


def drawn(table: Table) -> dict[str, Any]:
    """A table with the widths of its columns in per cent, for a page of fixed layout."""
    whole = sum(column.width for column in table.columns)
    return {"table": table, "cols": [f"{column.width * 100 / whole:.2f}" for column in table.columns]}


# The card


def card_table(view: CardView, stages: Sequence[str]) -> Table:
    """The card as it is exchanged: TT, content, maximum, one column a stage, explanation."""
    shown = [(s, label) for s, label in STAGE_COLUMNS if s in stages and (s == Stage.SELF or view.at(s))]
    columns = (
        Column("TT", width=10),
        Column("Nội dung, tiêu chí", width=48),
        Column("Điểm chuẩn", "points", 11),
        *(Column(label, "points", 11) for _, label in shown),
        Column("Diễn giải", width=40),
    )
    asked = [s for s, _ in shown]
    filled = [_card_column(view, stage) for stage in asked]
    *figures, totals = across(filled, len(view.board.criteria) + 1)
    rows = [
        Row(
            (one.code, one.title, one.max_points, *line, _words(view, one, asked)),
            "group" if one.is_group else "",
        )
        for one, line in zip(view.board.criteria, figures, strict=True)
    ]
    most = view.board.scale.points
    rows.append(Row(("", "Tổng cộng", most, *totals, view.total(view.last_of(stages)).sentence), "total"))
    return Table("Bảng tự chấm điểm", columns, tuple(rows))


def _card_column(view: CardView, stage: str) -> list[Any]:
    """The figures of one stage with the total at its end; sums are live."""
    if not view.standing_at(stage):
        return [None] * (len(view.board.criteria) + 1)
    total = view.total(stage)
    shown = [_card_figure(view, criterion, stage, total) for criterion in view.board.criteria]
    return live_column(view.board, total, [*shown, total.so_far])


def _card_figure(view: CardView, criterion: Any, stage: str, total: Total) -> Any:
    """A figure stays a number; a word (Không giao) stays a word.

    Where a stage says nothing of its own, what stands is printed: the column adds up to its total.
    """
    if criterion.is_group:
        return total.subtotals[criterion.code].points
    mark = view.standing_at(stage).get(criterion.pk) if view.at(stage) else None
    return None if mark is None else (mark.points if mark.points is not None else mark_text(mark))


def _words(view: CardView, criterion: Any, stages: Sequence[str]) -> str:
    return _cut(view, criterion, stages) if criterion.is_group else _explanation(view, criterion, stages)


def _cut(view: CardView, criterion: Any, stages: Sequence[str]) -> str:
    """What took points away besides the rule: the cap of a group, a level, a sanction."""
    subtotal = view.total(view.last_of(stages)).subtotals.get(criterion.code)
    return subtotal.note if subtotal else ""


def _explanation(view: CardView, criterion: Any, stages: Sequence[str]) -> str:
    """The sentence of the last mark, the reasons given on the way, and what took the points away."""
    marks = [mark for stage in stages if (mark := view.at(stage).get(criterion.pk))]
    if not marks:
        return ""
    reasons = dict.fromkeys(mark.reason for mark in marks if mark.reason)
    words = [marks[-1].explanation, *reasons, _cut(view, criterion, stages)]
    return " ".join(word if word.endswith(".") else f"{word}." for word in words if word)


def card_pdf(view: CardView, stages: Sequence[str]) -> bytes:
    """The card on A4, to be signed and sealed by the unit once it is sent."""
    return pdf.from_html(card_html(view, stages))


def card_html(view: CardView, stages: Sequence[str]) -> str:
    card, cycle = view.card, view.card.scoreboard.cycle
    document = bare_document(
        cycle, DocumentKind.SCORECARD, "Bảng tự chấm điểm", f"Năm {cycle.year}", unit=card.unit
    )
    sent_on = card.sent_at.astimezone(VIETNAM).date() if card.sent_at else None
    shared = {
        **letterhead(document),
        "is_draft": card.state in EDITABLE_CARD,
        "has_place_day": True,
        "place_day": place_day(cycle.bloc.province.place, sent_on),
        "bloc": cycle.bloc,
        **drawn(card_table(view, stages)),
        "signature_layout": "two",
        "signatories": (Signatory(title="Người lập"), Signatory(title="Thủ trưởng đơn vị")),
        "recipients": (),
        "state": ScorecardState(card.state).label,
        "guidance_line": issued_line(card.scoreboard.guidance),
    }
    return render_to_string("scoring/pdf/card.html", shared)


def card_xlsx(view: CardView, stages: Sequence[str]) -> bytes:
    cycle = view.card.scoreboard.cycle
    table = card_table(view, stages)
    heading = (view.card.unit.name.upper(), f"{cycle.bloc}, năm {cycle.year}", *illustrative(cycle))
    foot = ("", "NGƯỜI LẬP – THỦ TRƯỞNG ĐƠN VỊ")
    return to_xlsx([Sheet(view.card.unit.short_name, table, heading, foot)])


def bare_document(cycle: Cycle, kind: str, title: str, subject: str, **more: Any) -> Document:
    """A paper that is only drawn, never kept: its letterhead needs a document to read from."""
    province = cycle.bloc.province
    return Document(
        province=province, bloc=cycle.bloc, cycle=cycle, kind=kind, title=title, subject=subject, **more
    )


def illustrative(cycle: Cycle) -> tuple[str, ...]:
    is_made_up = cycle.is_illustrative or cycle.bloc.province.is_demo
    return ("(Có số liệu minh họa)",) if is_made_up else ()


# The board


def board_table(scoreboard: Scoreboard) -> Table:
    board = queries.board_of(scoreboard)
    columns = (
        Column("TT", width=11),
        Column("Nội dung, tiêu chí", width=60),
        Column("Điểm tối đa", "points", 10),
        Column("Cách tính điểm", width=50),
        Column("Tài liệu kiểm chứng", width=30),
    )
    rows = tuple(
        Row((c.code, c.title, c.max_points, "", ""), "group")
        if c.is_group
        else Row(
            (
                c.code,
                c.title,
                c.max_points,
                c.wording or wording_of(board.rules[c.pk], c.max_points),
                c.evidence_hint,
            )
        )
        for c in board.criteria
    )
    return Table("Thang bảng điểm", columns, rows)


def board_html(scoreboard: Scoreboard) -> str:
    cycle = scoreboard.cycle
    subject = f"Chấm điểm thi đua năm {cycle.year}"
    document = bare_document(cycle, DocumentKind.SCOREBOARD, "Thang bảng điểm", subject)
    shared = {
        **letterhead(document),
        "is_draft": not scoreboard.content_hash,
        **drawn(board_table(scoreboard)),
        "scoreboard": scoreboard,
        "guidance_line": issued_line(scoreboard.guidance),
        "signature_layout": "none",
    }
    return render_to_string("scoring/pdf/board.html", shared)


# The ranking


def rank_in_words(row: RankingRow) -> str:
    """“Nhất”, “đồng hạng Nhì”; “—” for a unit that is not ranked."""
    return rank_word(row.rank, is_tied=row.is_tied)


def ranking_table(run: RankingRun | None) -> Table:
    """Ranks as they are read out, ties as ties, those not ranked at the foot with the reason."""
    columns = (
        Column("TT", "count", 6),
        Column("Đơn vị", width=37),
        Column("Điểm thưởng", "points", 13),
        Column("Điểm trừ", "points", 10),
        Column("Tổng điểm", "points", 10),
        Column("Hạng", width=19),
        Column("Xếp loại", width=14),
    )
    ordered = queries.in_rank_order(run.rows.all()) if run else []
    rows = tuple(
        Row(
            (
                place,
                f"{row.unit.name} ({row.unranked_reason})" if row.rank is None else row.unit.name,
                row.bonus,
                row.deduction,
                row.total,
                rank_in_words(row),
                row.grade,
            )
        )
        for place, row in enumerate(ordered, start=1)
    )
    return Table("Bảng xếp hạng", columns, rows, tuple(tie_notes(ordered)))


def tie_notes(rows: Iterable[RankingRow]) -> list[str]:
    """Every step that was taken between equal units, once each."""
    steps: dict[str, None] = {}
    for row in rows:
        steps.update(dict.fromkeys(step for step in row.steps if not step.startswith("Tổng điểm")))
    return list(steps)


def ranking_html(cycle: Cycle, run: RankingRun) -> str:
    subject = f"Các đơn vị thành viên {cycle.bloc} năm {cycle.year}"
    document = bare_document(cycle, DocumentKind.RANKING, "Bảng xếp hạng", subject)
    province = cycle.bloc.province
    shared = {
        **letterhead(document),
        "is_draft": run.status != RankingStatus.ADOPTED,
        **drawn(ranking_table(run)),
        "bars": bars_of(run),
        "run": run,
        "has_place_day": True,
        "place_day": place_day(
            province.place, run.adopted_at.astimezone(VIETNAM).date() if run.adopted_at else None
        ),
        "signature_layout": "one",
        "signatories": (Signatory(lead=f"TM. {cycle.bloc}", title=province.chair_word),),
        "recipients": (),
    }
    return render_to_string("scoring/pdf/ranking.html", shared)


def ranking_xlsx(cycle: Cycle, run: RankingRun) -> bytes:
    heading = (f"{cycle.bloc}, năm {cycle.year}", *illustrative(cycle))
    return to_xlsx([Sheet("Xếp hạng", ranking_table(run), heading)])


BAR_LEFT, BAR_WIDTH, BAR_STEP = 104, 240, 27


def bars_of(run: RankingRun | None) -> dict[str, Any]:
    """Score bars as figures for an SVG: the axis begins near the lowest total so that differences show."""
    ranked = [row for row in queries.in_rank_order(run.rows.all()) if row.rank is not None] if run else []
    if not ranked:
        return {}
    most = max(row.total for row in ranked)
    least = min(row.total for row in ranked)
    floor = max(Decimal(0), (least - (most - least) - 1).to_integral_value())
    span = max(most - floor, Decimal(1))
    bars = [
        {
            "name": row.unit.short_name,
            "total": points_text(row.total),
            "is_first": row.rank == 1,
            "y": place * BAR_STEP,
            "middle": place * BAR_STEP + 16,
            "width": f"{(row.total - floor) / span * BAR_WIDTH:.1f}",
            "end": f"{(row.total - floor) / span * BAR_WIDTH + BAR_LEFT:.1f}",
        }
        for place, row in enumerate(ranked)
    ]
    return {"rows": bars, "left": BAR_LEFT, "height": len(bars) * BAR_STEP + 18, "floor": points_text(floor)}


# The whole bloc on one landscape page


def summary_table(cycle: Cycle, cards: Sequence[Scorecard], run: RankingRun | None) -> Table:
    """One line a unit: the contents, bonus, deduction, self and agreed totals, rank."""
    if not cards:
        return Table("Tổng hợp điểm", (Column("TT", "count", 6), Column("Đơn vị", width=40)), landscape=True)
    board = queries.board_of(cards[0].scoreboard)
    roots = [node.code for node in board.nodes]
    columns = (
        Column("TT", "count", 6),
        Column("Đơn vị", width=34),
        *(Column(code, "points", 9) for code in roots),
        Column("Tự chấm", "points", 10),
        Column("Khối thẩm định", "points", 10),
        Column("Thống nhất", "points", 10),
        Column("Hạng", width=18),
        Column("Xếp loại", width=13),
    )
    placed = {row.unit_id: row for row in run.rows.all()} if run else {}
    rows = tuple(
        _summary_row(place, view, roots, placed.get(view.card.unit_id))
        for place, view in enumerate(queries.light_views(cards, board), start=1)
    )
    by_code = {criterion.code: criterion for criterion in board.criteria}
    note = "; ".join(
        f"{code}: {by_code[code].title} ({points_text(by_code[code].max_points)} điểm)" for code in roots
    )
    # One paragraph, so that the whole bloc stays on one page.
    return Table("Tổng hợp điểm", columns, rows, (f"{note}.",), landscape=True)


def _summary_row(place: int, view: CardView, roots: Sequence[str], row: RankingRow | None) -> Row:
    # Only what has been sent may leave the unit; only what was agreed is the bloc's figure.
    card = view.card
    is_sent, is_checked = card.state not in EDITABLE_CARD, card.state in queries.CHECKED_CARD
    is_settled = card.state in queries.SETTLED_CARD
    shown = Stage.MEETING if is_settled else Stage.SELF
    subtotals = view.total(shown).subtotals if is_sent else {}
    totals = {
        Stage.SELF: view.total(Stage.SELF).total if is_sent else None,
        Stage.BLOC: view.total(Stage.BLOC).total if is_checked else None,
        Stage.MEETING: view.total(Stage.MEETING).total if is_settled else None,
    }
    # The contents are those of one stage, and its total follows from them.
    totals[shown] = live_total(view.board, view.total(shown), totals[shown], first=2)
    return Row(
        (
            place,
            card.unit.name,
            *(subtotals[code].points if code in subtotals else None for code in roots),
            *totals.values(),
            rank_in_words(row) if row else "",
            row.grade if row else "",
        )
    )


def summary_html(cycle: Cycle, table: Table, run: RankingRun | None) -> str:
    subject = f"Các đơn vị thành viên {cycle.bloc} năm {cycle.year}"
    document = bare_document(cycle, DocumentKind.RANKING, "Tổng hợp điểm", subject)
    shared = {
        **letterhead(document),
        "is_landscape": True,
        "is_draft": run is None or run.status != RankingStatus.ADOPTED,
        **drawn(table),
        "signature_layout": "none",
    }
    return render_to_string("scoring/pdf/summary.html", shared)


def summary_xlsx(cycle: Cycle, table: Table) -> bytes:
    heading = (f"{cycle.bloc}, năm {cycle.year}", *illustrative(cycle))
    return to_xlsx([Sheet("Tổng hợp", table, heading)])


# The report of scoring results


def score_report_paper(document: Document) -> Paper:
    """The report of the results of scoring (báo cáo kết quả đánh giá, chấm điểm): counted, nothing typed."""
    cycle = document.cycle
    run = queries.ranking_of(cycle)
    cards = list(queries.cards_of(cycle))
    missing = () if run and run.status == RankingStatus.ADOPTED else ("Xếp hạng của năm chưa được chốt.",)
    board = cards[0].scoreboard if cards else None
    context = {
        "cycle": cycle,
        "scoreboard": board,
        "guidance": board.guidance if board else None,
        "guidance_line": issued_line(board.guidance) if board else "",
        "counts": _counts(cards),
        **drawn(ranking_table(run)),
        "run": run,
        "changes": _changes(cards),
        "is_illustrative": is_illustrative(document),
        "body_lines": [line for line in document.body.splitlines() if line.strip()],
    }
    return Paper("scoring/pdf/score_report.html", context, missing)


def _counts(cards: Sequence[Scorecard]) -> dict[str, int]:
    return {
        "members": len(cards),
        "sent": sum(card.state not in EDITABLE_CARD for card in cards),
        "checked": sum(card.state in queries.CHECKED_CARD for card in cards),
        "agreed": sum(card.state in queries.SETTLED_CARD for card in cards),
    }


def _changes(cards: Sequence[Scorecard]) -> list[str]:
    """Where the agreed total differs from the unit's own, in words."""
    agreed = [card for card in cards if card.state in queries.SETTLED_CARD]
    if not agreed:
        return []
    board = queries.board_of(agreed[0].scoreboard)
    sentences = []
    for view in queries.light_views(agreed, board):
        own, settled = view.total(Stage.SELF).so_far, view.total(Stage.MEETING).so_far
        if own != settled:
            count = len(queries.differing(view, Stage.BLOC) or queries.differing(view, Stage.MEETING))
            words = "giảm" if settled < own else "tăng"
            sentences.append(
                f"{view.card.unit}: tự chấm {points_text(own)}, thống nhất {points_text(settled)} "
                f"({words} {points_text(abs(settled - own))} điểm, {count} tiêu chí)."
            )
    return sentences


def draft_report(cycle: Cycle) -> Document:
    """The report as it would read now, before anybody has opened a paper for it."""
    subject = report_subject(cycle)
    return bare_document(cycle, DocumentKind.SCORE_REPORT, "Báo cáo", subject)


def report_subject(cycle: Cycle) -> str:
    return f"Kết quả đánh giá, chấm điểm thi đua năm {cycle.year} của {cycle.bloc}"


# Words for the pages of a guidance


def law_in_words(guidance: Any) -> list[tuple[str, str]]:
    """The law of the year as (name, sentence) pairs."""
    rounding = guidance.roundings.get("default", {"step": "0.01"})
    years = f"từ năm {guidance.from_year}" + (f" đến năm {guidance.to_year}" if guidance.to_year else "")
    grades = "; ".join(
        f"{one['name']} từ {points_text(Decimal(one['at_least']))}"
        if one.get("at_least")
        else f"{one['name']}: còn lại"
        for one in guidance.grades
    )
    pairs = [
        ("Áp dụng", years),
        ("Thang điểm", f"{points_text(guidance.scale)} điểm"),
        ("Điểm thưởng", f"tối đa {points_text(guidance.bonus_cap)}" if guidance.bonus_cap else "không có"),
        (
            "Điểm trừ",
            f"tối đa {points_text(guidance.deduction_cap)}" if guidance.deduction_cap else "không có",
        ),
        ("Không giao", guidance.get_na_policy_display()),
        ("Không phát sinh", guidance.get_not_arisen_display()),
        ("Làm tròn", f"bước {points_text(Decimal(rounding['step']))} điểm"),
        ("Điểm không đúng bước", GivenPoints(guidance.roundings.get("given", GivenPoints.ROUND)).label),
        ("Đồng hạng", guidance.get_rank_numbering_display()),
        (
            "Minh chứng",
            "không minh chứng thì không có điểm" if guidance.evidence_required else "theo từng tiêu chí",
        ),
        ("Xếp loại", grades or "không quy định"),
        ("Khi bằng điểm", _ties_in_words(guidance)),
    ]
    return [(name, words[:1].upper() + words[1:]) for name, words in pairs]


def _ties_in_words(guidance: Any) -> str:
    steps: list[str] = []
    names: Mapping[str, str] = {"bonus": "điểm thưởng cao hơn", "deduction": "bị trừ điểm ít hơn"}
    for step in guidance.tie_chain:
        if step["kind"] == "criterion":
            steps.append(f"điểm {step['code']} cao hơn")
        elif step["kind"] == "women_share":
            steps.append(f"tỷ lệ nữ từ {percent_text(Decimal(step.get('at_least', '70')))}")
        else:
            steps.append(names[step["kind"]])
    return "; ".join([*steps, "hội nghị quyết định, ghi lý do"])


def issued_line(guidance: Any) -> str:
    """“Hướng dẫn số 16/HD-HĐTĐKT ngày 25/07/2024 của Hội đồng …”."""
    return f"Hướng dẫn số {guidance.number} ngày {day(guidance.issued_on)} của {guidance.issuer}"
