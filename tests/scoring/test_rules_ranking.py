from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.enums import QuotaKind, RankNumbering, SanctionKind, TieStepKind
from scoring.rules import (
    Entry,
    Grade,
    Quota,
    Sanction,
    TieDecision,
    TieStep,
    grades_of,
    quota_of,
    rank_units,
    rank_word,
    ties_touching,
)

BONUS = TieStep(TieStepKind.BONUS)
DEDUCTION = TieStep(TieStepKind.DEDUCTION)
GROUP = TieStep(TieStepKind.CRITERION, "V")
WOMEN = TieStep(TieStepKind.WOMEN_SHARE)


def entry(unit, total, **more):
    return Entry(unit, f"Sở {unit}", None if total is None else D(total), **more)


def ranks(ranking):
    return {unit: place.rank for unit, place in ranking.places.items()}


@pytest.mark.parametrize(
    ("numbering", "expected"), [(RankNumbering.SKIP, [1, 1, 3]), (RankNumbering.DENSE, [1, 1, 2])]
)
def test_equal_totals_share_a_rank_and_the_next_follows_the_setting(numbering, expected):
    ranking = rank_units([entry("A", 90), entry("B", "90.0"), entry("C", 80)], numbering=numbering)

    assert list(ranks(ranking).values()) == expected
    assert [ranking.places[unit].word for unit in "ABC"][:2] == ["đồng hạng Nhất", "đồng hạng Nhất"]


def test_a_tie_for_the_flag_is_a_state_without_a_winner():
    ranking = rank_units([entry("A", 90), entry("B", 90), entry("C", 80)])

    (tie,) = ties_touching(ranking, 1)
    assert (tie.units, tie.first, tie.last) == (frozenset("AB"), 1, 2)
    assert ties_touching(ranking, 2) == ()
    assert ranking.steps[-1].sentence == "Sở A, Sở B vẫn bằng nhau: đồng hạng."


def test_the_chain_is_taken_step_by_step_and_each_step_is_recorded():
    ranking = rank_units(
        [
            entry("A", 90, bonus=D(3), deduction=D(-1), points={"V": D(5)}, women_share=D(40)),
            entry("B", 90, bonus=D(3), deduction=D(-1), points={"V": D(5)}, women_share=D(72)),
            entry("C", 90, bonus=D(3), deduction=D(-1), points={"V": D(6)}, women_share=D(1)),
            entry("D", 90, bonus=D(3), deduction=D(0), points={"V": D(0)}, women_share=D(1)),
            entry("E", 90, bonus=D(4), deduction=D(-9), points={"V": D(0)}, women_share=D(1)),
        ],
        [BONUS, DEDUCTION, GROUP, WOMEN],
    )

    assert ranks(ranking) == {"E": 1, "D": 2, "C": 3, "B": 4, "A": 5}
    assert [step.separated for step in ranking.steps] == [True, True, True, True]
    assert ranking.steps[-1].sentence == (
        "Tỷ lệ nữ đạt mức ưu tiên (từ 70%): Sở B 72%; Sở A 40%: phân định được."
    )
    assert ranking.ties == ()


def test_a_step_that_separates_nobody_is_recorded_too():
    ranking = rank_units([entry("A", 90, bonus=D(1)), entry("B", 90, bonus=D(1))], [BONUS])

    assert [step.separated for step in ranking.steps] == [False, False]
    assert ranking.steps[0].sentence == "Điểm thưởng cao hơn: Sở A 1; Sở B 1: vẫn bằng nhau."


def test_a_step_without_its_figures_is_not_skipped():
    ranking = rank_units(
        [
            entry("A", 90, women_share=None, points={"V": D(1)}),
            entry("B", 90, women_share=D(80), points={"V": D(2)}),
        ],
        [WOMEN, GROUP],
    )

    assert ranks(ranking) == {"A": 1, "B": 1}
    assert "thiếu số liệu của Sở A" in ranking.steps[0].sentence


def test_a_recorded_decision_ends_a_tie_and_only_that_tie():
    tied = [entry("A", 90), entry("B", 90), entry("C", 80)]

    decided = rank_units(tied, decisions=[TieDecision(("B", "A"), "bốc thăm tại hội nghị.")])
    others = rank_units(
        tied, decisions=[TieDecision(("C", "A"), "nhầm."), TieDecision(("A", "B", "B"), "nhầm.")]
    )

    assert ranks(decided) == {"B": 1, "A": 2, "C": 3}
    assert decided.steps[-1].sentence == "Quyết định xếp Sở B, Sở A. Lý do: bốc thăm tại hội nghị."
    assert ranks(others) == {"A": 1, "B": 1, "C": 3}


