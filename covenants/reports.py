"""The covenant and what came of it, as tables, papers and panel."""

from collections.abc import Mapping, Sequence

from django.urls import reverse

from blocs.models import Cycle, Membership
from blocs.queries import Standing, members_of
from blocs.rules import ArchiveItem, Panel
from config.kit.tables import Column, Row, Sheet, Table, to_xlsx
from covenants import queries
from covenants.enums import Achievement, CovenantLevel, CovenantStatus, InitiativeLevel, MovementLevel, Period
from covenants.models import Covenant
from covenants.rules import actual_in_words, assigned_in_words, roman, season
from documents.models import Document
from documents.rules import Paper, lines_of, signing_progress

TONES = {
    Achievement.EXCEEDED: "good",
    Achievement.MET: "info",
    Achievement.NOT_MET: "bad",
    Achievement.MISSING: "plain",
    Achievement.NOT_ASSIGNED: "plain",
}
STATUS_TONES = {
    CovenantStatus.DRAFT: "plain",
    CovenantStatus.ADOPTED: "info",
    CovenantStatus.SIGNING: "warn",
    CovenantStatus.SIGNED: "good",
    CovenantStatus.REPLACED: "plain",
}


def paper_subject(cycle: Cycle, level: str, version: int) -> str:
    """“Năm 2019”: what stands under the title of the covenant."""
    words = f"Năm {cycle.year}"
    if level == CovenantLevel.PROVINCE:
        words += f" với {cycle.bloc.province.committee_name}"
    return words if version == 1 else f"{words} (sửa đổi lần {version - 1})"


def targets_table(covenant: Covenant) -> Table:
    """The contents with their numbered targets; one table for page, workbook and paper."""
    rows: list[Row] = []
    for content in queries.contents_of(covenant):
        rows.append(Row((roman(content.position), content.title, "", ""), style="group"))
        rows += [
            Row((str(t.number), t.text, t.measure, assigned_in_words(t.direction, t.value)))
            for t in content.ordered_targets
        ]
    columns = (
        Column("STT", width=6),
        Column("Nội dung, chỉ tiêu", width=70),
        Column("Đơn vị tính", width=16),
        Column("Mức giao", width=14),
    )
    return Table("Nội dung, chỉ tiêu thi đua", columns, tuple(rows), notes=_notes(covenant))


def _notes(covenant: Covenant) -> tuple[str, ...]:
    return ("Nội dung, chỉ tiêu là số liệu minh họa.",) if covenant.is_illustrative else ()


def own_values_table(covenant: Covenant, members: Sequence[Membership]) -> Table | None:
    """Where units have to reach something else than the covenant says for all; None when nobody has."""
    assignments = queries.assignments_of(covenant)
    rows = []
    for target in queries.targets_of(covenant):
        own = [assignments.get((target.pk, member.unit_id)) for member in members]
        if all(one is None or (one.is_assigned and one.value == target.value) for one in own):
            continue
        words = [
            assigned_in_words(target.direction, one.value, is_assigned=one.is_assigned)
            if one
            else assigned_in_words(target.direction, target.value)
            for one in own
        ]
        rows.append(Row((str(target.number), target.text, target.measure, *words)))
    if not rows:
        return None
    columns = (
        Column("STT", width=6),
        Column("Chỉ tiêu", width=40),
        Column("Đơn vị tính", width=12),
        *(Column(member.unit.short_name, width=12) for member in members),
    )
    return Table("Mức giao cho từng đơn vị", columns, tuple(rows), landscape=True)


