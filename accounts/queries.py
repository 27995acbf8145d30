"""Reads about people who sign in."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.enums import SecurityKind
from accounts.models import SecondStepReset, SecurityEvent, User


def demo_accounts_exist() -> bool:
    return User.objects.filter(is_demo=True).exists()


def person_named(username: str) -> User | None:
    """Who signs in by this name, in whatever case."""
    return User.objects.filter(username__iexact=username).first()


def person_by_key(key: int) -> User:
    """Whom a row of the queue names."""
    return User.objects.get(pk=key)


def has_signed_in_from(user: User, address: str, *, since: datetime) -> bool:
    return SecurityEvent.objects.filter(
        user=user, kind=SecurityKind.SIGNED_IN, address=address, at__gte=since
    ).exists()


def needs_second_step(user: User) -> bool:
    """Whether a password alone is too little. Roles are the business of an app above, which answers for them."""
    return not user.is_demo and import_string(settings.SECOND_STEP_POLICY)(user, timezone.now())


def waiting_reset_of(user: User) -> SecondStepReset | None:
    """The wish to take away a lost second step that a second person has not confirmed yet."""
    return SecondStepReset.objects.filter(user=user, confirmed_at=None).select_related("asked_by").first()


def has_any_step(user: User) -> bool:
    return Authenticator.objects.filter(user=user).exists()
