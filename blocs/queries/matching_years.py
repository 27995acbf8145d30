"""Where the lines of a workbook meet the years of blocs: their members in order, their chairs."""

from collections.abc import Iterable
from datetime import date

from blocs.enums import Office as OfficeKind
from blocs.queries.matching import Names, UnitMatching, match_blocs
from blocs.queries.matching_people import PeopleMatching
from blocs.queries.roster import Found, Line, Lines, Office, Plan, Roster, Year


def plan_of(roster: Roster, lines: Lines, answers: dict[str, str], on: date) -> Plan:
    """What the lines would change, what must be asked first, and every fault with its cell."""
    plan = Plan()
    units = UnitMatching(roster, plan, roster.living(on))
    units.match(lines.units, answers)
    blocs = match_blocs(roster, lines.blocs, plan)
    match_years(roster, lines.members, plan, blocs, units.names, on)
    PeopleMatching(roster, plan, units.names, on).match(lines.people, answers)
    return plan


def match_years(
    roster: Roster, lines: Iterable[Line], plan: Plan, blocs: Names, units: Names, on: date
) -> None:
    """The lines of each bloc and year together: they name all its members."""
    cycles = {(cycle.bloc_id, cycle.year): cycle for cycle in roster.cycles}
    years: dict[tuple[Found, int], Year] = {}
    placed: dict[Year, list[tuple[int, int, Line, Found]]] = {}
    for line in lines:
        bloc, unit = _named(plan, blocs, line, "bloc"), _named(plan, units, line, "unit")
        if bloc is None or unit is None:
            continue
        number = line.said("year")
        key = (bloc, number)
        if key not in years:
            cycle = cycles.get((bloc.row.pk, number)) if bloc.row is not None else None
            years[key] = Year(line, bloc, number, cycle)
        year = years[key]
        if unit in year.units:
            plan.faults.append(line.fault("unit", "đơn vị này đã có trong danh sách của khối, năm đó."))
            continue
        year.units.append(unit)
        places = placed.setdefault(year, [])
        _place(plan, line, places)
        places.append((line.said("position") or len(places) + 1, line.number, line, unit))
        if line.said("office"):
            _office(plan, line, year, unit, on)
    for year in years.values():
        year.units = [one[-1] for one in sorted(placed[year], key=lambda one: one[:2])]
        _settle(plan, year)


def _named(plan: Plan, names: Names, line: Line, field: str) -> Found | None:
    try:
        return names.find(line.said(field))
    except ValueError as wrong:
        plan.faults.append(line.fault(field, str(wrong)))
        return None


def _place(plan: Plan, line: Line, places: list[tuple[int, int, Line, Found]]) -> None:
    wanted = line.said("position")
    other = next((one[2] for one in places if wanted and one[2].said("position") == wanted), None)
    if other is not None:
        plan.faults.append(line.fault("position", f"thứ tự {wanted} đã ở dòng {other.number}."))


def _office(plan: Plan, line: Line, year: Year, unit: Found, on: date) -> None:
    office = line.said("office")
    if office == OfficeKind.CHAIR and any(one.office == office for one in year.offices):
        plan.faults.append(line.fault("office", "khối, năm này đã ghi một Khối trưởng ở dòng trên."))
        return
    basis = line.said("basis") or year.bloc.now("establishing_decision")
    year.offices.append(Office(line, office, unit, line.said("from_on") or on, basis))


def _settle(plan: Plan, year: Year) -> None:
    """Leave out what stands already: the same members in the same order, offices that are held."""
    if year.cycle is not None:
        stands = [member.unit_id for member in year.cycle.standing]
        year.is_changed = stands != [unit.row.pk if unit.row is not None else None for unit in year.units]
        held = {(term.unit_id, term.office) for term in year.cycle.open_terms}
        year.offices = [
            one for one in year.offices if one.unit.row is None or (one.unit.row.pk, one.office) not in held
        ]
    for one in year.offices:
        if not one.basis:
            plan.faults.append(
                one.line.fault("basis", "hãy ghi căn cứ, hoặc quyết định thành lập khối ở trang Khối.")
            )
    plan.years.append(year)
