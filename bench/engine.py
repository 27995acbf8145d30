"""The engine alone: one member's change re-scores the whole bloc for every criterion of kind target_leader."""

from collections.abc import Callable
from decimal import Decimal

from scoring.enums import CriterionKind
from scoring.rules import (
    Context,
    Node,
    Scale,
    TargetInputs,
    TargetLeaderRule,
    bloc_figures,
    points_of,
    total_of,
)

UNITS, CRITERIA = 15, 60
MOST = Decimal(10)


def rescoring() -> Callable[[], list]:
    """The work, with its figures made beforehand: results around the target, every fifth unit without one."""
    rule = TargetLeaderRule()
    nodes = tuple(Node(str(code), MOST, kind=CriterionKind.TARGET_LEADER) for code in range(CRITERIA))
    scale = Scale(points=MOST * CRITERIA)
    entries = [
        [
            TargetInputs(
                Decimal(900 + (code * 37 + unit * 91) % 400) / 10, None if unit % 5 == 4 else Decimal(100)
            )
            for unit in range(UNITS)
        ]
        for code in range(CRITERIA)
    ]

    def work() -> list:
        cards: list[dict] = [{} for _ in range(UNITS)]
        for node, row in zip(nodes, entries, strict=True):
            context = Context(bloc=bloc_figures(row))
            for card, inputs in zip(cards, row, strict=True):
                card[node.code] = points_of(rule, MOST, inputs, context=context)
        return [total_of(nodes, card, scale) for card in cards]

    return work