def test_units_that_are_not_ranked_stand_at_the_foot_with_a_reason():
    disciplined = (Sanction(SanctionKind.NOT_RANKED),)
    ranking = rank_units(
        [
            entry("A", 99, not_ranked="Mới thành lập."),
            entry("B", 98, sanctions=disciplined),
            entry("C", None),
            entry("D", 50),
        ]
    )

    assert list(ranking.places) == ["D", "A", "B", "C"]
    assert [(place.word, place.reason) for place in ranking.places.values()] == [
        ("Nhất", ""),
        ("—", "Mới thành lập."),
        ("—", "Không xếp hạng theo chế tài của hướng dẫn."),
        ("—", "Chưa có tổng điểm."),
    ]


@pytest.mark.parametrize(
    ("rank", "tied", "word"),
    [
        (1, False, "Nhất"),
        (2, True, "đồng hạng Nhì"),
        (4, False, "Tư"),
        (15, False, "Mười lăm"),
        (16, False, "thứ 16"),
        (None, False, "—"),
    ],
)
def test_ranks_are_said_in_words(rank, tied, word):
    assert rank_word(rank, is_tied=tied) == word


figures = st.integers(0, 2).map(D)
blocs = st.lists(st.tuples(figures, figures, st.none() | figures, st.booleans()), min_size=1, max_size=8).map(
    lambda rows: [
        entry(f"{i:02d}", total, bonus=bonus, points={"V": v}, not_ranked="Mới thành lập." if out else "")
        for i, (total, bonus, v, out) in enumerate(rows)
    ]
)


@given(blocs, st.randoms(use_true_random=False))
def test_permuting_the_units_changes_nothing(bloc, random):
    shuffled = list(bloc)
    random.shuffle(shuffled)
    ranking, again = (rank_units(rows, [BONUS, GROUP]) for rows in (bloc, shuffled))

    assert again == ranking
    assert list(again.places) == list(ranking.places)


@given(blocs)
def test_a_better_total_is_never_ranked_behind(bloc):
    places = rank_units(bloc, [BONUS, GROUP]).places
    ranked = [one for one in bloc if not one.not_ranked]

    for one in ranked:
        for other in ranked:
            if one.total > other.total:
                assert places[one.unit].rank < places[other.unit].rank


# ── Quotas and grades ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("quota", "members", "not_ranked", "already", "count"),
    [
        (Quota(QuotaKind.OF_REMAINING, numerator=50), 12, 1, 1, 5),
        (Quota(QuotaKind.OF_REMAINING, numerator=50), 7, 0, 0, 3),
        (Quota(QuotaKind.OF_RANKED, numerator=25), 12, 0, 0, 3),
        (Quota(QuotaKind.OF_RANKED, numerator=25), 11, 0, 0, 2),
        (Quota(QuotaKind.OF_RANKED, numerator=2, denominator=3), 9, 0, 0, 6),
        (Quota(QuotaKind.OF_RANKED, numerator=20, at_least=1), 4, 0, 0, 1),
        (Quota(QuotaKind.OF_RANKED, numerator=100), 4, 0, 1, 3),
        (Quota(QuotaKind.FIXED, count=1), 12, 1, 0, 1),
        (Quota(QuotaKind.FIXED, count=3), 2, 0, 0, 2),
    ],
)
def test_a_quota_leaves_out_units_that_are_not_ranked(quota, members, not_ranked, already, count):
    assert quota_of(quota, members, not_ranked, already).count == count


def test_a_quota_prints_its_calculation():
    half = Quota(QuotaKind.OF_REMAINING, numerator=50)
    third = Quota(QuotaKind.OF_RANKED, numerator=1, denominator=3, at_least=2)

    assert quota_of(half, 12, 1, 1).sentence == "Số lượng tối đa: (12 − 1 − 1) × 50%, làm tròn xuống: 5."
    assert quota_of(third, 5).sentence == "Số lượng tối đa: 5 × 1/3, làm tròn xuống, ít nhất 2: 2."


