"""Ask for signatures on a paper and record them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from blocs.models import Unit
from blocs.queries import Standing
from config.kit.audit import audited
from config.kit.refusals import refuse
from documents import policies, queries
from documents.enums import SigningMethod, SigningState
from documents.models import Document, Signing, Upload
from documents.reports import text_fingerprint
from documents.services.drafts import lock_document


@transaction.atomic
def ask_signatures(
    *,
    document: Document,
    by: User,
    at: datetime,
    units: Sequence[Unit] = (),
    parties: Sequence[Mapping[str, Any]] = (),
) -> list[Signing]:
    """Ask units, then named parties, to sign a settled paper in this order; who was asked stays asked.

    A party is a mapping with `party` and, when known, `unit`, `office` (Chủ tọa, Thư ký), `signer`,
    `signatory_name`, `capacity`.
    """
    document = lock_document(document)
    refuse(policies.ask_signatures(queries.standing_for(document, by, at), document))
    asked = list(queries.signings_of(document))
    order = max((signing.order for signing in asked), default=0)
    wanted = [{"unit": unit, "party": unit.name} for unit in units] + [dict(party) for party in parties]
    taken = {(signing.unit_id, signing.party, signing.office) for signing in asked}
    with audited("documents.signatures.asked", by=by):
        for party in wanted:
            unit = party.get("unit")
            if (unit.pk if unit else None, party["party"], party.get("office", "")) in taken:
                continue
            order += 1
            asked.append(Signing.objects.create(document=document, order=order, **party))
    return asked


@transaction.atomic
def sign_document(
    *,
    signing: Signing,
    by: User,
    at: datetime,
    capacity: str = "",
    mandate: str = "",
    mandate_upload: Upload | None = None,
) -> Signing:
    """Record a signature given in the browser: who, when, in what capacity, on which text."""
    signing, document, who = _lock_signing(signing, by, at)
    refuse(policies.sign_document(who, signing, mandate))
    signing.method, signing.signatory_name = SigningMethod.BROWSER, by.full_name
    signing.capacity = capacity.strip() or signing.capacity or queries.title_of(by, signing.unit, at)
    signing.mandate = "" if signing.unit_id in who.head_of else mandate.strip()
    signing.mandate_upload = mandate_upload
    signing.text_sha256, signing.signed_on = text_fingerprint(document), who.on
    return _settle(signing, SigningState.SIGNED, "documents.signing.signed", by, at)


def _lock_signing(signing: Signing, by: User, at: datetime) -> tuple[Signing, Document, Standing]:
    document = lock_document(signing.document)
    signing = queries.signings_of(document).get(pk=signing.pk)
    signing.document = document
    return signing, document, queries.standing_for(document, by, at)


def _settle(
    signing: Signing, state: SigningState, verb: str, by: User, at: datetime, reason: str = ""
) -> Signing:
    signing.state, signing.signed_at, signing.signed_by, signing.reason = state, at, by, reason.strip()
    with audited(verb, by=by, reason=reason):
        signing.save()
    return signing


@transaction.atomic
def refuse_signature(*, signing: Signing, reason: str, by: User, at: datetime) -> Signing:
    """Record that a party refuses to sign, and why."""
    signing, _, who = _lock_signing(signing, by, at)
    refuse(policies.refuse_signature(who, signing, reason))
    return _settle(signing, SigningState.REFUSED, "documents.signing.refused", by, at, reason)


@transaction.atomic
def mark_absent(*, signing: Signing, reason: str, by: User, at: datetime) -> Signing:
    """Record that a party is absent and signs later, even after the paper was issued."""
    signing, _, who = _lock_signing(signing, by, at)
    refuse(policies.mark_absent(who, signing, reason))
    return _settle(signing, SigningState.ABSENT, "documents.signing.absent_recorded", by, at, reason)


@transaction.atomic
def record_signed_at_meeting(
    *,
    document: Document,
    by: User,
    at: datetime,
    signed_on: date | None = None,
    scan: Upload | None = None,
    names: Mapping[int, tuple[str, str]] | None = None,
) -> list[Signing]:
    """Record in one act that all who were still waiting signed on paper at the meeting; a refusal stays one.

    `signed_on` is the day of the meeting, None that of recording. `names` maps a unit to (name, capacity) of who signed; otherwise it is the unit's head.
    """
    document = lock_document(document)
    pending = [one for one in queries.signings_of(document) if one.state == SigningState.PENDING]
    who = queries.standing_for(document, by, at)
    signed_on = signed_on or who.on
    refuse(policies.record_signed_at_meeting(who, document, len(pending), signed_on))
    heads = queries.heads_of([signing.unit_id for signing in pending if signing.unit_id], at)
    fingerprint = text_fingerprint(document)
    for signing in pending:
        name, capacity = (names or {}).get(signing.unit_id, ("", ""))
        head = heads.get(signing.unit_id)
        signing.signatory_name = name or signing.signatory_name or (head.user.full_name if head else "")
        signing.signatory_name = signing.signatory_name or f"Đại diện {signing.party}"
        signing.capacity = capacity or signing.capacity or (head.title if head and not name else "")
        signing.method, signing.scan, signing.text_sha256 = SigningMethod.WET_AT_MEETING, scan, fingerprint
        signing.signed_on = signed_on
        _settle(signing, SigningState.SIGNED, "documents.signing.recorded_at_meeting", by, at)
    return pending
