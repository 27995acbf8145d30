"""What an import asks before it writes."""

from datetime import datetime

from accounts.models import User
from blocs.enums import Role
from blocs.models import Appointment, Province
from blocs.queries import today
from scoring.models import Guidance


def newest_guidance(province: Province, number: str) -> Guidance | None:
    """The last version of a province's guidance with this number."""
    return Guidance.objects.filter(province=province, number=number).order_by("-version").first()


def writers_of(province: Province, at: datetime) -> list[User]:
    """Who writes a province's guidance on a day: heads of the standing office first."""
    roles = (Role.PROVINCE_HEAD, Role.PROVINCE_OFFICER)
    found = Appointment.objects.on(today(at)).filter(province=province, role__in=roles).select_related("user")
    return [one.user for one in sorted(found, key=lambda one: (roles.index(one.role), one.pk))]
