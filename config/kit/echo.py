"""What an act will record, shown before it is recorded, and recognised when the person says yes to it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

FIELD = "echo"


@dataclass(frozen=True)
class Echo:
    """Sentences of what will be recorded. Said yes to only as they are now: other sentences are shown again."""

    lines: Sequence[str]

    @property
    def key(self) -> str:
        return hashlib.sha256("\n".join(self.lines).encode()).hexdigest()

    def is_confirmed(self, request: HttpRequest) -> bool:
        """Whether the request says yes to just these sentences."""
        return request.POST.get(FIELD) == self.key
