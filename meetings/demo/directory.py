"""Provinces, units and people of the demonstration, and how to find them again by their short names."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.contrib.auth.hashers import make_password

from accounts.models import User
from accounts.rules import DEMO_PASSWORD
from blocs import services
from blocs.enums import MilestoneKind, Role
from blocs.models import Bloc, Province, Unit
from meetings.demo.facts import BlocFact, UnitFact, moment

COUNCIL_SEATS = 9


@dataclass
class Cast:
    """The people and units of one province."""

    province: Province
    admin: User
    password_hash: str

    def user(self, name: str) -> User:
        return self._users[f"{name}@{self.province.slug}"]

    def officer(self, unit: str) -> User:
        return self.user(f"{unit}.chuyenvien")

    def head(self, unit: str) -> User:
        return self.user(f"{unit}.thutruong")

    @property
    def desk_officer(self) -> User:
        return self.user("tdkt.chuyenvien")

    @property
    def desk_head(self) -> User:
        return self.user("tdkt.lanhdao")

    def forget(self) -> None:
        """Read units and users anew: more have been entered."""
        for name in ("units", "_users"):
            self.__dict__.pop(name, None)

    @cached_property
    def units(self) -> dict[str, Unit]:
        return {unit.slug: unit for unit in Unit.objects.filter(province=self.province)}

    @cached_property
    def _users(self) -> dict[str, User]:
        return {
            user.username: user for user in User.objects.filter(username__endswith=f"@{self.province.slug}")
        }


def first_admin(at: datetime) -> tuple[User, str]:
    """The administrator of the whole demonstration, and the one hash that every demonstration account shares."""
    password_hash = make_password(DEMO_PASSWORD)
    admin = services.create_person(
        province=None,
        by=None,
        at=at,
        username="quantri",
        full_name="Người quản trị",
        password_hash=password_hash,
        is_demo=True,
    )
    services.appoint(user=admin, role=Role.ADMIN, by=None, at=at, from_on=at.date())
    return admin, password_hash


def found_province(
    admin: User, password_hash: str, *, slug: str, name: str, place: str, at: datetime, note: str
) -> Cast:
    """A province with its offices and its people at the desk; it begins with the law of the country."""
    short = place.removeprefix("Tỉnh ") if place != "…" else "… (bài viết không nêu)"
    province = services.create_province(
        by=admin,
        at=at,
        slug=slug,
        name=name,
        place=place,
        council_name=f"Hội đồng Thi đua - Khen thưởng tỉnh {short}",
        committee_name=f"Ủy ban nhân dân tỉnh {short}",
        standing_office_name=f"Ban Thi đua - Khen thưởng tỉnh {short}",
        standing_office_label="Ban TĐKT tỉnh",
        is_demo=True,
        note=note,
    )
    cast = Cast(province, admin, password_hash)
    start = at.date()
    _person(cast, "tdkt.chuyenvien", "Chuyên viên Ban TĐKT", Role.PROVINCE_OFFICER, at, start)
    _person(cast, "tdkt.lanhdao", "Lãnh đạo Ban TĐKT", Role.PROVINCE_HEAD, at, start)
    _person(cast, "chixem", "Người giám sát", Role.AUDITOR, at, start)
    for seat in range(1, COUNCIL_SEATS + 1):
        _person(cast, f"hoidong.{seat}", f"Ủy viên Hội đồng {seat}", Role.COUNCIL, at, start)
    return cast


def _person(
    cast: Cast,
    name: str,
    full_name: str,
    role: str,
    at: datetime,
    start: date,
    unit: Unit | None = None,
    title: str = "",
) -> User:
    user = services.create_person(
        province=cast.province,
        by=cast.admin,
        at=at,
        username=f"{name}@{cast.province.slug}",
        full_name=full_name,
        password_hash=cast.password_hash,
        is_demo=True,
    )
    services.appoint(
        user=user,
        role=role,
        by=cast.admin,
        at=at,
        from_on=start,
        unit=unit,
        province=None if unit else cast.province,
        title=title,
    )
    return user


def add_unit(cast: Cast, fact: UnitFact, at: datetime) -> Unit:
    """A unit with its officer and its head (or the deputy who leads it)."""
    unit = services.create_unit(
        province=cast.province,
        by=cast.admin,
        at=at,
        slug=fact.slug,
        name=fact.name,
        short_name=fact.short_name,
        kind=fact.kind,
    )
    start = at.date()
    _person(
        cast, f"{fact.slug}.chuyenvien", f"Chuyên viên {fact.short_name}", Role.UNIT_OFFICER, at, start, unit
    )
    role = Role.UNIT_DEPUTY if fact.is_deputy else Role.UNIT_HEAD
    title = f"{fact.head_title} {fact.name}"
    _person(
        cast,
        f"{fact.slug}.thutruong",
        fact.head or f"Thủ trưởng {fact.short_name}",
        role,
        at,
        start,
        unit,
        title,
    )
    cast.forget()
    return unit


def province_of(fact: BlocFact, admin: User, password_hash: str) -> tuple[Cast, Bloc]:
    """The province, units and bloc of one article."""
    at = moment(date(fact.year - 1, 1, 4))
    cast = found_province(
        admin,
        password_hash,
        slug=fact.province,
        name=fact.province_name,
        place=fact.place,
        at=at,
        note=fact.source,
    )
    for unit in fact.units:
        add_unit(cast, unit, at)
    bloc = services.create_bloc(
        province=cast.province, by=cast.admin, at=at, slug=fact.bloc, name=fact.bloc_name, code=fact.code
    )
    services.assign_officer(officer=cast.desk_officer, bloc=bloc, by=cast.desk_head, at=at, from_on=at.date())
    return cast, bloc


def set_deadlines(cast: Cast, year: int, at: datetime) -> None:
    """Made-up dates by which the province wants cards and dossiers."""
    for kind, due_on in (
        (MilestoneKind.MIDYEAR, date(year, 7, 15)),
        (MilestoneKind.SELF_SCORING, date(year, 11, 30)),
        (MilestoneKind.SUBMISSION, date(year, 12, 31)),
    ):
        services.set_deadline(
            province=cast.province,
            by=cast.desk_head,
            at=at,
            year=year,
            kind=kind,
            due_on=due_on,
            source="số liệu minh họa",
        )
