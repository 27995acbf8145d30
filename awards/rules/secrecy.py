"""What a published result gives away in a small bloc, and the sentence that says so before and after."""

from collections.abc import Sequence

from awards.rules.votes import Tally, VoteRule

# No regulation sets it: a choice of this product, chưa xác minh. Below it nearly every result speaks.
SMALL_BALLOT = 5


def piles(tally: Tally) -> tuple[int, ...]:
    """The published figures of one option: for, against, abstain, blank, invalid."""
    return (tally.votes_for, tally.against, tally.abstain, tally.blank, tally.invalid)


def exposed(published: Sequence[int], known: Sequence[int] = ()) -> int:
    """How many further voters' votes become certain to one who knows the votes in the piles `known`.

    An outsider knows none, a voter one, colluding voters several. Take the known votes away: when one pile is
    left everybody in it is exposed; when two are left nobody is certain.
    """
    left = list(published)
    for pile in known:
        left[pile] -= 1
    remaining = [votes for votes in left if votes]
    return remaining[0] if len(remaining) == 1 else 0


def exposed_to_voters(published: Sequence[int]) -> dict[int, int]:
    """For each pile with a vote: how many others' votes its voter can be certain of."""
    return {pile: exposed(published, (pile,)) for pile, votes in enumerate(published) if votes}


def secrecy_warnings(tally: Tally, smallest: int = SMALL_BALLOT) -> list[str]:
    """Say what the result on one option reveals; an empty list means nobody's vote is certain."""
    return pile_warnings(piles(tally), smallest)


def pile_warnings(published: Sequence[int], smallest: int = SMALL_BALLOT) -> list[str]:
    """The same for any piles of which each ballot lies in exactly one."""
    collected = sum(published)
    if collected == 0:
        return []
    warnings = []
    if exposed(published):
        warnings.append("Mọi lá phiếu giống nhau nên kết quả cho biết từng người đã bỏ phiếu thế nào.")
    elif any(exposed_to_voters(published).values()):
        warnings.append(
            "Chỉ có một lá phiếu khác các phiếu còn lại: "
            "người bỏ lá phiếu đó biết chắc mọi người khác đã bỏ phiếu thế nào."
        )
    return warnings + size_warnings(collected, smallest)


def size_warnings(collected: int, smallest: int = SMALL_BALLOT) -> list[str]:
    """So few ballots that nearly every figure speaks."""
    if not 0 < collected < smallest:
        return []
    return [
        f"Chỉ có {collected} lá phiếu: kết quả dễ làm lộ ý kiến của từng người. "
        "Chỉ nên công bố đạt hay không đạt."
    ]


def opening_warnings(rule: VoteRule, voters: int, smallest: int = SMALL_BALLOT) -> list[str]:
    """Say before opening what secrecy this ballot cannot give, so that the bloc may choose paper or hands."""
    if not rule.is_secret:
        return []
    warnings = []
    if voters < smallest:
        warnings.append(
            f"Chỉ có {voters} người bỏ phiếu: kết quả dễ làm lộ ý kiến của từng người. "
            "Khối nên cân nhắc thống nhất hoặc giơ tay."
        )
    if not rule.own_unit_votes:
        warnings.append(
            "Đơn vị không bỏ phiếu cho chính mình thì lá phiếu thiếu dòng của đơn vị đó, dễ nhận ra người bỏ. "
            "Hãy dùng một lá phiếu riêng cho từng đơn vị được đề nghị."
        )
    return warnings
