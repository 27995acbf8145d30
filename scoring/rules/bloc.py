"""What the whole bloc says about one criterion, reduced to what the kind target_leader compares with.

One member's change re-scores the bloc; the reduced figures are stored when the meeting adopts the scores,
and from then on every unit's points can be recomputed from its own row.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from config.kit.text import number
from scoring.rules import reading
from scoring.rules.inputs import INPUT_READERS, Inputs, NotApplicable, TargetInputs
from scoring.rules.numbers import WIDE, ratio


@dataclass(frozen=True)
class BlocFigures:
    """What the bloc says about one criterion.

    `leader`: result and target of a unit with the largest excess over its assigned target, by per cent;
    None when nobody exceeds. `top_unassigned`: the largest result among units without a target, None when
    there is none. `known` of `of` units have given their figures.
    """

    leader: TargetInputs | None = None
    top_unassigned: Decimal | None = None
    known: int = 0
    of: int = 0

    @cached_property
    def top_excess(self) -> Fraction:
        """The leader's excess as a part of its target; 0 without a leader."""
        return excess(self.leader) if self.leader else Fraction(0)

    @cached_property
    def leader_words(self) -> tuple[str, str]:
        """The leader's figures as a sentence names them, and its excess as it is recomputed; written once a bloc."""
        actual, target = number(self.leader.actual), number(self.leader.target)
        return f"đơn vị dẫn đầu thực hiện {actual}, giao {target}", f"({actual} − {target})/{target}"


def excess(inputs: TargetInputs) -> Fraction:
    """How far a result is above its target, as a part of the target."""
    return ratio(WIDE.subtract(inputs.actual, inputs.target), inputs.target)


def bloc_figures(entries: Iterable[Inputs | None]) -> BlocFigures:
    """Reduce the bloc's inputs for one criterion; units to which it does not apply stand outside."""
    concerned = [entry for entry in entries if not isinstance(entry, NotApplicable)]
    known = [entry for entry in concerned if isinstance(entry, TargetInputs) and entry.actual is not None]
    above = [entry for entry in known if entry.target is not None and 0 < entry.target < entry.actual]
    unassigned = [entry.actual for entry in known if entry.target is None]
    # Leaders may be several; which one is named must not depend on the order of rows.
    leader = max(above, key=lambda entry: (excess(entry), entry.target), default=None)
    return BlocFigures(leader, max(unassigned, default=None), len(known), len(concerned))


FIGURES_READERS: Mapping[str, reading.Reader] = {
    "leader": lambda data: reading.read_object(TargetInputs, data, INPUT_READERS),
    "top_unassigned": reading.a_number,
    "known": reading.a_whole,
    "of": reading.a_whole,
}


def bloc_figures_to_json(figures: BlocFigures) -> dict[str, Any]:
    """The form in which the figures are stored when the meeting adopts the scores."""
    return reading.to_json(figures)


def bloc_figures_from_json(data: Any) -> BlocFigures:
    """Read what `bloc_figures_to_json` wrote; raises FormatError otherwise."""
    return reading.read_object(BlocFigures, data, FIGURES_READERS)
