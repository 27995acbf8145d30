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
    """One row of the table, in multiples of `floor`. A target of None is none: the figure is printed to be known."""

    what: str
    taken: Taken
    queries: int | None = None
    floor: Taken | None = None
    most_ms: float | None = None
    most_queries: int | None = None
    most_ratio: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.taken.p50 / self.floor.p50 if self.floor else None

    @property
    def best_ratio(self) -> float | None:
        return self.taken.best / self.floor.best if self.floor else None

    @property
    def targets(self) -> list[tuple[float, float, float, str]]:
        """For every target: the figure, the figure at its best, the target, and the unit of all three."""
        found = (
            (self.queries, self.queries, self.most_queries, "queries"),
            (self.taken.p50, self.taken.best, self.most_ms, "ms"),
            (self.ratio, self.best_ratio, self.most_ratio, "×"),
        )
        return [target for target in found if target[2] is not None]

    @property
    def verdict(self) -> str:
        """The median decides; that the best of the rounds would do is said, for a busy machine's sake."""
        if not self.targets:
            return ""
        over = [
            f"{figure - most:{'d' if unit == 'queries' else '.2f'}} {unit}{' (best meets)' if best <= most else ''}"
            for figure, best, most, unit in self.targets
            if figure > most
        ]
        return f"misses by {' and '.join(over)}" if over else "meets"

    def __str__(self) -> str:
        figures = (
            f"{self.taken.p50:8.1f}{self.taken.best:8.1f}{_text(self.queries, 'd'):>9}"
            f"{_text(self.ratio, '.2f'):>8}{_text(self.best_ratio, '.2f'):>8}"
        )
        target = ", ".join(f"≤ {most} {unit}" for _, _, most, unit in self.targets)
        return f"{self.what:<{WIDTH}}{figures}  {target:<21}{self.verdict}".rstrip()


WIDTH = 60
HEADING = f"{'':<{WIDTH}}{'p50 ms':>8}{'best':>8}{'queries':>9}{'ratio':>8}{'best':>8}  {'target':<21}verdict"


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
