"""Row locks, always taken in this order: province, then cycles by key (DESIGN §7)."""

from blocs.models import Cycle, Province


def lock_cycle(pk: int) -> Cycle:
    """Lock one cycle row until the end of the transaction and read it anew."""
    return lock_cycles(pk)[0]


def lock_cycles(*pks: int) -> list[Cycle]:
    """Lock several cycle rows, always in the order of their keys."""
    locked = Cycle.objects.select_for_update(of=("self",)).select_related("bloc__province")
    return list(locked.filter(pk__in=pks).order_by("pk"))


def lock_province(pk: int) -> Province:
    """Lock a province row for a provincial act; before any cycle row."""
    return Province.objects.select_for_update().get(pk=pk)
