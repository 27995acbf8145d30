"""A bloc of seven units of the invented province, walked to a phase for a browser story."""

from datetime import date, timedelta

from blocs.enums import Phase
from meetings.demo import sample, stories
from meetings.demo.directory import first_admin, province_of
from meetings.demo.facts import moment
from meetings.demo.frames import SMALL
from meetings.demo.year import Year
from scoring import services
from scoring.enums import CrossMethod

UNITS = 7
HOME = f"/khoi/mau/khoi-1/{sample.FIRST_YEAR}/"
# Half of those present is enough, so that two units may tie; a tie is the meeting's to decide.
VOTE_RULE = {
    "base": "present",
    "numerator": 1,
    "denominator": 2,
    "comparison": "at_least",
    "quorum_numerator": 2,
    "quorum_denominator": 3,
    "tie_chain": ["meeting"],
}


class CrossingYear(Year):
    """The members score each other, without a last day."""

    def adopt_scoreboard(self, at):
        act = {"by": self.officer, "at": at}
        board = services.draft_scoreboard(cycle=self.cycle, guidance=self.guidance, **act)
        services.plan_cross_check(scoreboard=board, method=CrossMethod.MEAN, **act)
        services.adopt_scoreboard(scoreboard=board, how="Thống nhất.", **act)


def begin(kind: type[Year] = Year) -> Year:
    """The bloc with its year under way."""
    fact = sample.fact_of(1, UNITS)
    cast, bloc = province_of(fact, *first_admin(moment(date(fact.year - 2, 1, 4))))
    guidance = stories.publish_guidance(
        cast,
        fact.year,
        SMALL,
        number=f"{fact.year}/HD-HĐTĐKT (minh họa)",
        title="Hướng dẫn chấm điểm",
        issued_on=date(fact.year, 1, 4),
        bonus_cap="5",
        deduction_cap="10",
        merits=2,
        vote_rule=VOTE_RULE,
    )
    year = kind(cast, bloc, fact, guidance)
    year.open()
    year.launch()
    return year


def scoring(kind: type[Year] = Year) -> Year:
    """At self-scoring, nothing scored yet."""
    year = begin(kind)
    year.execute()
    year.move(Phase.SELF_SCORING, year.day(11, 15))
    return year


def cross_checking() -> Year:
    """At self-scoring, and the members will score each other."""
    return scoring(CrossingYear)


def reviewing() -> Year:
    """At review, with the ranking adopted."""
    year = begin()
    year.execute()
    year.score()
    year.rank(year.fact.summary_at - timedelta(days=5))
    return year
