"""A bloc's year walked through the services, so that a story cannot start from an impossible state.

`cycle_at(Phase.VERIFYING, units=3)` gives a `Scene`. What an app above needs before a phase can be entered it
appends to `STEPS[phase]`: a function of the scene.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accounts.models import User
from blocs import services
from blocs.enums import Office, Phase, Role
from blocs.models import Bloc, Cycle, Province, Unit
from blocs.rules import ORDER
from config.kit.text import VIETNAM

REASON = "Khối đã thống nhất."


def at(year=2019, month=1, day=10, hour=9, minute=0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=VIETNAM)


@dataclass
class Scene:
    """One province with one bloc in one year, and everybody who acts in it."""

    province: Province
    bloc: Bloc
    cycle: Cycle
    admin: User
    province_head: User
    province_officer: User
    council: User
    auditor: User
    now: datetime
    units: list[Unit] = field(default_factory=list)
    officers: list[User] = field(default_factory=list)
    heads: list[User] = field(default_factory=list)
    outsider: User | None = None

    @property
    def chair(self) -> User:
        """The officer of the chair unit."""
        return self.officers[0]

    @property
    def chair_head(self) -> User:
        return self.heads[0]

    @property
    def vice(self) -> User:
        """The officer of the vice-chair unit."""
        return self.officers[1]

    @property
    def member(self) -> User:
        """The officer of a unit without office."""
        return self.officers[-1]

    def fresh(self) -> Cycle:
        self.cycle = Cycle.objects.select_related("bloc__province").get(pk=self.cycle.pk)
        return self.cycle

    def later(self, days=1) -> datetime:
        self.now += timedelta(days=days)
        return self.now

    def act(self, by: User | None = None) -> dict:
        """`by` and `at` of the next act."""
        return {"by": by or self.chair, "at": self.later()}


STEPS: dict[Phase, list[Callable[[Scene], None]]] = {phase: [] for phase in ORDER}


def make_person(scene_admin, province, username, name, role, now, unit=None, title=""):
    user = services.create_person(
        province=province, by=scene_admin, at=now, username=username, full_name=name, is_demo=True
    )
    place = None if unit else province
    services.appoint(
        user=user,
        role=role,
        by=scene_admin,
        at=now,
        from_on=date(2018, 1, 1),
        late_reason="Ghi lại từ hồ sơ.",
        unit=unit,
        province=place,
        title=title,
    )
    return user


def new_cycle(*, units=3, year=2019, slug="kien-giang", bloc_slug="khoi-4", has_chair=True) -> Scene:
    """A year just opened, with members, chair and vice-chair, at `preparing`."""
    now = at(year)
    admin = services.create_person(
        province=None, by=None, at=now, username=f"quantri.{slug}", full_name="Quản trị", is_demo=True
    )
    services.appoint(user=admin, role=Role.ADMIN, by=None, at=now, from_on=date(2018, 1, 1))
    province = services.create_province(
        by=admin,
        at=now,
        slug=slug,
        name="Tỉnh Kiên Giang",
        place="Kiên Giang",
        council_name="Hội đồng Thi đua - Khen thưởng tỉnh Kiên Giang",
        committee_name="Ủy ban nhân dân tỉnh Kiên Giang",
        standing_office_name="Ban Thi đua - Khen thưởng tỉnh Kiên Giang",
        standing_office_label="Ban TĐKT tỉnh",
    )
    bloc = services.create_bloc(
        province=province, by=admin, at=now, slug=bloc_slug, name="Khối thi đua 4", code="KTĐ4"
    )
    cycle = services.open_cycle(bloc=bloc, year=year, by=admin, at=now)

    def person(name, label, role, unit=None, title=""):
        return make_person(admin, province, f"{name}@{slug}", label, role, now, unit, title)

    scene = Scene(
        province=province,
        bloc=bloc,
        cycle=cycle,
        admin=admin,
        province_head=person("tdkt.lanhdao", "Lê Lãnh Đạo", Role.PROVINCE_HEAD),
        province_officer=person("tdkt.chuyenvien", "Trần Chuyên Viên", Role.PROVINCE_OFFICER),
        council=person("hoidong.1", "Ủy viên Một", Role.COUNCIL),
        auditor=person("chixem", "Người Giám Sát", Role.AUDITOR),
        now=now,
    )
    for number in range(1, units + 1):
        unit = services.create_unit(
            province=province,
            by=admin,
            at=now,
            name=f"Sở số {number}",
            short_name=f"Sở {number}",
            slug=f"so-{number}",
        )
        scene.units.append(unit)
        scene.officers.append(
            person(f"so-{number}.chuyenvien", f"Chuyên viên {number}", Role.UNIT_OFFICER, unit)
        )
        scene.heads.append(
            person(f"so-{number}.thutruong", f"Thủ trưởng {number}", Role.UNIT_HEAD, unit, "Giám đốc")
        )
    stranger = services.create_unit(
        province=province, by=admin, at=now, name="Sở ngoài khối", short_name="Sở ngoài", slug="so-ngoai"
    )
    scene.outsider = person("so-ngoai.chuyenvien", "Người Ngoài Khối", Role.UNIT_OFFICER, stranger)
    services.assign_officer(
        officer=scene.province_officer, bloc=bloc, by=scene.province_head, at=now, from_on=now.date()
    )
    services.change_members(cycle=cycle, units=scene.units, by=admin, at=now)
    if has_chair:
        for office, unit in zip((Office.CHAIR, Office.VICE), scene.units, strict=False):
            services.start_term(
                cycle=cycle,
                office=office,
                unit=unit,
                from_on=now.date(),
                basis="Hội nghị bầu",
                by=admin,
                at=now,
            )
    scene.fresh()
    return scene


def cycle_at(phase: Phase, *, units: int = 3, **place) -> Scene:
    """A year that has been walked to a phase, step by step."""
    scene = new_cycle(units=units, **place)
    for step in ORDER[1 : ORDER.index(phase) + 1]:
        for prepare in STEPS[step]:
            prepare(scene)
        services.move_phase(
            cycle=scene.fresh(), to=step, reason=REASON, by=scene.province_head, at=scene.later()
        )
    scene.fresh()
    return scene
