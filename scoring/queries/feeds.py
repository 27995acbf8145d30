"""Criteria that are scored by a target of the covenant: the result is entered once, on the results page."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from covenants.enums import Achievement, CovenantLevel, Direction, Period
from covenants.models import Covenant
from covenants.queries import Figure, figures_of, unit_results_url
from scoring.enums import CriterionKind, NaReason, Stage
from scoring.models import Criterion, Mark, Scorecard
from scoring.queries.cards import CardView
from scoring.rules import (
    ACCEPTED,
    Inputs,
    NotApplicable,
    PassInputs,
    RatioInputs,
    TargetInputs,
    inputs_from_json,
)

# Kinds whose figures are a result and what was assigned.
FED_KINDS = frozenset(
    {
        CriterionKind.TARGET,
        CriterionKind.TARGET_LEADER,
        CriterionKind.RATIO,
        CriterionKind.BANDS,
        CriterionKind.PASS_FAIL,
    }
)
# Kinds that give more for a larger result, whatever was assigned.
MORE_IS_BETTER = frozenset({CriterionKind.TARGET_LEADER, CriterionKind.RATIO})


@dataclass(frozen=True)
class Feed:
    """What the covenant says for one criterion (None: no result yet), where it stands and where it is entered."""

    inputs: Inputs | None
    source: str
    url: str


def feeds_of(card: Scorecard, leaves: Iterable[Criterion]) -> dict[int, Feed]:
    """Criterion → what the unit's results of the year give it; no query where nothing is linked."""
    linked = [leaf for leaf in leaves if leaf.target_id and leaf.kind in FED_KINDS]
    if not linked:
        return {}
    cycle, found = card.scoreboard.cycle, {}
    url = unit_results_url(cycle, card.unit, Period.YEAR)
    targets = {leaf.target_id for leaf in linked}
    levels = Covenant.objects.filter(targets__in=targets).values_list("level", flat=True).distinct()
    for level in CovenantLevel if len(levels) > 1 else levels:
        figures = figures_of(cycle, Period.YEAR, units=[card.unit_id], level=level)
        for leaf in linked:
            figure = figures.get(leaf.target_id, card.unit_id)
            if figure is not None and _reads(CriterionKind(leaf.kind), figure.target.direction):
                found[leaf.pk] = Feed(inputs_of(leaf, figure), _source(figure), url)
    return found


def _reads(kind: CriterionKind, direction: str) -> bool:
    """Whether a kind can read a target of this direction.

    A target that is met or not is no figure, and where more is better a target not to be passed would reward it.
    """
    if direction == Direction.YES_NO:
        return kind in FED_KINDS and PassInputs in ACCEPTED[kind]
    return kind in FED_KINDS and (direction == Direction.AT_LEAST or kind not in MORE_IS_BETTER)


def inputs_of(leaf: Criterion, figure: Figure) -> Inputs | None:
    """The figures of a criterion from a result and its assigned value; None before there is a result.

    What the covenant does not assign is not assigned, whatever the kind: nobody writes a target of its own beside it.
    """
    if not figure.is_assigned:
        return NotApplicable(NaReason.NOT_ASSIGNED)
    if figure.actual is None:
        return None
    actual = _plain(figure.actual)
    if figure.target.direction == Direction.YES_NO or leaf.kind == CriterionKind.PASS_FAIL:
        return PassInputs(passed=figure.achievement in (Achievement.MET, Achievement.EXCEEDED))
    target = _plain(figure.value)
    if leaf.kind in (CriterionKind.RATIO, CriterionKind.BANDS):
        return RatioInputs(actual, target)
    return TargetInputs(actual, target)


def _plain(value: Decimal) -> Decimal:
    """Without the zeros that the column adds, so that a figure is stored as it was typed."""
    return Decimal(f"{value.normalize():f}")


def _source(figure: Figure) -> str:
    """“kết quả giao ước, chỉ tiêu 3 (số ước).”."""
    words = f"kết quả giao ước cả năm, chỉ tiêu {figure.target.number}"
    if not figure.is_assigned:
        return f"{words} (không giao)."
    return f"{words} ({'số ước' if figure.is_estimated else 'chính thức'})."


def stale_feeds(view: CardView, feeds: dict[int, Feed] | None = None) -> list[str]:
    """Codes of criteria whose own marks are no longer what the covenant says."""
    feeds = feeds_of(view.card, view.board.leaves) if feeds is None else feeds
    own = view.at(Stage.SELF)
    return [
        view.board.by_key[key].code
        for key, feed in feeds.items()
        if not is_told(view.board.by_key[key], own.get(key), feed)
    ]


def is_told(leaf: Criterion, mark: Mark | None, feed: Feed) -> bool:
    """Whether a mark holds what the covenant says; no mark and no result are the same."""
    return feed.inputs == (inputs_from_json(CriterionKind(leaf.kind), mark.inputs) if mark else None)
