"""Search, health and invariants of the site."""

from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Exists, Min, OuterRef, Q
from django.urls import reverse
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from blocs.enums import Office, Phase
from blocs.models import BlocAssignment, Cycle, Handover, Membership, Province, Term, Unit
from blocs.queries.directory import people_of
from blocs.queries.scope import administered_by, blocs_for, cycles_for
from blocs.queries.standing import HEAD_ROLES, appointments_on, today
from blocs.rules import Hit, Todo
from config.kit.fields import key_holds
from config.kit.text import search_key

MOST_HITS = 20
# A task is started within seconds; one that waits this long means that no worker runs.
LATE_TASK = timedelta(minutes=15)


def handover_todos_for(user: User, at: datetime) -> list[Todo]:
    """Handovers that wait for this person's confirmation."""
    mine = appointments_on(user, today(at)).filter(role__in=HEAD_ROLES).values("unit")
    waiting = Handover.objects.filter(
        Q(given_at=None, from_term__unit__in=mine)
        | Q(given_at__isnull=False, received_at=None, to_term__unit__in=mine)
    ).select_related("from_term__cycle__bloc__province")
    return [
        Todo(
            text="Xác nhận bàn giao Khối trưởng"
            if h.given_at is None
            else "Xác nhận nhận bàn giao Khối trưởng",
            url=reverse("handover", args=h.from_term.cycle.slugs),
            where=str(h.from_term.cycle),
        )
        for h in waiting
    ]


def chair_todos_for(user: User, at: datetime) -> list[Todo]:
    """Years in preparation without a chair, for those who may record one."""
    in_charge = BlocAssignment.objects.on(today(at)).filter(officer=user, bloc=OuterRef("bloc"))
    before = Cycle.objects.filter(bloc=OuterRef("bloc"), year=OuterRef("year") - 1)
    waiting = (
        Cycle.objects.filter(
            ~Exists(Term.objects.filter(cycle=OuterRef("pk"), office=Office.CHAIR, to_on=None)),
            # The vote of the year before decides; until that year is closed nobody is late.
            ~Exists(before.exclude(phase=Phase.CLOSED)),
            Q(bloc__province__in=administered_by(user, at)) | Exists(in_charge),
            phase=Phase.PREPARING,
        )
        .select_related("bloc__province")
        .order_by("bloc__sort_key", "year")
    )
    return [
        Todo(
            text=f"Ghi {cycle.bloc.province.chair_word} của năm thi đua",
            url=reverse("cycle_members", args=cycle.slugs),
            where=str(cycle),
        )
        for cycle in waiting
    ]


def search_for(user: User, words: str, at: datetime) -> list[Hit]:
    """Blocs, units and (for those who keep the directory) people whose names hold the words, marks or not."""
    key = search_key(words)
    if not key:
        return []
    found = blocs_for(user, at).filter(Q(search_key__contains=key) | Q(key_holds("code", key)))
    blocs = [
        Hit(str(bloc), bloc.get_absolute_url(), "Khối thi đua", str(bloc.province))
        for bloc in found[:MOST_HITS]
    ]
    return blocs + _unit_hits(user, key, at) + _person_hits(user, words, at)


def _unit_hits(user: User, key: str, at: datetime) -> list[Hit]:
    """A unit once for each of its years that the person may see, the newest years first."""
    named = Q(unit__search_key__contains=key) | Q(unit__short_search_key__contains=key)
    members = (
        Membership.objects.filter(named, left_on=None, cycle__in=cycles_for(user, at).order_by().values("pk"))
        .select_related("unit", "cycle__bloc__province")
        .order_by("unit__sort_key", "-cycle__year", "pk")
    )
    hits = [
        Hit(
            str(m.unit),
            reverse("cycle_members", args=m.cycle.slugs),
            "Đơn vị",
            f"{m.cycle} · {m.cycle.bloc.province}",
        )
        for m in members[:MOST_HITS]
    ]
    outside = Unit.objects.filter(
        Q(search_key__contains=key) | Q(short_search_key__contains=key),
        ~Exists(Membership.objects.filter(unit=OuterRef("pk"))),
        province__in=administered_by(user, at),
    ).select_related("province")
    return hits + [
        Hit(str(unit), reverse("unit", args=[unit.province.slug, unit.slug]), "Đơn vị", str(unit.province))
        for unit in outside.order_by("sort_key", "pk")[:MOST_HITS]
    ]


def _person_hits(user: User, words: str, at: datetime) -> list[Hit]:
    return [
        Hit(
            str(person),
            reverse("person", args=[province.slug, person.pk]),
            "Người",
            ", ".join(
                filter(
                    None,
                    [str(province), *(a.unit.short_name for a in person.current if a.unit), person.phone],
                )
            ),
        )
        for province in administered_by(user, at)
        for person in people_of(province, words)[:MOST_HITS]
    ]


def is_installed() -> bool:
    """Whether anything has been entered at all."""
    return Province.objects.exists() or User.objects.exists()


def province_exists(slug: str) -> bool:
    """Whether a province is known by this name."""
    return Province.objects.filter(slug=slug).exists()


def province_of_slug(slug: str) -> Province | None:
    """A province by its name in addresses, for a command of the installation."""
    return Province.objects.filter(slug=slug).first()


def province_by_key(pk: int) -> Province:
    """A province that a row of the queue names."""
    return Province.objects.get(pk=pk)


def person_named(username: str) -> User | None:
    """The person who signs in by this name, in whatever case."""
    return User.objects.filter(username__iexact=username).first()


def demonstration_exists() -> bool:
    """Whether this is an installation for trying out."""
    return Province.objects.filter(is_demo=True).exists()


def health(at: datetime) -> dict[str, str | int | bool]:
    """The state of this installation for a monitor: database, migrations, and how long tasks wait."""
    try:
        executor = MigrationExecutor(connection)
        is_migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        oldest = (
            DBTaskResult.objects.filter(status=TaskResultStatus.READY).aggregate(at=Min("enqueued_at"))["at"]
            if is_migrated
            else None
        )
    except DatabaseError:
        return {"ok": False, "database": False, "migrations": False, "worker": False, "waiting_seconds": 0}
    waiting = max(at - oldest, timedelta()) if oldest else timedelta()
    return {
        "ok": is_migrated and waiting < LATE_TASK,
        "database": True,
        "migrations": is_migrated,
        "worker": waiting < LATE_TASK,
        "waiting_seconds": int(waiting.total_seconds()),
    }
