"""What votes and awards ask before a year moves on."""

from django.urls import reverse

from awards import queries
from awards.enums import PollStatus, ProposalState
from awards.models import Poll
from blocs.enums import Office
from blocs.models import Cycle, Term
from blocs.queries import next_cycle_of
from blocs.rules import Check

AT_THE_PROVINCE = (
    ProposalState.SUBMITTED,
    ProposalState.APPRAISING,
    ProposalState.APPRAISED,
    ProposalState.DECIDED,
)


def no_poll_is_open(cycle: Cycle) -> Check:
    waiting = Poll.objects.filter(
        cycle=cycle, status__in=(PollStatus.OPEN, PollStatus.CLOSED, PollStatus.COUNTED)
    )
    questions = list(waiting.order_by("pk").values_list("question", flat=True))
    return Check(
        claim="Mọi cuộc bỏ phiếu đã có kết quả xác nhận",
        missing=tuple(f"Chưa xác nhận kết quả: {question}." for question in questions),
        turn="Khối trưởng",
        url=reverse("nominations", args=cycle.slugs),
    )


def dossier_submitted(cycle: Cycle) -> Check:
    proposal = queries.proposal_of(cycle)
    has_gone = proposal is not None and proposal.state in AT_THE_PROVINCE
    return Check(
        claim="Đã trình hồ sơ đề nghị khen thưởng",
        missing=() if has_gone else ("Chưa trình hồ sơ. Hãy ban hành tờ trình rồi trình tỉnh.",),
        turn="Khối trưởng",
        url=reverse("proposal", args=cycle.slugs),
    )


def dossier_appraised(cycle: Cycle) -> Check:
    proposal = queries.proposal_of(cycle)
    is_done = proposal is not None and proposal.state in (ProposalState.APPRAISED, ProposalState.DECIDED)
    return Check(
        claim="Đã thẩm định xong hồ sơ",
        missing=() if is_done else ("Chưa hoàn thành thẩm định các đơn vị được đề nghị.",),
        turn="Cơ quan thường trực",
        url=reverse("proposal", args=cycle.slugs),
    )


def decision_recorded(cycle: Cycle) -> Check:
    return Check(
        claim="Đã ghi quyết định khen thưởng",
        missing=()
        if queries.entries_of(cycle).exists()
        else ("Chưa ghi số, ngày của quyết định khen thưởng.",),
        turn="Cơ quan thường trực",
        url=reverse("proposal", args=cycle.slugs),
    )


def next_chair_elected(cycle: Cycle) -> Check:
    following = next_cycle_of(cycle)
    is_elected = (
        following is not None
        and Term.objects.filter(cycle=following, office=Office.CHAIR, to_on=None).exists()
    )
    return Check(
        claim="Đã bầu Khối trưởng năm sau",
        missing=() if is_elected else ("Chưa có Khối trưởng năm sau. Hãy mở năm sau và bầu tại hội nghị.",),
        turn="Hội nghị của khối",
        is_hard=False,
        url=reverse("nominations", args=cycle.slugs),
    )