def results_table(
    figures: queries.Figures, members: Sequence[Membership], seen: frozenset[int] | None = None
) -> Table:
    """Targets by units: what each reached; then how many targets each met and exceeded."""
    rows: list[Row] = []
    content = None
    for target in figures.targets:
        if target.content_id != content:
            content = target.content_id
            blank = tuple("" for _ in members)
            rows.append(
                Row((roman(target.content.position), target.content.title, "", "", *blank), style="group")
            )
        cells = [figures.cells.get((target.pk, member.unit_id)) for member in members]
        words = tuple(_cell_words(cell) if _is_seen(cell, seen) else "" for cell in cells)
        given = assigned_in_words(target.direction, target.value)
        rows.append(Row((str(target.number), target.text, target.measure, given, *words)))
    if rows:
        rows += _count_rows(figures, members, seen)
    columns = (
        Column("STT", width=6),
        Column("Chỉ tiêu", width=50),
        Column("Đơn vị tính", width=12),
        Column("Mức giao", width=12),
        *(Column(member.unit.short_name, width=14) for member in members),
    )
    title = f"Kết quả thực hiện giao ước, {Period(figures.period).label.lower()}"
    return Table(title, columns, tuple(rows), notes=_results_notes(figures), landscape=True)


def _results_notes(figures: queries.Figures) -> tuple[str, ...]:
    notes = ("“ước”: số ước thực hiện, chưa phải số chính thức.",)
    return notes + (_notes(figures.covenant) if figures.covenant else ())


def _is_seen(cell: queries.Figure | None, seen: frozenset[int] | None) -> bool:
    return cell is not None and (seen is None or cell.unit_id in seen)


def _cell_words(figure: queries.Figure) -> str:
    if not figure.is_assigned:
        return "Không giao"
    words = actual_in_words(figure.target.direction, figure.actual)
    return f"{words} (ước)" if words and figure.is_estimated else words


def _count_rows(
    figures: queries.Figures, members: Sequence[Membership], seen: frozenset[int] | None
) -> list[Row]:
    tallies = [
        figures.tally_of(member.unit_id) if seen is None or member.unit_id in seen else None
        for member in members
    ]

    def row(label: str, words: Sequence[str]) -> Row:
        return Row(("", label, "", "", *words), style="total")

    return [
        row("Số chỉ tiêu đạt", [f"{one.met} / {one.assigned}" if one else "" for one in tallies]),
        row("Trong đó vượt", [str(one.exceeded) if one else "" for one in tallies]),
    ]


def results_grid(
    figures: queries.Figures, members: Sequence[Membership], seen: frozenset[int]
) -> list[dict[str, object]]:
    """The same cells for the page, with colour and words for each comparison."""
    contents: list[dict[str, object]] = []
    rows: list[dict[str, object]] = []
    position = 0
    for target in figures.targets:
        if target.content.position != position:
            position, rows = target.content.position, []
            contents.append({"roman": roman(position), "title": target.content.title, "rows": rows})
        cells = [figures.cells.get((target.pk, member.unit_id)) for member in members]
        rows.append(
            {
                "target": target,
                "given": assigned_in_words(target.direction, target.value),
                "cells": [_grid_cell(cell, target.value) if _is_seen(cell, seen) else None for cell in cells],
            }
        )
    return contents


def _grid_cell(figure: queries.Figure, common: object) -> dict[str, object]:
    words = actual_in_words(figure.target.direction, figure.actual)
    own = figure.is_assigned and figure.value != common
    return {
        "text": words or ("Không giao" if not figure.is_assigned else ""),
        "is_estimated": figure.is_estimated,
        "own": assigned_in_words(figure.target.direction, figure.value) if own else "",
        "tone": TONES[figure.achievement],
        "label": figure.achievement.label,
        "is_known": figure.actual is not None,
    }


