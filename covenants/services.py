"""Every write to covenants, results, reports, registrations, movements and initiatives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from blocs.models import Cycle, Unit
from blocs.queries import members_of, standing_in, units_of
from blocs.services import lock_cycle
from config.kit.audit import audited
from config.kit.refusals import Conflict, Refused, refuse
from config.kit.text import nfc
from covenants import policies, queries
from covenants.enums import CovenantLevel, CovenantStatus, Direction
from covenants.models import (
    Content,
    Covenant,
    InitiativeCount,
    Movement,
    Participation,
    Registration,
    Result,
    Target,
    TargetAssignment,
    UnitReport,
)
from covenants.reports import paper_subject
from covenants.rules import TargetDraft
from documents import services as papers
from documents.enums import DocumentKind, DocumentStatus, SigningState
from documents.models import Document, Signing, Upload

NOT_ASSIGNED = "not_assigned"


@dataclass(frozen=True)
class ResultEntry:
    """What a unit enters for one target; `actual` None takes an entered figure away."""

    actual: Decimal | None = None
    is_estimated: bool = False
    note: str = ""
    evidence: Upload | None = None


def _lock(covenant: Covenant) -> Covenant:
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
    document = _open_paper(cycle, level, 1, by, at)
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
            _copy_text(copy_from, covenant)
    return covenant


def _open_paper(cycle: Cycle, level: str, version: int, by: User, at: datetime) -> Document:
    return papers.open_paper(
        cycle=cycle,
        kind=DocumentKind.COVENANT,
        title="Bản giao ước thi đua",
        subject=paper_subject(cycle, level, version),
        slot=f"{level}-{version}",
        by=by,
        at=at,
    )


def _copy_text(source: Covenant, into: Covenant, *, is_amendment: bool = False) -> dict[int, Target]:
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
    covenant = _lock(covenant)
    refuse(policies.edit_covenant(standing_in(covenant.cycle, by, at), covenant))
    covenant.opening = nfc(opening)
    with audited("covenants.covenant.edited", by=by):
        covenant.save(update_fields=["opening"])
    return covenant


@transaction.atomic
def add_content(*, covenant: Covenant, title: str, by: User, at: datetime, note: str = "") -> Content:
    """Add a content at the end."""
    covenant = _lock(covenant)
    refuse(policies.add_content(standing_in(covenant.cycle, by, at), covenant))
    with audited("covenants.content.added", by=by):
        return Content.objects.create(
            covenant=covenant, position=covenant.contents.count() + 1, title=nfc(title), note=nfc(note)
        )


@transaction.atomic
def edit_content(*, content: Content, title: str, by: User, at: datetime, note: str = "") -> Content:
    """Change the words of a content."""
    covenant = _lock(content.covenant)
    refuse(policies.edit_content(standing_in(covenant.cycle, by, at), covenant))
    content = Content.objects.get(pk=content.pk)
    content.title, content.note = nfc(title), nfc(note)
    with audited("covenants.content.edited", by=by):
        content.save(update_fields=["title", "note"])
    return content


@transaction.atomic
def remove_content(*, content: Content, by: User, at: datetime) -> None:
    """Take a content with its targets out of a draft; the rest moves up."""
    covenant = _lock(content.covenant)
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
    covenant = _lock(content.covenant)
    refuse(policies.add_targets(standing_in(covenant.cycle, by, at), covenant))
    # Beyond every number in use, so that they come last in their content until all are numbered.
    after = max((target.number for target in queries.targets_of(covenant)), default=0)
    with audited("covenants.targets.added", by=by):
        added = [
            Target.objects.create(
                covenant=covenant,
                content_id=content.pk,
                number=after + place,
                text=nfc(draft.text),
                measure=nfc(draft.measure),
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
    covenant = _lock(target.covenant)
    refuse(policies.edit_target(standing_in(covenant.cycle, by, at), covenant))
    target = Target.objects.get(pk=target.pk)
    turns = (target.direction == Direction.YES_NO) != (draft.direction == Direction.YES_NO)
    target.text, target.measure = nfc(draft.text), nfc(draft.measure)
    target.direction, target.value = draft.direction, draft.value
    with audited("covenants.target.edited", by=by):
        if turns:
            TargetAssignment.objects.filter(target=target, is_assigned=True).delete()
        target.save(update_fields=["text", "measure", "direction", "value"])
    return target


@transaction.atomic
def remove_target(*, target: Target, by: User, at: datetime) -> None:
    """Take a target out of a draft; the numbers after it move up."""
    covenant = _lock(target.covenant)
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
    covenant = _lock(target.covenant)
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


@transaction.atomic
def adopt_covenant(
    *, covenant: Covenant, form: str, on: date, by: User, at: datetime, note: str = ""
) -> Covenant:
    """Record that the bloc agreed, and freeze what it agreed on under a hash.

    Every member has its own row for every target from now on.
    """
    covenant = _lock(covenant)
    targets = queries.targets_of(covenant)
    refuse(policies.adopt_covenant(standing_in(covenant.cycle, by, at), covenant, len(targets), on))
    with audited("covenants.covenant.adopted", by=by, reason=note):
        _assign_all(covenant.cycle, targets)
        if covenant.amends:
            _end(covenant.amends, by, at)
        if covenant.document.status != DocumentStatus.FINAL:
            covenant.document = papers.finalize_document(document=covenant.document, by=by, at=at)
        covenant.contents_sha256 = queries.contents_fingerprint(covenant)
        covenant.status = CovenantStatus.ADOPTED
        covenant.adopted_form, covenant.adopted_on, covenant.adopted_note = form, on, nfc(note)
        covenant.adopted_at, covenant.adopted_by = at, by
        covenant.save()
        _follow_signatures(covenant)
    return covenant


def _follow_signatures(covenant: Covenant) -> None:
    """Signatures asked for on the paper's own page before the adoption was recorded count too."""
    if queries.signings_of(covenant):
        waiting = queries.parties_waiting(covenant)
        covenant.status = CovenantStatus.SIGNING if waiting else CovenantStatus.SIGNED
        covenant.save(update_fields=["status"])


