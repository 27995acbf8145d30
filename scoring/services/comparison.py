"""When the members may see each other's figures side by side."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from blocs.models import Cycle
from blocs.queries import standing_in
from blocs.services import lock_cycle
from config.kit.audit import audited
from config.kit.refusals import refuse
from scoring import policies, queries
from scoring.models import Scoreboard


@transaction.atomic
def open_comparison(*, cycle: Cycle, by: User, at: datetime) -> Scoreboard:
    """Open the comparison to the members, by the bloc's own rule."""
    cycle = lock_cycle(cycle.pk)
    board = queries.scoreboard_of(cycle)
    refuse(policies.open_comparison(standing_in(cycle, by, at), cycle, board))
    board.comparison_opened_at, board.comparison_opened_by = at, by
    with audited("scoring.comparison.opened", by=by):
        board.save(update_fields=["comparison_opened_at", "comparison_opened_by"])
    return board


@transaction.atomic
def close_comparison(*, cycle: Cycle, by: User, at: datetime) -> Scoreboard:
    """Keep the comparison to those who check again; who looked before has seen it."""
    cycle = lock_cycle(cycle.pk)
    board = queries.scoreboard_of(cycle)
    refuse(policies.close_comparison(standing_in(cycle, by, at), cycle, board))
    board.comparison_opened_at = board.comparison_opened_by = None
    with audited("scoring.comparison.closed", by=by):
        board.save(update_fields=["comparison_opened_at", "comparison_opened_by"])
    return board
