"""The journal of a province: what the triggers wrote about every row, read by those who audit.

Ballots leave no event at all, so nothing of them can be found here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import F, Model, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, JSONObject
from pghistory.models import Event

from accounts.models import SecondStepReset, SecurityEvent, User
from blocs.models import Province
from blocs.queries.directory import people_of
from blocs.queries.wired import audit_verbs
from blocs.rules import LABELS_OF_CHANGE
from config.kit.text import VIETNAM, day, moment, number, sort_key

# What the administrator of units and people may read in full; of the rest only that something was written.
DIRECTORY_APPS = frozenset({"accounts", "blocs"})
# What concerns an account belongs to the provinces in which its person serves.
OF_A_PERSON = (SecurityEvent, SecondStepReset)
KEYS = ("at", "event", "model", "label", "row", "context", "act")


@dataclass(frozen=True)
class JournalFilter:
    """What a reader of the journal asks for."""

    who: str = ""
    verb: str = ""
    model: str = ""
    from_on: date | None = None
    to_on: date | None = None


@dataclass
class Act:
    """One act of one person: a verb, a reason, and the rows it wrote."""

    at: datetime
    by: str
    verb: str
    words: str
    reason: str
    rows: list[dict[str, Any]] = field(default_factory=list)


@cache
def tracked_models() -> Mapping[str, type[Model]]:
    """The event tables, by the label of the model they follow."""
    events = (model for model in apps.get_models() if issubclass(model, Event) and hasattr(model, "pgh_obj"))
    found = {model.pgh_tracked_model._meta.label_lower: model for model in events}
    return dict(sorted(found.items()))


def tracked_names() -> list[tuple[str, str]]:
    """The tables of the journal by their names, in dictionary order."""
    named = [
        (label, str(events.pgh_tracked_model._meta.verbose_name))
        for label, events in tracked_models().items()
    ]
    return sorted(
        ((label, name[:1].upper() + name[1:]) for label, name in named), key=lambda one: sort_key(one[1])
    )


@cache
def paths_to_province(model: type[Model]) -> tuple[str, ...]:
    """Along which foreign keys a row belongs to a province: one certain path, else every possible one."""
    if model is Province:
        return ("",)
    certain, possible = [], []
    for key in model._meta.fields:
        target = key.related_model
        if not (key.many_to_one or key.one_to_one) or target in (User, model):
            continue
        for path in paths_to_province(target):
            (possible if key.null else certain).append(f"{key.name}__{path}".removesuffix("__"))
    return (min(certain, key=len),) if certain else tuple(possible)


def _belongs(model: type[Model], province: Province) -> Q | None:
    if model is Province:
        return Q(pgh_obj=province.pk)
    if model is User:
        return Q(pgh_obj__in=people_of(province).order_by().values("pk"))
    if model in OF_A_PERSON:
        return Q(user__in=people_of(province).order_by().values("pk"))
    belongs = Q()
    for path in paths_to_province(model):
        belongs |= Q(**{path: province.pk})
    return belongs or None


def journal_of(province: Province, wanted: JournalFilter, *, page: int, size: int) -> tuple[list[dict], bool]:
    """One page of events of all tracked tables, the latest first, and whether more follow. One query."""
    offset = (page - 1) * size
    branches = []
    for label, events in tracked_models().items():
        belongs = _belongs(events.pgh_tracked_model, province)
        if belongs is None or wanted.model not in ("", label):
            continue
        branches.append(
            events.objects.filter(belongs, _wanted(wanted))
            .annotate(journal_model=Value(label, TextField()), journal_row=Cast("pgh_obj_id", TextField()))
            .order_by("-pgh_created_at", "pgh_context_id", "-pgh_id")
            .values_list(
                "pgh_created_at",
                "pgh_id",
                "journal_model",
                "pgh_label",
                "journal_row",
                "pgh_context",
                "pgh_context_id",
            )
        )
    if not branches:
        return [], False
    # One transaction has one time; its acts stay together by the context they were written in.
    rows = _union(branches, offset + size + 1).order_by(
        "-pgh_created_at", "pgh_context_id", "journal_model", "-pgh_id"
    )
    found = [dict(zip(KEYS, row, strict=True)) for row in rows[offset : offset + size + 1]]
    return found[:size], len(found) > size


def _wanted(wanted: JournalFilter) -> Q:
    asked = Q()
    if wanted.who:
        asked &= Q(pgh_context__by_name__icontains=wanted.who)
    if wanted.verb:
        asked &= Q(pgh_context__verb=wanted.verb)
    if wanted.from_on:
        asked &= Q(pgh_created_at__gte=_midnight(wanted.from_on))
    if wanted.to_on:
        asked &= Q(pgh_created_at__lt=_midnight(wanted.to_on + timedelta(days=1)))
    return asked


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), VIETNAM)


def _union(branches: Sequence[QuerySet], most: int | None = None) -> QuerySet:
    """All branches as one query, of each no more than can be needed; one branch alone stays as it is."""
    if len(branches) == 1:
        return branches[0]
    first, *others = (branch[:most] for branch in branches) if most else branches
    return first.union(*others, all=True)


def acts_of(found: Sequence[dict[str, Any]], *, reads_scores: bool) -> list[Act]:
    """Events grouped into the acts that wrote them, each with its changes. One query."""
    told = [row for row in found if reads_scores or _app_of(row) in DIRECTORY_APPS]
    changes = _changes_of(told)
    words = audit_verbs()
    acts: list[Act] = []
    last = object()
    for row in found:
        context = row["context"] or {}
        place = (row["act"], context.get("verb"))
        if row["act"] is None or place != last:
            acts.append(
                Act(
                    at=row["at"],
                    by=context.get("by_name") or "hệ thống",
                    verb=context.get("verb", ""),
                    words=words.get(context.get("verb"), _plain_words(row)),
                    # A reason may repeat what stands in the row, so it is read by who reads the row.
                    reason=context.get("reason", "") if row in told else "",
                )
            )
        last = place
        acts[-1].rows.append(
            {
                "what": str(apps.get_model(row["model"])._meta.verbose_name),
                "row": row["row"],
                "label": LABELS_OF_CHANGE.get(row["label"], row["label"]),
                "changes": changes.get((row["model"], row["event"]), []),
            }
        )
    return acts


def _plain_words(row: Mapping[str, Any]) -> str:
    """A verb that no app has put into words: what was done to which table."""
    label = LABELS_OF_CHANGE.get(row["label"], row["label"])
    return f"{label.capitalize()} {apps.get_model(row['model'])._meta.verbose_name}"


def _app_of(row: Mapping[str, Any]) -> str:
    return row["model"].partition(".")[0]


def _changes_of(found: Sequence[dict[str, Any]]) -> dict[tuple[str, int], list[tuple[str, str, str]]]:
    """What each event changed: (field, before, after), in the words of the page."""
    asked: dict[str, list[int]] = {}
    for row in found:
        asked.setdefault(row["model"], []).append(row["event"])
    branches = []
    for label, keys in asked.items():
        events = tracked_models()[label]
        columns = {f.name: F(f.attname) for f in _told(events)}
        before = (
            events.objects.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
            .order_by("-pgh_id")
            .values(journal_state=JSONObject(**columns))[:1]
        )
        branches.append(
            events.objects.filter(pgh_id__in=keys)
            .annotate(
                journal_model=Value(label, TextField()),
                journal_after=JSONObject(**columns),
                journal_before=Subquery(before),
            )
            .values_list("journal_model", "pgh_id", "pgh_label", "journal_before", "journal_after")
        )
    if not branches:
        return {}
    return {
        (label, key): _differences(tracked_models()[label], what, before, after)
        for label, key, what, before, after in _union(branches)
    }


def _told(events: type[Model]) -> list[Any]:
    return [f for f in events._meta.concrete_fields if not f.name.startswith("pgh_") and f.name != "id"]


def _differences(
    events: type[Model], what: str, before: Mapping | None, after: Mapping
) -> list[tuple[str, str, str]]:
    if what == "delete":
        return []
    before = before or {}
    return [
        (str(f.verbose_name), _said(f, before.get(f.name)), _said(f, after.get(f.name)))
        for f in _told(events)
        if before.get(f.name) != after.get(f.name)
        and (before or after.get(f.name) not in (None, "", False, [], {}))
    ]


def _said(column: Any, value: Any) -> str:
    """A stored value as a person reads it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "có" if value else "không"
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if column.is_relation:
        return f"số {value}"
    if isinstance(value, str) and column.get_internal_type() == "DateField":
        return day(date.fromisoformat(value))
    if isinstance(value, str) and column.get_internal_type() == "DateTimeField":
        return moment(datetime.fromisoformat(value))
    return (
        number(value)
        if isinstance(value, int) and column.get_internal_type() == "DecimalField"
        else str(value)
    )
