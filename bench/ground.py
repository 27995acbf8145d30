"""What is measured: one bloc of the demonstration, built by the people of its year through the services."""

from dataclasses import dataclass
from datetime import date

from blocs import services
from blocs.enums import UnitKind
from blocs.models import Cycle
from blocs.queries import next_cycle_of
from meetings.demo import sample
from meetings.demo.directory import Cast, add_unit, first_admin, found_province
from meetings.demo.facts import BlocFact, moment

BLOCS = 40


@dataclass(frozen=True)
class Ground:
    """`closed`: a whole year with three stages of marks and an adopted ranking; `running`: cards being filled."""

    cast: Cast
    fact: BlocFact
    closed: Cycle
    running: Cycle

    @property
    def secretary(self):
        return self.cast.officer(self.fact.chair)

    @property
    def half_way(self) -> str:
        """A unit whose card of the running year is half filled."""
        return self.fact.order[sample.SENT]


def build() -> Ground:
    """Twelve units and forty criteria; one year walked to its end, the next to self-scoring."""
    at = moment(date(sample.FIRST_YEAR - 1, 1, 4))
    admin, password_hash = first_admin(at)
    cast = found_province(
        admin, password_hash, slug="mau", name="Tỉnh mẫu", place="Tỉnh mẫu", at=at, note="Dữ liệu để đo."
    )
    guidances = {year: sample._guidance(cast, year) for year in (sample.FIRST_YEAR, sample.FIRST_YEAR + 1)}
    fact = sample.fact_of(1)
    for unit in fact.units:
        add_unit(cast, unit, at)
    bloc = services.create_bloc(
        province=cast.province, by=admin, at=at, slug=fact.bloc, name=fact.bloc_name, code=fact.code
    )
    services.assign_officer(officer=cast.desk_officer, bloc=bloc, by=cast.desk_head, at=at, from_on=at.date())
    sample._walk(cast, bloc, fact, guidances)
    closed = Cycle.objects.select_related("bloc__province").get(bloc=bloc, year=fact.year)
    return Ground(cast, fact, closed, next_cycle_of(closed))


def widen(ground: Ground) -> None:
    """Bring the province to forty blocs of twelve units, their year just opened."""
    cast, at = ground.cast, moment(date(ground.running.year, 1, 5))
    for number in range(2, BLOCS + 1):
        bloc = services.create_bloc(
            province=cast.province,
            by=cast.admin,
            at=at,
            slug=f"khoi-{number}",
            name=f"Khối thi đua mẫu {number}",
            code=f"KM{number}",
        )
        units = [
            services.create_unit(
                province=cast.province,
                by=cast.admin,
                at=at,
                slug=f"k{number}-{place}",
                name=f"Đơn vị {number}.{place}",
                short_name=f"ĐV {number}.{place}",
                kind=UnitKind.OTHER,
            )
            for place in range(1, sample.SIZE + 1)
        ]
        cycle = services.open_cycle(
            bloc=bloc, year=ground.running.year, by=cast.desk_head, at=at, is_illustrative=True
        )
        services.change_members(cycle=cycle, units=units, by=cast.desk_head, at=at)
