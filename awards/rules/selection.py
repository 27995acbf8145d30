"""Choosing among candidates: seats, the cut, and a tie as a state that no order of rows can hide."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from awards.enums import DecisionForm, Outcome, TieRule
from awards.rules.votes import HUMAN_STEPS, InvalidRule, Result, Tally, VoteRule, result

# NĐ 98/2023/NĐ-CP, Điều 4, giữ trong NĐ 152/2025/NĐ-CP (DOMAIN §3): tập thể có tỷ lệ nữ từ 70% trở lên.
WOMEN_PERCENT = 70


@dataclass(frozen=True)
class Selection:
    """Who was chosen for the seats; keys sorted by votes, then by key only so that they print the same."""

    outcome: Outcome
    elected: tuple[str, ...]
    tied: tuple[str, ...]  # equal at the cut: the seats left go to some of them, by the tie chain
    seats_left: int
    results: Mapping[str, Result]
    sentence: str


@dataclass(frozen=True)
class TieBreak:
    """A tie taken through the chain of the year; `steps` go into the minutes, `next_step` waits for people."""

    elected: tuple[str, ...]
    tied: tuple[str, ...]
    seats_left: int
    steps: tuple[str, ...]
    next_step: TieRule | None


def has_women_preference(percent: Decimal | int | None) -> bool:
    """Tell whether a collective is preferred among equals; percent of women of its staff, None = not known."""
    return percent is not None and percent >= WOMEN_PERCENT


def cut(values: Mapping[str, int] | Mapping[str, Decimal], seats: int) -> tuple[list[str], list[str]]:
    """Split by the seats: those certainly in, and those equal at the cut for the seats left.

    Depends on the values only: permuting the mapping changes nothing.
    """
    ordered = sorted(values, key=lambda key: (-values[key], key))
    if len(ordered) <= seats:
        return ordered, []
    last_in, first_out = values[ordered[seats - 1]], values[ordered[seats]]
    if last_in > first_out:
        return ordered[:seats], []
    inside = [key for key in ordered if values[key] > last_in]
    return inside, [key for key in ordered if values[key] == last_in]


def _listed(keys: list[str], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(key, key) for key in keys)


def _sentence(elected: list[str], tied: list[str], seats: int, names: Mapping[str, str], votes: int) -> str:
    parts = [f"Được chọn: {_listed(elected, names)}."] if elected else []
    if tied:
        parts.append(
            f"Bằng nhau ở mức {votes} phiếu, còn {seats - len(elected)} suất: {_listed(tied, names)}. "
            "Hãy xử lý theo các bước khi bằng phiếu."
        )
    elif len(elected) < seats:
        rest = seats - len(elected)
        parts.append(f"Còn {rest} suất chưa có đơn vị đạt." if elected else "Không có đơn vị nào đạt.")
    return " ".join(parts)


def select(
    rule: VoteRule,
    tallies: Mapping[str, Tally],
    seats: int = 1,
    *,
    form: DecisionForm = DecisionForm.PAPER,
    names: Mapping[str, str] | None = None,
) -> Selection:
    """Fill the seats with the candidates that reach the threshold, most votes first.

    Equality at the cut is the outcome TIE with nobody put first; a tie below the threshold elects nobody and is
    no tie, since a tie-break may not lift anyone over the threshold. Raise InvalidRule on seats below 1.
    """
    if seats < 1:
        raise InvalidRule(["Số suất phải từ 1 trở lên."])
    results = {key: result(rule, tallies[key], form) for key in sorted(tallies)}
    votes = {key: tallies[key].votes_for for key in results if results[key].outcome == Outcome.PASSED}
    elected, tied = cut(votes, seats)
    sentence = _sentence(elected, tied, seats, names or {}, votes[tied[0]] if tied else 0)
    if tied:
        outcome = Outcome.TIE
    elif elected:
        outcome = Outcome.PASSED
    elif any(one.outcome == Outcome.NO_QUORUM for one in results.values()):
        outcome = Outcome.NO_QUORUM
        sentence = next(iter(results.values())).sentence
    else:
        outcome = Outcome.NOT_PASSED
    return Selection(outcome, tuple(elected), tuple(tied), seats - len(elected), results, sentence)


def may_hold_round(rule: VoteRule, rounds_done: int) -> bool:
    """Tell whether the rule still allows another round."""
    return rounds_done < rule.rounds


def _figures(
    step: TieRule, keys: Iterable[str], scores: Mapping[str, Decimal], women: Mapping[str, Decimal]
) -> dict[str, Decimal]:
    """What a step compares, for those whose figure is known."""
    if step == TieRule.SCORE:
        return {key: scores[key] for key in keys if key in scores}
    return {key: Decimal(has_women_preference(women[key])) for key in keys if key in women}


def break_tie(
    rule: VoteRule,
    selection: Selection,
    *,
    scores: Mapping[str, Decimal],
    women: Mapping[str, Decimal],
    rounds_done: int,
    names: Mapping[str, str] | None = None,
) -> TieBreak:
    """Apply the chain step by step until the seats are filled or a person must decide.

    A step whose figure is unknown for one of the tied is not applied, and the minutes say so.
    """
    names = names or {}
    elected, tied, seats = list(selection.elected), list(selection.tied), selection.seats_left
    steps: list[str] = []
    chain = iter(rule.tie_chain)  # ends with a person's decision, by VoteRule
    while tied:
        step = next(chain)
        if step == TieRule.NEW_ROUND and not may_hold_round(rule, rounds_done):
            steps.append(f"{step.label}: không áp dụng, đã bỏ phiếu đủ {rule.rounds} vòng.")
            continue
        if step in HUMAN_STEPS:
            steps.append(f"{step.label}: {_listed(tied, names)}.")
            return TieBreak(tuple(elected), tuple(tied), seats, tuple(steps), step)
        figures = _figures(step, tied, scores, women)
        unknown = [key for key in tied if key not in figures]
        if unknown:
            steps.append(f"{step.label}: không áp dụng, chưa có số liệu của {_listed(unknown, names)}.")
            continue
        inside, tied = cut(figures, seats)
        elected, seats = elected + inside, seats - len(inside)
        chosen = f"chọn {_listed(inside, names)}" if inside else "chưa chọn được đơn vị nào"
        still = f", còn bằng nhau: {_listed(tied, names)}" if tied else ""
        steps.append(f"{step.label}: {chosen}{still}.")
    return TieBreak(tuple(elected), tuple(tied), seats, tuple(steps), None)


def selection_to_json(selection: Selection) -> dict[str, Any]:
    """A selection as plain values, for storing; steps that break its ties are added to them."""
    return {
        "elected": list(selection.elected),
        "tied": list(selection.tied),
        "seats_left": selection.seats_left,
        "sentence": selection.sentence,
        "steps": [],
        "next_step": "",
        "options": {
            key: {"votes": one.votes, "needed": one.needed, "base": one.base, "sentence": one.sentence}
            for key, one in selection.results.items()
        },
    }
