"""The kind target_leader: half of the points for the target, half by comparison inside the bloc.

One member's change re-scores the bloc, so the comparison is first reduced to `BlocFigures`, which is stored when
the meeting adopts the scores; from then on every unit's points can be recomputed from its own row.
Source: frames read for DOMAIN §4; the guidance of the year states the wording.
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
from scoring.rules.numbers import as_decimal
from scoring.rules.outcome import Outcome, missing


@dataclass(frozen=True)
class BlocFigures:
    """What the bloc says about one criterion.

    `leader`: result and target of a unit with the largest excess over its assigned target, by per cent; None when
    nobody exceeds. `top_unassigned`: the largest result among units without a target, None when there is none.
    `known` of `of` units have given their figures.
    """

    leader: TargetInputs | None = None
    top_unassigned: Decimal | None = None
    known: int = 0
    of: int = 0

    @cached_property
    def top_excess(self) -> Fraction:
        """The leader's excess as a part of its target; 0 without a leader."""
        return excess(self.leader) if self.leader else Fraction(0)


def excess(inputs: TargetInputs) -> Fraction:
    """How far a result is above its target, as a part of the target."""
    target = Fraction(inputs.target)
    return (Fraction(inputs.actual) - target) / target


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


def leader_outcome(inputs: TargetInputs, max_points: Decimal, bloc: BlocFigures | None) -> Outcome:
    """The exact points of one unit; missing with a finding where the comparison cannot be made."""
    if inputs.actual is None:
        return missing("Chưa có kết quả thực hiện. Hãy nhập kết quả.")
    if bloc is None:
        return missing("Chưa có số liệu của cả khối để so với đơn vị dẫn đầu.")
    if inputs.target is None:
        return _without_target(inputs.actual, max_points, bloc)
    if inputs.target < 0 or (inputs.target == 0 and inputs.actual != 0):
        return missing("Chỉ tiêu giao phải lớn hơn 0 mới so được với đơn vị dẫn đầu. Hãy kiểm tra chỉ tiêu.")
    words = f"Thực hiện {number(inputs.actual)}, giao {number(inputs.target)}"
    half = Fraction(max_points) / 2
    half_text = number(as_decimal(half))
    if inputs.actual < inputs.target:
        exact = half * Fraction(inputs.actual) / Fraction(inputs.target)
        words = f"{words}: {half_text} × {number(inputs.actual)}/{number(inputs.target)}"
        return Outcome(exact, words + _provisional(bloc))
    if inputs.actual == inputs.target:
        words = f"{words}, đúng chỉ tiêu, được một nửa của {number(max_points)}"
        return Outcome(half, words + _provisional(bloc), link=": ")
    own = excess(inputs)
    if own >= bloc.top_excess:
        return Outcome(
            Fraction(max_points), f"{words}, vượt cao nhất khối" + _provisional(bloc), link=": ", is_stated=True
        )
    words += (
        f"; đơn vị dẫn đầu thực hiện {number(bloc.leader.actual)}, giao {number(bloc.leader.target)}: "
        f"{half_text} + {half_text} × [{_excess_text(inputs)}] ÷ [{_excess_text(bloc.leader)}]"
    )
    return Outcome(half + own / bloc.top_excess * half, words + _provisional(bloc))


def _excess_text(inputs: TargetInputs) -> str:
    """“(120 − 100)/100”, so that a reader can recompute."""
    target = number(inputs.target)
    return f"({number(inputs.actual)} − {target})/{target}"


def _without_target(actual: Decimal, max_points: Decimal, bloc: BlocFigures) -> Outcome:
    """A unit without an assigned target is compared with the others of its sort and never leads the bloc."""
    if bloc.top_unassigned is None or bloc.top_unassigned <= 0:
        return missing("Các đơn vị không được giao chỉ tiêu chưa có kết quả lớn hơn 0 để so sánh.")
    top = max(bloc.top_unassigned, actual)
    words = f"Không giao chỉ tiêu, so với kết quả cao nhất: {number(max_points)} × {number(actual)}/{number(top)}"
    return Outcome(Fraction(max_points) * Fraction(actual) / Fraction(top), words + _provisional(bloc))


def _provisional(bloc: BlocFigures) -> str:
    if bloc.known >= bloc.of:
        return ""
    return f" (tạm tính, mới có số liệu {bloc.known}/{bloc.of} đơn vị)"
