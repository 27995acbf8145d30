"""A year whose board says that the members score each other."""

from datetime import date
from decimal import Decimal

from blocs.enums import Phase
from scoring import queries, services
from scoring.enums import CrossMethod
from tests.factories.scoring import NOON, ScoringYear

D = Decimal
DUE = date(2019, 11, 25)


class CrossYear(ScoringYear):
    """Four units by default; the cards named in `sent` have been sent."""

    def __init__(self, *, units=4, method=CrossMethod.MEAN, due_on=DUE, sent=(2,), **fields):
        super().__init__(units=units, board=False, phase=Phase.PREPARING, **fields)
        draft = self.draft_board()
        if method:
            draft = services.plan_cross_check(
                scoreboard=draft, method=method, due_on=due_on, by=self.chair, at=NOON
            )
        self.adopt(draft)
        self.go(Phase.SELF_SCORING)
        for index in sent:
            self.send(index)

    def entries(self, index, changes=None):
        """Points for every criterion: as the unit says, or as named, with a reason."""
        own = self.view(index).at("self")
        codes = {leaf.pk: leaf.code for leaf in queries.board_of(self.scoreboard).leaves}
        values = {codes[key]: mark.points for key, mark in own.items() if mark.points is not None}
        for code, points in (changes or {}).items():
            values[code] = (D(points), "số liệu khác")
        return services.entries_of(self.card(index), values)

    def give(self, index, scorer, changes=None, *, when=NOON):
        """One member scores one card whole and sends it."""
        return services.send_cross_check(
            card=self.card(index),
            scorer=self.units[scorer],
            entries=self.entries(index, changes),
            by=self.officers[scorer],
            at=when,
        )

    def draft(self, index, scorer, values, *, when=NOON):
        """One member keeps some marks without sending them."""
        card = self.card(index)
        return services.save_cross_checks(
            card=card,
            scorer=self.units[scorer],
            entries=services.entries_of(card, values),
            by=self.officers[scorer],
            at=when,
        )

    def board_now(self):
        return queries.boards_in(self.cycle).get(status="adopted")

    def close(self, reason="", *, by=None, when=NOON):
        return services.close_cross_check(
            scoreboard=self.board_now(), reason=reason, by=by or self.chair, at=when
        )

    def cross(self, index):
        return queries.cross_view(self.card(index))

    def result(self, index, code):
        return queries.cross_results(self.card(index))[self.criterion(code).pk]
