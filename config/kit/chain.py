"""A chain of days: each link is named by its content and by the link before it, so that one name vouches for all."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

HEX = re.compile(r"\b[0-9a-f]{64}\b")


class Head(NamedTuple):
    """The last link of a chain, as it is kept outside of the database."""

    day: date
    count: int
    sha256: str

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.count} {self.sha256}"


def link_sha256(day: date, previous: str, tables: Sequence[Mapping[str, Any]]) -> str:
    """The name of a day: of what every table wrote on it, and of all the days before."""
    content = {"day": day.isoformat(), "previous": previous, "tables": list(tables)}
    canonical = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def heads_in(text: str) -> list[str]:
    """The names of links in a text: one alone, or the lines of a file of heads."""
    return HEX.findall(text.lower())
