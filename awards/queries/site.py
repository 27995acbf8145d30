"""What other pages ask of every app: work to do, search, and what must hold."""

from datetime import datetime

from django.db.models import Count as CountOf
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from awards.enums import DecisionForm, PollStatus, ProposalState
from awards.models import Ballot, Count, DecisionEntry, Poll, Proposal, Roll, SealedBallot
from awards.queries.polls import SETTLED, has_lost_key, in_words
from blocs.enums import Phase, Role
from blocs.models import Appointment
from blocs.queries import HEAD_ROLES, cycles_for, today
from blocs.rules import Hit, Todo
from config.kit.text import search_key


def todos_for(user: User, at: datetime) -> list[Todo]:
    """Votes to cast, dossiers to appraise. Two queries."""
    heads = Appointment.objects.on(today(at)).filter(user=user, role__in=HEAD_ROLES).values("unit")
    mine = Roll.objects.filter(
        Q(user=user) | Q(unit__in=heads, user=None), poll=OuterRef("pk"), has_voted=False
    )
    polls = (
        Poll.objects.filter(
            Exists(mine.filter(is_present=True)), status=PollStatus.OPEN, form=DecisionForm.ELECTRONIC
        )
        .filter(Q(closes_at=None) | Q(closes_at__gt=at))
        .select_related("cycle__bloc__province")
        .order_by("pk")
    )
    votes = [Todo(f"Bỏ phiếu: {poll.question}", poll.get_absolute_url(), str(poll.cycle)) for poll in polls]
    return votes + _appraisal_todos(user, at)


# What a dossier at the province waits for, by its state; once decided, the year waits to be moved on.
AT_THE_OFFICE = {
    ProposalState.SUBMITTED: "Thẩm định hồ sơ đề nghị khen thưởng",
    ProposalState.APPRAISING: "Thẩm định hồ sơ đề nghị khen thưởng",
    ProposalState.APPRAISED: "Ghi số, ngày của quyết định khen thưởng",
    ProposalState.DECIDED: "Đã có quyết định: chuyển năm thi đua sang bước sau",
}


def _appraisal_todos(user: User, at: datetime) -> list[Todo]:
    waiting = (
        Proposal.objects.filter(
            ~Q(state=ProposalState.DECIDED, cycle__phase__in=(Phase.DECIDED, Phase.CLOSED)),
            state__in=AT_THE_OFFICE,
            cycle__bloc__assignments__officer=user,
            cycle__bloc__assignments__to_on=None,
            cycle__bloc__province__in=Appointment.objects.on(today(at))
            .filter(user=user, role=Role.PROVINCE_OFFICER)
            .values("province"),
        )
        .select_related("cycle__bloc__province")
        .order_by("submitted_at", "pk")
    )
    return [
        Todo(
            AT_THE_OFFICE[ProposalState(proposal.state)],
            proposal.cycle.get_absolute_url()
            if proposal.state == ProposalState.DECIDED
            else reverse("proposal", args=proposal.cycle.slugs),
            str(proposal.cycle),
        )
        for proposal in waiting
    ]


def search_for(user: User, words: str, at: datetime) -> list[Hit]:
    """Decisions by number, and awarded units by name."""
    key = search_key(words)
    if not key:
        return []
    entries = (
        DecisionEntry.objects.filter(
            Q(unit__search_key__contains=key)
            | Q(unit__short_search_key__contains=key)
            | Q(decision__number__icontains=words),
            cycle__in=cycles_for(user, at).order_by().values("pk"),
            correction=None,
        )
        .select_related("decision", "unit", "award_type", "cycle__bloc__province")
        .order_by("-decision__signed_on", "pk")[:20]
    )
    return [
        Hit(
            f"{entry.unit_name}: {entry.award_type}",
            reverse("nominations", args=entry.cycle.slugs),
            "Khen thưởng",
            f"Quyết định {entry.decision.number}",
        )
        for entry in entries
    ]


def violations() -> list[str]:
    """What must hold of votes and does not."""
    return [*_lost_ballots(), *_lost_keys(), *_lonely_counts()]


def _lost_ballots() -> list[str]:
    """As many sealed ballots as voters, and none live once a poll is over."""
    counted = Poll.objects.filter(status__in=SETTLED, form=DecisionForm.ELECTRONIC)
    voters = _per_poll(Roll.objects.filter(poll__in=counted, has_voted=True))
    sealed = _per_poll(SealedBallot.objects.filter(poll__in=counted))
    live = _per_poll(Ballot.objects.filter(poll__in=counted))
    left = _named(Poll.objects.filter(status=PollStatus.VOIDED, pk__in=Ballot.objects.values("poll")))
    return [f"{name}: đã hủy nhưng còn lá phiếu niêm phong chưa xóa." for name in left.values()] + [
        f"{name}: có {voters.get(poll, 0)} người đã bỏ phiếu, {sealed.get(poll, 0)} lá phiếu niêm phong, "
        f"{live.get(poll, 0)} lá phiếu chưa niêm phong."
        for poll, name in _named(counted).items()
        if voters.get(poll, 0) != sealed.get(poll, 0) or live.get(poll, 0)
    ]


def _lost_keys() -> list[str]:
    under_way = Poll.objects.filter(
        form=DecisionForm.ELECTRONIC, status__in=(PollStatus.OPEN, PollStatus.CLOSED)
    )
    lost = [poll.pk for poll in under_way if has_lost_key(poll)]
    return [
        f"{name}: không còn khóa niêm phong phiếu; Khối trưởng cần hủy và tổ chức bỏ phiếu lại."
        for name in _named(Poll.objects.filter(pk__in=lost)).values()
    ]


def _lonely_counts() -> list[str]:
    """A paper or hand count settles a poll only when two people typed the same figures."""
    counts = Count.objects.filter(
        poll__status__in=SETTLED, poll__form__in=(DecisionForm.PAPER, DecisionForm.HANDS)
    )
    typed: dict[int, list[tuple[str, int]]] = {}
    for poll, figures, person in counts.order_by("pk").values_list("poll", "fingerprint", "counted_by"):
        typed.setdefault(poll, []).append((figures, person))
    lonely = [
        poll
        for poll, found in typed.items()
        if len(found) < 2 or found[-1][0] != found[-2][0] or found[-1][1] == found[-2][1]
    ]
    return [
        f"{name}: kết quả kiểm phiếu không do hai người nhập khớp nhau."
        for name in _named(Poll.objects.filter(pk__in=lonely)).values()
    ]


def _named(polls: QuerySet[Poll]) -> dict[int, str]:
    """How people know polls; by their keys, in the order in which they were asked."""
    return {poll.pk: in_words(poll) for poll in polls.order_by("pk").select_related("cycle__bloc")}


def _per_poll(rows: QuerySet) -> dict[int, int]:
    return dict(rows.values("poll").annotate(many=CountOf("pk")).values_list("poll", "many"))
