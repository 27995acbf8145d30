from itertools import product

import pytest

from awards.enums import AwardCode, Comparison, Electorate, TieRule, VoteBase
from awards.rules import in_words
from awards.rules import rule_from_json as vote_rule_of_awards
from awards.rules import rule_to_json as vote_rule_to_json
from awards.rules.quota import QuotaRule
from awards.rules.votes import details_in_words
from blocs.enums import MilestoneKind
from scoring.rules import FormatError, lateness_from_json
from scoring.rules.law import (
    AWARDS,
    award_quota_from_text,
    award_quota_to_text,
    deadlines_from_json,
    grade_in_words,
    grade_quota_from_text,
    grade_quota_to_text,
    lateness_in_words,
    month_day,
    month_day_text,
    quotas_from_json,
    roundings_in_words,
)
from scoring.rules.votes import (
    COMPARISONS,
    ELECTORATES,
    SILENT,
    TIE_RULES,
    VOTE_BASES,
    vote_details_in_words,
    vote_rule_from_json,
    vote_rule_in_words,
)

SHARES = ((0, 3), (1, 2), (2, 3), (80, 100), (5, 5))


def test_awards_are_called_as_everywhere_else():
    assert dict(AwardCode.choices) == AWARDS


def test_voting_is_called_as_in_the_polls():
    tables = (
        (VoteBase, VOTE_BASES),
        (Comparison, COMPARISONS),
        (Electorate, ELECTORATES),
        (TieRule, TIE_RULES),
    )
    for enum, words in tables:
        assert dict(enum.choices) == words
    silent = vote_rule_to_json(vote_rule_of_awards({"base": "cast", "numerator": 1, "denominator": 2}))
    assert {name: silent[name] for name in SILENT} == {**SILENT, "tie_chain": list(SILENT["tie_chain"])}


def said_alike(rule):
    """The guidance refuses what a poll would refuse, and says the rest in the poll's own words."""
    try:
        read = vote_rule_of_awards(rule)
    except ValueError:
        with pytest.raises(FormatError):
            vote_rule_from_json(rule)
        return
    assert vote_rule_in_words(vote_rule_from_json(rule)) == in_words(read)
    told = [line for line in details_in_words(read) if not line.startswith("Không có ý kiến")]
    assert vote_details_in_words(rule) == told


@pytest.mark.parametrize(
    ("base", "share", "comparison", "electorate"),
    list(product(VOTE_BASES, SHARES, COMPARISONS, ELECTORATES)),
)
def test_a_rule_of_voting_reads_as_the_poll_will_read_it(base, share, comparison, electorate):
    rule = {"base": base, "numerator": share[0], "denominator": share[1], "comparison": comparison}
    for quorum, written in product(SHARES, (True, False)):
        more = {"quorum_numerator": quorum[0], "quorum_denominator": quorum[1], "written_allowed": written}
        said_alike({**rule, "electorate": electorate, **more})


@pytest.mark.parametrize("rounds", [0, 1, 2, 9, 10, "2", True])
def test_rounds_and_steps_at_equal_votes_read_as_the_poll_will_read_them(rounds):
    chains = [
        (),
        ("meeting", "score"),
        *product(TIE_RULES, repeat=2),
        tuple(TIE_RULES),
        ("score", "x"),
        ([],),
    ]
    for chain, secret in product(chains, (True, False)):
        rule = {"base": "cast", "numerator": 1, "denominator": 2, "rounds": rounds, "tie_chain": list(chain)}
        said_alike({**rule, "is_secret": secret, "proxy_allowed": secret, "own_unit_votes": secret})
    said_alike({**rule, "rounds": 2, "tie_chain": ["chair"], "colour": "red"})
    said_alike({**rule, "rounds": 2, "tie_chain": ["chair"], "is_secret": "yes"})
    said_alike({**rule, "rounds": 2, "tie_chain": "chair"})


