"""What the provincial desk sees: every bloc of a year at a glance."""

from datetime import date

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from blocs.enums import Role
from blocs.models import Appointment, Bloc, BlocAssignment, Cycle, Deadline, Membership, Province, Term


def blocs_of(province: Province) -> QuerySet[Bloc]:
    """The blocs of a province by name."""
    return Bloc.objects.filter(province=province).select_related("province").order_by("sort_key", "pk")


def blocs_in(province: Province, year: int, on: date) -> QuerySet[Bloc]:
    """The blocs with their cycle of a year, its members, chairs and dates, and the officers in charge.

    Six queries whatever the rows; a bloc that has not opened the year has an empty `cycles_of_year`.
    """
    members = Membership.objects.filter(left_on=None).select_related("unit").order_by("position", "pk")
    terms = Term.objects.filter(to_on=None).select_related("unit").order_by("office", "pk")
    cycles = Cycle.objects.filter(year=year).prefetch_related(
        Prefetch("memberships", members, to_attr="open_members"),
        Prefetch("terms", terms, to_attr="open_terms"),
        "milestones",
    )
    assignments = BlocAssignment.objects.on(on).select_related("officer").order_by("officer__sort_key", "pk")
    return blocs_of(province).prefetch_related(
        Prefetch("cycles", cycles, to_attr="cycles_of_year"),
        Prefetch("assignments", assignments, to_attr="open_assignments"),
    )


def next_year_to_open(province: Province, this_year: int) -> tuple[int, list[Bloc]]:
    """The first year from this one on that some bloc has not opened, and those blocs."""
    blocs = list(blocs_of(province))
    opened = set(Cycle.objects.filter(bloc__province=province).values_list("bloc", "year"))
    year = this_year
    while blocs and all((bloc.pk, year) in opened for bloc in blocs):
        year += 1
    return year, [bloc for bloc in blocs if (bloc.pk, year) not in opened]


def years_in(province: Province) -> list[int]:
    """The years that any bloc of a province has opened, the newest first."""
    years = Cycle.objects.filter(bloc__province=province).order_by("-year").values_list("year", flat=True)
    return list(years.distinct())


def officers_of(province: Province, on: date) -> QuerySet[User]:
    """The officers of the standing office on a day."""
    holders = Appointment.objects.on(on).filter(role=Role.PROVINCE_OFFICER, province=province)
    return User.objects.filter(pk__in=holders.values("user"), is_active=True).order_by("sort_key", "pk")


def assignments_in(province: Province, on: date) -> QuerySet[BlocAssignment]:
    """Who is in charge of which bloc on a day."""
    return (
        BlocAssignment.objects.on(on)
        .filter(bloc__province=province)
        .select_related("officer", "bloc__province")
        .order_by("bloc__sort_key", "officer__sort_key", "pk")
    )


def deadlines_of(province: Province, year: int | None = None) -> QuerySet[Deadline]:
    """Dates of a province, of one year or of all, the newest year first."""
    found = Deadline.objects.filter(province=province)
    if year is not None:
        found = found.filter(year=year)
    return found.order_by("-year", "due_on", "pk")
