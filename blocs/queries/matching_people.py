"""Where the lines of a workbook meet people and years: who is who, which role is new, who sits in which bloc."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from blocs.models import Appointment
from blocs.queries.matching import Alike, Names, asked
from blocs.queries.roster import Found, Line, Option, Plan, Role, Roster, holds
from blocs.rules import proposed_username
from config.kit.books import same_words
from config.kit.naming import squeezed, traces
from config.kit.text import day

PERSON_FIELDS = ("full_name", "email", "phone")


class PeopleMatching:
    """Each line of people beside the person it speaks of, and the role that it gives.

    Who writes a username says who is meant. Else the same name in the same unit is the same person; the same name
    elsewhere, and a nearly equal one in the unit, is asked about.
    """

    def __init__(self, roster: Roster, plan: Plan, units: Names, on: date) -> None:
        self.roster, self.plan, self.units, self.on = roster, plan, units, on
        self.stands = {user.pk: Found(None, user) for user in roster.people}
        self.by_username = {found.row.username.lower(): found for found in self.stands.values()}
        self.taken = set(roster.usernames)
        self.alike = Alike()
        self.places: dict[Found, set[Any]] = {}
        self.given: set[tuple[Found, str, Any]] = set()
        for found in self.stands.values():
            for role in found.row.current or [None]:
                self._settle(found, found.row.full_name, role.unit_id if role else None)

    def match(self, lines: Iterable[Line], answers: Mapping[str, str]) -> None:
        lines = list(lines)
        self.taken |= {str(line.said("username")).lower() for line in lines if line.said("username")}
        for line in lines:
            place, is_known = self._place(line)
            if not is_known:
                continue
            found = self._who(line, place, answers)
            if found is None:
                continue
            self._settle(found, line.said("full_name"), _key(place))
            self._role(line, found, place)

    def _place(self, line: Line) -> tuple[Found | None, bool]:
        """The unit of the role, None for the province's own; and whether the line says it rightly."""
        is_of_unit = line.said("role") in Appointment.UNIT_ROLES
        typed = line.said("unit")
        if not is_of_unit:
            if typed:
                self._fault(line, "unit", "vai trò này thuộc tỉnh. Hãy bỏ trống đơn vị.")
            return None, not typed
        if not typed:
            self._fault(line, "unit", "vai trò này thuộc một đơn vị. Hãy ghi đơn vị.")
            return None, False
        try:
            return self.units.find(typed), True
        except ValueError as wrong:
            self._fault(line, "unit", str(wrong))
            return None, False

    def _who(self, line: Line, place: Found | None, answers: Mapping[str, str]) -> Found | None:
        username = (line.said("username") or "").lower()
        found = self.by_username.get(username) if username else None
        if found is None and username in self.roster.usernames:
            self._fault(
                line,
                "username",
                "tên đăng nhập này thuộc một người ở nơi khác. Hãy ghi tên khác hoặc bỏ trống.",
            )
            return None
        if found is None:
            found = None if username else self._here(line, place)
            found = found or self._near(line, place, answers)
        elif not _is_near(line.said("full_name"), found.now("full_name")):
            found = self._renamed(line, found, answers)
        if found is None:
            return self._new(line, place)
        self._changes(line, found)
        return found

    def _here(self, line: Line, place: Found | None) -> Found | None:
        """The one person of exactly this name in this place."""
        same = [
            one
            for one in self._named(line)
            if _key(place) in self.places[one]
            and same_words(one.now("full_name")) == same_words(line.said("full_name"))
        ]
        return same[0] if len(same) == 1 else None

    def _near(self, line: Line, place: Found | None, answers: Mapping[str, str]) -> Found | None:
        name = line.said("full_name")
        near = [
            one
            for one in self._named(line)
            if _key(place) in self.places[one] or same_words(one.now("full_name")) == same_words(name)
        ]
        if not near:
            return None
        options = {one.now("username"): one for one in near}
        shown = [Option(value, f"Là {one.now('full_name')} ({value})") for value, one in options.items()]
        sentence = f"“{name}” trùng hoặc gần giống tên người đã có."
        answer = asked(self.plan, line, sentence, shown, answers, "Là người khác, thêm mới")
        return options.get(answer)

    def _renamed(self, line: Line, found: Found, answers: Mapping[str, str]) -> Found | None:
        """A username with quite another name: the person changed it, or the line means somebody else."""
        username, name = found.now("username"), line.said("full_name")
        shown = [Option(username, f"Vẫn là người đó: đổi họ tên thành {name}")]
        sentence = f"Tên đăng nhập {username} đang là của {found.now('full_name')}."
        other = "Là người khác: thêm mới với tên đăng nhập khác"
        answer = asked(self.plan, line, sentence, shown, answers, other)
        return found if answer == username else None

    def _named(self, line: Line) -> list[Found]:
        return self.alike.near(traces(line.said("full_name")))

    def _new(self, line: Line, place: Found | None) -> Found:
        name, username = line.said("full_name"), line.said("username")
        if not username or username.lower() in self.by_username:
            where = place.now("slug") if place else self.roster.province.slug
            username = proposed_username(name, where, self.taken)
            self.taken.add(username)
        fields = {
            "email": "",
            "phone": "",
            **{one: line.said(one) for one in PERSON_FIELDS if line.said(one)},
        }
        found = Found(line, None, {**fields, "username": username})
        self.by_username[username.lower()] = found
        self.plan.people.append(found)
        return found

    def _changes(self, line: Line, found: Found) -> None:
        """What a line says otherwise of somebody known; two lines of one person must not contradict each other."""
        if found.line is None:
            found.line = line
            self.plan.people.append(found)
        for name in PERSON_FIELDS:
            said = line.said(name)
            if not said or said == found.now(name):
                continue
            is_near = name == "full_name" and not line.said("username")
            if found.row is not None and not is_near and name not in found.changes:
                found.before[name], found.changes[name] = found.now(name), said
            elif found.row is None and not found.fields[name]:
                found.fields[name] = said
            elif not is_near:
                self._fault(line, name, f"dòng {found.line.number} ghi người này là “{found.now(name)}”.")

    def _role(self, line: Line, found: Found, place: Found | None) -> None:
        role = line.said("role")
        key = (found, role, _key(place))
        if key in self.given:
            return self._fault(line, "role", "người này, vai trò này đã ở một dòng trên. Hãy bỏ một dòng.")
        self.given.add(key)
        unit = place.row if place else None
        held = None
        if found.row is not None and (place is None or unit is not None):
            held = holds(found.row, role, unit)
        if held is not None:
            self.plan.held_roles += 1
            return self._same_role(line, held)
        from_on, title, reason = line.said("from_on") or self.on, line.said("title"), line.said("reason")
        self.plan.roles.append(Role(line, found, role, place, from_on, title or "", reason or ""))
        return None

    def _same_role(self, line: Line, held: Appointment) -> None:
        """A role that is held is not written over: it ends, and another begins."""
        way = "Muốn đổi, hãy kết thúc vai trò cũ ở trang người dùng rồi giao lại."
        said_on, title = line.said("from_on"), line.said("title")
        if said_on and said_on != held.from_on:
            self._fault(line, "from_on", f"vai trò này đang giữ từ {day(held.from_on)}. {way}")
        if title and title != held.title:
            self._fault(line, "title", f"chức danh đang ghi là “{held.title}”. {way}")

    def _settle(self, found: Found, name: str, place: Any) -> None:
        self.alike.add(found, traces(name))
        self.places.setdefault(found, set()).add(place)

    def _fault(self, line: Line, field: str, sentence: str) -> None:
        self.plan.faults.append(line.fault(field, sentence))


def _key(place: Found | None) -> Any:
    """A unit that stands by its key, a new one by its address, the province by nothing."""
    if place is None:
        return None
    return place.row.pk if place.row is not None else place.now("slug")


def _is_near(name: str, other: str) -> bool:
    return squeezed(name) == squeezed(other) or bool(traces(name) & traces(other))
