"""A lost second step is taken away by two people: one asks, another confirms."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts import queries as accounts
from accounts import security
from accounts.enums import SecurityKind
from accounts.models import SecondStepReset, User
from blocs import policies
from blocs.models import Province
from blocs.queries import Standing, serves_elsewhere, standing_in_province, today
from config.kit.audit import audited
from config.kit.refusals import refuse


def _stand(user: User, province: Province, by: User, at: datetime) -> Standing:
    is_elsewhere = serves_elsewhere(user, province, today(at))
    return standing_in_province(None if is_elsewhere else province, by, at)


@transaction.atomic
def ask_second_step_reset(
    *, user: User, province: Province, reason: str, by: User, at: datetime
) -> SecondStepReset:
    """Ask that a lost second step be taken away; nothing changes before another person confirms."""
    user = User.objects.select_for_update().get(pk=user.pk)
    refuse(
        policies.ask_second_step_reset(
            _stand(user, province, by, at),
            is_self=user == by,
            has_step=accounts.has_any_step(user),
            waiting=accounts.waiting_reset_of(user),
            reason=reason,
        )
    )
    with audited("accounts.second_step_reset.asked", by=by, reason=reason):
        return SecondStepReset.objects.create(user=user, reason=reason.strip(), asked_at=at, asked_by=by)


@transaction.atomic
def confirm_second_step_reset(*, user: User, province: Province, by: User, at: datetime) -> SecondStepReset:
    """Take the second step away; the person sets up a new one at the next sign-in."""
    user = User.objects.select_for_update().get(pk=user.pk)
    waiting = accounts.waiting_reset_of(user)
    who = _stand(user, province, by, at)
    refuse(policies.confirm_second_step_reset(who, is_self=user == by, waiting=waiting))
    waiting.confirmed_at, waiting.confirmed_by = at, by
    with audited("accounts.second_step_reset.confirmed", by=by, reason=waiting.reason):
        waiting.save(update_fields=["confirmed_at", "confirmed_by"])
        Authenticator.objects.filter(user=user).delete()
    security.record(
        SecurityKind.SECOND_STEP_RESET,
        user=user,
        by=by,
        at=at,
        note=f"theo đề nghị của {waiting.asked_by}"[:200],
    )
    return waiting
