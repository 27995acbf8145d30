"""From a rule to its points: the exact figure with its formula, then the points with their sentence."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scoring.enums import GroupNature, MarkState, NaReason, NotArisen
from scoring.rules.bloc import BlocFigures
from scoring.rules.kinds import Sanction


@dataclass(frozen=True)
class Outcome:
    """The exact figure of a rule (None: missing).

    `is_stated`: the guidance itself gives this figure (a level, the maximum), so it is not rounded.
    `cap` is the rule's own, taken with the maximum after rounding. `link` stands between the formula and its result.
    """

    exact: Fraction | None
    formula: str = ""
    link: str = " = "
    findings: tuple[str, ...] = ()
    is_stated: bool = False
    cap: Decimal | None = None
    zeroes_parent: bool = False
    sanctions: tuple[Sanction, ...] = ()


def missing(finding: str) -> Outcome:
    """No points can be given; the finding says what to do."""
    return Outcome(None, findings=(finding,))


@dataclass(frozen=True)
class Scored:
    """The points of one criterion, with a sentence that lets anybody recompute them.

    `points` is None unless `state` is scored; it is negative or 0 for a deduction. `na_reason` is set only
    when `state` is n.a.: where nothing arose and the guidance gives full points, the state is scored.
    """

    state: MarkState
    points: Decimal | None = None
    sentence: str = ""
    findings: tuple[str, ...] = ()
    na_reason: NaReason | None = None
    zeroes_parent: bool = False
    sanctions: tuple[Sanction, ...] = ()


@dataclass(frozen=True)
class Context:
    """What besides rule and inputs decides the points.

    `nature` of the group; `not_arisen`: the criterion's own treatment or the guidance's default;
    `needs_evidence`: no evidence, no points; `bloc`: figures of the whole bloc, for target_leader only.
    """

    nature: GroupNature = GroupNature.NORMAL
    not_arisen: NotArisen = NotArisen.FULL
    needs_evidence: bool = False
    has_evidence: bool = True
    bloc: BlocFigures | None = None
