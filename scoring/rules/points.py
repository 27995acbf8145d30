"""Points of one criterion: the exact figure of its formula, bounded, rounded once, and explained."""

from decimal import Decimal
from fractions import Fraction

from scoring.enums import CriterionKind, GroupNature, MarkState, NaReason, NotArisen
from scoring.rules import explain
from scoring.rules.formulas import OUTCOMES
from scoring.rules.inputs import ACCEPTED, Inputs, NotApplicable
from scoring.rules.kinds import Rule
from scoring.rules.numbers import RoundingTable, as_decimal, exactly, rounded
from scoring.rules.outcome import Context, Outcome, Scored

NOTHING = Fraction(0)
PLAIN_TABLE = RoundingTable()
PLAIN_CONTEXT = Context()


def points_of(
    rule: Rule,
    max_points: Decimal,
    inputs: Inputs | None,
    rounding: RoundingTable = PLAIN_TABLE,
    context: Context = PLAIN_CONTEXT,
) -> Scored:
    """Score one criterion.

    `max_points` is a magnitude, also for a deduction (the most that can be lost); points of a deduction are
    negative or 0. Inputs that cannot be scored give state missing with findings, whole sentences that say
    what to do; a finding may also stand beside points. Raises ValueError when `max_points` is negative.
    """
    if max_points < 0:
        raise ValueError("Điểm tối đa của tiêu chí là số không âm.")
    is_loss = context.nature == GroupNature.DEDUCTION or rule.kind == CriterionKind.DEDUCTION
    if isinstance(inputs, NotApplicable):
        return _not_applicable(rule, max_points, inputs.reason, context)
    if inputs is None:
        return Scored(MarkState.MISSING, sentence="Chưa chấm.")
    if not isinstance(inputs, ACCEPTED[rule.kind]):
        finding = f"Số liệu không đúng với cách tính “{rule.kind.label}”. Hãy nhập lại."
        return Scored(MarkState.MISSING, sentence=finding, findings=(finding,))
    outcome = OUTCOMES[rule.kind](rule, max_points, inputs, context)
    if outcome.exact is None:
        return Scored(MarkState.MISSING, sentence=" ".join(outcome.findings), findings=outcome.findings)
    if context.needs_evidence and not context.has_evidence and outcome.exact > 0 and not is_loss:
        return _without_evidence(outcome)
    return _finished(outcome, rule.kind, max_points, rounding, is_loss=is_loss)


def bounds_of(kind: CriterionKind, nature: GroupNature, max_points: Decimal) -> tuple[Decimal, Decimal]:
    """The lowest and highest points a leaf can have: −M..0 for points lost, otherwise 0..M."""
    if nature == GroupNature.DEDUCTION or kind == CriterionKind.DEDUCTION:
        return -max_points, Decimal(0)
    return Decimal(0), max_points


def acts_on_others(rule: Rule) -> bool:
    """Whether a mark by this rule may do something to other criteria: zero its parent, bring sanctions."""
    parts = (rule, *getattr(rule, "levels", ()), *getattr(rule, "bands", ()))
    return any(getattr(one, "zeroes_parent", False) or getattr(one, "sanctions", ()) for one in parts)


def stored(
    rule: Rule, max_points: Decimal, inputs: Inputs | None, state: MarkState, points: Decimal | None
) -> Scored:
    """A stored mark as the totals need it: its own points, with what its inputs do to others.

    The points are not computed again; only the zeroed parent and the sanctions are read from rule and inputs.
    """
    is_read = state == MarkState.SCORED and isinstance(inputs, ACCEPTED[rule.kind])
    if not is_read or not acts_on_others(rule):
        return Scored(state, points)
    outcome = OUTCOMES[rule.kind](rule, max_points, inputs, Context())
    return Scored(state, points, zeroes_parent=outcome.zeroes_parent, sanctions=outcome.sanctions)


def _finished(
    outcome: Outcome, kind: CriterionKind, max_points: Decimal, rounding: RoundingTable, *, is_loss: bool
) -> Scored:
    """Hold the bounds, round once, explain. The bounds and the guidance's own figures are never rounded.

    The rule's cap is a bound too and holds after rounding: three cases never lose less than two.
    """
    step = rounding.of(kind)
    most = max_points if outcome.cap is None else min(max_points, outcome.cap)
    limit = exactly(most)
    bounded = min(max(outcome.exact, NOTHING), limit)
    if outcome.is_stated or bounded in (0, limit):
        points = as_decimal(bounded)
    else:
        points = min(rounded(bounded, step), most)
    sentence = explain.result_text(
        formula=outcome.formula,
        link=outcome.link,
        exact=outcome.exact,
        bounded=bounded,
        points=points,
        most=most,
        rounding=step,
        is_loss=is_loss,
    )
    return Scored(
        MarkState.SCORED,
        -points if is_loss and points else points,
        sentence + explain.effects_text(outcome),
        outcome.findings,
        zeroes_parent=outcome.zeroes_parent,
        sanctions=outcome.sanctions,
    )


def _not_applicable(rule: Rule, max_points: Decimal, reason: NaReason, context: Context) -> Scored:
    if reason == NaReason.NOT_ASSIGNED:
        sentence = "Không giao: không tính vào điểm và điểm tối đa."
        return Scored(MarkState.NA, sentence=sentence, na_reason=reason)
    adds_nothing = context.nature != GroupNature.NORMAL or rule.kind in (
        CriterionKind.BONUS,
        CriterionKind.DEDUCTION,
    )
    if adds_nothing:
        return Scored(MarkState.SCORED, Decimal(0), "Không phát sinh: 0 điểm.")
    if context.not_arisen == NotArisen.FULL:
        sentence = f"Không phát sinh: tính điểm tối đa {explain.points_words(max_points)}."
        return Scored(MarkState.SCORED, max_points, sentence)
    sentence = "Không phát sinh: không tính vào điểm và điểm tối đa."
    return Scored(MarkState.NA, sentence=sentence, na_reason=reason)


def _without_evidence(outcome: Outcome) -> Scored:
    """No evidence, no points; what a level does to its parent item stays."""
    return Scored(
        MarkState.SCORED,
        Decimal(0),
        f"{outcome.formula}; không có minh chứng: 0 điểm.{explain.effects_text(outcome)}",
        outcome.findings,
        zeroes_parent=outcome.zeroes_parent,
        sanctions=outcome.sanctions,
    )
