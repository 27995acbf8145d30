"""What the pages of blocs show, put together once for page and mail."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from accounts.models import User
from blocs import policies, queries
from blocs.enums import MilestoneKind, Office, Phase, Role
from blocs.models import Bloc, Cycle, Membership, Province, Term
from blocs.queries import Standing
from blocs.queries.roster import Found, Plan, Year
from blocs.rules import (
    DUE_IN,
    MemberNote,
    Todo,
    diagram,
    distance_in_words,
    late_dates,
    next_phase,
    previous_phases,
    turn_of,
)
from config.kit.chain import Head
from config.kit.codes import qr_code
from config.kit.reading import one_reading
from config.kit.text import day, number

SOON = timedelta(days=7)
# A mail tells so many faults; the command tells all.
MOST_TOLD = 50
PHASES_HEAD = (
    "# Phases of a year\n\n"
    "Drawn from `MOVES` in `blocs/rules.py` by `make diagram`; a test fails when it is stale.\n\n"
)


@dataclass(frozen=True)
class TodoGroup:
    """Things to do that are equally urgent."""

    label: str
    items: list[dict[str, Any]]
    tone: str = ""


def todo_groups(todos: Sequence[Todo], today: date) -> list[TodoGroup]:
    """What a person has to do, by urgency."""

    def group(label: str, found: list[Todo], tone: str = "") -> TodoGroup:
        items = [
            {"todo": todo, "when": distance_in_words(todo.due_on, today) if todo.due_on else ""}
            for todo in found
        ]
        return TodoGroup(label, items, tone)

    late = [todo for todo in todos if todo.due_on and todo.due_on < today]
    soon = [todo for todo in todos if todo.due_on and today <= todo.due_on <= today + SOON]
    later = [todo for todo in todos if todo.due_on and todo.due_on > today + SOON]
    undated = [todo for todo in todos if not todo.due_on]
    groups = [
        group("Quá hạn", late, "late"),
        group("Trong 7 ngày tới", soon, "soon"),
        group("Còn thời gian", later),
        group("Không có hạn", undated) if late or soon or later else group("Đang chờ", undated),
    ]
    return [one for one in groups if one.items]


def blocs_by_province(cycles: Sequence[Cycle]) -> list[tuple[Province, list[tuple[Bloc, list[Cycle]]]]]:
    """Years grouped by province and bloc, the newest first; `cycles` come by province, bloc and year."""
    found = []
    for province, rows in groupby(cycles, key=lambda cycle: cycle.bloc.province):
        found.append(
            (province, [(bloc, list(some)) for bloc, some in groupby(rows, key=lambda cycle: cycle.bloc)])
        )
    return found


def office_rows(terms: Sequence[Term], office: Office) -> list[Term]:
    """The open terms of one office."""
    return [term for term in terms if term.office == office]


def members_by_year(cycles: Sequence[Cycle]) -> list[dict[str, Any]]:
    """Every unit that was ever a member, and what it was in each year; for the page of a bloc."""
    units = {m.unit_id: m.unit for cycle in cycles for m in cycle.open_members}
    rows = []
    for unit in sorted(units.values(), key=lambda unit: unit.sort_key):
        cells = []
        for cycle in cycles:
            offices = [term.office for term in cycle.open_terms if term.unit_id == unit.pk]
            is_member = any(m.unit_id == unit.pk for m in cycle.open_members)
            cells.append(offices[0] if offices else "member" if is_member else "")
        rows.append({"unit": unit, "cells": cells})
    return rows


def cycle_page(who: Standing, cycle: Cycle) -> dict[str, Any]:
    """The page of a year: what is missing for the next step, whose turn it is, and the apps' panels.

    `cycle` comes from `cycle_at`, which says whether the following year is open.
    """
    with one_reading():
        return _cycle_page(who, cycle)


def _cycle_page(who: Standing, cycle: Cycle) -> dict[str, Any]:
    phase = Phase(cycle.phase)
    to = next_phase(phase)
    checks = queries.checks_for(cycle, to) if to else []
    dues = queries.dues_of(cycle)
    terms = list(queries.terms_of(cycle))
    return {
        "chairs": office_rows(terms, Office.CHAIR),
        "vices": office_rows(terms, Office.VICE),
        "to": to,
        "to_label": to.label if to else "",
        "to_field": {"to": to.value} if to else {},
        "checks": checks,
        "missing_count": sum(1 for check in checks if check.missing),
        "turn": turn_of(phase, checks) if to else "",
        "asks_reason": any(check.missing and not check.is_hard for check in checks),
        # Asked with a reason in hand: the page has a field for it.
        "move_refusals": policies.move_phase(who, cycle, to, checks, "có lý do") if to else [],
        "backward": [
            {"label": back.label, "fields": {"to": back.value}}
            for back in previous_phases(phase)
            if not policies.move_phase(who, cycle, back, (), "có lý do")
        ],
        "due": due_now(cycle, {kind: due for kind, (due, _) in dues.items()}, who.on),
        "dates": date_rows(dues, who.on),
        "panels": queries.panels_of(who, cycle),
        "moves": queries.moves_of(cycle),
        "member_count": len(queries.members_of(cycle)),
        "next_refusals": []
        if cycle.has_following
        else policies.open_cycle(who, cycle.bloc, cycle.year + 1, cycle),
    }


def due_now(cycle: Cycle, dues: dict[str, date], today: date) -> dict[str, Any] | None:
    """The date that the present phase is measured by."""
    kind = DUE_IN.get(Phase(cycle.phase))
    if kind is None or kind not in dues:
        return None
    return {
        "label": kind.label,
        "on": dues[kind],
        "when": distance_in_words(dues[kind], today),
        "is_late": dues[kind] < today,
    }


def date_rows(dues: dict[str, tuple[date, bool]], today: date) -> list[dict[str, Any]]:
    """All dates of a year in the order of the year."""
    return [
        {"label": kind.label, "on": dues[kind][0], "is_own": dues[kind][1], "is_past": dues[kind][0] < today}
        for kind in MilestoneKind
        if kind in dues
    ]


@dataclass
class DeskRow:
    """One bloc on the provincial desk."""

    bloc: Bloc
    cycle: Cycle | None
    members: list[dict[str, Any]] = field(default_factory=list)
    chairs: list[Term] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    late_members: int = 0


def desk_rows(province: Province, year: int, at: datetime) -> list[DeskRow]:
    """All blocs of a province in a year, with each member's state; a fixed number of queries."""
    today = queries.today(at)
    notes = queries.member_notes_of(province, year, at)
    provincial = {one.kind: one.due_on for one in queries.deadlines_of(province, year)}
    blocs = queries.blocs_in(province, year, today)
    return [_desk_row(bloc, notes, provincial, today) for bloc in blocs]