def _assign_all(cycle: Cycle, targets: Sequence[Target]) -> None:
    """Give every member that has no row of its own what the covenant says for all."""
    units = [member.unit_id for member in members_of(cycle)]
    existing = set(TargetAssignment.objects.filter(target__in=targets).values_list("target", "unit"))
    TargetAssignment.objects.bulk_create(
        TargetAssignment(target=target, unit_id=unit_id, value=target.value)
        for target in targets
        for unit_id in units
        if (target.pk, unit_id) not in existing
    )


def _end(covenant: Covenant, by: User, at: datetime) -> None:
    """An amended covenant stays readable, and nobody is asked to sign it any more."""
    waiting = [one for one in queries.signings_of(covenant) if one.state == SigningState.PENDING]
    document = Document.objects.get(pk=covenant.document_id)
    if document.status == DocumentStatus.FINAL:
        for signing in waiting:
            papers.mark_absent(signing=signing, reason="Bản này được thay bằng bản sửa đổi.", by=by, at=at)
    Covenant.objects.filter(pk=covenant.pk).update(status=CovenantStatus.REPLACED)


@transaction.atomic
def open_signing(*, covenant: Covenant, by: User, at: datetime) -> Covenant:
    """Ask every member, and the province where it is a party, to sign."""
    covenant = _lock(covenant)
    has_newcomers = bool(queries.units_to_ask(covenant))
    who = standing_in(covenant.cycle, by, at)
    refuse(policies.open_signing(who, covenant, has_newcomers=has_newcomers))
    with audited("covenants.signing.opened", by=by):
        _ask(covenant, by, at)
    return queries.covenants().get(pk=covenant.pk)


def _ask(covenant: Covenant, by: User, at: datetime) -> None:
    """The status follows the signatures by a trigger."""
    province = covenant.cycle.bloc.province
    parties = [{"party": province.committee_name}] if covenant.level == CovenantLevel.PROVINCE else []
    units = list(units_of(covenant.cycle))
    papers.ask_signatures(document=covenant.document, units=units, parties=parties, by=by, at=at)


@transaction.atomic
def sign_covenant(
    *,
    covenant: Covenant,
    unit: Unit | None,
    by: User,
    at: datetime,
    capacity: str = "",
    mandate: str = "",
    mandate_upload: Upload | None = None,
) -> Signing:
    """Record the signature of a unit's head, deputy or mandated representative, given in the browser."""
    covenant = _lock(covenant)
    signing = queries.signing_of(covenant, unit)
    refuse(policies.sign_covenant(standing_in(covenant.cycle, by, at), covenant, signing, mandate))
    with audited("covenants.covenant.signed", by=by):
        return papers.sign_document(
            signing=signing, capacity=capacity, mandate=mandate, mandate_upload=mandate_upload, by=by, at=at
        )


