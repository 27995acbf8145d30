"""Results of the covenant taken over into the unit's own marks."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from blocs.queries import standing_in
from config.kit.audit import audited
from config.kit.refusals import refuse
from scoring import policies, queries
from scoring.enums import Stage
from scoring.models import Mark, Scorecard
from scoring.services.marks import MarkEntry, checked_marks, lock_card, signed, write_marks


@transaction.atomic
def pull_results(*, card: Scorecard, by: User, at: datetime) -> list[Mark]:
    """Write the unit's own marks of linked criteria as its results of the year stand; gives those that changed."""
    card, cycle = lock_card(card)
    view = queries.card_view(card)
    feeds = queries.feeds_of(card, view.board.leaves)
    refuse(policies.pull_results(standing_in(cycle, by, at), card, len(feeds)))
    own = view.at(Stage.SELF)
    entries = [
        MarkEntry(key, inputs=feed.inputs)
        for key, feed in feeds.items()
        if not queries.is_told(view.board.by_key[key], own.get(key), feed)
    ]
    marks = checked_marks(view, Stage.SELF, entries)
    with audited("scoring.marks.pulled", by=by):
        return write_marks(signed(mark, own.get(mark.criterion_id), by, at) for mark in marks)
