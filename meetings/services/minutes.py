"""Minutes: drafted, commented on, settled, signed and corrected."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from blocs.models import Cycle, Unit
from blocs.queries import standing_in
from blocs.services import lock_cycle
from config.kit.audit import audited
from config.kit.refusals import refuse
from documents import services as document_services
from documents.enums import DocumentKind, SigningState
from documents.models import Comment, Consultation, Signing
from documents.queries import open_consultation, signings_of
from meetings import policies, queries
from meetings.enums import MeetingKind
from meetings.models import Meeting, MinutesVersion
from meetings.reports import minutes_snapshot
from meetings.rules.reports import MINUTES_SECTIONS
from meetings.services.planning import lock_meeting, slot


@transaction.atomic
def draft_minutes(*, meeting: Meeting, by: User, at: datetime) -> MinutesVersion:
    """Write the minutes from the rows; a draft is made anew and keeps the secretary's own words."""
    cycle, meeting = lock_meeting(meeting)
    newest = queries.newest_minutes(meeting)
    refuse(policies.draft_minutes(standing_in(cycle, by, at), meeting, newest))
    snapshot = minutes_snapshot(meeting)
    with audited("meetings.minutes.drafted", by=by):
        if newest is not None:
            newest.snapshot = snapshot
            newest.save(update_fields=["snapshot"])
            return newest
        document = document_services.open_paper(
            cycle=cycle,
            kind=_minutes_kind(meeting),
            slot=slot(meeting),
            title="Biên bản",
            subject=meeting.title,
            recipients="Hội đồng TĐKT tỉnh\nCác đơn vị thành viên",
            by=by,
            at=at,
        )
        return MinutesVersion.objects.create(
            meeting=meeting, version=1, document=document, snapshot=snapshot, drafted_at=at, drafted_by=by
        )


def _minutes_kind(meeting: Meeting) -> str:
    is_review = meeting.kind == MeetingKind.REVIEW
    return DocumentKind.MINUTES_REVIEW if is_review else DocumentKind.MINUTES_MEETING


def _lock_minutes(minutes: MinutesVersion) -> tuple[Cycle, MinutesVersion]:
    cycle = lock_cycle(minutes.meeting.cycle_id)
    return cycle, queries.minutes_by_key(minutes.pk)


@transaction.atomic
def edit_minutes(
    *, minutes: MinutesVersion, additions: Mapping[str, str], by: User, at: datetime
) -> MinutesVersion:
    """Add the secretary's own words under a section; figures stay what the rows said."""
    cycle, minutes = _lock_minutes(minutes)
    refuse(policies.edit_minutes(standing_in(cycle, by, at), minutes))
    words = {name: text.strip() for name, text in additions.items() if name in MINUTES_SECTIONS}
    minutes.additions = {name: text for name, text in {**minutes.additions, **words}.items() if text}
    with audited("meetings.minutes.edited", by=by):
        minutes.save(update_fields=["additions"])
    return minutes


@transaction.atomic
def send_minutes_for_comments(
    *, minutes: MinutesVersion, due_on: date, by: User, at: datetime, note: str = ""
) -> Consultation:
    """Let those who were there say whether the minutes are true."""
    cycle, minutes = _lock_minutes(minutes)
    refuse(policies.send_minutes_for_comments(standing_in(cycle, by, at), minutes))
    return document_services.send_for_comments(
        document=minutes.document, due_on=due_on, note=note, by=by, at=at
    )


@transaction.atomic
def comment_on_minutes(
    *, minutes: MinutesVersion, unit: Unit, text: str, by: User, at: datetime, agrees: bool = False
) -> Comment:
    """Say something about the minutes in the name of a unit that was there."""
    cycle, minutes = _lock_minutes(minutes)
    consultation = open_consultation(minutes.document)
    refuse(policies.comment_on_minutes(standing_in(cycle, by, at), minutes, consultation, unit))
    return document_services.comment_on_document(
        document=minutes.document, unit=unit, text=text, agrees=agrees, by=by, at=at
    )


@transaction.atomic
def settle_minutes(*, minutes: MinutesVersion, by: User, at: datetime) -> list[Signing]:
    """Settle the text and ask the secretary, then whoever presided, to sign."""
    cycle, minutes = _lock_minutes(minutes)
    refuse(policies.settle_minutes(standing_in(cycle, by, at), minutes))
    meeting = queries.meeting_by_key(minutes.meeting_id)
    with audited("meetings.minutes.settled", by=by):
        document_services.finalize_document(document=minutes.document, by=by, at=at)
        return document_services.ask_signatures(
            document=minutes.document, parties=_signing_parties(meeting), by=by, at=at
        )


def _signing_parties(meeting: Meeting) -> list[dict[str, Any]]:
    """The secretary left, then the chairs right; the person, when known, is the one who signs."""
    secretary = {
        "party": meeting.secretary_name,
        "office": "Thư ký",
        "signer": meeting.secretary,
        "signatory_name": meeting.secretary_name,
    }
    chairs = [
        {
            "party": chair.name,
            "office": "Chủ tọa",
            "unit": chair.unit if chair.user is None else None,
            "signer": chair.user,
            "signatory_name": chair.name,
            "capacity": chair.title,
        }
        for chair in meeting.chairs.all()
    ]
    return [secretary, *chairs]


@transaction.atomic
def sign_minutes(*, minutes: MinutesVersion, by: User, at: datetime, capacity: str = "") -> Signing:
    """Sign as the secretary or as one who presided."""
    cycle, minutes = _lock_minutes(minutes)
    who = standing_in(cycle, by, at)
    pending = signings_of(minutes.document).filter(state=SigningState.PENDING)
    signing = next(
        (
            one
            for one in pending
            if one.signer_id == by.pk or (one.signer_id is None and one.unit_id in who.head_of)
        ),
        None,
    )
    refuse(policies.sign_minutes(who, minutes, signing))
    return document_services.sign_document(signing=signing, capacity=capacity, by=by, at=at)


@transaction.atomic
def correct_minutes(*, minutes: MinutesVersion, reason: str, by: User, at: datetime) -> MinutesVersion:
    """Begin a new version of issued minutes; the old one holds until the new is issued."""
    cycle, minutes = _lock_minutes(minutes)
    refuse(policies.correct_minutes(standing_in(cycle, by, at), minutes, reason))
    document = document_services.replace_document(document=minutes.document, reason=reason, by=by, at=at)
    with audited("meetings.minutes.corrected", by=by, reason=reason):
        return MinutesVersion.objects.create(
            meeting=minutes.meeting,
            version=minutes.version + 1,
            document=document,
            snapshot=minutes.snapshot,
            additions=minutes.additions,
            correction_reason=reason.strip(),
            drafted_at=at,
            drafted_by=by,
        )
