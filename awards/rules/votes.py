"""Voting: when a question passes, exactly and in words.

A threshold is two integers, never a stored percentage: 66.67 % of 3 would ask for 3 where 2/3 asks for 2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from awards.enums import Comparison, DecisionForm, Electorate, Outcome, TieRule, VoteBase
from config.kit.figures import percent_text

# Steps that a person or a new ballot must take; the others are read from the figures.
HUMAN_STEPS = frozenset({TieRule.NEW_ROUND, TieRule.CHAIR, TieRule.MEETING, TieRule.COUNCIL})
MAX_DENOMINATOR = 1000
MAX_ROUNDS = 9


class InvalidRule(ValueError):
    """A rule or tally that contradicts itself; `reasons` are Vietnamese sentences."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class VoteRule:
    """When a question passes (điều kiện biểu quyết thông qua).

    Raises InvalidRule when the parts contradict one another, so no impossible rule can be held.
    """

    base: VoteBase
    numerator: int
    denominator: int
    comparison: Comparison = Comparison.AT_LEAST
    electorate: Electorate = Electorate.MEMBERS
    is_secret: bool = True
    quorum_numerator: int = 2  # 0 = no quorum asked
    quorum_denominator: int = 3
    proxy_allowed: bool = True  # by written mandate only (DOMAIN §5)
    written_allowed: bool = False  # absentees vote in writing, as in the Council
    own_unit_votes: bool = True  # may a unit vote on itself
    tie_chain: tuple[TieRule, ...] = (TieRule.NEW_ROUND, TieRule.CHAIR)
    rounds: int = 2

    def __post_init__(self) -> None:
        reasons = rule_findings(self)
        if reasons:
            raise InvalidRule(reasons)


@dataclass(frozen=True)
class Tally:
    """The votes on one option, in whole votes, with the roll they are measured against.

    `barred` = voters of the roll who may not vote on this option; `recused` = those of them who were there.
    """

    entitled: int
    present: int
    votes_for: int
    against: int = 0
    abstain: int = 0
    blank: int = 0
    invalid: int = 0
    in_writing: int = 0
    barred: int = 0
    recused: int = 0

    def __post_init__(self) -> None:
        reasons = tally_findings(self)
        if reasons:
            raise InvalidRule(reasons)

    @property
    def collected(self) -> int:
        return self.votes_for + self.against + self.abstain + self.blank + self.invalid


@dataclass(frozen=True)
class Result:
    """What became of one question or one candidate; figures are None where nothing was counted."""

    outcome: Outcome
    votes: int | None
    needed: int | None
    base: int | None
    sentence: str

    @property
    def missing(self) -> int:
        """Votes in favour that were lacking; 0 when it passed or nothing was counted."""
        if self.votes is None or self.needed is None:
            return 0
        return max(0, self.needed - self.votes)


def _fraction_findings(rule: VoteRule) -> list[str]:
    reasons = []
    if not (0 < rule.denominator <= MAX_DENOMINATOR and 0 <= rule.numerator <= rule.denominator):
        reasons.append(
            f"Ngưỡng phải là phân số từ 0 đến 1, mẫu số từ 1 đến {MAX_DENOMINATOR}, ví dụ 2/3 hoặc 80/100."
        )
    elif rule.comparison == Comparison.AT_LEAST and rule.numerator == 0:
        reasons.append("Ngưỡng “từ … trở lên” phải lớn hơn 0. Hãy nhập tử số từ 1.")
    elif rule.comparison == Comparison.MORE_THAN and rule.numerator == rule.denominator:
        reasons.append("Không ai đạt được ngưỡng trên 100%. Hãy chọn “từ ngưỡng trở lên” hoặc giảm ngưỡng.")
    if not (
        0 < rule.quorum_denominator <= MAX_DENOMINATOR
        and 0 <= rule.quorum_numerator <= rule.quorum_denominator
    ):
        reasons.append("Tỷ lệ có mặt tối thiểu phải là phân số từ 0 đến 1; ghi tử số 0 nếu không quy định.")
    return reasons


