"""The rule of voting that a guidance states (điều kiện biểu quyết), as it is stored and in words.

Polls stand in an app above this one, which reads the same data; a test holds both to one answer.
"""

from collections.abc import Mapping
from typing import Any

from config.kit.figures import percent_text
from scoring.rules.reading import FormatError

VOTE_BASES: Mapping[str, str] = {
    "entitled": "Tổng số có quyền biểu quyết",
    "present": "Số có mặt",
    "cast": "Số phiếu thu về",
    "valid": "Số phiếu hợp lệ ghi đồng ý hoặc không đồng ý",
}
COMPARISONS: Mapping[str, str] = {"at_least": "Từ ngưỡng trở lên (≥)", "more_than": "Trên ngưỡng (>)"}
ELECTORATES: Mapping[str, str] = {
    "members": "Đơn vị thành viên của khối",
    "members_present": "Đơn vị thành viên có mặt",
    "council": "Toàn thể thành viên Hội đồng",
}
TIE_RULES: Mapping[str, str] = {
    "score": "Tổng điểm thi đua cao hơn",
    "women": "Tập thể có tỷ lệ nữ từ 70% trở lên",
    "new_round": "Bỏ phiếu lại giữa các đơn vị bằng phiếu",
    "chair": "Khối trưởng quyết định, ghi rõ lý do",
    "meeting": "Hội nghị quyết định, ghi rõ lý do",
    "council": "Chủ tịch Hội đồng quyết định, ghi rõ lý do",
}
# The last step is one of these: a person decides.
DECIDERS = frozenset({"chair", "meeting", "council"})
FLAGS = ("is_secret", "proxy_allowed", "written_allowed", "own_unit_votes")
# What holds where the guidance does not say.
SILENT: Mapping[str, Any] = {
    "comparison": "at_least",
    "electorate": "members",
    "quorum_numerator": 2,
    "quorum_denominator": 3,
    "is_secret": True,
    "proxy_allowed": True,
    "written_allowed": False,
    "own_unit_votes": True,
    "tie_chain": ("new_round", "chair"),
    "rounds": 2,
}
NAMES = frozenset({"base", "numerator", "denominator", *SILENT})
MOST_PARTS = 1000
MOST_ROUNDS = 9


def vote_rule_from_json(data: Any) -> Mapping[str, Any]:
    """The rule of voting, refused where a poll would refuse it; raises FormatError. An empty rule is no rule."""
    if not isinstance(data, Mapping):
        raise FormatError(["Điều kiện biểu quyết phải là một bảng gồm tên và giá trị."])
    if not data:
        return data
    rule = {**SILENT, **data}
    reasons = [f"Không có mục “{name}” trong điều kiện biểu quyết." for name in data if name not in NAMES]
    reasons += [*_choice_faults(rule), *_share_faults(rule), *_step_faults(rule)]
    if reasons:
        raise FormatError(reasons)
    return data


def _choice_faults(rule: Mapping[str, Any]) -> list[str]:
    reasons = []
    base, electorate = rule.get("base"), rule["electorate"]
    chosen = ((base, VOTE_BASES), (rule["comparison"], COMPARISONS), (electorate, ELECTORATES))
    if not all(_is_one_of(value, table) for value, table in chosen):
        reasons.append("Điều kiện biểu quyết phải ghi cơ sở tính, cách so với ngưỡng và ai biểu quyết.")
    if any(type(rule[name]) is not bool for name in FLAGS):
        reasons.append("Bỏ phiếu kín, ủy quyền, gửi văn bản, tự bỏ phiếu phải là có hoặc không.")
    if electorate == "members_present" and base == "entitled":
        reasons.append(
            "Chỉ đơn vị có mặt biểu quyết thì cơ sở tính không thể là tổng số có quyền biểu quyết."
        )
    if rule["written_allowed"] is True and (electorate == "members_present" or base == "present"):
        reasons.append("Đã tính trên số có mặt thì không nhận phiếu gửi bằng văn bản. Hãy bỏ một trong hai.")
    return reasons


def _is_one_of(value: Any, table: Mapping[str, str]) -> bool:
    return isinstance(value, str) and value in table


def _share_faults(rule: Mapping[str, Any]) -> list[str]:
    reasons = []
    over, under = rule.get("numerator"), rule.get("denominator")
    if not _is_share(over, under):
        reasons.append(f"Ngưỡng biểu quyết phải là hai số nguyên, ví dụ 2/3; mẫu số từ 1 đến {MOST_PARTS}.")
    elif rule["comparison"] == "more_than" and over == under:
        reasons.append("Không ai đạt được ngưỡng trên 100%. Hãy chọn “từ ngưỡng trở lên” hoặc giảm ngưỡng.")
    elif rule["comparison"] == "at_least" and over == 0:
        reasons.append("Ngưỡng “từ … trở lên” phải lớn hơn 0.")
    if not _is_share(rule["quorum_numerator"], rule["quorum_denominator"]):
        reasons.append("Tỷ lệ có mặt tối thiểu phải là hai số nguyên; ghi tử số 0 nếu không quy định.")
    return reasons


