"""Adopt a covenant, sign it, amend it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from blocs.models import Cycle, Unit
from blocs.queries import members_of, standing_in, units_of
from config.kit.audit import audited
from config.kit.refusals import refuse
from config.kit.typed import clean
from covenants import policies, queries
from covenants.enums import CovenantLevel, CovenantStatus
from covenants.models import Covenant, Target, TargetAssignment
from covenants.services.texts import copy_text, lock_covenant, open_paper
from documents import services as papers
from documents.enums import DocumentStatus, SigningState
from documents.models import Document, Signing, Upload


@transaction.atomic
def adopt_covenant(
    *, covenant: Covenant, form: str, on: date, by: User, at: datetime, note: str = ""
) -> Covenant:
    """Record that the bloc agreed, and freeze what it agreed on under a hash.

    Every member has its own row for every target from now on.
    """
    covenant = lock_covenant(covenant)
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
        covenant.adopted_form, covenant.adopted_on, covenant.adopted_note = form, on, clean(note)
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
    covenant = lock_covenant(covenant)
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
    covenant = lock_covenant(covenant)
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
    signed_on: date | None = None,
    scan: Upload | None = None,
    names: Mapping[int, tuple[str, str]] | None = None,
) -> Covenant:
    """Record in one act that all who have not signed yet signed on paper at the meeting."""
    covenant = lock_covenant(covenant)
    refuse(policies.record_signed_at_meeting(standing_in(covenant.cycle, by, at), covenant))
    with audited("covenants.covenant.signed_at_meeting", by=by):
        _ask(covenant, by, at)
        papers.record_signed_at_meeting(
            document=covenant.document, signed_on=signed_on, scan=scan, names=names, by=by, at=at
        )
    return queries.covenants().get(pk=covenant.pk)


@transaction.atomic
def amend_covenant(*, covenant: Covenant, reason: str, by: User, at: datetime) -> Covenant:
    """Begin a new version of an adopted covenant; the old one holds until the new is adopted."""
    covenant = lock_covenant(covenant)
    has_draft = queries.draft_of(covenant.cycle, covenant.level) is not None
    who = standing_in(covenant.cycle, by, at)
    refuse(policies.amend_covenant(who, covenant, has_draft=has_draft, reason=reason))
    version = covenant.version + 1
    if covenant.document.status == DocumentStatus.ISSUED:
        document = papers.replace_document(document=covenant.document, reason=reason, by=by, at=at)
    else:
        document = open_paper(covenant.cycle, covenant.level, version, by, at)
    with audited("covenants.covenant.amendment_drafted", by=by, reason=reason):
        amendment = Covenant.objects.create(
            cycle=covenant.cycle,
            level=covenant.level,
            version=version,
            document=document,
            amends=covenant,
            amend_reason=clean(reason),
            opening=covenant.opening,
            is_illustrative=covenant.is_illustrative,
            created_at=at,
            created_by=by,
        )
        copies = copy_text(covenant, amendment, is_amendment=True)
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