def _inside(label: str) -> str:
    return label[:1].lower() + label[1:]


def _desk_row(
    bloc: Bloc,
    notes: dict[tuple[int, int], list[MemberNote]],
    provincial: dict[str, date],
    today: date,
) -> DeskRow:
    cycle = bloc.cycles_of_year[0] if bloc.cycles_of_year else None
    if cycle is None:
        return DeskRow(bloc, None)
    cycle.bloc = bloc
    dues = {**provincial, **{one.kind: one.due_on for one in cycle.milestones.all()}}
    members = [_desk_member(cycle, member, notes) for member in cycle.open_members]
    return DeskRow(
        bloc,
        cycle,
        members=members,
        chairs=office_rows(cycle.open_terms, Office.CHAIR),
        late=[
            f"{_inside(kind.label)} ({day(dues[kind])})"
            for kind in late_dates(Phase(cycle.phase), dues, today)
        ],
        late_members=sum(1 for member in members if member["is_late"]),
    )


def _desk_member(
    cycle: Cycle, member: Membership, notes: dict[tuple[int, int], list[MemberNote]]
) -> dict[str, Any]:
    found = notes.get((cycle.pk, member.unit_id), [])
    offices = [term.office for term in cycle.open_terms if term.unit_id == member.unit_id]
    return {
        "unit": member.unit,
        "office": offices[0] if offices else "",
        "notes": found,
        "is_late": any(note.is_late for note in found),
        "url": next((note.url for note in found if note.url), ""),
        "said": "; ".join(note.text for note in found),
    }


