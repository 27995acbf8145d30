"""Criteria that take their figures from the covenant, as the page of a card says it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from blocs.queries import Standing
from scoring import policies, queries
from scoring.queries import CardView, Feed


@dataclass(frozen=True)
class FeedsNote:
    """Which criteria are linked, which are not as the covenant says, where results are entered and taken over."""

    codes: list[str]
    stale: list[str]
    results_url: str
    url: str
    refusals: list[str]


def feeds_note(who: Standing, view: CardView, feeds: Mapping[int, Feed]) -> FeedsNote | None:
    """None where nothing is linked; asks no query."""
    if not feeds:
        return None
    cycle = view.card.scoreboard.cycle
    return FeedsNote(
        codes=[view.board.by_key[key].code for key in feeds],
        stale=queries.stale_feeds(view, feeds),
        results_url=next(iter(feeds.values())).url,
        url=reverse("results_pull", args=[*cycle.slugs, view.card.unit.slug]),
        refusals=policies.pull_results(who, view.card),
    )