def test_two_thirds_is_never_a_rounded_percentage():
    quota = Quota(QuotaKind.OF_RANKED, numerator=2, denominator=3)

    assert all(quota_of(quota, 3 * n).count == 2 * n for n in range(1, 67))


@pytest.mark.parametrize(("not_ranked", "already"), [(-1, 0), (0, -1), (3, 3)])
def test_counts_that_cannot_be_are_a_mistake_of_the_caller(not_ranked, already):
    with pytest.raises(ValueError, match="không hợp lệ"):
        quota_of(Quota(QuotaKind.FIXED, count=1), 5, not_ranked, already)


GRADES = (
    Grade("xs", "Xuất sắc", D(90), Quota(QuotaKind.OF_RANKED, numerator=25)),
    Grade("tot", "Tốt", D(80)),
    Grade("kha", "Khá", D(65)),
    Grade("tb", "Trung bình", D(50)),
    Grade("yeu", "Yếu"),
)


def graded(entries, grades=GRADES):
    return {
        unit: one.grade and one.grade.code
        for unit, one in grades_of(entries, rank_units(entries), grades).items()
    }


def test_grades_follow_their_bounds():
    totals = {"A": "90", "B": "89.99", "C": "65", "D": "50", "E": "0"}

    assert graded([entry(unit, total) for unit, total in totals.items()]) == {
        "A": "xs", "B": "tot", "C": "kha", "D": "tb", "E": "yeu",
    }  # fmt: skip


def test_the_top_grade_goes_to_at_most_a_quarter_of_the_ranked_units():
    entries = [entry(unit, 99 - i) for i, unit in enumerate("ABCDEFGH")]
    entries.append(entry("I", 99, not_ranked="Mới thành lập."))

    assert list(graded(entries).values()) == ["xs", "xs", *["tot"] * 6, None]


def test_a_tie_at_the_quota_waits_for_a_decision():
    entries = [entry("A", 99), entry("B", 95), entry("C", 95), *[entry(f"D{i}", 10) for i in range(5)]]
    found = grades_of(entries, rank_units(entries), GRADES)

    assert [(found[unit].grade.code, found[unit].waits) for unit in "ABC"] == [
        ("xs", False), ("tot", True), ("tot", True),
    ]  # fmt: skip
    assert "chờ hội nghị quyết định" in found["B"].reasons[-1]


@pytest.mark.parametrize(
    ("sanctions", "code"),
    [
        ((Sanction(SanctionKind.NO_TOP_GRADE),), "tot"),
        ((Sanction(SanctionKind.GRADE_DOWN),), "tot"),
        ((Sanction(SanctionKind.GRADE_DOWN), Sanction(SanctionKind.NO_TOP_GRADE)), "tot"),
        ((Sanction(SanctionKind.NO_TOP_GRADE), Sanction(SanctionKind.GRADE_DOWN)), "tot"),
        ((Sanction(SanctionKind.GRADE_AT_MOST, grade="kha"),), "kha"),
        ((Sanction(SanctionKind.GRADE_AT_MOST, grade="unknown"),), "yeu"),
        ((Sanction(SanctionKind.LOWEST_GRADE),), "yeu"),
        ((Sanction(SanctionKind.ZERO_CRITERION, "I.1"),), "xs"),
    ],
)
def test_sanctions_lower_a_grade_whatever_their_order(sanctions, code):
    entries = [entry("A", 99, sanctions=sanctions), *[entry(f"D{i}", 10) for i in range(5)]]

    assert graded(entries)["A"] == code


def test_a_sanctioned_unit_does_not_use_up_the_quota():
    entries = [
        entry("A", 99, sanctions=(Sanction(SanctionKind.NO_TOP_GRADE),)),
        entry("B", 95),
        *[entry(f"D{i}", 10) for i in range(4)],
    ]

    assert graded(entries)["B"] == "xs"


def test_the_lowest_grade_has_no_quota_and_a_total_below_every_bound_gets_it():
    grades = (Grade("a", "A", D(50)), Grade("b", "B", D(10)))

    assert graded([entry("A", 5), entry("B", 60)], grades) == {"A": "b", "B": "a"}


def test_grades_are_needed_to_grade():
    with pytest.raises(ValueError, match="ít nhất một"):
        grades_of([], rank_units([]), ())
