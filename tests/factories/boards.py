"""Boards and cards that nobody has stored, for tests of figures alone."""

from blocs.models import Bloc, Cycle, Province, Unit
from scoring.models import Criterion, Guidance, Scoreboard, Scorecard
from scoring.queries import Board
from tests.factories.scoring import LAW


def board_from(rows, **law):
    """A board with these rows."""
    keys = {row["code"]: place for place, row in enumerate(rows, 1)}
    guidance = Guidance(**{**LAW, **law})
    criteria = tuple(
        Criterion(**{**row, "pk": keys[row["code"]], "parent": None, "parent_id": keys.get(row["parent"])})
        for row in rows
    )
    cycle = Cycle(bloc=Bloc(name="Khối 4", province=Province(name="Tỉnh mẫu")), year=2019)
    return Board(guidance, criteria, Scoreboard(cycle=cycle, guidance=guidance))


def card_on(board):
    """A unit's card of a board, without evidence."""
    unit = Unit(name="Sở Y tế", short_name="Sở Y tế", slug="so-y-te")
    card = Scorecard(unit=unit, scoreboard=board.scoreboard)
    card.proven = ()
    return card
