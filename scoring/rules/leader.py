"""The kind target_leader: half of the points for the target, half by comparison inside the bloc.

Source: frames read for DOMAIN §4; the guidance of the year states the wording.
"""

from collections.abc import Collection, Hashable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TypeVar

from config.kit.figures import points_text
from config.kit.text import number
from scoring.rules.bloc import BlocFigures, bloc_figures, excess
from scoring.rules.explain import factor
from scoring.rules.inputs import Inputs, TargetInputs
from scoring.rules.numbers import as_decimal, exactly, ratio
from scoring.rules.outcome import Outcome, missing

Unit = TypeVar("Unit", bound=Hashable)


def figures_seen(entries: Mapping[Unit, Inputs | None], sent: Collection[Unit]) -> dict[Unit, BlocFigures]:
    """What each unit is compared with: the units that have sent their figures, and its own.

    Of what another has not sent nothing is told, not even that the criterion does not apply to it.
    """
    told = {unit: entry if unit in sent else None for unit, entry in entries.items()}
    shared = bloc_figures(told.values())
    return {
        unit: shared if unit in sent else bloc_figures({**told, unit: entry}.values())
        for unit, entry in entries.items()
    }


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
    half, half_text = _half(max_points)
    if inputs.actual < inputs.target:
        exact = half * ratio(inputs.actual, inputs.target)
        words = f"{words}: {half_text} × {factor(inputs.actual)}/{number(inputs.target)}"
        return Outcome(exact, words + _provisional(bloc))
    if inputs.actual == inputs.target:
        words = f"{words}, đúng chỉ tiêu, được một nửa của {points_text(max_points)}"
        return Outcome(half, words + _provisional(bloc), link=": ")
    own = excess(inputs)
    if own >= bloc.top_excess:
        return Outcome(
            exactly(max_points),
            f"{words}, vượt cao nhất khối" + _provisional(bloc),
            link=": ",
            is_stated=True,
        )
    leader, its_excess = bloc.leader_words
    words += f"; {leader}: {half_text} + {half_text} × [{_excess_text(inputs)}] ÷ [{its_excess}]"
    return Outcome(half + own / bloc.top_excess * half, words + _provisional(bloc))


@lru_cache(maxsize=1000)
def _half(max_points: Decimal) -> tuple[Fraction, str]:
    half = exactly(max_points) / 2
    return half, points_text(as_decimal(half))


def _excess_text(inputs: TargetInputs) -> str:
    """“(120 − 100)/100”, so that a reader can recompute."""
    target = number(inputs.target)
    return f"({number(inputs.actual)} − {target})/{target}"


def _without_target(actual: Decimal, max_points: Decimal, bloc: BlocFigures) -> Outcome:
    """A unit without an assigned target is compared with the others of its sort and never leads the bloc."""
    if bloc.top_unassigned is None or bloc.top_unassigned <= 0:
        return missing("Các đơn vị không được giao chỉ tiêu chưa có kết quả lớn hơn 0 để so sánh.")
    top = max(bloc.top_unassigned, actual)
    words = f"Không giao chỉ tiêu, so với kết quả cao nhất: {points_text(max_points)} × {factor(actual)}/{number(top)}"
    return Outcome(exactly(max_points) * ratio(actual, top), words + _provisional(bloc))


def _provisional(bloc: BlocFigures) -> str:
    if bloc.known >= bloc.of:
        return ""
    return f" (tạm tính, mới có số liệu {bloc.known}/{bloc.of} đơn vị)"
