"""Time calls side by side, count their queries, and hold the figures against their targets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from django.db import connection
from django.test.utils import CaptureQueriesContext

WARM_UPS = 3
ROUNDS = 21
FRAMING = ("BEGIN", "COMMIT")


@dataclass(frozen=True)
class Taken:
    """Milliseconds of one call: the median of all rounds, and the best, which a busy machine disturbs least."""

    p50: float
    best: float


@dataclass(frozen=True)
class Line:
    """One row of the table. A target of None is none: the figure is printed to be known."""

    what: str
    taken: Taken
    queries: int | None = None
    ratio: float | None = None
    most_ms: float | None = None
    most_queries: int | None = None
    most_ratio: float | None = None

    @property
    def targets(self) -> list[tuple[float, float, str]]:
        """Every pair of figure and target, with the words of the target."""
        pairs = (
            (self.queries, self.most_queries, f"≤ {self.most_queries} queries"),
            (self.taken.p50, self.most_ms, f"≤ {self.most_ms} ms"),
            (self.ratio, self.most_ratio, f"≤ {self.most_ratio} ×"),
        )
        return [(figure, most, words) for figure, most, words in pairs if most is not None]

    @property
    def verdict(self) -> str:
        if not self.targets:
            return ""
        missed = [words for figure, most, words in self.targets if figure > most]
        return f"MISSED ({', '.join(missed)})" if missed else "met"

    def __str__(self) -> str:
        return (
            f"{self.what:<58}{self.taken.p50:>8.1f}{self.taken.best:>8.1f}"
            f"{_text(self.queries, 'd'):>9}{_text(self.ratio, '.2f'):>7}  {', '.join(words for _, _, words in self.targets):<22}{self.verdict}"
        ).rstrip()


HEADING = f"{'':<58}{'p50 ms':>8}{'best':>8}{'queries':>9}{'ratio':>7}  {'target':<22}verdict"


def _text(figure: float | None, form: str) -> str:
    return "" if figure is None else f"{figure:{form}}"


def p50(calls: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, Taken]:
    """Time each call. They take turns, so that a busy moment hits all of them alike."""
    for call in calls.values():
        for _ in range(WARM_UPS):
            call()
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            start = perf_counter()
            call()
            times[name].append((perf_counter() - start) * 1000)
    return {name: Taken(median(found), min(found)) for name, found in times.items()}


def count_queries(call: Callable[[], object]) -> int:
    """Every statement of one call, savepoints too; only the opening and closing of the transaction are left out."""
    with CaptureQueriesContext(connection) as captured:
        call()
    return sum(not query["sql"].startswith(FRAMING) for query in captured)
