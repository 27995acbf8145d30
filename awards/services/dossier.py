"""The dossier: its letter, its way to the province, the province's word on each unit."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from awards import policies, queries
from awards.enums import AppraisalVerdict, ProposalState
from awards.models import Appraisal, AwardType, Nomination, Proposal
from blocs.models import Cycle
from blocs.queries import standing_in
from blocs.services import lock_cycle
from config.kit.audit import audited
from config.kit.refusals import refuse
from documents.enums import DocumentKind, DocumentStatus
from documents.models import Document
from documents.rules import day_of_law
from documents.services import open_paper, replace_document


@transaction.atomic
def draft_count_minutes(*, cycle: Cycle, by: User, at: datetime) -> Document:
    """Open the minutes of counting; their figures come from the counts."""
    cycle = lock_cycle(cycle.pk)
    has_counts = queries.counted_polls(cycle).exists()
    refuse(policies.draft_count_minutes(standing_in(cycle, by, at), cycle, has_counts=has_counts))
    return open_paper(
        cycle=cycle,
        kind=DocumentKind.MINUTES_COUNT,
        title="Biên bản kiểm phiếu",
        subject=f"Bỏ phiếu của {cycle.bloc.name} năm {cycle.year}",
        by=by,
        at=at,
    )


@transaction.atomic
def draft_proposal(*, cycle: Cycle, by: User, at: datetime) -> Proposal:
    """Begin the dossier with its letter of submission; a returned one gets a letter that replaces the first."""
    cycle = lock_cycle(cycle.pk)
    nominations = list(queries.nominations_of(cycle))
    who = standing_in(cycle, by, at)
    proposal = queries.proposal_of(cycle)
    refuse(policies.draft_proposal(who, cycle, nominations, proposal))
    with audited("awards.proposal.drafted", by=by):
        proposal = proposal or Proposal.objects.create(cycle=cycle)
        proposal.document = _letter(cycle, proposal, by, at)
        proposal.save(update_fields=["document"])
    return proposal


def _letter(cycle: Cycle, proposal: Proposal, by: User, at: datetime) -> Document:
    """The letter to work on: the one at hand, the one in the place of what was returned, or a new one."""
    document = proposal.document
    if document and document.status == DocumentStatus.ISSUED and proposal.state == ProposalState.RETURNED:
        return replace_document(document=document, reason=proposal.returned_reason, by=by, at=at)
    if document and document.status != DocumentStatus.WITHDRAWN:
        return document
    return open_paper(
        cycle=cycle,
        kind=DocumentKind.SUBMISSION,
        title="Tờ trình",
        subject=f"Về việc đề nghị khen thưởng {cycle.bloc.name} năm {cycle.year}",
        bases=queries.bases_of_submission(cycle, day_of_law(cycle.year, standing_in(cycle, by, at).on)),
        by=by,
        at=at,
    )


@transaction.atomic
def submit_proposal(*, proposal: Proposal, by: User, at: datetime) -> Proposal:
    """Send the dossier to the province."""
    cycle = lock_cycle(proposal.cycle_id)
    proposal = queries.proposal_of(cycle)
    refuse(policies.submit_proposal(standing_in(cycle, by, at), proposal, queries.submission_gaps(cycle)))
    proposal.state, proposal.submitted_at, proposal.submitted_by = ProposalState.SUBMITTED, at, by
    with audited("awards.proposal.submitted", by=by):
        proposal.save(update_fields=["state", "submitted_at", "submitted_by"])
    return proposal


@transaction.atomic
def withdraw_proposal(*, proposal: Proposal, by: User, at: datetime) -> Proposal:
    """Take the dossier back while the province has not acted."""
    cycle = lock_cycle(proposal.cycle_id)
    proposal = queries.proposal_of(cycle)
    refuse(policies.withdraw_proposal(standing_in(cycle, by, at), proposal))
    return _move(proposal, ProposalState.DRAFT, "awards.proposal.withdrawn", by)


@transaction.atomic
def appraise_nomination(
    *,
    nomination: Nomination,
    verdict: str,
    by: User,
    at: datetime,
    reason: str = "",
    award_type: AwardType | None = None,
) -> Appraisal:
    """Give the province's word on one unit; an earlier word stays."""
    cycle = lock_cycle(nomination.cycle_id)
    nomination = queries.nomination_by_key(nomination.pk)
    proposal = queries.proposal_of(cycle)
    award_type = award_type if verdict == AppraisalVerdict.ADJUST else None
    who = standing_in(cycle, by, at)
    faults = queries.adjusting_faults(cycle, nomination, award_type)
    refuse(policies.appraise_nomination(who, nomination, proposal, verdict, reason, award_type, faults))
    with audited("awards.nomination.appraised", by=by, reason=reason):
        if proposal.state == ProposalState.SUBMITTED:
            proposal.state = ProposalState.APPRAISING
            proposal.save(update_fields=["state"])
        return Appraisal.objects.create(
            nomination=nomination,
            verdict=verdict,
            award_type=award_type,
            reason=reason.strip(),
            appraised_at=at,
            appraised_by=by,
        )


@transaction.atomic
def return_proposal(*, proposal: Proposal, reason: str, by: User, at: datetime) -> Proposal:
    """Send the dossier back to the bloc with a reason."""
    cycle = lock_cycle(proposal.cycle_id)
    proposal = queries.proposal_of(cycle)
    refuse(policies.return_proposal(standing_in(cycle, by, at), proposal, reason))
    proposal.returned_reason = reason.strip()
    return _move(proposal, ProposalState.RETURNED, "awards.proposal.returned", by, reason)


@transaction.atomic
def finish_appraisal(*, proposal: Proposal, by: User, at: datetime) -> Proposal:
    """Every unit has had a word: the dossier goes on to the Council."""
    cycle = lock_cycle(proposal.cycle_id)
    proposal = queries.proposal_of(cycle)
    waiting = queries.not_appraised(queries.nominations_of(cycle), proposal.submitted_at)
    refuse(policies.finish_appraisal(standing_in(cycle, by, at), proposal, waiting))
    return _move(proposal, ProposalState.APPRAISED, "awards.proposal.appraised", by)


def _move(proposal: Proposal, state: ProposalState, verb: str, by: User, reason: str = "") -> Proposal:
    proposal.state = state
    with audited(verb, by=by, reason=reason):
        proposal.save(update_fields=["state", "returned_reason"])
    return proposal
