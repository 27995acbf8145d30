"""The invented province: three blocs of twelve units, one year closed, the next one open at self-scoring."""

from dataclasses import replace
from datetime import date, timedelta

from accounts.models import User
from blocs import services as bloc_services
from blocs.enums import Phase, UnitKind
from blocs.models import Bloc
from blocs.queries import next_cycle_of
from meetings.demo.directory import Cast, add_unit, found_province, set_deadlines
from meetings.demo.facts import BlocFact, UnitFact, moment
from meetings.demo.frames import forty
from meetings.demo.stories import publish_guidance
from meetings.demo.year import Year
from meetings.enums import MeetingKind

SIZE = 12
FIRST_YEAR = 2025
# How far each unit has come with its card of the open year: the first have sent, the last not begun.
SENT, HALF_WAY = 4, 8


def build(admin: User, password_hash: str) -> None:
    """Build `mau` with its three blocs."""
    at = moment(date(FIRST_YEAR - 1, 1, 4))
    cast = found_province(
        admin,
        password_hash,
        slug="mau",
        name="Tỉnh mẫu",
        place="Tỉnh mẫu",
        at=at,
        note="Tỉnh bịa để dùng thử; mọi tên và số liệu là minh họa.",
    )
    guidances = {year: _guidance(cast, year) for year in (FIRST_YEAR, FIRST_YEAR + 1)}
    for number in (1, 2, 3):
        fact = fact_of(number)
        for unit in fact.units:
            add_unit(cast, unit, at)
        bloc = bloc_services.create_bloc(
            province=cast.province, by=admin, at=at, slug=fact.bloc, name=fact.bloc_name, code=fact.code
        )
        bloc_services.assign_officer(
            officer=cast.desk_officer, bloc=bloc, by=cast.desk_head, at=at, from_on=at.date()
        )
        _walk(cast, bloc, fact, guidances)
    for year in guidances:
        set_deadlines(cast, year, moment(date(year, 1, 4)))


def _guidance(cast: Cast, year: int):
    return publish_guidance(
        cast,
        year,
        forty(),
        number=f"{year}/HD-HĐTĐKT (minh họa)",
        title=f"Hướng dẫn chấm điểm thi đua năm {year} của Tỉnh mẫu",
        issued_on=date(year, 1, 4),
        bonus_cap="10",
        deduction_cap="20",
        merits=4,
    )


def fact_of(number: int, size: int = SIZE) -> BlocFact:
    """One bloc of the invented province; `size` is its number of units, no multiple of five."""
    first = (number - 1) * size + 1
    slugs = [f"donvi-{place:02d}" for place in range(first, first + size)]
    units = tuple(
        UnitFact(
            slug, f"Đơn vị mẫu {slug[-2:]}", f"Đơn vị {slug[-2:]}", UnitKind.OTHER, head_title="Thủ trưởng"
        )
        for slug in slugs
    )
    # A made-up order that differs from the order of the bloc.
    order = tuple(slugs[(place * 5 + number) % size] for place in range(size))
    return BlocFact(
        province="mau",
        province_name="Tỉnh mẫu",
        place="Tỉnh mẫu",
        bloc=f"khoi-{number}",
        bloc_name=f"Khối thi đua mẫu {number}",
        code=f"KM{number}",
        year=FIRST_YEAR,
        until=Phase.CLOSED,
        units=units,
        chair=slugs[0],
        chair_is_stated=False,
        vice=slugs[1],
        source="Dữ liệu bịa để dùng thử.",
        flag=order[0],
        merits=order[1:5],
        next_chair=slugs[2],
        next_vice=slugs[3],
        order=order,
        summary_at=moment(date(FIRST_YEAR, 12, 20)),
        summary_place="Hội trường Tỉnh mẫu",
        covenant_on=date(FIRST_YEAR, 2, 10),
        exceeding=order[:4],
        movements=(("Thi đua chuyển đổi số", "Tỉnh"), ("Thi đua cải cách hành chính", "Khối")),
        initiatives=(("base", 24), ("province", 3)),
    )


def _walk(cast: Cast, bloc: Bloc, fact: BlocFact, guidances: dict) -> None:
    year = Year(cast, bloc, fact, guidances[fact.year])
    year.open()
    year.launch()
    year.execute()
    year.score()
    at = fact.summary_at
    year.open_next(at - timedelta(days=2))
    year.rank(at)
    year.hold_summary(MeetingKind.SUMMARY, at, fact.summary_place)
    year.submit(at + timedelta(days=2))
    year.appraise(at + timedelta(days=5))
    year.decide(date(FIRST_YEAR + 1, 1, 15), f"{bloc.code}/QĐ-UBND (minh họa)")
    year.hand_over(moment(date(FIRST_YEAR + 1, 1, 20)))
    year.close(moment(date(FIRST_YEAR + 1, 1, 25)))
    _walk_open_year(cast, bloc, fact, guidances[fact.year + 1])


def _walk_open_year(cast: Cast, bloc: Bloc, fact: BlocFact, guidance) -> None:
    """The year that is running now, for trying things out: some have sent, some are half way, some have not begun."""
    now = replace(
        fact,
        year=fact.year + 1,
        chair=fact.next_chair,
        vice=fact.next_vice,
        covenant_on=date(fact.year + 1, 2, 10),
    )
    year = Year(cast, bloc, now, guidance, chair=now.chair)
    year.cycle = next_cycle_of(bloc.cycles.get(year=fact.year))
    year.launch()
    year.execute()
    year.move(Phase.SELF_SCORING, year.day(11, 10))
    for rank, slug in enumerate(now.order[:SENT]):
        year.self_score(slug, rank, year.day(11, 14), year.day(11, 18))
    for rank, slug in enumerate(now.order[SENT:HALF_WAY], start=SENT):
        year.self_score_half(slug, rank, year.day(11, 15))
