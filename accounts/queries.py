"""Reads about people who sign in."""

from accounts.models import User


def demo_accounts_exist() -> bool:
    return User.objects.filter(is_demo=True).exists()