@pytest.mark.parametrize(
    "rule",
    [
        [],
        {"base": "entitled"},
        {"base": "half", "numerator": 1, "denominator": 2},
        {"base": "entitled", "numerator": 0.5, "denominator": 1},
        {"base": "entitled", "numerator": 3, "denominator": 2},
        {"base": "entitled", "numerator": 1, "denominator": 2, "quorum_numerator": "2"},
        {"base": "entitled", "numerator": 1, "denominator": 2, "comparison": "about"},
    ],
)
def test_a_rule_of_voting_is_whole_numbers_or_nothing(rule):
    with pytest.raises(FormatError):
        vote_rule_from_json(rule)
    assert (vote_rule_from_json({}), vote_rule_in_words({})) == ({}, "")


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("2", {"kind": "fixed", "fixed": 2}),
        ("25%", {"kind": "of_members", "numerator": 25, "denominator": 100}),
        ("1/4, ít nhất 1", {"kind": "of_members", "numerator": 1, "denominator": 4, "minimum": 1}),
        (
            "50% còn lại, tối đa 5",
            {"kind": "of_remaining", "numerator": 50, "denominator": 100, "maximum": 5},
        ),
    ],
)
def test_the_quota_of_an_award_is_typed_and_shown_in_the_same_words(text, stored):
    assert award_quota_from_text(text) == stored
    assert award_quota_to_text(stored) == text
    assert QuotaRule(**stored)
    assert quotas_from_json({"merit": stored}) == {"merit": text}


@pytest.mark.parametrize("text", ["", "nhiều", "0%", "5/4", "2, tối đa"])
def test_a_quota_that_says_nothing_is_refused(text):
    with pytest.raises(ValueError, match="“"):
        award_quota_from_text(text)


@pytest.mark.parametrize("data", [[], {"medal": {"kind": "fixed", "fixed": 1}}, {"flag": 3}, {"flag": {}}])
def test_quotas_that_cannot_be_read_are_refused(data):
    with pytest.raises(FormatError):
        quotas_from_json(data)


@pytest.mark.parametrize("text", ["3", "25%", "1/2 còn lại, ít nhất 1"])
def test_the_quota_of_a_grade_is_typed_and_shown_in_the_same_words(text):
    assert grade_quota_to_text(grade_quota_from_text(text)) == text


@pytest.mark.parametrize(
    ("grade", "told"),
    [
        ({"name": "Yếu"}, "Yếu: còn lại"),
        ({"name": "Tốt", "at_least": "80"}, "Tốt: từ 80"),
        (
            {"name": "Tốt", "at_least": "80", "quota": {"kind": "fixed", "count": 2}},
            "Tốt: từ 80, không quá 2 đơn vị",
        ),
    ],
)
def test_a_grade_reads_as_a_clause(grade, told):
    assert grade_in_words(grade) == told


def test_a_day_of_the_year_is_typed_day_first_and_exists_every_year():
    assert (month_day("15/12"), month_day("1.3")) == ([12, 15], [3, 1])
    assert month_day_text([3, 1]) == "01/03"
    for text in ("29/02", "32/01", "12", "mai"):
        with pytest.raises(ValueError, match="Hãy ghi ngày/tháng"):
            month_day(text)


@pytest.mark.parametrize("data", [[], {"covenant": 5}, {"covenant": [13, 1]}, {"covenant": [1]}])
def test_dates_that_cannot_be_are_refused(data):
    with pytest.raises(FormatError):
        deadlines_from_json(data)
    assert deadlines_from_json({MilestoneKind.COVENANT: [3, 31]}) == {"covenant": "31/03"}


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({}, ""),
        ({"per_day": "0.5"}, "mỗi ngày chậm trừ 0,5 điểm"),
        ({"per_day": "1", "cap": "5", "is_percent": True}, "mỗi ngày chậm trừ 1% tổng điểm, tối đa 5"),
        ({"steps": [{"from_day": 6, "points": "2"}]}, "từ ngày 6 trừ 2 điểm"),
    ],
)
def test_lateness_reads_as_a_clause(rule, told):
    assert lateness_in_words(lateness_from_json(rule)) == told


def test_roundings_name_what_is_rounded_in_its_own_way():
    words = roundings_in_words({"default": {"step": "0.25"}, "ratio": {"step": "0.01", "mode": "down"}})

    assert words == (
        "bước 0,25 điểm, từ nửa bước trở lên làm tròn lên; theo tỷ lệ: bước 0,01 điểm, làm tròn xuống; "
        "điểm do người chấm cho không đúng bước: làm tròn theo bước và báo cho người nhập"
    )
