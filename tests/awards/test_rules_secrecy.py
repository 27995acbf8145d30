"""What each role can infer from a published result, for every result of blocs of 2 to 15."""

from itertools import combinations_with_replacement, permutations

import pytest

from awards.enums import VoteBase
from awards.rules import (
    SMALL_BALLOT,
    Tally,
    VoteRule,
    exposed,
    exposed_to_voters,
    opening_warnings,
    pile_warnings,
    piles,
    secrecy_warnings,
    size_warnings,
)


def results_of(size):
    """Every way `size` ballots fall into for, against, abstain, blank, invalid."""
    for bars in combinations_with_replacement(range(5), size):
        yield Tally(size, size, *(bars.count(pile) for pile in range(5)))


def certain_by_trying(published, own):
    """How many other voters vote alike in every arrangement that fits the result and one's own vote."""
    ballots = [pile for pile, votes in enumerate(published) for _ in range(votes)]
    if own is not None:
        ballots.remove(own)
    arrangements = set(permutations(ballots))
    return sum(
        len({arrangement[voter] for arrangement in arrangements}) == 1 for voter in range(len(ballots))
    )


@pytest.mark.parametrize("size", range(2, 6))
def test_what_is_exposed_equals_trying_every_arrangement(size):
    for tally in results_of(size):
        published = piles(tally)
        assert exposed(published) == certain_by_trying(published, None)
        assert exposed_to_voters(published) == {
            own: certain_by_trying(published, own) for own, votes in enumerate(published) if votes
        }


@pytest.mark.parametrize("size", range(2, 16))
def test_for_every_result_each_role_is_warned_about_exactly_what_it_can_infer(size):
    for tally in results_of(size):
        published = piles(tally)
        # An auditor, the province and a guest know the result and nobody's vote: outsiders, all three.
        outsider, voters = exposed(published), exposed_to_voters(published)
        warnings = secrecy_warnings(tally)
        unanimous = max(published) == size
        one_apart = sorted(votes for votes in published if votes) in ([1, size - 1], [size - 1, 1])

        assert outsider == (size if unanimous else 0)
        assert bool(any(voters.values())) == (unanimous or one_apart)
        assert bool(warnings) == (unanimous or one_apart or size < SMALL_BALLOT)
        if one_apart and size > 2:
            dissenter = published.index(1)
            assert voters[dissenter] == size - 1
            assert all(known == 0 for pile, known in voters.items() if pile != dissenter)


def test_colluding_voters_learn_more_than_one_alone():
    published = (5, 2, 0, 0, 0)

    assert exposed(published, (1,)) == 0
    assert exposed(published, (1, 1)) == 5


def test_three_to_nothing_is_warned_about():
    assert secrecy_warnings(Tally(3, 3, 3)) == [
        "Mọi lá phiếu giống nhau nên kết quả cho biết từng người đã bỏ phiếu thế nào.",
        "Chỉ có 3 lá phiếu: kết quả dễ làm lộ ý kiến của từng người. Chỉ nên công bố đạt hay không đạt.",
    ]


def test_one_dissenter_learns_all_the_others():
    assert secrecy_warnings(Tally(7, 7, 6, 1)) == [
        "Chỉ có một lá phiếu khác các phiếu còn lại: "
        "người bỏ lá phiếu đó biết chắc mọi người khác đã bỏ phiếu thế nào."
    ]


def test_a_mixed_result_of_a_larger_bloc_needs_no_warning():
    assert secrecy_warnings(Tally(7, 7, 5, 2)) == []
    assert secrecy_warnings(Tally(7, 7, 0)) == []


def test_before_opening_the_bloc_is_told_what_secrecy_cannot_be_had():
    secret = VoteRule(VoteBase.PRESENT, 2, 3)
    own_barred = VoteRule(VoteBase.PRESENT, 2, 3, own_unit_votes=False)

    assert opening_warnings(secret, 7) == []
    assert len(opening_warnings(secret, 4)) == 1
    assert "thống nhất hoặc giơ tay" in opening_warnings(secret, 4)[0]
    assert "một lá phiếu riêng" in opening_warnings(own_barred, 7)[0]
    assert opening_warnings(VoteRule(VoteBase.PRESENT, 2, 3, is_secret=False), 2) == []


def test_a_ballot_among_candidates_is_read_by_its_piles_not_candidate_by_candidate():
    assert pile_warnings((3, 2, 0, 0, 1), smallest=0) == []
    assert pile_warnings((0, 0, 5)) == [
        "Mọi lá phiếu giống nhau nên kết quả cho biết từng người đã bỏ phiếu thế nào."
    ]
    assert "Chỉ có một lá phiếu khác" in pile_warnings((4, 1, 0))[0]
    assert pile_warnings((0, 0)) == []


def test_few_ballots_are_said_to_be_few():
    assert size_warnings(4) == [
        "Chỉ có 4 lá phiếu: kết quả dễ làm lộ ý kiến của từng người. Chỉ nên công bố đạt hay không đạt."
    ]
    assert size_warnings(5) == size_warnings(0) == []
