"""Where the lines of a workbook meet the directory: which unit, which bloc, and whether a near name is the same."""

from collections.abc import Iterable, Mapping
from typing import Any

from blocs.enums import Tier
from blocs.models import Unit
from blocs.queries.roster import Found, Line, Option, Plan, Question, Roster
from blocs.rules import RESERVED_ADDRESSES, UNIT_HEADS, bloc_address, kind_of_name
from config.kit.books import same_words
from config.kit.naming import closest, short_address, squeezed, traces, unused

OTHER = "khac"
UNIT_FIELDS = ("name", "short_name", "kind", "founded_on", "women_share", "phone")
BLOC_FIELDS = ("name", "code", "tier", "establishing_decision", "numbers_own_papers")
NEW_BLOC = {"tier": Tier.PROVINCE, "establishing_decision": "", "numbers_own_papers": False}


class Alike:
    """Things by the traces of their names, so that near names are found without comparing each with each."""

    def __init__(self) -> None:
        self.by_trace: dict[Any, list[Any]] = {}

    def add(self, thing: Any, found: Iterable[Any]) -> None:
        for trace in found:
            self.by_trace.setdefault(trace, []).append(thing)

    def near(self, found: Iterable[Any]) -> list[Any]:
        """Each thing once, in the order in which they came."""
        return list(dict.fromkeys(thing for trace in found for thing in self.by_trace.get(trace, ())))


class Names:
    """What a cell may call a thing by: its address, its short name, its name."""

    def __init__(self, noun: str) -> None:
        self.noun = noun
        self.by_name: dict[str, list[Found]] = {}
        self.addresses: dict[str, Found] = {}
        self.known: dict[str, Found] = {}

    def add(self, found: Found, *names: str) -> None:
        self.addresses.setdefault(found.now("slug"), found)
        for name in names:
            self.known.setdefault(name, found)
            same = self.by_name.setdefault(same_words(name), [])
            if found not in same:
                same.append(found)

    def find(self, typed: str) -> Found:
        """The thing that is called so; ValueError with a sentence when there is none, or several."""
        if exact := self.addresses.get(typed.lower()):
            return exact
        found = self.by_name.get(same_words(typed), [])
        found = [one for one in found if not one.is_doubtful] or found
        if len(found) == 1:
            return found[0]
        if found:
            codes = ", ".join(one.now("slug") for one in found)
            raise ValueError(f"có {len(found)} {self.noun} mang tên “{typed}”. Hãy ghi mã: {codes}.")
        near = closest(typed, self.known)
        hint = f" Gần nhất là “{near}” (mã {self.known[near].now('slug')})." if near else ""
        raise ValueError(f"không có {self.noun} “{typed}”.{hint} Hãy ghi đúng tên hoặc mã.")


def asked(
    plan: Plan, line: Line, sentence: str, options: list[Option], answers: Mapping[str, str], other: str
) -> str:
    """The answer to “the same or another”, from the sheet or from the page; asks when there is none."""
    options = [*options, Option(OTHER, other)]
    known = {option.value for option in options}
    written = str(line.said("same") or "").lower()
    if squeezed(written) == OTHER or written in known:
        return OTHER if squeezed(written) == OTHER else written
    if written:
        values = ", ".join(["khác", *(option.value for option in options[:-1])])
        plan.faults.append(line.fault("same", f"không hiểu “{written}”. Hãy ghi: {values}."))
    name = f"{squeezed(line.sheet)}-{line.number}"
    answer = answers.get(name, "") if answers.get(name) in known else ""
    plan.questions.append(Question(name, line, sentence, tuple(options), answer))
    return answer or OTHER


# Units


