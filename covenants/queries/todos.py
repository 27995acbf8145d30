"""What a person has to do for a covenant, and what a search finds."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import User
from blocs.enums import MilestoneKind, Office, Phase, Role
from blocs.models import Appointment, Cycle, Deadline, Membership, Milestone, Province, Term
from blocs.queries import HEAD_ROLES, cycles_for, today
from blocs.rules import Hit, MemberNote, Todo
from config.kit.fields import by_name
from config.kit.text import search_key
from covenants.enums import CovenantLevel, CovenantStatus, Period
from covenants.models import Covenant, Movement, Target, UnitReport
from covenants.queries.covenants import covenants_for
from covenants.queries.movements import movements_url
from covenants.queries.results import DUE, unit_results_url
from covenants.rules import IN_FORCE, OPEN_IN


def _my_units(user: User, at: datetime, roles: Sequence[str]) -> QuerySet[Appointment]:
    return Appointment.objects.on(today(at)).filter(user=user, role__in=roles).values("unit")


def todos_for(user: User, at: datetime) -> list[Todo]:
    """Reports to send, covenants to finish, reports to receive. Two queries.

    A covenant that waits for a signature is announced with all other papers to sign.
    """
    return [*_reports_due(user, at), *_keeping_due(user, at)]


def _due_subquery(kind: MilestoneKind, period: str) -> Coalesce:
    own = UnitReport.objects.filter(cycle=OuterRef("cycle"), unit=OuterRef("unit"), period=period)
    bloc = Milestone.objects.filter(cycle=OuterRef("cycle"), kind=kind)
    province = Deadline.objects.filter(
        province=OuterRef("cycle__bloc__province"), year=OuterRef("cycle__year"), kind=kind
    )
    return Coalesce(
        Subquery(own.values("extended_to")[:1]),
        Subquery(bloc.values("due_on")[:1]),
        Subquery(province.values("due_on")[:1]),
    )


def _reporting(**members: object) -> QuerySet[Membership]:
    """Members of years that ask for a report now, with what they have sent and by when it is due."""
    standing = UnitReport.objects.filter(
        cycle=OuterRef("cycle"), unit=OuterRef("unit"), sent_at__isnull=False
    )
    return (
        Membership.objects.filter(
            Exists(Covenant.objects.filter(cycle=OuterRef("cycle"), status__in=IN_FORCE)),
            cycle__phase__in=OPEN_IN["report"],
            left_on=None,
            **members,
        )
        .annotate(
            mid_sent=Exists(standing.filter(period=Period.MID)),
            year_sent=Exists(standing.filter(period=Period.YEAR)),
            mid_due=_due_subquery(DUE[Period.MID], Period.MID),
            year_due=_due_subquery(DUE[Period.YEAR], Period.YEAR),
        )
        .select_related("unit", "cycle__bloc__province")
        .order_by("cycle__year", "pk")
    )


def _unsent(rows: Iterable[Membership]) -> list[tuple[Membership, Period, date | None]]:
    """Who still has to send which report, and by when."""
    asked = [(row, _period_of(row.cycle.phase)) for row in rows]
    return [
        (row, period, getattr(row, f"{period}_due"))
        for row, period in asked
        if not getattr(row, f"{period}_sent")
    ]


def _reports_due(user: User, at: datetime) -> list[Todo]:
    mine = _my_units(user, at, (Role.UNIT_OFFICER, *HEAD_ROLES))
    return [
        Todo(
            text=f"Nhập và gửi kết quả {period.label.lower()} của {row.unit.short_name}",
            url=unit_results_url(row.cycle, row.unit, period),
            where=str(row.cycle),
            due_on=due,
        )
        for row, period, due in _unsent(_reporting(unit__in=mine))
    ]


def member_notes(province: Province, year: int, at: datetime) -> dict[tuple[int, int], MemberNote]:
    """For the provincial desk: who has not sent the report that is asked for now. One query."""
    rows = _reporting(cycle__bloc__province=province, cycle__year=year)
    return {
        (row.cycle_id, row.unit_id): MemberNote(
            text=f"chưa gửi kết quả {period.label.lower()}",
            is_late=due is not None and today(at) > due,
            url=unit_results_url(row.cycle, row.unit, period),
        )
        for row, period, due in _unsent(rows)
    }


def _period_of(phase: str) -> Period:
    """Which report a phase asks for."""
    return Period.MID if phase == Phase.EXECUTING else Period.YEAR


# What the secretariat does next with a covenant in each state; None: there is no covenant at all.
_NEXT_ACT: Mapping[str | None, str] = {
    None: "Soạn giao ước thi đua",
    CovenantStatus.DRAFT: "Hoàn thiện và thống nhất giao ước thi đua",
    CovenantStatus.ADOPTED: "Mời các đơn vị ký giao ước thi đua",
}


def _keeping_due(user: User, at: datetime) -> list[Todo]:
    mine = _my_units(user, at, (Role.UNIT_OFFICER, *HEAD_ROLES))
    chair = Term.objects.on(today(at)).filter(cycle=OuterRef("pk"), office=Office.CHAIR, unit__in=mine)
    newest = Covenant.objects.filter(cycle=OuterRef("pk"), level=CovenantLevel.MEMBERS).order_by("-version")
    waiting = Q(unit_reports__sent_at__isnull=False, unit_reports__received_at__isnull=True)
    rows = (
        Cycle.objects.filter(Exists(chair), phase__in=OPEN_IN["receive_report"] | {Phase.LAUNCHING})
        .annotate(
            covenant_status=Subquery(newest.values("status")[:1]),
            covenant_due=Subquery(
                Milestone.objects.filter(cycle=OuterRef("pk"), kind=MilestoneKind.COVENANT).values("due_on")[
                    :1
                ]
            ),
            waiting=Count("unit_reports", filter=waiting),
        )
        .select_related("bloc__province")
        .order_by("year", "pk")
    )
    todos = []
    for cycle in rows:
        if cycle.phase in OPEN_IN["sign"] and cycle.covenant_status in _NEXT_ACT:
            todos.append(
                Todo(
                    text=_NEXT_ACT[cycle.covenant_status],
                    url=reverse("covenant", args=cycle.slugs),
                    where=str(cycle),
                    due_on=cycle.covenant_due,
                )
            )
        if cycle.waiting:
            todos.append(
                Todo(
                    text=f"Tiếp nhận {cycle.waiting} báo cáo kết quả của đơn vị",
                    url=reverse("results", args=cycle.slugs),
                    where=str(cycle),
                )
            )
    return todos


def search_for(user: User, words: str, at: datetime) -> list[Hit]:
    """Targets and movements whose words match, marks or not. Two queries."""
    key = search_key(words)
    if not key:
        return []
    targets = (
        Target.objects.filter(
            search_key__contains=key, covenant__in=covenants_for(user, at).order_by().values("pk")
        )
        .exclude(covenant__status=CovenantStatus.REPLACED)
        .select_related("covenant__cycle__bloc__province")
        .order_by("-covenant__cycle__year", "number", "pk")
    )
    movements = (
        Movement.objects.filter(
            search_key__contains=key, cycle__in=cycles_for(user, at).order_by().values("pk")
        )
        .select_related("cycle__bloc__province")
        .order_by("-cycle__year", by_name("name"), "pk")
    )
    return [
        *(
            Hit(str(one), one.covenant.get_absolute_url(), "Chỉ tiêu", str(one.covenant.cycle))
            for one in targets[:20]
        ),
        *(Hit(str(one), movements_url(one.cycle), "Phong trào", str(one.cycle)) for one in movements[:20]),
    ]
