"""Reads about people who sign in."""

from datetime import datetime

from accounts.enums import SecurityKind
from accounts.models import SecurityEvent, User


def demo_accounts_exist() -> bool:
    return User.objects.filter(is_demo=True).exists()


def person_named(username: str) -> User | None:
    """Who signs in by this name, in whatever case."""
    return User.objects.filter(username__iexact=username).first()


def has_signed_in_from(user: User, address: str, *, since: datetime) -> bool:
    return SecurityEvent.objects.filter(
        user=user, kind=SecurityKind.SIGNED_IN, address=address, at__gte=since
    ).exists()
