"""What was promised, what came of it, and what waits for whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import User
from blocs.enums import MilestoneKind, Office, Phase, Role
from blocs.models import Appointment, Cycle, Deadline, Membership, Milestone, Province, Term, Unit
from blocs.queries import HEAD_ROLES, Standing, cycles_for, due_on, members_of, today
from blocs.rules import Hit, MemberNote, Todo
from config.kit.reading import read_once
from config.kit.text import search_key
from covenants.enums import Achievement, CovenantLevel, CovenantStatus, Period, ReportState
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
from covenants.rules import (
    IN_FORCE,
    OPEN_IN,
    PERIOD_WORDS,
    Tally,
    achievement,
    fingerprint,
    report_state,
    tally,
)
from documents.enums import DocumentKind, SigningState
from documents.models import Signing
from documents.queries import documents_for

# The date by which a unit's report of a period is due.
DUE: Mapping[str, MilestoneKind] = {
    Period.MID: MilestoneKind.MIDYEAR,
    Period.YEAR: MilestoneKind.SELF_SCORING,
}


def covenants_for(user: User, at: datetime) -> QuerySet[Covenant]:
    """Covenants a person may read: adopted ones of the own blocs, drafts as their paper may be read."""
    papers = documents_for(user, at).filter(kind=DocumentKind.COVENANT).order_by().values("pk")
    cycles = cycles_for(user, at).order_by().values("pk")
    return covenants().filter(~Q(status=CovenantStatus.DRAFT) | Q(document__in=papers), cycle__in=cycles)


def covenants() -> QuerySet[Covenant]:
    return Covenant.objects.select_related(
        "cycle__bloc__province", "document__issued_file", "adopted_by", "created_by", "amends"
    ).order_by("level", "-version")


def covenants_of(cycle: Cycle) -> QuerySet[Covenant]:
    """All versions of a year; for services and reports, never for a person's page."""
    return covenants().filter(cycle=cycle)


@read_once
def covenant_in_force(cycle: Cycle, level: str = CovenantLevel.MEMBERS) -> Covenant | None:
    """The adopted covenant that counts in a year."""
    return covenants_of(cycle).filter(level=level, status__in=IN_FORCE).first()


def draft_of(cycle: Cycle, level: str = CovenantLevel.MEMBERS) -> Covenant | None:
    return covenants_of(cycle).filter(level=level, status=CovenantStatus.DRAFT).first()


def shown_covenant(found: Sequence[Covenant], level: str = CovenantLevel.MEMBERS) -> Covenant | None:
    """Which of the readable covenants a page opens with: the one in force, else the newest."""
    of_level = [one for one in found if one.level == level]
    return next((one for one in of_level if one.status in IN_FORCE), of_level[0] if of_level else None)


def last_years_covenant(cycle: Cycle, level: str = CovenantLevel.MEMBERS) -> Covenant | None:
    """What may be copied into a new draft."""
    return (
        covenants()
        .filter(cycle__bloc=cycle.bloc_id, cycle__year__lt=cycle.year, level=level, status__in=IN_FORCE)
        .order_by("-cycle__year")
        .first()
    )


def contents_of(covenant: Covenant) -> list[Content]:
    """The contents with their targets, in order. Two queries."""
    targets = Prefetch("targets", Target.objects.order_by("number"), to_attr="ordered_targets")
    return list(
        Content.objects.filter(covenant=covenant).prefetch_related(targets).order_by("position", "pk")
    )


def targets_of(covenant: Covenant) -> list[Target]:
    return list(Target.objects.filter(covenant=covenant).select_related("content").order_by("number"))


def assignments_of(covenant: Covenant) -> dict[tuple[int, int], TargetAssignment]:
    """(target, unit) → what that unit has to reach."""
    rows = TargetAssignment.objects.filter(target__covenant=covenant)
    return {(row.target_id, row.unit_id): row for row in rows}


def size_of(covenant: Covenant) -> tuple[int, int]:
    """How many contents have targets, and how many targets there are."""
    size = Target.objects.filter(covenant=covenant).aggregate(
        contents=Count("content", distinct=True), targets=Count("pk")
    )
    return size["contents"], size["targets"]