def covenant_paper(document: Document) -> Paper:
    """The covenant as it is signed. Nothing here changes while it is being signed: signers see one text."""
    covenant = queries.covenants().get(document=document.pk)
    cycle = covenant.cycle
    members = queries.parties_of(covenant)
    own_values = own_values_table(covenant, members)
    missing = (
        [] if covenant.status != CovenantStatus.DRAFT else ["Giao ước chưa được ghi nhận là đã thống nhất."]
    )
    if covenant.status == CovenantStatus.REPLACED:
        missing = ["Bản giao ước này đã được thay bằng bản sau."]
    contents = [
        {
            "roman": roman(content.position),
            "title": content.title,
            "lines": lines_of(content.note),
            "targets": [
                {
                    "number": target.number,
                    "text": target.text,
                    "measure": target.measure,
                    "given": assigned_in_words(target.direction, target.value),
                }
                for target in content.ordered_targets
            ],
        }
        for content in queries.contents_of(covenant)
    ]
    context = {
        "opening": lines_of(covenant.opening or _opening(cycle)),
        "units": [member.unit.name for member in members],
        "contents": contents,
        "has_own_values": own_values is not None,
        "made_up": "; ".join(_notes(covenant)),
        "closing": _closing(covenant, len(members)),
    }
    appendix = Paper(
        "covenants/pdf/own_values.html",
        {"table": own_values, "is_landscape": True, "covenant_year": cycle.year},
    )
    return Paper(
        "covenants/pdf/covenant.html", context, tuple(missing), (appendix,) if own_values is not None else ()
    )


def _opening(cycle: Cycle) -> str:
    return (
        f"Hưởng ứng phong trào thi đua yêu nước năm {cycle.year}, phát huy tinh thần đoàn kết, quyết tâm hoàn thành "
        f"và hoàn thành vượt mức các nhiệm vụ được giao, các đơn vị thành viên {cycle.bloc} thống nhất ký kết "
        f"giao ước thi đua năm {cycle.year} với các nội dung, chỉ tiêu sau:"
    )


def _closing(covenant: Covenant, parties: int) -> str:
    copies = parties + (covenant.level == CovenantLevel.PROVINCE)
    return (
        "Các đơn vị cam kết tổ chức thực hiện nghiêm túc các nội dung đã ký kết. "
        f"Bản giao ước này được lập thành {copies:02d} bản có giá trị như nhau, mỗi bên giữ 01 bản./."
    )


def reports_table(rows: Sequence[queries.ReportRow]) -> Table:
    """The table of what was sent: in time, late, not yet."""
    columns = (
        Column("STT", width=6),
        Column("Đơn vị", width=40),
        Column("Hạn", "day", 12),
        Column("Gửi", "day", 12),
        Column("Tình hình", width=20),
        Column("Ghi chú", width=40),
    )
    return Table(
        "Tình hình gửi báo cáo",
        columns,
        tuple(
            Row(
                (
                    str(place),
                    row.unit.name,
                    row.due_on,
                    row.report.sent_at if row.report and row.report.sent_at else None,
                    row.state.label,
                    f"Gia hạn: {row.report.extension_reason}"
                    if row.report and row.report.extended_to
                    else "",
                )
            )
            for place, row in enumerate(rows, start=1)
        ),
    )


def registrations_table(cycle: Cycle) -> Table:
    columns = (
        Column("STT", width=6),
        Column("Đơn vị", width=40),
        Column("Đăng ký", width=50),
        Column("Ghi chú", width=30),
    )
    rows = [
        Row((str(place), one.unit.name, one.award_text, one.note))
        for place, one in enumerate(queries.registrations_of(cycle), start=1)
    ]
    return Table("Đăng ký thi đua", columns, tuple(rows))


def movements_table(cycle: Cycle) -> Table:
    """Each movement, then what each unit did in it."""
    columns = (
        Column("STT", width=6),
        Column("Phong trào, đơn vị", width=50),
        Column("Nơi phát động, kết quả", width=60),
        Column("Ngày phát động", "day", 14),
    )
    rows: list[Row] = []
    for place, one in enumerate(queries.movements_of(cycle), start=1):
        rows.append(
            Row(
                (
                    str(place),
                    one.name,
                    f"{one.launched_by} ({MovementLevel(one.level).label})",
                    one.launched_on,
                ),
                style="group",
            )
        )
        rows += [Row(("", done.unit.name, done.outcome, None)) for done in one.outcomes]
    return Table("Phong trào thi đua", columns, tuple(rows))


