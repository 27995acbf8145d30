"""What the product holds of one person, for who asks for a copy (personal data)."""

from typing import Any

from accounts.models import User
from blocs.models import Appointment
from blocs.queries.audit import tracked_models
from blocs.queries.wired import audit_verbs


def personal_data(user: User) -> dict[str, Any]:
    """Account, roles, sign-ins and every act of a person; never a password, a second step or a ballot."""
    return {
        "account": {
            "username": user.username,
            "full_name": user.full_name,
            "email": user.email,
            "phone": user.phone,
            "is_active": user.is_active,
            "created_at": user.created_at,
            "last_login": user.last_login,
        },
        "roles": [
            {
                "role": one.get_role_display(),
                "place": str(one.unit or one.province),
                "title": one.title,
                "from": one.from_on,
                "to": one.to_on,
            }
            for one in Appointment.objects.filter(user=user)
            .select_related("unit", "province")
            .order_by("from_on", "pk")
        ],
        "security": [
            {"what": one.get_kind_display(), "at": one.at, "address": one.address, "note": one.note}
            for one in user.security_events.order_by("at", "pk")
        ],
        "acts": _acts_of(user),
    }


def _acts_of(user: User) -> list[dict[str, Any]]:
    """What the journal says that a person did: when, what, to which kind of thing. One query a table."""
    words = audit_verbs()
    found = []
    for events in tracked_models().values():
        name = str(events.pgh_tracked_model._meta.verbose_name)
        written = events.objects.filter(pgh_context__by=user.pk).values_list(
            "pgh_created_at", "pgh_context__verb", "pgh_obj_id"
        )
        found += [
            {"at": at, "what": words.get(verb, verb), "thing": name, "row": str(row)}
            for at, verb, row in written
        ]
    return sorted(found, key=lambda act: (act["at"], act["thing"], act["row"]))
