"""The whole law of the year of a guidance, in words."""

from blocs.enums import MilestoneKind
from scoring.models import Guidance
from scoring.reports.papers import law_in_words
from scoring.rules import FormatError, lateness_from_json
from scoring.rules.law import (
    AWARDS,
    award_quota_to_text,
    grade_in_words,
    lateness_in_words,
    month_day_text,
    roundings_in_words,
)
from scoring.rules.votes import vote_details_in_words, vote_rule_in_words


def law_pairs(guidance: Guidance) -> list[tuple[str, str]]:
    """The law as (name, sentence) pairs: what the card's paper says, and what only the page has room for."""
    pairs = dict(law_in_words(guidance))
    try:
        lateness = lateness_in_words(lateness_from_json(guidance.lateness))
    except FormatError as wrong:
        lateness = " ".join(wrong.reasons)
    quotas = [
        f"{label}: {award_quota_to_text(guidance.quota_rules[code])}"
        for code, label in AWARDS.items()
        if code in guidance.quota_rules
    ]
    dates = [
        f"{kind.label}: {month_day_text(guidance.deadlines[kind])}"
        for kind in MilestoneKind
        if kind in guidance.deadlines
    ]
    votes = [vote_rule_in_words(guidance.vote_rule), *vote_details_in_words(guidance.vote_rule)]
    pairs |= {
        "Làm tròn": roundings_in_words(guidance.roundings),
        "Xếp loại": "; ".join(grade_in_words(one) for one in guidance.grades) or "không quy định",
        "Số lượng đề nghị": "; ".join(quotas) or "không quy định",
        "Biểu quyết": " ".join(votes) or "không quy định",
        "Gửi chậm": lateness or "không trừ điểm",
        "Các hạn trong năm": "; ".join(dates) or "không quy định",
    }
    return [(name, words[:1].upper() + words[1:]) for name, words in pairs.items()]