def rule_findings(rule: VoteRule) -> list[str]:
    """Say what contradicts itself in a rule; an empty list means it can be used."""
    reasons = _fraction_findings(rule)
    if rule.electorate == Electorate.MEMBERS_PRESENT and rule.base == VoteBase.ENTITLED:
        reasons.append(
            "Chỉ đơn vị có mặt biểu quyết thì cơ sở tính không thể là tổng số có quyền biểu quyết. "
            "Hãy chọn cơ sở “Số có mặt”."
        )
    if rule.written_allowed and (
        rule.electorate == Electorate.MEMBERS_PRESENT or rule.base == VoteBase.PRESENT
    ):
        reasons.append("Đã tính trên số có mặt thì không nhận phiếu gửi bằng văn bản. Hãy bỏ một trong hai.")
    if not 1 <= rule.rounds <= MAX_ROUNDS:
        reasons.append(f"Số vòng bỏ phiếu phải từ 1 đến {MAX_ROUNDS}.")
    elif TieRule.NEW_ROUND in rule.tie_chain and rule.rounds == 1:
        reasons.append("Có bước bỏ phiếu lại khi bằng phiếu thì số vòng bỏ phiếu phải từ 2.")
    if len(set(rule.tie_chain)) != len(rule.tie_chain):
        reasons.append("Mỗi bước xử lý khi bằng phiếu chỉ ghi một lần.")
    if not rule.tie_chain or rule.tie_chain[-1] not in HUMAN_STEPS - {TieRule.NEW_ROUND}:
        reasons.append("Bước cuối khi bằng phiếu phải là một quyết định của người có thẩm quyền.")
    return reasons


def tally_findings(tally: Tally) -> list[str]:
    """Say why the figures of one option cannot be true together."""
    if any(value < 0 for value in vars(tally).values()):
        return ["Số phiếu không thể là số âm."]
    reasons = []
    if tally.present + tally.in_writing > tally.entitled:
        reasons.append(
            f"Có mặt {tally.present} và gửi văn bản {tally.in_writing} nhiều hơn "
            f"số có quyền biểu quyết là {tally.entitled}."
        )
    voters = tally.present + tally.in_writing - tally.recused
    if tally.collected > voters:
        reasons.append(f"Có {tally.collected} phiếu nhưng chỉ {voters} người được bỏ phiếu.")
    if not tally.recused <= tally.barred <= tally.entitled:
        reasons.append("Số không được bỏ phiếu cho phương án này không khớp với danh sách.")
    return reasons


