"""Units, people and blocs of a province, as those who keep the directory see them."""

from datetime import date

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import User
from blocs.enums import Role
from blocs.models import Appointment, Province, Unit, UnitName
from config.kit.fields import key_holds
from config.kit.text import search_key


def with_counts(provinces: QuerySet[Province]) -> QuerySet[Province]:
    """Provinces with the numbers of their units and blocs."""
    return provinces.annotate(
        unit_count=Count("units", distinct=True), bloc_count=Count("blocs", distinct=True)
    )


def all_units_of(province: Province, words: str = "") -> QuerySet[Unit]:
    """Units of a province, dissolved ones too."""
    units = Unit.objects.filter(province=province).select_related("province").order_by("sort_key", "pk")
    if key := search_key(words):
        old = Q(pk__in=UnitName.objects.filter(key_holds("name", key)).values("unit"))
        units = units.filter(Q(search_key__contains=key) | Q(short_search_key__contains=key) | old)
    return units


def appointments_in(province: Province) -> QuerySet[Appointment]:
    """Every role ever given in a province."""
    return Appointment.objects.filter(Q(province=province) | Q(unit__province=province))


def people_of(province: Province, words: str = "") -> QuerySet[User]:
    """People with a role in the province, now or once."""
    people = User.objects.filter(pk__in=appointments_in(province).values("user"))
    if words.strip():
        named = Q(username__icontains=words.strip())
        if key := search_key(words):
            named |= Q(search_key__contains=key) | Q(
                pk__in=appointments_in(province)
                .filter(
                    Q(unit__search_key__contains=key) | Q(unit__short_search_key__contains=key), to_on=None
                )
                .values("user")
            )
        people = people.filter(named)
    current = appointments_in(province).filter(to_on=None).select_related("unit").order_by("pk")
    return people.prefetch_related(Prefetch("appointments", current, to_attr="current")).order_by(
        "sort_key", "pk"
    )


def appointments_of(user: User, province: Province) -> QuerySet[Appointment]:
    """The roles a person has or had in a province, the newest first."""
    return (
        appointments_in(province)
        .filter(user=user)
        .select_related("unit", "province")
        .order_by("-from_on", "-pk")
    )


def serves_elsewhere(user: User, province: Province, on: date) -> bool:
    """Whether a person holds a role outside a province; then only the whole site's administrator may act."""
    inside = appointments_in(province).filter(pk=OuterRef("pk"))
    return Appointment.objects.on(on).filter(~Exists(inside), user=user).exists()


def is_administrator(user: User, on: date) -> bool:
    """Whether a person administers anything."""
    return Appointment.objects.on(on).filter(user=user, role=Role.ADMIN).exists()


def administrators_of(province: Province, on: date) -> QuerySet[User]:
    """Who administers a province, or the whole site, on a day; the province's own first."""
    held = Appointment.objects.on(on).filter(Q(province=province) | Q(province=None), role=Role.ADMIN)
    return User.objects.filter(appointments__in=held, is_active=True).order_by("appointments__province", "pk")


def username_is_taken(username: str, except_pk: int | None = None) -> bool:
    """Whether somebody signs in by this name, in whatever case."""
    return User.objects.filter(username__iexact=username).exclude(pk=except_pk).exists()


def people_to_remind() -> QuerySet[User]:
    """Active people with a mailbox."""
    return User.objects.filter(is_active=True).exclude(email="").order_by("pk")
