"""A ballot as it is sealed: every ballot of a poll has one length, whatever is on it."""

import json
from collections.abc import Iterable, Mapping

from awards.enums import Choice

# The length of a ballot is a multiple of this.
BLOCK = 256
LONGEST = max(Choice.values, key=len)


class UnreadableBallot(ValueError):
    """What was opened is no ballot."""


def write_ballot(choices: Mapping[str, str], options: Iterable[str]) -> bytes:
    """The text of a ballot, padded to the length of the longest that these options allow."""
    room = len(json.dumps(dict.fromkeys(options, LONGEST)))
    text = json.dumps(dict(sorted(choices.items())))
    return text.ljust(-(-room // BLOCK) * BLOCK).encode("ascii")


def read_ballot(content: bytes) -> dict[str, str]:
    """The choices on a ballot."""
    try:
        choices = json.loads(content)
    except ValueError as broken:
        raise UnreadableBallot from broken
    if not isinstance(choices, dict):
        raise UnreadableBallot
    return choices