def least_votes(numerator: int, denominator: int, comparison: Comparison, base: int) -> int:
    """The smallest whole number that reaches numerator/denominator of base; never below 1."""
    if comparison == Comparison.MORE_THAN:
        return base * numerator // denominator + 1
    return max(1, -(-base * numerator // denominator))


def needed(rule: VoteRule, base: int) -> int:
    """The votes in favour that the rule asks for, out of `base`, in whole votes."""
    return least_votes(rule.numerator, rule.denominator, rule.comparison, base)


def quorum_needed(rule: VoteRule, entitled: int) -> int:
    """How many must be there for the meeting to decide; 0 when the rule asks for no quorum."""
    if rule.quorum_numerator == 0:
        return 0
    return least_votes(rule.quorum_numerator, rule.quorum_denominator, Comparison.AT_LEAST, entitled)


def has_quorum(rule: VoteRule, entitled: int, present: int) -> bool:
    """Tell whether enough of the electorate is there."""
    return present >= quorum_needed(rule, entitled)


def base_of(rule: VoteRule, tally: Tally) -> int:
    """The number that the share is taken of.

    Entitled and present leave out those barred from the option; cast holds every collected ballot; valid holds
    only votes for and against, so abstentions, blank and invalid ballots do not weigh.
    """
    return {
        VoteBase.ENTITLED: tally.entitled - tally.barred,
        VoteBase.PRESENT: tally.present - tally.recused,
        VoteBase.CAST: tally.collected,
        VoteBase.VALID: tally.votes_for + tally.against,
    }[rule.base]


def _voters_in_words(rule: VoteRule) -> str:
    return "thành viên Hội đồng" if rule.electorate == Electorate.COUNCIL else "đơn vị thành viên"


def base_in_words(rule: VoteRule) -> str:
    """“đơn vị thành viên có mặt”, “phiếu thu về”: what the share is counted in."""
    return {
        VoteBase.ENTITLED: _voters_in_words(rule),
        VoteBase.PRESENT: f"{_voters_in_words(rule)} có mặt",
        VoteBase.CAST: "phiếu thu về",
        VoteBase.VALID: "phiếu hợp lệ ghi đồng ý hoặc không đồng ý",
    }[rule.base]


def share_in_words(numerator: int, denominator: int) -> str:
    """“2/3”, and “80%” where the rule is written in hundredths."""
    return percent_text(numerator) if denominator == 100 else f"{numerator}/{denominator}"


def _threshold_in_words(rule: VoteRule) -> str:
    whole = "tổng số" if rule.base == VoteBase.ENTITLED else "số"
    base = f"{whole} {base_in_words(rule)}"
    if rule.numerator == 0:
        return "Được chọn khi có nhiều phiếu đồng ý nhất"
    if rule.numerator == rule.denominator:
        return f"Đạt khi toàn bộ {base_in_words(rule)} đồng ý"
    share = share_in_words(rule.numerator, rule.denominator)
    word = "trên" if rule.comparison == Comparison.MORE_THAN else "ít nhất"
    if rule.base in (VoteBase.CAST, VoteBase.VALID):
        return f"Đạt khi số phiếu đồng ý chiếm {word} {share} {base}"
    return f"Đạt khi có {word} {share} {base} đồng ý"


def _quorum_in_words(rule: VoteRule) -> str:
    if rule.quorum_numerator == 0:
        return ""
    voters = _voters_in_words(rule)
    if rule.quorum_numerator == rule.quorum_denominator:
        return f"; cuộc họp hợp lệ khi toàn bộ {voters} có mặt"
    share = share_in_words(rule.quorum_numerator, rule.quorum_denominator)
    return f"; cuộc họp hợp lệ khi có mặt ít nhất {share} tổng số {voters}"


def in_words(rule: VoteRule) -> str:
    """The rule's threshold and quorum as the one sentence that screens and minutes carry."""
    return f"{_threshold_in_words(rule)}{_quorum_in_words(rule)}."


def details_in_words(rule: VoteRule) -> list[str]:
    """The rest of the rule, one sentence each: secrecy, blanks, mandates, own unit, rounds and ties."""
    voter = "Thành viên" if rule.electorate == Electorate.COUNCIL else "Đơn vị"
    lines = ["Bỏ phiếu kín." if rule.is_secret else "Biểu quyết công khai.", _silence_in_words(rule)]
    if rule.proxy_allowed:
        lines.append(f"{voter} được ủy quyền biểu quyết bằng văn bản.")
    else:
        lines.append("Không biểu quyết thay theo ủy quyền.")
    if rule.written_allowed:
        lines.append(f"{voter} vắng mặt gửi ý kiến bằng văn bản.")
    if not rule.own_unit_votes:
        lines.append("Đơn vị được đề nghị không bỏ phiếu cho chính mình và không tính vào cơ sở.")
    lines.append(f"Bỏ phiếu tối đa {rule.rounds} vòng." if rule.rounds > 1 else "Bỏ phiếu một vòng.")
    lines.append(
        "Khi bằng phiếu, lần lượt: " + "; ".join(TieRule(step).label for step in rule.tie_chain) + "."
    )
    return lines


def _silence_in_words(rule: VoteRule) -> str:
    if rule.base == VoteBase.VALID:
        return "Không có ý kiến, phiếu trắng và phiếu không hợp lệ không tính vào cơ sở."
    if rule.base == VoteBase.CAST:
        return "Không có ý kiến, phiếu trắng và phiếu không hợp lệ tính vào cơ sở, không tính là đồng ý."
    return "Không có ý kiến, không nộp phiếu, phiếu trắng và phiếu không hợp lệ không tính là đồng ý."


def result(rule: VoteRule, tally: Tally, form: DecisionForm = DecisionForm.PAPER) -> Result:
    """Decide one question, and say how far it was from the threshold.

    Silence is never consent: only votes in favour count as such.
    """
    base = base_of(rule, tally)
    least = needed(rule, base)
    short = least - tally.votes_for
    said = "lượt giơ tay đồng ý" if form == DecisionForm.HANDS else "phiếu đồng ý"
    if not has_quorum(rule, tally.entitled, tally.present):
        outcome, sentence = Outcome.NO_QUORUM, no_quorum_sentence(rule, tally.entitled, tally.present)
    elif base == 0:
        outcome, sentence = Outcome.NOT_PASSED, "Không đạt: không có phiếu nào để tính."
    else:
        outcome = Outcome.NOT_PASSED if short > 0 else Outcome.PASSED
        figures = f"{tally.votes_for} {said} trên {base} {base_in_words(rule)}; mức phải đạt là {least}."
        more = f" Cần thêm {short} {said}." if short > 0 else ""
        sentence = f"{outcome.label}: {figures}{more}"
    return Result(outcome, tally.votes_for, least, base, sentence)


def no_quorum_sentence(rule: VoteRule, entitled: int, present: int) -> str:
    """Say how many are there and how many must be."""
    return (
        f"Không đủ thành phần: có mặt {present}/{entitled} {_voters_in_words(rule)}, "
        f"phải có ít nhất {quorum_needed(rule, entitled)}."
    )


def consensus(rule: VoteRule, entitled: int, present: int, *, agreed: bool) -> Result:
    """Record a decision taken without a ballot (thống nhất): there are no figures to invent."""
    if not has_quorum(rule, entitled, present):
        outcome, sentence = Outcome.NO_QUORUM, no_quorum_sentence(rule, entitled, present)
    elif agreed:
        outcome, sentence = Outcome.PASSED, "Hội nghị thống nhất, không bỏ phiếu."
    else:
        outcome = Outcome.NOT_PASSED
        sentence = "Hội nghị chưa thống nhất. Hãy chọn giơ tay hoặc bỏ phiếu."
    return Result(outcome, None, None, None, sentence)


def rule_to_json(rule: VoteRule) -> dict[str, Any]:
    """The rule as plain values, for storing frozen with the poll."""
    plain = {name: getattr(value, "value", value) for name, value in vars(rule).items()}
    return {**plain, "tie_chain": [step.value for step in rule.tie_chain]}


_ENUMS = {"base": VoteBase, "comparison": Comparison, "electorate": Electorate}
_INTEGERS = ("numerator", "denominator", "quorum_numerator", "quorum_denominator", "rounds")
_BOOLEANS = ("is_secret", "proxy_allowed", "written_allowed", "own_unit_votes")
_NAMES = {
    "base": "cơ sở tính", "comparison": "cách so sánh", "electorate": "đối tượng biểu quyết",
    "numerator": "tử số của ngưỡng", "denominator": "mẫu số của ngưỡng",
    "quorum_numerator": "tử số của tỷ lệ có mặt", "quorum_denominator": "mẫu số của tỷ lệ có mặt",
    "rounds": "số vòng", "is_secret": "bỏ phiếu kín", "proxy_allowed": "cho ủy quyền",
    "written_allowed": "cho gửi văn bản", "own_unit_votes": "tự bỏ phiếu cho mình",
    "tie_chain": "các bước khi bằng phiếu",
}  # fmt: skip


def _read_value(name: str, value: Any) -> Any:
    """One plain value as the rule holds it; ValueError with a sentence otherwise."""
    if name in _INTEGERS and type(value) is not int:
        raise ValueError(f"Mục “{_NAMES[name]}” phải là số nguyên. Hãy ghi 2/3 bằng hai số 2 và 3.")
    if name in _BOOLEANS and type(value) is not bool:
        raise ValueError(f"Mục “{_NAMES[name]}” phải là có hoặc không.")
    try:
        if name == "tie_chain":
            return tuple(TieRule(step) for step in value)
        return _ENUMS[name](value) if name in _ENUMS else value
    except (ValueError, TypeError):
        raise ValueError(
            f"Mục “{_NAMES[name]}” có giá trị không dùng được. Hãy chọn trong danh sách."
        ) from None


def rule_from_json(data: Mapping[str, Any]) -> VoteRule:
    """Read a stored rule back; raise InvalidRule with every fault at once."""
    reasons = [f"Không có mục “{name}” trong điều kiện biểu quyết." for name in data if name not in _NAMES]
    reasons += [
        f"Thiếu mục “{_NAMES[name]}”." for name in ("base", "numerator", "denominator") if name not in data
    ]
    values = {}
    for name in _NAMES.keys() & data.keys():
        try:
            values[name] = _read_value(name, data[name])
        except ValueError as wrong:
            reasons.append(str(wrong))
    if reasons:
        raise InvalidRule(sorted(reasons))
    return VoteRule(**values)