def text_of(covenant: Covenant) -> list[object]:
    """The promises as plain data: what the hash of an adopted covenant is taken of."""
    contents = contents_of(covenant)
    return [
        covenant.level,
        covenant.opening,
        [
            [
                content.position,
                content.title,
                content.note,
                [[t.number, t.text, t.measure, t.direction, t.value] for t in content.ordered_targets],
            ]
            for content in contents
        ],
    ]


def contents_fingerprint(covenant: Covenant) -> str:
    return fingerprint(text_of(covenant))


@read_once
def signings_of(covenant: Covenant) -> list[Signing]:
    rows = Signing.objects.filter(document=covenant.document_id)
    return list(rows.select_related("unit", "signed_by", "scan", "mandate_upload").order_by("order", "pk"))


def parties_of(covenant: Covenant) -> list[Membership | Signing]:
    """The units that sign: those asked once signing is open, so that all of them sign one text."""
    return [one for one in signings_of(covenant) if one.unit_id] or list(members_of(covenant.cycle))


def parties_waiting(covenant: Covenant) -> list[str]:
    """Who has yet to sign: present members, asked or not, and the province where it is a party."""
    signings = signings_of(covenant)
    signed = {one.unit_id for one in signings if one.state == SigningState.SIGNED}
    members = [m.unit.short_name for m in members_of(covenant.cycle) if m.unit_id not in signed]
    return members + [
        one.party for one in signings if one.unit_id is None and one.state != SigningState.SIGNED
    ]


def units_to_ask(covenant: Covenant) -> list[Unit]:
    """Members that have no place to sign yet."""
    asked = {one.unit_id for one in signings_of(covenant)}
    return [m.unit for m in members_of(covenant.cycle) if m.unit_id not in asked]


def signing_of(covenant: Covenant, unit: Unit | None) -> Signing | None:
    """The place where a unit (or the province, unit None) signs."""
    rows = Signing.objects.filter(document=covenant.document_id, unit=unit)
    return rows.select_related("unit", "document__cycle__bloc__province").first()


@dataclass(frozen=True)
class Figure:
    """One target of one unit in one period: assigned, reached, and how the two compare."""

    target: Target
    unit_id: int
    is_assigned: bool = True
    value: Decimal | None = None
    result: Result | None = None

    @property
    def actual(self) -> Decimal | None:
        return self.result.actual if self.result else None

    @property
    def is_estimated(self) -> bool:
        return bool(self.result and self.result.is_estimated)

    @property
    def achievement(self) -> Achievement:
        return achievement(self.target.direction, self.value, self.actual, is_assigned=self.is_assigned)


@dataclass(frozen=True)
class Figures:
    """All figures of a covenant in a period. A target of an earlier version finds the one that replaced it."""

    covenant: Covenant | None = None
    period: str = Period.YEAR
    targets: tuple[Target, ...] = ()
    cells: Mapping[tuple[int, int], Figure] = field(default_factory=dict)
    newest: Mapping[int, int] = field(default_factory=dict)

    def get(self, target_id: int, unit_id: int) -> Figure | None:
        return self.cells.get((self.newest.get(target_id, target_id), unit_id))

    def of_unit(self, unit_id: int) -> list[Figure]:
        """In the order of the targets."""
        return [
            self.cells[(target.pk, unit_id)] for target in self.targets if (target.pk, unit_id) in self.cells
        ]

    def tally_of(self, unit_id: int) -> Tally:
        return tally(figure.achievement for figure in self.of_unit(unit_id))

    def tally_of_bloc(self) -> Tally:
        return tally(figure.achievement for figure in self.cells.values())


def figures_of(
    cycle: Cycle,
    period: str = Period.YEAR,
    *,
    units: Iterable[int] | None = None,
    level: str = CovenantLevel.MEMBERS,
    covenant: Covenant | None = None,
) -> Figures:
    """What each unit has to reach and reached. Five queries, whatever the rows."""
    covenant = covenant or covenant_in_force(cycle, level)
    if covenant is None:
        return Figures(period=period)
    wanted = list(units) if units is not None else [m.unit_id for m in members_of(cycle)]
    targets = tuple(targets_of(covenant))
    newest = newest_targets(covenant, targets)
    assignments = assignments_of(covenant)
    results = {
        (newest.get(row.assignment.target_id), row.assignment.unit_id): row
        for row in results_of(covenant, period, wanted)
    }
    cells = {}
    for target in targets:
        for unit_id in wanted:
            given = assignments.get((target.pk, unit_id))
            cells[(target.pk, unit_id)] = Figure(
                target=target,
                unit_id=unit_id,
                is_assigned=given.is_assigned if given else True,
                value=given.value if given else target.value,
                result=results.get((target.pk, unit_id)),
            )
    return Figures(covenant, period, targets, cells, newest)