class UnitMatching:
    """Each line of units beside the unit it speaks of."""

    def __init__(self, roster: Roster, plan: Plan, living: list[Unit]) -> None:
        self.roster, self.plan = roster, plan
        self.by_slug = {unit.slug: unit for unit in roster.units}
        self.living = living
        self.exact: dict[str, list[Unit]] = {}
        self.alike, self.names = Alike(), Names("đơn vị")
        self.stands: dict[int, Found] = {}
        for unit in living:
            found = Found(None, unit)
            self.stands[unit.pk] = found
            self.exact.setdefault(same_words(unit.name), []).append(unit)
            self._add_alike(found, unit.name, unit.short_name)

    def match(self, lines: Iterable[Line], answers: Mapping[str, str]) -> None:
        lines = list(lines)
        given = [line.said("slug") for line in lines if line.said("slug")]
        self.taken = {*self.by_slug, *RESERVED_ADDRESSES, *given}
        self.given: dict[str, Line] = {}
        for line in lines:
            self._one(line, answers)
        for found in [*self.stands.values(), *(one for one in self.plan.units if one.row is None)]:
            self.names.add(found, found.now("name"), found.now("short_name"))
            if found.row is not None:
                self.names.add(found, found.row.name, found.row.short_name)

    def _one(self, line: Line, answers: Mapping[str, str]) -> None:
        slug, row = line.said("slug"), None
        if slug and slug in self.given:
            return self._fault(line, "slug", f"mã này đã ở dòng {self.given[slug].number}. Hãy bỏ một dòng.")
        if slug:
            self.given[slug] = line
            row = self.by_slug.get(slug)
            if row and row.pk not in self.stands:
                return self._fault(line, "slug", f"{row.name} đã giải thể. Hãy dùng mã khác cho đơn vị mới.")
        elif len(same := self.exact.get(same_words(line.said("name")), [])) == 1:
            row = same[0]
        found = self.stands[row.pk] if row else self._near(line, answers)
        if found is None:
            self._new(line)
        elif found.line is None:
            found.line = line
            # Who answers that a near name is the same keeps the name that stands; a new one goes with the code.
            found.differs(*(UNIT_FIELDS if row else UNIT_FIELDS[2:]))
            self.plan.units.append(found)
            self.names.add(found, line.said("name"), line.said("short_name") or line.said("name"))
        elif row is not None:
            self._fault(line, "name", f"đơn vị này đã ở dòng {found.line.number}. Hãy bỏ một dòng.")
        else:
            # Said to be the same as an earlier line, which speaks for both.
            self.names.add(found, line.said("name"), line.said("short_name") or line.said("name"))
        return None

    def _near(self, line: Line, answers: Mapping[str, str]) -> Found | None:
        name, short = line.said("name"), line.said("short_name") or ""
        near = self.alike.near(_unit_traces(name, short))
        if not near:
            return None
        options = {_value(one): one for one in near}
        shown = [
            Option(value, f"Là một với {one.now('name')} ({_where(one)})") for value, one in options.items()
        ]
        answer = asked(
            self.plan, line, f"“{name}” gần giống tên đã có.", shown, answers, "Là đơn vị khác, thêm mới"
        )
        return options.get(answer)

    def _new(self, line: Line) -> None:
        name = line.said("name")
        short = line.said("short_name") or name
        if len(short) > Unit._meta.get_field("short_name").max_length:
            return self._fault(line, "short_name", "hãy ghi tên gọi tắt, vì tên đơn vị dài.")
        slug = line.said("slug") or unused(short_address(short, UNIT_HEADS), self.taken)
        self.taken.add(slug)
        said = {field: line.said(field) for field in UNIT_FIELDS if line.said(field) is not None}
        fields = {**said, "short_name": short, "slug": slug, "kind": line.said("kind") or kind_of_name(name)}
        found = Found(line, None, fields)
        found.is_doubtful = any(question.line is line for question in self.plan.unanswered)
        self.plan.units.append(found)
        self._add_alike(found, name, short)
        return None

    def _add_alike(self, found: Found, name: str, short: str) -> None:
        self.alike.add(found, _unit_traces(name, short))

    def _fault(self, line: Line, field: str, sentence: str) -> None:
        self.plan.faults.append(line.fault(field, sentence))


def _unit_traces(name: str, short: str) -> set[Any]:
    """Long names may differ by a letter; short ones, which are letters alone, only in how they are written."""
    return {*traces(name), ("short", squeezed(short or name))}


def _value(found: Found) -> str:
    return found.row.slug if found.row is not None else f"dong-{found.line.number}"


def _where(found: Found) -> str:
    return f"mã {found.row.slug}" if found.row is not None else f"dòng {found.line.number} của tệp"


# Blocs


def match_blocs(roster: Roster, lines: Iterable[Line], plan: Plan) -> Names:
    """Each line of blocs beside the bloc it speaks of: by address, else by code, else by name."""
    names = Names("khối")
    by_slug = {bloc.slug: bloc for bloc in roster.blocs}
    by_code = {same_words(bloc.code): bloc for bloc in roster.blocs}
    by_name = {same_words(bloc.name): bloc for bloc in roster.blocs}
    lines = list(lines)
    taken = {*by_slug, *RESERVED_ADDRESSES, *(line.said("slug") for line in lines if line.said("slug"))}
    met: dict[str, Line] = {}
    for line in lines:
        name, code, slug = line.said("name"), line.said("code"), line.said("slug")
        row = by_slug.get(slug) if slug else by_code.get(same_words(code)) or by_name.get(same_words(name))
        keys = [f"bloc-{row.pk}" if row else f"code-{same_words(code)}", f"slug-{slug}" if slug else ""]
        if earlier := next((met[key] for key in keys if key in met), None):
            plan.faults.append(line.fault("code", f"khối này đã ở dòng {earlier.number}. Hãy bỏ một dòng."))
            continue
        met |= {key: line for key in keys if key}
        found = Found(line, row)
        if row is None:
            slug = slug or unused(bloc_address(name), taken)
            taken.add(slug)
            said = {field: line.said(field) for field in BLOC_FIELDS if line.said(field) is not None}
            found.fields = {**NEW_BLOC, **said, "slug": slug}
        else:
            found.differs(*BLOC_FIELDS)
        plan.blocs.append(found)
        names.add(found, name, code)
    known = {found.row.pk for found in plan.blocs if found.row is not None}
    for bloc in roster.blocs:
        if bloc.pk not in known:
            names.add(Found(None, bloc), bloc.name, bloc.code)
    return names