def _is_share(over: Any, under: Any) -> bool:
    return type(over) is int and type(under) is int and 0 < under <= MOST_PARTS and 0 <= over <= under


def _step_faults(rule: Mapping[str, Any]) -> list[str]:
    """Rounds of voting and the steps at equal votes: each once, ending with a person."""
    chain, rounds = rule["tie_chain"], rule["rounds"]
    if not isinstance(chain, list | tuple) or not all(_is_one_of(step, TIE_RULES) for step in chain):
        return ["Các bước khi bằng phiếu phải chọn trong danh sách."]
    reasons = []
    if type(rounds) is not int or not 1 <= rounds <= MOST_ROUNDS:
        reasons.append(f"Số vòng bỏ phiếu phải từ 1 đến {MOST_ROUNDS}.")
    elif "new_round" in chain and rounds == 1:
        reasons.append("Có bước bỏ phiếu lại khi bằng phiếu thì số vòng bỏ phiếu phải từ 2.")
    if len(set(chain)) != len(chain):
        reasons.append("Mỗi bước xử lý khi bằng phiếu chỉ ghi một lần.")
    if not chain or chain[-1] not in DECIDERS:
        reasons.append("Bước cuối khi bằng phiếu phải là một quyết định của người có thẩm quyền.")
    return reasons


def vote_rule_in_words(data: Mapping[str, Any]) -> str:
    """The threshold and the quorum as one sentence; empty when the guidance states no rule."""
    if not data:
        return ""
    rule = {**SILENT, **data}
    return f"{_threshold_words(rule)}{_quorum_words(rule)}."


def _voters(rule: Mapping[str, Any]) -> str:
    return "thành viên Hội đồng" if rule["electorate"] == "council" else "đơn vị thành viên"


def _threshold_words(rule: Mapping[str, Any]) -> str:
    base = {
        "entitled": _voters(rule),
        "present": f"{_voters(rule)} có mặt",
        "cast": "phiếu thu về",
        "valid": "phiếu hợp lệ ghi đồng ý hoặc không đồng ý",
    }[rule["base"]]
    over, under = rule["numerator"], rule["denominator"]
    if over == 0:
        return "Được chọn khi có nhiều phiếu đồng ý nhất"
    if over == under:
        return f"Đạt khi toàn bộ {base} đồng ý"
    least = "trên" if rule["comparison"] == "more_than" else "ít nhất"
    whole = f"{'tổng số' if rule['base'] == 'entitled' else 'số'} {base}"
    share = _share_words(over, under)
    if rule["base"] in ("cast", "valid"):
        return f"Đạt khi số phiếu đồng ý chiếm {least} {share} {whole}"
    return f"Đạt khi có {least} {share} {whole} đồng ý"


def _share_words(over: int, under: int) -> str:
    return percent_text(over) if under == 100 else f"{over}/{under}"


def _quorum_words(rule: Mapping[str, Any]) -> str:
    over, under = rule["quorum_numerator"], rule["quorum_denominator"]
    if over == 0:
        return ""
    if over == under:
        return f"; cuộc họp hợp lệ khi toàn bộ {_voters(rule)} có mặt"
    return f"; cuộc họp hợp lệ khi có mặt ít nhất {_share_words(over, under)} tổng số {_voters(rule)}"


def vote_details_in_words(data: Mapping[str, Any]) -> list[str]:
    """The rest of the rule, one sentence each: secrecy, mandates, own unit, rounds and equal votes."""
    if not data:
        return []
    rule = {**SILENT, **data}
    voter = "Thành viên" if rule["electorate"] == "council" else "Đơn vị"
    lines = ["Bỏ phiếu kín." if rule["is_secret"] else "Biểu quyết công khai."]
    if rule["proxy_allowed"]:
        lines.append(f"{voter} được ủy quyền biểu quyết bằng văn bản.")
    else:
        lines.append("Không biểu quyết thay theo ủy quyền.")
    if rule["written_allowed"]:
        lines.append(f"{voter} vắng mặt gửi ý kiến bằng văn bản.")
    if not rule["own_unit_votes"]:
        lines.append("Đơn vị được đề nghị không bỏ phiếu cho chính mình và không tính vào cơ sở.")
    rounds = rule["rounds"]
    lines.append(f"Bỏ phiếu tối đa {rounds} vòng." if rounds > 1 else "Bỏ phiếu một vòng.")
    lines.append("Khi bằng phiếu, lần lượt: " + "; ".join(TIE_RULES[one] for one in rule["tie_chain"]) + ".")
    return lines
