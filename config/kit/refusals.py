"""A refusal carries the sentences that the person who met it will read."""

from collections.abc import Sequence


class Refused(Exception):
    """An act was refused; `reasons` are whole Vietnamese sentences that say what to do."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = list(reasons)
        super().__init__(" ".join(self.reasons))


class Conflict(Refused):
    """A lost race: somebody else wrote first. Both values are kept so that a person can choose."""

    def __init__(self, reasons: Sequence[str], *, mine: str = "", theirs: str = "") -> None:
        super().__init__(reasons)
        self.mine = mine
        self.theirs = theirs


def refuse(reasons: Sequence[str]) -> None:
    """Raise `Refused` when there is at least one reason."""
    if reasons:
        raise Refused(reasons)
