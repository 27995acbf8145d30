"""The directory of a province from one workbook, by the same services as its forms; all or nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from accounts.models import User
from blocs import policies
from blocs.models import Province
from blocs.queries import standing_in_province
from blocs.queries.matching_years import plan_of
from blocs.queries.roster import Found, Line, Lines, Plan, Question, Role, Year, roster_of
from blocs.services.directory import (
    appoint,
    change_mailbox,
    create_bloc,
    create_person,
    create_unit,
    edit_bloc,
    edit_person,
    edit_unit,
)
from blocs.services.locks import lock_province
from blocs.services.years import change_members, open_cycle, start_term
from config.kit.books import Fault, RefusedBook
from config.kit.refusals import Refused, refuse


class UnansweredNames(Refused):
    """Nearly equal names that nobody has said to be the same or not."""

    def __init__(self, questions: list[Question]) -> None:
        self.questions = tuple(questions)
        way = "Hãy trả lời ở trang nhập, hoặc ghi ở cột “Trùng tên”."
        super().__init__([f"T{one.where[1:]}: {one.sentence} {way}" for one in questions])


@transaction.atomic
def import_directory(
    *,
    province: Province,
    lines: Lines,
    by: User,
    at: datetime,
    answers: Mapping[str, str] | None = None,
    dry_run: bool = False,
) -> Plan:
    """Write what differs from what stands. A dry run writes and takes it back, so that it refuses what the import
    refuses; near names are asked about first, and nothing is kept while one is not answered."""
    province = lock_province(province.pk)
    who = standing_in_province(province, by, at)
    refuse(policies.import_directory(who))
    plan = plan_of(roster_of(province), lines, answers or {}, who.on)
    if plan.faults:
        raise RefusedBook(plan.faults)
    if plan.unanswered and not dry_run:
        raise UnansweredNames(plan.unanswered)
    with transaction.atomic():
        writing = Writing(province, by, at)
        writing.write(plan)
        if writing.faults:
            raise RefusedBook(writing.faults)
        if dry_run:
            transaction.set_rollback(True)
    return plan


@dataclass
class Writing:
    """One workbook being written: every refusal is kept with the row that met it, and the rest goes on."""

    province: Province
    by: User
    at: datetime
    faults: list[Fault] = field(default_factory=list)

    def write(self, plan: Plan) -> None:
        for unit in plan.units:
            self._settle(unit, create_unit, edit_unit, "unit")
        for bloc in plan.blocs:
            self._settle(bloc, create_bloc, edit_bloc, "bloc")
        for person in plan.people:
            self._person(person)
        if not self.faults:  # roles and years hang on all of them
            for role in plan.roles:
                self._appoint(role)
            for year in plan.years:
                self._open(year)

    def _settle(self, found: Found, create: Callable, edit: Callable, noun: str) -> None:
        def act() -> None:
            if found.row is None:
                found.row = create(province=self.province, by=self.by, at=self.at, **found.fields)
            elif found.changes:
                edit(**{noun: found.row}, changes=found.changes, by=self.by, at=self.at)

        self._try(found.line, "name", act)

    def _person(self, found: Found) -> None:
        """A mailbox opens the account, so it has a law of its own."""
        place = {"province": self.province, "by": self.by, "at": self.at}
        others = {name: value for name, value in found.changes.items() if name != "email"}

        def act() -> None:
            if found.row is None:
                found.row = create_person(**place, **found.fields)
            elif others:
                edit_person(user=found.row, changes=others, **place)

        self._try(found.line, "full_name", act)
        if "email" in found.changes:
            email = found.changes["email"]
            self._try(found.line, "email", lambda: change_mailbox(user=found.row, email=email, **place))

    def _appoint(self, role: Role) -> None:
        unit = role.unit.row if role.unit else None
        place = {"unit": unit, "province": None if unit else self.province}

        def act() -> None:
            appoint(
                user=role.person.row, role=role.role, from_on=role.from_on, title=role.title,
                late_reason=role.reason, by=self.by, at=self.at, **place,
            )  # fmt: skip

        self._try(role.line, "role", act)

    def _open(self, year: Year) -> None:
        def act() -> None:
            cycle = year.cycle or open_cycle(
                bloc=year.bloc.row, year=year.year, is_illustrative=self.province.is_demo,
                by=self.by, at=self.at,
            )  # fmt: skip
            if year.is_changed:
                change_members(cycle=cycle, units=[unit.row for unit in year.units], by=self.by, at=self.at)
            for one in year.offices:
                self._try(
                    one.line,
                    "office",
                    lambda one=one: start_term(
                        cycle=cycle, office=one.office, unit=one.unit.row, from_on=one.from_on,
                        basis=one.basis, by=self.by, at=self.at,
                    ),
                )  # fmt: skip

        self._try(year.line, "bloc", act)

    def _try(self, line: Line, cell: str, act: Callable[[], object]) -> None:
        try:
            act()
        except Refused as refused:
            self.faults += [line.fault(cell, reason) for reason in refused.reasons]
