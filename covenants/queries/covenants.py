"""Covenants, their text and who signs them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.models import User
from blocs.models import Cycle, Membership, Unit
from blocs.queries import cycles_for, members_of
from config.kit.prepared import prepared
from config.kit.reading import read_once
from covenants.enums import CovenantLevel, CovenantStatus
from covenants.models import Content, Covenant, Target, TargetAssignment
from covenants.rules import IN_FORCE, fingerprint
from documents.enums import DocumentKind, SigningState
from documents.models import Signing
from documents.queries import documents_for


def covenants_for(user: User, at: datetime) -> QuerySet[Covenant]:
    """Covenants a person may read: adopted ones of the own blocs, drafts as their paper may be read."""
    papers = documents_for(user, at).filter(kind=DocumentKind.COVENANT).order_by().values("pk")
    cycles = cycles_for(user, at).order_by().values("pk")
    return covenants().filter(~Q(status=CovenantStatus.DRAFT) | Q(document__in=papers), cycle__in=cycles)


def covenants() -> QuerySet[Covenant]:
    return Covenant.objects.select_related(
        "cycle__bloc__province", "document__issued_file", "adopted_by", "created_by", "amends"
    ).order_by("level", "-version")


def covenants_of(cycle: Cycle) -> QuerySet[Covenant]:
    """All versions of a year; for services and reports, never for a person's page."""
    return covenants().filter(cycle=cycle)


@read_once
def covenant_in_force(cycle: Cycle, level: str = CovenantLevel.MEMBERS) -> Covenant | None:
    """The adopted covenant that counts in a year."""
    return next(iter(_in_force(cycle.pk, level)), None)


@prepared
def _in_force(cycle: int, level: str) -> QuerySet[Covenant]:
    return covenants().filter(cycle=cycle, level=level, status__in=IN_FORCE)[:1]


def draft_of(cycle: Cycle, level: str = CovenantLevel.MEMBERS) -> Covenant | None:
    return covenants_of(cycle).filter(level=level, status=CovenantStatus.DRAFT).first()


def shown_covenant(found: Sequence[Covenant], level: str = CovenantLevel.MEMBERS) -> Covenant | None:
    """Which of the readable covenants a page opens with: the one in force, else the newest."""
    of_level = [one for one in found if one.level == level]
    return next((one for one in of_level if one.status in IN_FORCE), of_level[0] if of_level else None)


def last_years_covenant(cycle: Cycle, level: str = CovenantLevel.MEMBERS) -> Covenant | None:
    """What may be copied into a new draft."""
    return (
        covenants()
        .filter(cycle__bloc=cycle.bloc_id, cycle__year__lt=cycle.year, level=level, status__in=IN_FORCE)
        .order_by("-cycle__year")
        .first()
    )


def contents_of(covenant: Covenant) -> list[Content]:
    """The contents with their targets, in order. Two queries."""
    targets = Prefetch("targets", Target.objects.order_by("number"), to_attr="ordered_targets")
    return list(
        Content.objects.filter(covenant=covenant).prefetch_related(targets).order_by("position", "pk")
    )


def targets_of(covenant: Covenant) -> list[Target]:
    return list(Target.objects.filter(covenant=covenant).select_related("content").order_by("number"))


def assignments_of(covenant: Covenant) -> dict[tuple[int, int], TargetAssignment]:
    """(target, unit) → what that unit has to reach."""
    rows = TargetAssignment.objects.filter(target__covenant=covenant)
    return {(row.target_id, row.unit_id): row for row in rows}


def size_of(covenant: Covenant) -> tuple[int, int]:
    """How many contents have targets, and how many targets there are."""
    size = Target.objects.filter(covenant=covenant).aggregate(
        contents=Count("content", distinct=True), targets=Count("pk")
    )
    return size["contents"], size["targets"]


def text_of(covenant: Covenant, contents: Iterable[Content] | None = None) -> list[object]:
    """The promises as plain data: what the hash of an adopted covenant is taken of; `contents`: as read already."""
    contents = contents_of(covenant) if contents is None else contents
    return [
        covenant.level,
        covenant.opening,
        [
            [
                content.position,
                content.title,
                content.note,
                [[t.number, t.text, t.measure, t.direction, t.value] for t in content.ordered_targets],
            ]
            for content in contents
        ],
    ]


def contents_fingerprint(covenant: Covenant) -> str:
    return fingerprint(text_of(covenant))


@read_once
def signings_of(covenant: Covenant) -> list[Signing]:
    return _signings_on(covenant.document_id)


@prepared
def _signings_on(document: int) -> QuerySet[Signing]:
    rows = Signing.objects.filter(document=document)
    return rows.select_related("unit", "signed_by", "scan", "mandate_upload").order_by("order", "pk")


def parties_of(covenant: Covenant) -> list[Membership | Signing]:
    """The units that sign: those asked once signing is open, so that all of them sign one text."""
    return [one for one in signings_of(covenant) if one.unit_id] or list(members_of(covenant.cycle))


def parties_waiting(covenant: Covenant) -> list[str]:
    """Who has yet to sign: present members, asked or not, and the province where it is a party."""
    signings = signings_of(covenant)
    signed = {one.unit_id for one in signings if one.state == SigningState.SIGNED}
    members = [m.unit.short_name for m in members_of(covenant.cycle) if m.unit_id not in signed]
    return members + [
        one.party for one in signings if one.unit_id is None and one.state != SigningState.SIGNED
    ]


def units_to_ask(covenant: Covenant) -> list[Unit]:
    """Members that have no place to sign yet."""
    asked = {one.unit_id for one in signings_of(covenant)}
    return [m.unit for m in members_of(covenant.cycle) if m.unit_id not in asked]


def signing_of(covenant: Covenant, unit: Unit | None) -> Signing | None:
    """The place where a unit (or the province, unit None) signs."""
    rows = Signing.objects.filter(document=covenant.document_id, unit=unit)
    return rows.select_related("unit", "document__cycle__bloc__province").first()
