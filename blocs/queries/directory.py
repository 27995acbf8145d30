"""Units, people and blocs of a province, as those who keep the directory see them."""

from datetime import date

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet

from accounts.models import User
from blocs.enums import Phase, Role
from blocs.models import Appointment, Bloc, Membership, PhaseMove, Province, Unit, UnitName
from blocs.queries.standing import appointments_on, today
from blocs.rules import SIGNING_ROLES, proposed_username
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
        .select_related("unit", "province", "given_by")
        .order_by("-from_on", "-pk")
    )


def serves_elsewhere(user: User, province: Province, on: date) -> bool:
    """Whether a person holds a role outside a province; then only the whole site's administrator may act."""
    inside = appointments_in(province).filter(pk=OuterRef("pk"))
    return Appointment.objects.on(on).filter(~Exists(inside), user=user).exists()


def roles_from(user: User, on: date) -> set[str]:
    """The roles a person holds on a day or later."""
    held = Appointment.objects.filter(Q(to_on=None) | Q(to_on__gte=on), user=user)
    held = held.exclude(ended_at__isnull=False, to_on=on)
    return set(held.values_list("role", flat=True))


def last_closing(unit: Unit | None, province: Province | None) -> date | None:
    """The day on which the last year of a unit's blocs, or of a province, was closed."""
    years = {"cycle__memberships__unit": unit} if unit else {"cycle__bloc__province": province}
    moves = PhaseMove.objects.filter(to_phase=Phase.CLOSED, cycle__phase=Phase.CLOSED, **years)
    closed_at = moves.aggregate(last=Max("moved_at"))["last"]
    return closed_at and today(closed_at)


def competes_in(officer: User, bloc: Bloc, on: date) -> bool:
    """Whether a unit that a person serves is a member of a bloc's running year."""
    own = appointments_on(officer, on).exclude(unit=None)
    members = Membership.objects.filter(cycle__bloc=bloc, unit__in=own.values("unit"), left_on=None)
    return members.exclude(cycle__phase=Phase.CLOSED).exists()


def told_of(appointment: Appointment) -> QuerySet[User]:
    """Who hears that a role was given which signs, votes, reads all or gives roles: who holds the like of it there."""
    if appointment.unit_id:
        same = Appointment.objects.filter(unit=appointment.unit_id, role__in=SIGNING_ROLES)
    else:
        kept = Q(role__in=(Role.PROVINCE_HEAD, Role.ADMIN), province=appointment.province_id)
        same = Appointment.objects.filter(kept | Q(role=Role.ADMIN, province=None))
    now = same.on(appointment.given_on or appointment.from_on).exclude(pk=appointment.pk)
    return User.objects.filter(pk__in=now.values("user"), is_active=True).exclude(email="").order_by("pk")


def administrators_of(province: Province, on: date) -> QuerySet[User]:
    """Who administers a province, or the whole site, on a day; the province's own first."""
    held = Appointment.objects.on(on).filter(Q(province=province) | Q(province=None), role=Role.ADMIN)
    return User.objects.filter(appointments__in=held, is_active=True).order_by("appointments__province", "pk")


def addresses_in(province: Province, model: type[Unit] | type[Bloc]) -> set[str]:
    """The addresses that units, or blocs, of a province have."""
    return set(model.objects.filter(province=province).values_list("slug", flat=True))


def unused_username(full_name: str, place: str) -> str:
    """A name to sign in by that nobody has, from a person's name and place."""
    taken = User.objects.filter(username__iendswith=f".{place}").values_list("username", flat=True)
    return proposed_username(full_name, place, {name.lower() for name in taken})


def username_is_taken(username: str, except_pk: int | None = None) -> bool:
    """Whether somebody signs in by this name, in whatever case."""
    return User.objects.filter(username__iexact=username).exclude(pk=except_pk).exists()


def people_to_remind() -> QuerySet[User]:
    """Active people with a mailbox."""
    return User.objects.filter(is_active=True).exclude(email="").order_by("pk")