def digest_for(user: User, at: datetime) -> tuple[str, str] | None:
    """The reminder of one day for one person, or nothing when nothing waits."""
    todos = queries.todos_for(user, at)
    if not todos:
        return None
    today = queries.today(at)
    lines = [f"Kính gửi {user.full_name},", "", f"Anh, chị có {len(todos)} việc đang chờ:", ""]
    for group in todo_groups(todos, today):
        lines.append(f"{group.label}:")
        for item in group.items:
            todo = item["todo"]
            where = f" ({todo.where})" if todo.where else ""
            due = f", hạn {day(todo.due_on)}, {item['when']}" if todo.due_on else ""
            lines += [f"- {todo.text}{where}{due}", f"  {settings.SITE_URL}{todo.url}"]
        lines.append("")
    lines.append("Thư này được gửi tự động một lần trong ngày khi có việc đang chờ.")
    return f"{len(todos)} việc đang chờ ngày {day(today)}", "\n".join(lines)


def night_report(head: Head | None, found: Sequence[str], failed: int, at: datetime) -> tuple[str, str]:
    """What a night found, for those who run the installation; the head of the journal is to be kept outside of it."""
    today = day(queries.today(at))
    lines = [f"Kiểm tra dữ liệu đêm {today}: {f'{len(found)} chỗ sai' if found else 'không có chỗ nào sai'}."]
    lines += [f"- {sentence}" for sentence in found[:MOST_TOLD]]
    if len(found) > MOST_TOLD:
        lines.append(f"- và {len(found) - MOST_TOLD} chỗ nữa. Lệnh “manage.py verify” in tất cả.")
    if failed:
        lines.append(f"{failed} thư nhắc việc không gửi được.")
    if head:
        lines += [
            f"Chuỗi nhật ký đến hết ngày {day(head.day)}: {head.count} dòng, mã {head.sha256}",
            "Hãy giữ mã này ở ngoài máy chủ. Lệnh “manage.py verify --head MÃ” cho biết dữ liệu có bị viết lại hay không.",
        ]
    subject = f"{len(found)} chỗ sai trong dữ liệu" if found else "Dữ liệu không có chỗ nào sai"
    return f"{subject}, đêm {today}", "\n".join(lines)


def phase_diagram() -> str:
    """The page of docs that draws the phases of a year from the table of moves."""
    return f"{PHASES_HEAD}```mermaid\n{diagram()}```\n"


@dataclass(frozen=True)
class RosterLine:
    """What one row of a workbook does, in words."""

    number: int
    words: str
    tone: str = ""


@dataclass(frozen=True)
class RosterSheet:
    """What one sheet of a workbook does: rows that make, change or end something; the rest stays."""

    title: str
    created: int
    changed: int
    same: int
    lines: list[RosterLine]

    @property
    def summary(self) -> str:
        return f"{self.title}: thêm {self.created}, đổi {self.changed}, giữ nguyên {self.same}."


def roster_sheets(plan: Plan) -> list[RosterSheet]:
    """What an import creates, changes and leaves, sheet by sheet."""
    return [
        _roster_sheet("Đơn vị", plan.units, "slug"),
        _roster_sheet("Khối", plan.blocs, "slug"),
        _years_sheet(plan.years),
        _roster_sheet("Người dùng", plan.people, "username"),
        _roles_sheet(plan),
    ]


