"""The chain of sealed days over all event tables: what it holds, and whether the journal still says the same.

Rows are encoded by the database as JSON arrays in the order of their keys, in UTC (the time zone that Django gives
its connections), with the columns that the table had when the day was sealed: a column that is added later changes
no sealed day.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, models

from blocs.models import SealedDay
from blocs.queries.audit import tracked_models
from config.kit.chain import Head, link_sha256
from config.kit.text import VIETNAM, day

ONE_DAY = timedelta(days=1)
# Table and columns, and what each day of it says: rows and digest.
Shape = tuple[str, tuple[str, ...]]
Digest = tuple[int, str]


def chain_head() -> Head | None:
    """The last sealed day: what is kept outside, printed at night and written into a backup. None before the first."""
    last = SealedDay.objects.order_by("-day").first()
    return Head(last.day, last.count, last.sha256) if last else None


def days_to_seal(at: datetime) -> list[tuple[date, list[dict[str, Any]]]]:
    """The whole days since the last sealed one with what every table wrote on them, the oldest first.

    A transaction that is still running writes under the moment it began: its day is not over.
    """
    last = chain_head()
    written: dict[date, list[dict[str, Any]]] = {}
    for table, columns in sorted(_shape(events) for events in tracked_models().values()):
        for on, (count, sha256) in _digests((table, columns), after=last.day if last else None).items():
            line = {"table": table, "columns": list(columns), "count": count, "sha256": sha256}
            written.setdefault(on, []).append(line)
    first = last.day + ONE_DAY if last else min(written, default=None)
    end = min(at, _oldest_transaction() or at).astimezone(VIETNAM).date()
    many = (end - first).days if first else 0
    return [(on, written.get(on, [])) for on in (first + ONE_DAY * step for step in range(many))]


def _oldest_transaction() -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(xact_start) FROM pg_stat_activity "
            "WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def _digests(shape: Shape, *, after: date | None = None) -> dict[date, Digest]:
    """Rows and digest of each day of an event table. One query."""
    table, columns = shape
    row = ", ".join(f'"{column}"' for column in columns)
    on = "(pgh_created_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {on} AS written_on, count(*), encode(sha256(string_agg("  # noqa: S608
            f"sha256(convert_to(jsonb_build_array({row})::text, 'UTF8')), ''::bytea ORDER BY pgh_id)), 'hex') "
            f'FROM "{table}" WHERE %s::date IS NULL OR {on} > %s::date GROUP BY written_on',
            [after, after],
        )
        return {written_on: (count, sha256) for written_on, count, sha256 in cursor.fetchall()}


def head_faults(heads: Iterable[str]) -> list[str]:
    """Heads that were kept outside and are no link of this chain: it was written anew, or is older than they are."""
    known = set(SealedDay.objects.filter(sha256__in=list(heads)).values_list("sha256", flat=True))
    return [
        f"Mã {head} được giữ bên ngoài không có trong chuỗi nhật ký: dữ liệu đã bị viết lại, hoặc cũ hơn mã này."
        for head in heads
        if head not in known
    ]


def chain_violations() -> list[str]:
    """Links that do not hold together, and days whose events are not what was sealed. One query a table."""
    links = list(SealedDay.objects.order_by("day"))
    return [*_broken_links(links), *_changed_days(links)]


def _broken_links(links: list[SealedDay]) -> list[str]:
    found = []
    before: SealedDay | None = None
    for link in links:
        if before and link.day != before.day + ONE_DAY:
            found.append(f"Chuỗi nhật ký thiếu ngày, từ sau {day(before.day)} đến trước {day(link.day)}.")
        if link.previous != (before.sha256 if before else ""):
            found.append(f"Chuỗi nhật ký ngày {day(link.day)} không nối với ngày trước.")
        count = sum(one["count"] for one in link.tables)
        if link.count != count or link_sha256(link.day, link.previous, link.tables) != link.sha256:
            found.append(f"Chuỗi nhật ký ngày {day(link.day)} không còn đúng mã của nó.")
        before = link
    return found


def _changed_days(links: list[SealedDay]) -> list[str]:
    """Days of a table that say something else than when they were sealed, or something where they said nothing."""
    if not links:
        return []
    names = {events._meta.db_table: events for events in tracked_models().values()}
    sealed: dict[Shape, dict[date, Digest]] = {_shape(events): {} for events in names.values()}
    days: dict[str, set[date]] = {}
    for link in links:
        for one in link.tables:
            shape = (one["table"], tuple(one["columns"]))
            sealed.setdefault(shape, {})[link.day] = (one["count"], one["sha256"])
            days.setdefault(one["table"], set()).add(link.day)
    known = _columns_of([table for table, _ in sealed])
    found = []
    for shape, was in sorted(sealed.items()):
        table, columns = shape
        name = _name(names, table)
        if not set(columns) <= known.get(table, set()):
            found.append(f"Nhật ký “{name}” mất cột nên không còn so được với chuỗi đã khóa.")
            continue
        now = _digests(shape)
        found += _day_faults(name, was, now)
        late = sorted(on for on in now if on <= links[-1].day and on not in days.get(table, ()))
        found += [
            f"Nhật ký “{name}” ngày {day(on)} bị thêm {now[on][0]} dòng sau khi khóa."
            for on in late
            if table in names and shape == _shape(names[table])
        ]
    return found


def _shape(events: type[models.Model]) -> Shape:
    """An event table with the columns that it has now."""
    return events._meta.db_table, tuple(field.column for field in events._meta.concrete_fields)


def _day_faults(name: str, sealed: Mapping[date, Digest], now: Mapping[date, Digest]) -> list[str]:
    return [
        f"Nhật ký “{name}” ngày {day(on)} không còn như khi khóa: {_change(count, now.get(on, (0, ''))[0])}."
        for on, (count, sha256) in sorted(sealed.items())
        if now.get(on) != (count, sha256)
    ]


def _change(then: int, now: int) -> str:
    if then == now:
        return "nội dung đã khác"
    return f"khi đó {then} dòng, nay {now} dòng"


def _columns_of(tables: Iterable[str]) -> dict[str, set[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND table_name = ANY(%s)",
            [list(tables)],
        )
        found: dict[str, set[str]] = {}
        for table, column in cursor.fetchall():
            found.setdefault(table, set()).add(column)
    return found


def _name(names: Mapping[str, type[models.Model]], table: str) -> str:
    """What an event table is about, in the words of the journal; its own name when no model has it any more."""
    return str(names[table].pgh_tracked_model._meta.verbose_name) if table in names else table
