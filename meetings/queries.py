"""Meetings, who came, what was settled and where the minutes stand."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from accounts.models import User
from awards.enums import DecisionForm, PollKind, PollStatus
from awards.models import Count, Poll, PollOption
from awards.queries import nominations_of, ranking_rows_of, vote_rule_of
from awards.rules import VoteRule, opening_warnings
from blocs.enums import Office, Role
from blocs.models import Appointment, Cycle, Term, Unit
from blocs.queries import HEAD_ROLES, Standing, cycles_for, members_of, next_cycle_of, terms_of, today
from blocs.rules import Hit, Todo
from config.kit.reading import read_once
from config.kit.text import moment, search_key
from documents.enums import DocumentKind, DocumentStatus
from documents.models import Document
from documents.queries import documents_for, heads_of
from documents.rules import OPEN_STATUSES
from meetings.enums import AttendanceRole, AttendanceState, MeetingKind, MeetingStatus
from meetings.models import AgendaItem, Attendance, Meeting, MeetingChair, MinutesVersion
from meetings.rules import (
    BEFORE,
    PRESENT,
    counts_for_vote,
    decision_in_words,
    is_there,
    least_present,
    rule_for,
)
from scoring.enums import GroupNature, ScoreboardStatus
from scoring.models import Criterion

SETTLING = (MeetingKind.REVIEW, MeetingKind.SUMMARY)
# How long before a meeting the members are reminded of it.
REMINDED = timedelta(days=14)


def _whole_meetings() -> QuerySet[Meeting]:
    return Meeting.objects.select_related(
        "cycle__bloc__province", "invitation", "secretary"
    ).prefetch_related(
        Prefetch("chairs", MeetingChair.objects.select_related("unit", "user").order_by("position")),
        Prefetch("items", _whole_items()),
        Prefetch("attendances", Attendance.objects.select_related("unit", "user").order_by("position", "pk")),
        Prefetch("minutes", MinutesVersion.objects.select_related("document").order_by("version")),
    )


def _whole_items() -> QuerySet[AgendaItem]:
    polls = Poll.objects.select_related("award_type").prefetch_related(
        Prefetch("options", PollOption.objects.select_related("unit").order_by("position", "pk")),
        Prefetch("counts", Count.objects.order_by("pk")),
    )
    return (
        AgendaItem.objects.select_related("award_type", "document")
        .prefetch_related(Prefetch("poll", polls))
        .order_by("position", "pk")
    )


def meeting_by_key(pk: int) -> Meeting:
    """One meeting read anew with everything that belongs to it."""
    return _whole_meetings().get(pk=pk)


def item_by_key(pk: int) -> AgendaItem:
    return _whole_items().select_related("meeting__cycle__bloc__province").get(pk=pk)


def meetings_of(cycle: Cycle) -> QuerySet[Meeting]:
    """The meetings of a year in the order they were held."""
    return _whole_meetings().filter(cycle=cycle).order_by("starts_at", "pk")


def meetings_in(cycle: Cycle) -> list[Meeting]:
    """The same without what belongs to them; for a list of names, times and places. One query."""
    return list(cycle.meetings.order_by("starts_at", "pk"))


def meetings_for(user: User, at: datetime) -> QuerySet[Meeting]:
    """Meetings a person may see: those of every year the person may see."""
    visible = cycles_for(user, at).order_by().values("pk")
    return _whole_meetings().filter(cycle__in=visible).order_by("starts_at", "pk")


def minutes_by_key(pk: int) -> MinutesVersion:
    return MinutesVersion.objects.select_related("document", "meeting__cycle__bloc__province").get(pk=pk)


def latest_minutes(meeting: Meeting) -> MinutesVersion | None:
    """The minutes that count: the issued version, else the newest one being written."""
    versions = list(meeting.minutes.all())
    issued = [one for one in versions if one.document.status == DocumentStatus.ISSUED]
    return (issued or versions or [None])[-1]


def newest_minutes(meeting: Meeting) -> MinutesVersion | None:
    """The last version begun, issued or not."""
    return (list(meeting.minutes.all()) or [None])[-1]


def minutes_for(user: User, meeting: Meeting, at: datetime) -> MinutesVersion | None:
    """The minutes as far as a person may read them: drafts are for those who keep the papers, or the secretary."""
    return readable_of(meeting, readable_minutes(user, meeting.cycle, at), user)


def review_minutes_for(user: User, cycle: Cycle, at: datetime) -> MinutesVersion | None:
    """The minutes of the review meeting; where the conference did its work, those of the conference."""
    readable = readable_minutes(user, cycle, at)
    found = [(m.kind, readable_of(m, readable, user)) for m in meetings_of(cycle).filter(kind__in=SETTLING)]
    return next((one for kind in SETTLING for own, one in reversed(found) if own == kind and one), None)


@read_once
def settling_meetings_of(cycle: Cycle) -> list[Meeting]:
    """Review meetings and conferences that have ended, with their minutes."""
    ended = Meeting.objects.filter(cycle=cycle, kind__in=SETTLING, status=MeetingStatus.ENDED)
    minutes = Prefetch("minutes", MinutesVersion.objects.select_related("document").order_by("version"))
    return list(ended.prefetch_related(minutes).order_by("starts_at", "pk"))


def has_review(cycle: Cycle) -> bool:
    """Tell whether a review meeting of the year was planned or held."""
    return (
        Meeting.objects.filter(cycle=cycle, kind=MeetingKind.REVIEW)
        .exclude(status=MeetingStatus.CANCELLED)
        .exists()
    )


def present_members(meeting: Meeting) -> list[Attendance]:
    """Member units that came."""
    return [a for a in meeting.attendances.all() if a.role == AttendanceRole.MEMBER and a.state in PRESENT]


def carries_vote(attendance: Attendance) -> bool:
    return counts_for_vote(
        attendance.role, attendance.state, is_leader=attendance.is_leader, mandate=attendance.mandate
    )


def votes_at(attendance: Attendance, at: datetime) -> bool:
    """Whether somebody may vote for the unit at a moment: it carries a vote, and is in the room."""
    return carries_vote(attendance) and is_there(attendance.arrived_at, attendance.left_at, at)


def year_rule(cycle: Cycle, form: str) -> VoteRule:
    """The rule of voting for a question of this year, in a form of decision."""
    return rule_for(form, vote_rule_of(cycle))


def secrecy_warnings_of(meeting: Meeting, at: datetime) -> list[str]:
    """What secrecy a ballot among those who are there cannot give, said before it is opened."""
    voters = sum(votes_at(one, at) for one in meeting.attendances.all())
    return opening_warnings(year_rule(meeting.cycle, DecisionForm.ELECTRONIC), voters) if voters else []


def quorum_of(meeting: Meeting, members: int) -> tuple[int, int]:
    """(present member units, how many must be there)."""
    rule = year_rule(meeting.cycle, "")
    return len(present_members(meeting)), least_present(
        members, rule.quorum_numerator, rule.quorum_denominator
    )


def people_of(units: Iterable[int], at: datetime) -> dict[tuple[int, str], Appointment]:
    """(unit, full name) → the appointment of that person; a head wins over an officer. One query."""
    appointments = (
        Appointment.objects.on(today(at)).filter(unit__in=list(units)).select_related("user").order_by("pk")
    )
    found: dict[tuple[int, str], Appointment] = {}
    for one in appointments:
        key = (one.unit_id, one.user.full_name)
        if key not in found or one.role in HEAD_ROLES:
            found[key] = one
    return found


def is_head(appointment: Appointment) -> bool:
    return appointment.role in HEAD_ROLES


def proposed_attendance(meeting: Meeting, at: datetime) -> list[dict]:
    """The list to call over: what was recorded, else every member with its head as present."""
    recorded = {a.unit_id: a for a in meeting.attendances.all() if a.role == AttendanceRole.MEMBER}
    members = list(members_of(meeting.cycle))
    heads = heads_of([m.unit_id for m in members], at)
    return [_proposed(m.unit, recorded.get(m.unit_id), heads.get(m.unit_id)) for m in members]


def _proposed(unit: Unit, recorded: Attendance | None, head: Appointment | None) -> dict:
    if recorded:
        fields = (
            "representative", "title", "is_leader", "capacity", "mandate", "state", "absent_reason",
            "arrived_at", "left_at",
        )  # fmt: skip
        return {"unit": unit, **{name: getattr(recorded, name) for name in fields}}
    is_deputy = head is not None and head.role == Role.UNIT_DEPUTY
    return {
        "unit": unit,
        "representative": head.user.full_name if head else "",
        "title": head.title if head else "",
        "is_leader": True,
        "capacity": "KT. GIÁM ĐỐC" if is_deputy and unit.kind == "department" else "",
        "mandate": "",
        "state": AttendanceState.PRESENT,
        "absent_reason": "",
        "arrived_at": None,
        "left_at": None,
    }


def starting_chairs(cycle: Cycle, at: datetime) -> list[dict]:
    """Who presides unless somebody says otherwise: the head of the chair unit."""
    term = Term.objects.filter(cycle=cycle, office=Office.CHAIR, to_on=None).select_related("unit").first()
    head = heads_of([term.unit_id], at).get(term.unit_id) if term else None
    if head is None:
        return []
    return [{"name": head.user.full_name, "title": head.title, "unit": term.unit, "user": head.user}]


def groups_of(cycle: Cycle) -> list[str]:
    """Codes of the contents of the adopted scoreboard, in the order of the frame (I, II, III)."""
    roots = Criterion.objects.filter(
        scoreboard__cycle=cycle,
        scoreboard__status=ScoreboardStatus.ADOPTED,
        parent=None,
        nature=GroupNature.NORMAL,
    )
    return list(roots.order_by("position", "pk").values_list("code", flat=True))


def papers_of(cycle: Cycle) -> Mapping[str, Document]:
    """Kind → the paper that counts in a year, for putting on an agenda. One query."""
    found: dict[str, Document] = {}
    papers = Document.objects.filter(
        cycle=cycle, unit=None, status__in=(DocumentStatus.ISSUED, *OPEN_STATUSES)
    ).order_by("created_at", "pk")
    for paper in papers:
        current = found.get(paper.kind)
        if current is None or current.status != DocumentStatus.ISSUED:
            found[paper.kind] = paper
    return found


def readable_papers(user: User, cycle: Cycle, at: datetime) -> dict[str, Document]:
    """Kind → the paper that counts among those a person may read: the issued one, else the newest."""
    found: dict[str, Document] = {}
    papers = documents_for(user, at).filter(
        cycle=cycle, unit=None, status__in=(DocumentStatus.ISSUED, *OPEN_STATUSES)
    )
    for paper in papers:  # the newest first
        if paper.kind not in found or paper.status == DocumentStatus.ISSUED:
            found[paper.kind] = paper
    return found


def paper_choices_for(user: User, cycle: Cycle, at: datetime) -> QuerySet[Document]:
    """Papers of the year a person may put on an agenda."""
    return documents_for(user, at).filter(cycle=cycle, unit=None).exclude(status=DocumentStatus.WITHDRAWN)


def candidates_in(cycle: Cycle) -> dict[str, list[Unit]]:
    """Who may be chosen, by kind of question: for an award ranked members not proposed yet, best rank first;
    for an office the members of the next year that hold none there."""
    members = list(members_of(cycle))
    taken = {n.unit_id for n in nominations_of(cycle)}
    ranks = {unit: row.rank for unit, row in ranking_rows_of(cycle).items() if row.rank}
    free = [m.unit for m in members if not m.unranked_reason and m.unit_id not in taken]
    following = next_cycle_of(cycle)
    holding = {term.unit_id for term in terms_of(following)} if following else set()
    eligible = members_of(following) if following else members
    office = [m.unit for m in eligible if m.unit_id not in holding]
    return {
        PollKind.AWARD: sorted(free, key=lambda unit: ranks.get(unit.pk, len(members) + 1)),
        PollKind.CHAIR: office,
        PollKind.VICE: office,
        PollKind.ADOPTION: [],
    }


def readable_minutes(user: User, cycle: Cycle, at: datetime) -> set[int]:
    """Papers of minutes of a year that a person may read. One query."""
    kinds = (DocumentKind.MINUTES_MEETING, DocumentKind.MINUTES_REVIEW)
    return set(documents_for(user, at).filter(cycle=cycle, kind__in=kinds).values_list("pk", flat=True))


def readable_of(meeting: Meeting, readable: set[int], user: User) -> MinutesVersion | None:
    """The minutes of a meeting that count among those a person may read."""
    is_secretary = meeting.secretary_id == user.pk
    versions = [one for one in meeting.minutes.all() if one.document_id in readable or is_secretary]
    issued = [one for one in versions if one.document.status == DocumentStatus.ISSUED]
    return (issued or versions or [None])[-1]


def units_of(cycle: Cycle) -> QuerySet[Unit]:
    """The members of a year, for choosing one."""
    return Unit.objects.filter(memberships__cycle=cycle, memberships__left_on=None).order_by(
        "memberships__position", "sort_key"
    )


def secretaries_of(cycle: Cycle, at: datetime) -> QuerySet[User]:
    """People of the member units, any of whom may be the secretary."""
    serving = Appointment.objects.on(today(at)).filter(unit__in=units_of(cycle).order_by().values("pk"))
    return User.objects.filter(pk__in=serving.values("user")).order_by("sort_key", "pk")


def unsettled_polls(meeting: Meeting) -> list[str]:
    """Questions of a meeting that were opened and not settled yet."""
    waiting = (PollStatus.DRAFT, PollStatus.OPEN, PollStatus.CLOSED)
    return [str(item.poll) for item in meeting.items.all() if item.poll and item.poll.status in waiting]


def undecided_items(meeting: Meeting) -> list[AgendaItem]:
    """Items that ask for a decision and have none."""
    return [item for item in meeting.items.all() if item.form and not item.poll and not item.outcome.strip()]


def report_for(user: User, cycle: Cycle, kind: str, at: datetime) -> Document | None:
    """The report of a year as far as a person may read it."""
    found = documents_for(user, at).filter(
        cycle=cycle, kind=kind, unit=None, status__in=(DocumentStatus.ISSUED, *OPEN_STATUSES)
    )
    papers = sorted(found, key=lambda paper: (paper.status != DocumentStatus.ISSUED, -paper.pk))
    return papers[0] if papers else None


def meeting_of_invitation(document: Document) -> Meeting | None:
    return _whole_meetings().filter(invitation=document).first()


def todos_for(user: User, at: datetime) -> list[Todo]:
    """Meetings to attend soon, to prepare, to end, and minutes to write. Two queries."""
    mine = Appointment.objects.on(today(at)).filter(user=user, unit__isnull=False)
    units = mine.values("unit")
    keeps = Term.objects.filter(
        cycle=OuterRef("cycle"),
        office=Office.CHAIR,
        to_on=None,
        unit__in=mine.exclude(role=Role.UNIT_CLERK).values("unit"),
    )
    meetings = (
        Meeting.objects.filter(cycle__memberships__unit__in=units, cycle__memberships__left_on=None)
        .exclude(status=MeetingStatus.CANCELLED)
        .exclude(cycle__phase="closed")
        .annotate(
            is_mine=Exists(keeps),
            has_minutes=Exists(MinutesVersion.objects.filter(meeting=OuterRef("pk"))),
        )
        .filter(~Q(status=MeetingStatus.ENDED) | Q(has_minutes=False))
        .select_related("cycle__bloc__province")
        .distinct()
        .order_by("starts_at", "pk")
    )
    return [todo for meeting in meetings if (todo := _todo(meeting, user, at))]


def _todo(meeting: Meeting, user: User, at: datetime) -> Todo | None:
    words = ""
    if meeting.is_mine or meeting.secretary_id == user.pk:
        words = {
            MeetingStatus.PLANNED: f"Chuẩn bị và mời họp: {meeting}",
            MeetingStatus.OPEN: f"Ghi diễn biến và kết thúc: {meeting}",
            MeetingStatus.ENDED: f"Lập biên bản: {meeting}",
        }.get(meeting.status, "")
    is_soon = meeting.status == MeetingStatus.INVITED and at <= meeting.starts_at <= at + REMINDED
    if not words and (is_soon or meeting.status == MeetingStatus.OPEN):
        words = f"Dự họp lúc {moment(meeting.starts_at)}: {meeting}"
    if not words:
        return None
    due = today(meeting.starts_at) if meeting.status in BEFORE else None
    return Todo(words, meeting.get_absolute_url(), str(meeting.cycle), due)


def search_for(user: User, words: str, at: datetime) -> list[Hit]:
    """Meetings by name."""
    key = search_key(words)
    if not key:
        return []
    found = (
        Meeting.objects.filter(
            search_key__contains=key, cycle__in=cycles_for(user, at).order_by().values("pk")
        )
        .select_related("cycle__bloc__province")
        .order_by("-starts_at", "-pk")[:20]
    )
    return [Hit(str(m), m.get_absolute_url(), "Hội nghị", str(m.cycle)) for m in found]


def violations() -> list[str]:
    """What must hold of meetings and does not."""
    strangers = AgendaItem.objects.exclude(poll=None).exclude(poll__cycle=F("meeting__cycle"))
    papers = MinutesVersion.objects.exclude(document__cycle=F("meeting__cycle"))
    return [
        f"Nội dung “{item}” của “{item.meeting}”, {item.meeting.cycle}: nối với cuộc bỏ phiếu của năm khác."
        for item in strangers.select_related("meeting__cycle__bloc").order_by("pk")
    ] + [
        f"Biên bản “{one.meeting}”, {one.meeting.cycle}: nối với văn bản của năm khác."
        for one in papers.select_related("meeting__cycle__bloc").order_by("pk")
    ]


def is_keeper(who: Standing, meeting: Meeting) -> bool:
    """The chair unit's people, the vice-chair's, and the secretary of this meeting."""
    return who.is_secretariat or who.is_vice or meeting.secretary_id == who.user.pk


def adoption_text(item: AgendaItem) -> str:
    """The one answer of a poll that adopts something: the title of its item."""
    return item.title[:200]


def decision_of(cycle: Cycle, item: AgendaItem, chosen: Sequence[Unit]) -> str:
    """What a meeting decided on an item, in the verbs officials use."""
    award = item.award_type
    question = item.title.removeprefix("Thông qua ")
    return decision_in_words(
        item.poll_kind,
        [unit.name for unit in chosen] or [adoption_text(item)],
        award=award.name if award else "",
        award_code=award.code if award else "",
        year=cycle.year,
        chair=cycle.bloc.province.chair_word,
        vice=cycle.bloc.province.vice_word,
        question=question[:1].lower() + question[1:],
    )
