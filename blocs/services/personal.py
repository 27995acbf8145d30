"""Erasing what reaches a person, once no office needs it."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.models import User
from blocs import policies, queries
from config.kit.audit import audited
from config.kit.refusals import refuse

ERASED_AT_ONCE = ("email", "phone", "is_active", "password", "mailbox_waits_until", "first_link_until")


@transaction.atomic
def erase_person(*, user: User, reason: str, by: User | None, at: datetime) -> User:
    """Erase mailbox, telephone, password, second step and sessions of a person without a role.

    Name and acts stay: they stand in records that the law on archives keeps.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    has_role = bool(queries.roles_from(user, queries.today(at)))
    refuse(policies.erase_person(user, has_role=has_role, reason=reason))
    user.email = user.phone = ""
    user.is_active, user.mailbox_waits_until, user.first_link_until = False, None, None
    user.set_unusable_password()
    with audited("accounts.person.erased", by=by, reason=reason):
        user.save(update_fields=ERASED_AT_ONCE)
    Authenticator.objects.filter(user=user).delete()
    mine = [one.pk for one in Session.objects.all() if one.get_decoded().get("_auth_user_id") == str(user.pk)]
    Session.objects.filter(pk__in=mine).delete()
    return user
