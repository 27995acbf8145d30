"""Counting ballots: paper counts typed by two people, reconciled, compared and fingerprinted."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from awards.enums import Choice
from awards.rules.votes import InvalidRule, Tally


@dataclass(frozen=True)
class OptionCount:
    """The votes on one option; `recused` = ballots of voters who may not vote on it."""

    key: str
    votes_for: int
    against: int = 0
    abstain: int = 0
    recused: int = 0


@dataclass(frozen=True)
class Count:
    """One count of a ballot box (kiểm phiếu), all figures in ballots.

    `issued` ballots were made; `used` were handed in or kept by voters, `spoiled` exchanged, `unused` left over;
    `collected` came out of the box.
    """

    issued: int
    used: int
    spoiled: int
    unused: int
    collected: int
    blank: int
    invalid: int
    options: tuple[OptionCount, ...]


FIGURES = {
    "issued": "số phiếu phát hành",
    "used": "số phiếu phát cho người bỏ phiếu",
    "spoiled": "số phiếu hỏng đổi lại",
    "unused": "số phiếu chưa dùng",
    "collected": "số phiếu thu về",
    "blank": "số phiếu trắng",
    "invalid": "số phiếu không hợp lệ",
}
OPTION_FIGURES = {
    "votes_for": "đồng ý",
    "against": "không đồng ý",
    "abstain": "không có ý kiến",
    "recused": "không được bỏ phiếu",
}


def _box_findings(count: Count, present: int, in_writing: int) -> list[str]:
    findings = []
    parts = count.used + count.spoiled + count.unused
    if count.issued != parts:
        findings.append(
            f"Số phiếu phát hành là {count.issued} nhưng đã phát {count.used} + hỏng {count.spoiled} "
            f"+ chưa dùng {count.unused} = {parts}. Hãy đếm lại."
        )
    if count.collected > count.used:
        findings.append(f"Thu về {count.collected} phiếu nhưng chỉ phát {count.used} phiếu. Hãy đếm lại.")
    if count.collected > present + in_writing:
        who = f"{present} người có mặt" + (f" và {in_writing} người gửi văn bản" if in_writing else "")
        findings.append(f"Thu về {count.collected} phiếu nhưng chỉ có {who}. Hãy đếm lại.")
    return findings


def count_findings(
    count: Count,
    present: int,
    in_writing: int = 0,
    names: Mapping[str, str] | None = None,
    choices_per_ballot: int | None = None,
) -> list[str]:
    """Say which figures of a count cannot be true together; an empty list means it reconciles.

    `choices_per_ballot` = how many options one ballot may name; None where each is answered separately.
    """
    names = names or {}
    figures = [getattr(count, name) for name in FIGURES]
    figures += [getattr(option, name) for option in count.options for name in OPTION_FIGURES]
    if any(figure < 0 for figure in figures):
        return ["Số phiếu không thể là số âm."]
    findings = _box_findings(count, present, in_writing)
    if not count.options:
        findings.append("Chưa có phương án nào được kiểm.")
    for key, times in Counter(option.key for option in count.options).items():
        if times > 1:
            findings.append(f"{names.get(key, key)}: được ghi {times} lần. Hãy giữ một dòng.")
    for option in count.options:
        said = option.votes_for + option.against + option.abstain + option.recused
        total = said + count.blank + count.invalid
        if total != count.collected:
            findings.append(
                f"{names.get(option.key, option.key)}: đồng ý {option.votes_for} + không đồng ý {option.against} "
                f"+ không có ý kiến {option.abstain} + phiếu trắng {count.blank} + không hợp lệ {count.invalid}"
                + (f" + không được bỏ phiếu {option.recused}" if option.recused else "")
                + f" = {total}, khác số phiếu thu về là {count.collected}."
            )
    return findings + _choice_findings(count, choices_per_ballot)


def _choice_findings(count: Count, choices_per_ballot: int | None) -> list[str]:
    if choices_per_ballot is None:
        return []
    chosen = sum(option.votes_for for option in count.options)
    most = choices_per_ballot * (count.collected - count.blank - count.invalid)
    if chosen <= most:
        return []
    return [
        f"Tổng số phiếu đồng ý là {chosen}, nhiều hơn mức có thể là {most} "
        f"(mỗi phiếu chọn nhiều nhất {choices_per_ballot}). Hãy đếm lại."
    ]


def differences(first: Count, second: Count, names: Mapping[str, str] | None = None) -> list[str]:
    """List every figure that the two people typed differently; an empty list means they agree."""
    names = names or {}
    pairs = [(label, getattr(first, name), getattr(second, name)) for name, label in FIGURES.items()]
    one = {option.key: option for option in first.options}
    other = {option.key: option for option in second.options}
    for key in sorted(one.keys() | other.keys()):
        for name, label in OPTION_FIGURES.items():
            label = f"{names.get(key, key)}, {label}"
            pairs.append((label, getattr(one.get(key), name, None), getattr(other.get(key), name, None)))
    return [
        f"{label[0].upper()}{label[1:]}: người thứ nhất nhập {_typed(a)}, người thứ hai nhập {_typed(b)}."
        for label, a, b in pairs
        if a != b
    ]


def _typed(figure: int | None) -> str:
    return "thiếu" if figure is None else str(figure)


def fingerprint(count: Count) -> str:
    """A sha256 of the figures, the same whatever the order of the options."""
    options = sorted((asdict(option) for option in count.options), key=lambda option: option["key"])
    text = json.dumps({**asdict(count), "options": options}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def count_to_json(count: Count) -> dict[str, object]:
    """The count as plain values, for storing."""
    return asdict(count)


def count_from_json(data: Mapping[str, object]) -> Count:
    """Read a stored count back."""
    return Count(**{**data, "options": tuple(OptionCount(**option) for option in data["options"])})


def recuse(count: Count, own_voters: Mapping[str, int]) -> Count:
    """Take those who may not vote on an option out of its abstentions: their ballots have no line for it.

    `own_voters` = how many of them voted; no more than abstained, for a blank ballot does not say whose it is.
    """
    options = []
    for option in count.options:
        recused = min(own_voters.get(option.key, 0), option.abstain)
        options.append(replace(option, abstain=option.abstain - recused, recused=option.recused + recused))
    return replace(count, options=tuple(options))


def count_ballots(ballots: Iterable[Mapping[str, str]], options: Sequence[str], issued: int) -> Count:
    """Count electronic ballots, each a mapping of option key → Choice value; their order means nothing.

    An empty ballot is blank; one with an unknown option or choice is invalid; an option left out is an abstention.
    `issued` = voters on the roll; those who cast nothing leave their ballot unused.
    """
    known = {choice.value for choice in Choice}
    votes: dict[str, Counter[str]] = {key: Counter() for key in options}
    blank = invalid = collected = 0
    for ballot in ballots:
        collected += 1
        if not ballot:
            blank += 1
        elif not ballot.keys() <= votes.keys() or not set(ballot.values()) <= known:
            invalid += 1
        else:
            for key in votes:
                votes[key][ballot.get(key, Choice.ABSTAIN.value)] += 1
    counted = tuple(
        OptionCount(key, got[Choice.FOR.value], got[Choice.AGAINST.value], got[Choice.ABSTAIN.value])
        for key, got in votes.items()
    )
    return Count(issued, collected, 0, issued - collected, collected, blank, invalid, counted)


def tallies(
    count: Count,
    *,
    entitled: int,
    present: int,
    in_writing: int = 0,
    barred: Mapping[str, int] | None = None,
    is_choice: bool = False,
) -> dict[str, Tally]:
    """One tally per option, measured against the frozen roll; raise InvalidRule when the count cannot be true.

    `barred` = voters of the roll who may not vote on an option (its own unit, where the rule says so). On a ballot
    that chooses among options, those left out were not chosen: it weighs against them, it does not abstain.
    """
    reasons = count_findings(count, present, in_writing)
    if reasons:
        raise InvalidRule(reasons)
    barred = barred or {}
    return {
        option.key: Tally(
            entitled=entitled,
            present=present,
            in_writing=in_writing,
            votes_for=option.votes_for,
            against=option.against + (option.abstain if is_choice else 0),
            abstain=0 if is_choice else option.abstain,
            blank=count.blank,
            invalid=count.invalid,
            barred=barred.get(option.key, 0),
            recused=option.recused,
        )
        for option in count.options
    }