@transaction.atomic
def record_signed_at_meeting(
    *,
    covenant: Covenant,
    by: User,
    at: datetime,
    scan: Upload | None = None,
    names: Mapping[int, tuple[str, str]] | None = None,
) -> Covenant:
    """Record in one act that all who have not signed yet signed on paper at the meeting."""
    covenant = _lock(covenant)
    refuse(policies.record_signed_at_meeting(standing_in(covenant.cycle, by, at), covenant))
    with audited("covenants.covenant.signed_at_meeting", by=by):
        _ask(covenant, by, at)
        papers.record_signed_at_meeting(document=covenant.document, scan=scan, names=names, by=by, at=at)
    return queries.covenants().get(pk=covenant.pk)


@transaction.atomic
def amend_covenant(*, covenant: Covenant, reason: str, by: User, at: datetime) -> Covenant:
    """Begin a new version of an adopted covenant; the old one holds until the new is adopted."""
    covenant = _lock(covenant)
    has_draft = queries.draft_of(covenant.cycle, covenant.level) is not None
    who = standing_in(covenant.cycle, by, at)
    refuse(policies.amend_covenant(who, covenant, has_draft=has_draft, reason=reason))
    version = covenant.version + 1
    if covenant.document.status == DocumentStatus.ISSUED:
        document = papers.replace_document(document=covenant.document, reason=reason, by=by, at=at)
    else:
        document = _open_paper(covenant.cycle, covenant.level, version, by, at)
    with audited("covenants.covenant.amendment_drafted", by=by, reason=reason):
        amendment = Covenant.objects.create(
            cycle=covenant.cycle,
            level=covenant.level,
            version=version,
            document=document,
            amends=covenant,
            amend_reason=nfc(reason),
            opening=covenant.opening,
            is_illustrative=covenant.is_illustrative,
            created_at=at,
            created_by=by,
        )
        copies = _copy_text(covenant, amendment, is_amendment=True)
        TargetAssignment.objects.bulk_create(
            TargetAssignment(
                target=copies[given.target_id],
                unit_id=given.unit_id,
                is_assigned=given.is_assigned,
                value=given.value,
            )
            for given in queries.assignments_of(covenant).values()
            if not given.is_assigned or given.value != copies[given.target_id].value
        )
    return amendment


@transaction.atomic
def record_results(
    *,
    cycle: Cycle,
    unit: Unit,
    period: str,
    entries: Mapping[int, ResultEntry],
    by: User,
    at: datetime,
    seen: str | None = None,
) -> int:
    """Write a unit's figures of a period, target by target; returns how many changed.

    `entries` maps a target's key to what was entered. `seen` is the fingerprint of the figures that the
    editor began from: when somebody wrote in between, nothing is written.
    """
    cycle = lock_cycle(cycle.pk)
    figures = queries.figures_of(cycle, period, units=[unit.pk])
    report = queries.report_of(cycle, unit, period)
    who = standing_in(cycle, by, at)
    refuse(policies.record_results(who, cycle, unit, figures.covenant, report))
    own = {figure.target.pk: figure for figure in figures.of_unit(unit.pk)}
    if seen is not None and seen != queries.results_fingerprint(own.values()):
        raise Conflict(["Người khác vừa sửa kết quả của kỳ này. Hãy so với số đang lưu, rồi lưu lại."])
    refuse(_entry_gaps(own, entries))
    changed = 0
    with audited("covenants.results.recorded", by=by):
        for target_id, entry in entries.items():
            changed += _record(own[target_id], unit, period, entry, by, at)
    return changed


def _entry_gaps(own: Mapping[int, queries.Figure], entries: Mapping[int, ResultEntry]) -> list[str]:
    reasons = []
    for target_id, entry in entries.items():
        figure = own.get(target_id)
        if figure is None:
            reasons.append("Có chỉ tiêu không thuộc giao ước đang có hiệu lực. Hãy tải lại trang.")
        elif entry.actual is not None and not figure.is_assigned:
            reasons.append(
                f"Chỉ tiêu số {figure.target.number} không giao cho đơn vị nên không nhập kết quả."
            )
        elif figure.result and figure.result.version > 1 and entry.actual != figure.actual:
            reasons.append(
                f"Chỉ tiêu số {figure.target.number} đã có số chính thức thay số ước nên không sửa được."
            )
    return reasons


