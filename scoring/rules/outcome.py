"""Between a rule and its points: the exact figure with its formula, before bounds and rounding."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scoring.enums import MarkState, NaReason
from scoring.rules.kinds import Sanction


@dataclass(frozen=True)
class Outcome:
    """The exact figure of a rule (None: missing).

    `is_stated`: the guidance itself gives this figure (a level, the maximum), so it is not rounded.
    `link` stands between the formula and its result.
    """

    exact: Fraction | None
    formula: str = ""
    link: str = " = "
    findings: tuple[str, ...] = ()
    is_stated: bool = False
    zeroes_parent: bool = False
    sanctions: tuple[Sanction, ...] = ()


def missing(finding: str) -> Outcome:
    """No points can be given; the finding says what to do."""
    return Outcome(None, findings=(finding,))


@dataclass(frozen=True)
class Scored:
    """The points of one criterion, with a sentence that lets anybody recompute them.

    `points` is None unless `state` is scored; it is negative or 0 for a deduction. `na_reason` is set only when
    `state` is n.a.: where nothing arose and the guidance gives full points, the state is scored.
    """

    state: MarkState
    points: Decimal | None = None
    sentence: str = ""
    findings: tuple[str, ...] = ()
    na_reason: NaReason | None = None
    zeroes_parent: bool = False
    sanctions: tuple[Sanction, ...] = ()