def roster_summary(plan: Plan) -> str:
    """What was written, in one line."""
    return "Đã nhập. " + " ".join(sheet.summary for sheet in roster_sheets(plan))


def _roster_sheet(title: str, found: Sequence[Found], key: str) -> RosterSheet:
    lines = []
    for one in found:
        name = one.now("full_name" if key == "username" else "name")
        if one.is_new:
            lines.append(RosterLine(one.line.number, f"thêm {name} ({one.now(key)})", "new"))
        elif one.changes:
            lines.append(RosterLine(one.line.number, f"đổi {name} ({one.now(key)}): {_differences(one)}"))
    created = sum(one.is_new for one in found)
    return RosterSheet(title, created, len(lines) - created, len(found) - len(lines), lines)


def _differences(found: Found) -> str:
    label = found.row._meta.get_field
    return "; ".join(
        f"{label(name).verbose_name} “{_said(found, name, was)}” → “{_said(found, name, found.changes[name])}”"
        for name, was in found.before.items()
    )


def _said(found: Found, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return number(value)
    labels = dict(found.row._meta.get_field(name).flatchoices)
    return str(labels.get(value, value if value is not None else ""))


def _roles_sheet(plan: Plan) -> RosterSheet:
    lines = [
        RosterLine(
            one.line.number,
            f"giao {one.person.now('full_name')}: {Role(one.role).label}"
            + (f", {one.unit.now('name')}" if one.unit else "")
            + f", từ {day(one.from_on)}",
            "new",
        )
        for one in plan.roles
    ]
    return RosterSheet("Vai trò", len(lines), 0, plan.held_roles, lines)


def _years_sheet(years: Sequence[Year]) -> RosterSheet:
    lines, changed = [], 0
    for year in years:
        place, name = year.line.number, f"{year.bloc.now('name')}, năm {year.year}"
        if year.cycle is None:
            lines.append(RosterLine(place, f"mở {name} với {len(year.units)} đơn vị", "new"))
        elif year.is_changed:
            lines.append(
                RosterLine(place, f"đổi danh sách {name}: còn {len(year.units)} đơn vị theo thứ tự mới")
            )
        lines += [RosterLine(place, f"{unit.name} rời {name}", "bad") for unit in year.leaving()]
        for one in year.offices:
            label = Office(one.office).label
            lines.append(RosterLine(one.line.number, f"{label} của {name}: {one.unit.now('name')}", "new"))
        changed += year.cycle is not None and bool(year.is_changed or year.offices)
    created = sum(year.cycle is None for year in years)
    return RosterSheet("Thành viên", created, changed, len(years) - created - changed, lines)


def links_html(province: Province, slips: Sequence[Any], at: datetime) -> str:
    """One sheet a unit, in its order, with a slip for each person: name, username, link and its code to scan."""
    sheets: dict[str, list[dict[str, Any]]] = {}
    for slip in sorted(slips, key=lambda slip: _place_of(slip.user)):
        first = slip.user.serving[0].unit
        url = f"{settings.SITE_URL}{slip.link}" if slip.link else ""
        sheets.setdefault(first.name if first else province.name, []).append(
            {
                "user": slip.user,
                "roles": "; ".join(role.title or role.get_role_display() for role in slip.user.serving),
                "url": url,
                "qr": qr_code(url) if url else "",
                "until": slip.until,
                "note": slip.note,
            }
        )
    named = [{"name": name, "slips": rows} for name, rows in sheets.items()]
    context = {"province": province, "sheets": named, "site": settings.SITE_URL, "at": at}
    return render_to_string("blocs/pdf/links.html", context)


def _place_of(user: User) -> tuple[Any, ...]:
    unit = user.serving[0].unit
    return (unit is not None, unit.sort_key if unit else "", unit.pk if unit else 0, user.sort_key, user.pk)