def initiatives_table(cycle: Cycle, members: Sequence[Membership]) -> Table:
    """Initiatives of each unit; the bloc's own figure where only that is known."""
    counts = queries.initiatives_of(cycle)
    levels = InitiativeLevel.values
    columns = (
        Column("STT", width=6),
        Column("Đơn vị", width=40),
        *(Column(InitiativeLevel(level).label, "count", 12) for level in levels),
    )
    rows = [
        Row((str(place), member.unit.name, *(counts.get((member.unit_id, level)) for level in levels)))
        for place, member in enumerate(members, start=1)
    ]
    totals = queries.initiative_totals(cycle)
    rows.append(Row(("", "Toàn khối", *(totals.get(level) for level in levels)), style="total"))
    notes = () if counts else ("Chưa ghi số sáng kiến nào.",)
    return Table("Sáng kiến được công nhận", columns, tuple(rows), notes)


def results_workbook(cycle: Cycle, seen: Mapping[str, frozenset[int]] | None = None) -> bytes:
    """Both periods, what was sent, registrations, movements and initiatives as one workbook.

    `seen` maps a period to the units whose figures are shown; without it all are.
    """
    members = list(members_of(cycle))
    heading = (str(cycle.bloc).upper(), f"NĂM {cycle.year}")
    tables = [
        ("6 tháng", results_table(queries.figures_of(cycle, Period.MID), members, seen and seen[Period.MID])),
        (
            "Cả năm",
            results_table(queries.figures_of(cycle, Period.YEAR), members, seen and seen[Period.YEAR]),
        ),
        ("Đăng ký", registrations_table(cycle)),
        ("Phong trào", movements_table(cycle)),
        ("Sáng kiến", initiatives_table(cycle, members)),
    ]
    return to_xlsx([Sheet(name, table, heading) for name, table in tables])


def archive(cycle: Cycle) -> list[ArchiveItem]:
    """Covenant and results as workbooks; the papers themselves are among the documents."""
    items = [ArchiveItem("giao-uoc/ket-qua.xlsx", lambda: results_workbook(cycle))]
    covenant = queries.covenant_in_force(cycle)
    if covenant is not None:
        items.insert(0, ArchiveItem("giao-uoc/chi-tieu.xlsx", lambda: covenant_workbook(covenant)))
    return items


def covenant_workbook(covenant: Covenant) -> bytes:
    members = list(members_of(covenant.cycle))
    sheets = [Sheet("Giao ước", targets_table(covenant), (f"GIAO ƯỚC THI ĐUA NĂM {covenant.cycle.year}",))]
    if (own := own_values_table(covenant, members)) is not None:
        sheets.append(Sheet("Mức giao", own))
    return to_xlsx(sheets)


def cycle_panel(who: Standing, cycle: Cycle) -> Panel:
    """The covenant on the page of the year: who has signed, and who has sent what the season asks for."""
    covenant = queries.covenant_in_force(cycle)
    context: dict[str, object] = {"cycle": cycle, "covenant": covenant}
    if covenant is not None:
        states = [signing.state for signing in queries.signings_of(covenant)]
        signed, parties = signing_progress(states)
        period = season(cycle.phase)
        rows = queries.report_rows(cycle, period, who.on, members_of(cycle))
        context |= {
            "count": "{} nội dung, {} chỉ tiêu".format(*queries.size_of(covenant)),
            "tone": STATUS_TONES[CovenantStatus(covenant.status)],
            "signed": signed,
            "parties": parties,
            "period": Period(period).label.lower(),
            "sent": sum(row.is_sent for row in rows),
            "members": len(rows),
        }
    return Panel("Giao ước thi đua", "covenants/_panel.html", context, reverse("covenant", args=cycle.slugs))
