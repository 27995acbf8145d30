"""One-time links that set a password: a new one voids those before it, and the first one of an account lives longer."""

from datetime import datetime

from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils import timezone

from accounts.models import User


class AgelessTokens(PasswordResetTokenGenerator):
    """A token is worked out again when it comes back; nothing of it is stored.

    It dies with the password, the sign-in, the mailbox and the issue that it was made from.
    """

    def _make_hash_value(self, user, timestamp):
        issued = user.reset_link_at.timestamp() if user.reset_link_at else ""
        return f"{super()._make_hash_value(user, timestamp)}{issued}"

    def _now(self):
        return datetime(2001, 1, 1)  # noqa: DTZ001  (Django counts from this naive moment: no age at all)


class LinkTokens(AgelessTokens):
    """A link also dies by the clock: after a day, or when the first slip of paper says so."""

    def _now(self):
        return datetime.now()  # noqa: DTZ005  (as Django counts)

    def check_token(self, user, token):
        until = user.first_link_until if user else None
        if until and timezone.now() <= until:
            return AgelessTokens().check_token(user, token)
        return super().check_token(user, token)


def link_for(user: User) -> str:
    """The address at which this person sets the password; it stands nowhere but in what is handed over."""
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": LinkTokens().make_token(user)},
    )