def results_of(covenant: Covenant, period: str, units: Iterable[int]) -> QuerySet[Result]:
    """Every version of every result in all versions of a covenant; the one that counts comes last."""
    return (
        Result.objects.filter(
            assignment__target__covenant__cycle=covenant.cycle_id,
            assignment__target__covenant__level=covenant.level,
            assignment__unit__in=list(units),
            period=period,
        )
        .select_related("assignment", "evidence", "recorded_by")
        .order_by("assignment__target__covenant__version", "version")
    )


def newest_targets(covenant: Covenant, targets: Iterable[Target]) -> dict[int, int]:
    """Each target of this and earlier versions → the target of `covenant` that stands for it."""
    before = dict(
        Target.objects.filter(
            covenant__cycle=covenant.cycle_id, covenant__level=covenant.level, replaces__isnull=False
        ).values_list("pk", "replaces")
    )
    newest = {}
    for target in targets:
        at: int | None = target.pk
        while at is not None:
            newest[at] = target.pk
            at = before.get(at)
    return newest


def results_of_unit(cycle: Cycle, unit: Unit, period: str) -> QuerySet[Result]:
    return Result.objects.filter(
        assignment__unit=unit, assignment__target__covenant__cycle=cycle, period=period
    ).select_related("assignment__target")


def result_history(cycle: Cycle, unit: Unit, period: str) -> list[Result]:
    """Every version that followed an estimate, the newest first."""
    return list(
        Result.objects.filter(
            assignment__unit=unit, assignment__target__covenant__cycle=cycle, period=period, version__gt=1
        )
        .select_related("assignment__target", "previous", "recorded_by")
        .order_by("-recorded_at", "-pk")
    )


def results_fingerprint(figures: Iterable[Figure]) -> str:
    """What an editor saw when the entry page was opened."""
    return fingerprint(
        [[f.target.pk, f.actual, f.is_estimated, f.result.note if f.result else ""] for f in figures]
    )


@dataclass(frozen=True)
class ReportRow:
    """One member's report of a period as the table of what was sent shows it."""

    unit: Unit
    report: UnitReport | None
    due_on: date | None
    state: ReportState

    @property
    def is_sent(self) -> bool:
        return self.state in (ReportState.ON_TIME, ReportState.LATE)


def report_of(cycle: Cycle, unit: Unit, period: str) -> UnitReport | None:
    return (
        UnitReport.objects.filter(cycle=cycle, unit=unit, period=period)
        .select_related("unit", "sent_by", "received_by", "extended_by")
        .first()
    )


def sent_units(cycle: Cycle, period: str) -> frozenset[int]:
    """The units whose figures of a period have left them."""
    sent = UnitReport.objects.filter(cycle=cycle, period=period, sent_at__isnull=False)
    return frozenset(sent.values_list("unit", flat=True))


def report_due_on(cycle: Cycle, period: str, report: UnitReport | None = None) -> date | None:
    """The unit's extended date, else the bloc's, else the province's."""
    return report.extended_to if report and report.extended_to else due_on(cycle, DUE[period])


def report_rows(
    cycle: Cycle, period: str, on: date, members: Sequence[Membership] | None = None
) -> list[ReportRow]:
    """The table of what was sent: in time, late, not yet. At most four queries."""
    reports = {
        report.unit_id: report
        for report in UnitReport.objects.filter(cycle=cycle, period=period).select_related(
            "sent_by", "received_by", "extended_by"
        )
    }
    due = due_on(cycle, DUE[period])
    rows = []
    for member in members if members is not None else members_of(cycle):
        report = reports.get(member.unit_id)
        own = report.extended_to if report and report.extended_to else due
        sent_on = today(report.sent_at) if report and report.sent_at else None
        rows.append(ReportRow(member.unit, report, own, report_state(own, sent_on, on)))
    return rows