def _record(
    figure: queries.Figure, unit: Unit, period: str, entry: ResultEntry, by: User, at: datetime
) -> int:
    result = figure.result
    if result and result.version > 1:
        return 0
    if entry.actual is None:
        if result:
            result.delete()
        return int(result is not None)
    new = {"actual": entry.actual, "is_estimated": entry.is_estimated, "note": nfc(entry.note)}
    if entry.evidence is not None:
        new["evidence"] = entry.evidence
    if result and all(getattr(result, name) == value for name, value in new.items()):
        return 0
    if result is None:
        assignment, _ = TargetAssignment.objects.get_or_create(
            target=figure.target, unit=unit, defaults={"value": figure.target.value}
        )
        result = Result(assignment=assignment, period=period)
    for name, value in new.items():
        setattr(result, name, value)
    result.recorded_at, result.recorded_by = at, by
    result.save()
    return 1


@transaction.atomic
def send_report(
    *, cycle: Cycle, unit: Unit, period: str, by: User, at: datetime, note: str = ""
) -> UnitReport:
    """Send a unit's figures of a period to the bloc; from now on they stand."""
    cycle = lock_cycle(cycle.pk)
    figures = queries.figures_of(cycle, period, units=[unit.pk])
    missing = [f.target.number for f in figures.of_unit(unit.pk) if f.is_assigned and f.result is None]
    report = queries.report_of(cycle, unit, period) or UnitReport(cycle=cycle, unit=unit, period=period)
    who = standing_in(cycle, by, at)
    refuse(policies.send_report(who, cycle, unit, figures.covenant, report, missing))
    report.sent_at, report.sent_by, report.note = at, by, nfc(note)
    with audited("covenants.report.sent", by=by):
        report.save()
    return report


def _lock_report(report: UnitReport) -> UnitReport:
    cycle = lock_cycle(report.cycle_id)
    report = UnitReport.objects.select_related("unit").get(pk=report.pk)
    report.cycle = cycle
    return report


@transaction.atomic
def withdraw_report(*, report: UnitReport, reason: str, by: User, at: datetime) -> UnitReport:
    """Take a sent report back while the bloc has not received it; its figures may be changed again."""
    report = _lock_report(report)
    refuse(policies.withdraw_report(standing_in(report.cycle, by, at), report, reason))
    report.sent_at = report.sent_by = None
    with audited("covenants.report.withdrawn", by=by, reason=reason):
        report.save(update_fields=["sent_at", "sent_by"])
    return report


@transaction.atomic
def receive_report(*, report: UnitReport, by: User, at: datetime) -> UnitReport:
    """Record that the bloc has taken a report in: it is not taken back any more."""
    report = _lock_report(report)
    refuse(policies.receive_report(standing_in(report.cycle, by, at), report))
    report.received_at, report.received_by = at, by
    with audited("covenants.report.received", by=by):
        report.save(update_fields=["received_at", "received_by"])
    return report


@transaction.atomic
def extend_report(
    *, cycle: Cycle, unit: Unit, period: str, extended_to: date, reason: str, by: User, at: datetime
) -> UnitReport:
    """Give one unit a later date, with a reason, before the date it had."""
    cycle = lock_cycle(cycle.pk)
    report = queries.report_of(cycle, unit, period) or UnitReport(cycle=cycle, unit=unit, period=period)
    due = queries.report_due_on(cycle, period, report)
    who = standing_in(cycle, by, at)
    refuse(policies.extend_report(who, cycle, report, due, extended_to, reason))
    report.extended_to, report.extension_reason = extended_to, nfc(reason)
    report.extended_at, report.extended_by = at, by
    with audited("covenants.report.extended", by=by, reason=reason):
        report.save()
    return report


@transaction.atomic
def true_up_result(
    *,
    result: Result,
    actual: Decimal,
    by: User,
    at: datetime,
    note: str = "",
    evidence: Upload | None = None,
) -> Result:
    """Put the official figure after a reported estimate; the estimate stays, scores do not move."""
    given = TargetAssignment.objects.select_related("target__covenant", "unit").get(pk=result.assignment_id)
    cycle = lock_cycle(given.target.covenant.cycle_id)
    result = Result.objects.get(pk=result.pk)
    report = queries.report_of(cycle, given.unit, result.period)
    refuse(
        policies.true_up_result(
            standing_in(cycle, by, at),
            cycle,
            given.unit,
            result,
            is_latest=not Result.objects.filter(previous=result).exists(),
            is_reported=bool(report and report.sent_at),
        )
    )
    with audited("covenants.result.made_official", by=by, reason=note):
        return Result.objects.create(
            assignment=given,
            period=result.period,
            version=result.version + 1,
            previous=result,
            actual=actual,
            note=nfc(note) or result.note,
            evidence=evidence or result.evidence,
            recorded_at=at,
            recorded_by=by,
        )


