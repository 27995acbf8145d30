"""Write the covenant: contents, targets and whom each is assigned."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from blocs.models import Cycle
from blocs.queries import members_of, standing_in
from blocs.services import lock_cycle
from config.kit.audit import audited
from config.kit.refusals import Refused, refuse
from config.kit.typed import clean
from covenants import policies, queries
from covenants.enums import CovenantLevel, Direction
from covenants.models import Content, Covenant, Target, TargetAssignment
from covenants.reports import paper_subject
from covenants.rules import TargetDraft
from covenants.services.results import NOT_ASSIGNED
from documents import services as papers
from documents.enums import DocumentKind
from documents.models import Document


def lock_covenant(covenant: Covenant) -> Covenant:
    """Lock the year of a covenant, then read it anew."""
    cycle = lock_cycle(covenant.cycle_id)
    covenant = queries.covenants().get(pk=covenant.pk)
    covenant.cycle = covenant.document.cycle = cycle
    return covenant


@transaction.atomic
def draft_covenant(
    *,
    cycle: Cycle,
    by: User,
    at: datetime,
    level: str = CovenantLevel.MEMBERS,
    copy_from: Covenant | None = None,
    is_illustrative: bool = False,
    opening: str = "",
) -> Covenant:
    """Begin the covenant of a year, empty or with the contents and targets of another."""
    cycle = lock_cycle(cycle.pk)
    existing = queries.draft_of(cycle, level) or queries.covenant_in_force(cycle, level)
    refuse(policies.draft_covenant(standing_in(cycle, by, at), cycle, existing))
    document = open_paper(cycle, level, 1, by, at)
    with audited("covenants.covenant.drafted", by=by):
        covenant = Covenant.objects.create(
            cycle=cycle,
            level=level,
            document=document,
            opening=opening or (copy_from.opening if copy_from else ""),
            is_illustrative=is_illustrative,
            created_at=at,
            created_by=by,
        )
        if copy_from:
            copy_text(copy_from, covenant)
    return covenant


def open_paper(cycle: Cycle, level: str, version: int, by: User, at: datetime) -> Document:
    return papers.open_paper(
        cycle=cycle,
        kind=DocumentKind.COVENANT,
        title="Bản giao ước thi đua",
        subject=paper_subject(cycle, level, version),
        slot=f"{level}-{version}",
        by=by,
        at=at,
    )


def copy_text(source: Covenant, into: Covenant, *, is_amendment: bool = False) -> dict[int, Target]:
    """Copy contents and targets; an amendment remembers which target each one replaces."""
    copies: dict[int, Target] = {}
    for content in queries.contents_of(source):
        new = Content.objects.create(
            covenant=into, position=content.position, title=content.title, note=content.note
        )
        for target in content.ordered_targets:
            copies[target.pk] = Target.objects.create(
                covenant=into,
                content=new,
                number=target.number,
                text=target.text,
                measure=target.measure,
                direction=target.direction,
                value=target.value,
                replaces=target if is_amendment else None,
            )
    return copies


@transaction.atomic
def edit_covenant(*, covenant: Covenant, opening: str, by: User, at: datetime) -> Covenant:
    """Change the opening words of a draft."""
    covenant = lock_covenant(covenant)
    refuse(policies.edit_covenant(standing_in(covenant.cycle, by, at), covenant))
    covenant.opening = clean(opening)
    with audited("covenants.covenant.edited", by=by):
        covenant.save(update_fields=["opening"])
    return covenant


@transaction.atomic
def add_content(*, covenant: Covenant, title: str, by: User, at: datetime, note: str = "") -> Content:
    """Add a content at the end."""
    covenant = lock_covenant(covenant)
    refuse(policies.add_content(standing_in(covenant.cycle, by, at), covenant))
    with audited("covenants.content.added", by=by):
        return Content.objects.create(
            covenant=covenant, position=covenant.contents.count() + 1, title=clean(title), note=clean(note)
        )


@transaction.atomic
def edit_content(*, content: Content, title: str, by: User, at: datetime, note: str = "") -> Content:
    """Change the words of a content."""
    covenant = lock_covenant(content.covenant)
    refuse(policies.edit_content(standing_in(covenant.cycle, by, at), covenant))
    content = Content.objects.get(pk=content.pk)
    content.title, content.note = clean(title), clean(note)
    with audited("covenants.content.edited", by=by):
        content.save(update_fields=["title", "note"])
    return content


@transaction.atomic
def remove_content(*, content: Content, by: User, at: datetime) -> None:
    """Take a content with its targets out of a draft; the rest moves up."""
    covenant = lock_covenant(content.covenant)
    refuse(policies.remove_content(standing_in(covenant.cycle, by, at), covenant))
    with audited("covenants.content.removed", by=by):
        Content.objects.filter(pk=content.pk).delete()
        _renumber(covenant)


def _renumber(covenant: Covenant) -> None:
    """Number contents 1..n and targets 1..n through the whole covenant."""
    number = 0
    for position, content in enumerate(queries.contents_of(covenant), start=1):
        if content.position != position:
            content.position = position
            content.save(update_fields=["position"])
        for target in content.ordered_targets:
            number += 1
            if target.number != number:
                target.number = number
                target.save(update_fields=["number"])


@transaction.atomic
def add_targets(*, content: Content, targets: Sequence[TargetDraft], by: User, at: datetime) -> list[Target]:
    """Add targets at the end of a content; the numbers after them move on."""
    covenant = lock_covenant(content.covenant)
    refuse(policies.add_targets(standing_in(covenant.cycle, by, at), covenant))
    # Beyond every number in use, so that they come last in their content until all are numbered.
    after = max((target.number for target in queries.targets_of(covenant)), default=0)
    with audited("covenants.targets.added", by=by):
        added = [
            Target.objects.create(
                covenant=covenant,
                content_id=content.pk,
                number=after + place,
                text=clean(draft.text),
                measure=clean(draft.measure),
                direction=draft.direction,
                value=draft.value,
            )
            for place, draft in enumerate(targets, start=1)
        ]
        _renumber(covenant)
    return list(Target.objects.filter(pk__in=[target.pk for target in added]).order_by("number"))


@transaction.atomic
def edit_target(*, target: Target, draft: TargetDraft, by: User, at: datetime) -> Target:
    """Change a target of a draft; what single units were given is asked again when its direction changes."""
    covenant = lock_covenant(target.covenant)
    refuse(policies.edit_target(standing_in(covenant.cycle, by, at), covenant))
    target = Target.objects.get(pk=target.pk)
    turns = (target.direction == Direction.YES_NO) != (draft.direction == Direction.YES_NO)
    target.text, target.measure = clean(draft.text), clean(draft.measure)
    target.direction, target.value = draft.direction, draft.value
    with audited("covenants.target.edited", by=by):
        if turns:
            TargetAssignment.objects.filter(target=target, is_assigned=True).delete()
        target.save(update_fields=["text", "measure", "direction", "value"])
    return target


@transaction.atomic
def remove_target(*, target: Target, by: User, at: datetime) -> None:
    """Take a target out of a draft; the numbers after it move up."""
    covenant = lock_covenant(target.covenant)
    refuse(policies.remove_target(standing_in(covenant.cycle, by, at), covenant))
    with audited("covenants.target.removed", by=by):
        Target.objects.filter(pk=target.pk).delete()
        _renumber(covenant)


@transaction.atomic
def set_assignments(
    *, target: Target, values: Mapping[int, Decimal | str | None], by: User, at: datetime
) -> None:
    """Give single units another value than the covenant's, `NOT_ASSIGNED`, or (None) the covenant's own again.

    `values` maps a unit's key to its value; units that are not named keep what they have.
    """
    covenant = lock_covenant(target.covenant)
    refuse(policies.set_assignments(standing_in(covenant.cycle, by, at), covenant))
    target = Target.objects.get(pk=target.pk)
    members = {member.unit_id for member in members_of(covenant.cycle)}
    if not members.issuperset(values):
        raise Refused(["Chỉ giao chỉ tiêu cho đơn vị thành viên của năm thi đua."])
    with audited("covenants.assignments.set", by=by):
        for unit_id, value in values.items():
            if value is None:
                TargetAssignment.objects.filter(target=target, unit=unit_id).delete()
                continue
            if value != NOT_ASSIGNED and target.direction == Direction.YES_NO:
                raise Refused(
                    ["Chỉ tiêu có hoặc không thì không có mức giao. Hãy chọn có giao hay không giao."]
                )
            given = (
                {"is_assigned": False, "value": None}
                if value == NOT_ASSIGNED
                else {"is_assigned": True, "value": value}
            )
            TargetAssignment.objects.update_or_create(target=target, unit_id=unit_id, defaults=given)