def seen_units(who: Standing, cycle: Cycle, rows: Iterable[ReportRow]) -> frozenset[int]:
    """Whose figures a person sees: all that were sent; unsent ones are the unit's own and its bloc's keepers'."""
    rows = list(rows)
    if who.is_secretariat or who.is_vice or who.reads_all:
        return frozenset(row.unit.pk for row in rows)
    return frozenset(row.unit.pk for row in rows if row.is_sent or row.unit.pk in who.belongs_to)


def unit_in(cycle: Cycle, slug: str) -> QuerySet[Unit]:
    """A member unit by its address."""
    return Unit.objects.filter(memberships__cycle=cycle, memberships__left_on=None, slug=slug)


def registrations_of(cycle: Cycle) -> list[Registration]:
    return list(
        cycle.registrations.select_related("unit", "registered_by").order_by(
            "unit__sort_key", "registered_at", "pk"
        )
    )


def movements_of(cycle: Cycle) -> list[Movement]:
    """With what each unit did, in the order in which they were launched."""
    outcomes = Prefetch(
        "participations",
        Participation.objects.select_related("unit").order_by("unit__sort_key"),
        to_attr="outcomes",
    )
    found = cycle.movements.prefetch_related(outcomes)
    return list(found.order_by(F("launched_on").asc(nulls_last=True), "pk"))


def initiatives_of(cycle: Cycle) -> dict[tuple[int | None, str], int]:
    """(unit or None for the whole bloc, level) → count."""
    rows = InitiativeCount.objects.filter(cycle=cycle).values_list("unit", "level", "count")
    return {(unit, level): count for unit, level, count in rows}


def initiative_totals(cycle: Cycle) -> dict[str, int]:
    """Level → the bloc's figure: as stated for the whole, else the sum of its units."""
    counts = initiatives_of(cycle)
    totals: dict[str, int] = {}
    for level in dict.fromkeys(level for _, level in counts):
        whole = counts.get((None, level))
        totals[level] = sum(n for (_, of), n in counts.items() if of == level) if whole is None else whole
    return totals


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


def results_url(cycle: Cycle, period: str) -> str:
    return f"{reverse('results', args=cycle.slugs)}?ky={PERIOD_WORDS[period]}"


def movements_url(cycle: Cycle) -> str:
    return reverse("movements", args=cycle.slugs)


def unit_results_url(cycle: Cycle, unit: Unit, period: str) -> str:
    return f"{reverse('unit_results', args=[*cycle.slugs, unit.slug])}?ky={PERIOD_WORDS[period]}"


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
        .order_by("-cycle__year", "name", "pk")
    )
    return [
        *(
            Hit(str(one), one.covenant.get_absolute_url(), "Chỉ tiêu", str(one.covenant.cycle))
            for one in targets[:20]
        ),
        *(Hit(str(one), movements_url(one.cycle), "Phong trào", str(one.cycle)) for one in movements[:20]),
    ]


def violations() -> list[str]:
    """What must hold of covenants and results in the whole database."""
    changed = [
        f"Giao ước {covenant.pk} không còn đúng nội dung đã thống nhất."
        for covenant in covenants().exclude(status=CovenantStatus.DRAFT)
        if contents_fingerprint(covenant) != covenant.contents_sha256
    ]
    settled = Covenant.objects.annotate(
        asked=Count("document__signings"),
        given=Count("document__signings", filter=Q(document__signings__state=SigningState.SIGNED)),
    )
    unsigned = settled.filter(status=CovenantStatus.SIGNED).exclude(asked=F("given"), asked__gt=0)
    incomplete = UnitReport.objects.filter(sent_at__isnull=False).exclude(
        Exists(Result.objects.filter(assignment__unit=OuterRef("unit"), period=OuterRef("period")))
    )
    return [
        *changed,
        *(f"Giao ước {one.pk} ghi là đã ký nhưng còn bên chưa ký." for one in unsigned),
        *(f"Báo cáo {one.pk} đã gửi nhưng đơn vị không có kết quả nào." for one in incomplete),
    ]