@transaction.atomic
def register_award(
    *, cycle: Cycle, unit: Unit, award_text: str, by: User, at: datetime, award_code: str = "", note: str = ""
) -> Registration:
    """Register a title that a unit sets out to win."""
    cycle = lock_cycle(cycle.pk)
    refuse(policies.register_award(standing_in(cycle, by, at), cycle, unit))
    text = nfc(award_text)
    if Registration.objects.filter(cycle=cycle, unit=unit, award_text=text).exists():
        raise Refused([f"Đơn vị đã đăng ký “{text}”."])
    with audited("covenants.registration.made", by=by):
        return Registration.objects.create(
            cycle=cycle,
            unit=unit,
            award_text=text,
            award_code=award_code,
            note=nfc(note),
            registered_at=at,
            registered_by=by,
        )


@transaction.atomic
def cancel_registration(*, registration: Registration, by: User, at: datetime) -> None:
    """Take a registration back; the audit keeps it."""
    cycle = lock_cycle(registration.cycle_id)
    registration = Registration.objects.select_related("unit").get(pk=registration.pk)
    registration.cycle = cycle
    refuse(policies.cancel_registration(standing_in(cycle, by, at), registration))
    with audited("covenants.registration.cancelled", by=by):
        registration.delete()


@transaction.atomic
def add_movement(
    *,
    cycle: Cycle,
    name: str,
    level: str,
    launched_by: str,
    by: User,
    at: datetime,
    launched_on: date | None = None,
    is_illustrative: bool = False,
) -> Movement:
    """Enter a movement that the bloc's members take part in."""
    cycle = lock_cycle(cycle.pk)
    refuse(policies.add_movement(standing_in(cycle, by, at), cycle))
    if Movement.objects.filter(cycle=cycle, name=nfc(name)).exists():
        raise Refused([f"Phong trào “{nfc(name)}” đã ghi."])
    with audited("covenants.movement.added", by=by):
        return Movement.objects.create(
            cycle=cycle,
            name=nfc(name),
            level=level,
            launched_by=nfc(launched_by),
            launched_on=launched_on,
            is_illustrative=is_illustrative,
        )


def _lock_movement(movement: Movement) -> Movement:
    cycle = lock_cycle(movement.cycle_id)
    movement = Movement.objects.get(pk=movement.pk)
    movement.cycle = cycle
    return movement


@transaction.atomic
def remove_movement(*, movement: Movement, by: User, at: datetime) -> None:
    """Take out a movement that was entered by mistake."""
    movement = _lock_movement(movement)
    who = standing_in(movement.cycle, by, at)
    refuse(policies.remove_movement(who, movement, movement.participations.count()))
    with audited("covenants.movement.removed", by=by):
        movement.delete()


@transaction.atomic
def record_participation(*, movement: Movement, unit: Unit, outcome: str, by: User, at: datetime) -> None:
    """Say what a unit did in a movement; empty words take it back."""
    movement = _lock_movement(movement)
    refuse(policies.record_participation(standing_in(movement.cycle, by, at), movement, unit))
    with audited("covenants.participation.recorded", by=by):
        if not nfc(outcome):
            Participation.objects.filter(movement=movement, unit=unit).delete()
            return
        Participation.objects.update_or_create(
            movement=movement,
            unit=unit,
            defaults={"outcome": nfc(outcome), "recorded_at": at, "recorded_by": by},
        )


@transaction.atomic
def record_initiatives(
    *, cycle: Cycle, unit: Unit | None, counts: Mapping[str, int | None], by: User, at: datetime
) -> None:
    """Set how many initiatives were recognised, by level; without a unit: of the whole bloc. None: not known."""
    cycle = lock_cycle(cycle.pk)
    refuse(policies.record_initiatives(standing_in(cycle, by, at), cycle, unit))
    with audited("covenants.initiatives.recorded", by=by):
        for level, count in counts.items():
            if count is None:
                InitiativeCount.objects.filter(cycle=cycle, unit=unit, level=level).delete()
                continue
            InitiativeCount.objects.update_or_create(
                cycle=cycle,
                unit=unit,
                level=level,
                defaults={"count": count, "recorded_at": at, "recorded_by": by},
            )
