"""What happens to accounts goes to the journal and to the log."""

import time

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils import timezone

from accounts import security
from accounts.enums import SecurityKind
from accounts.rules import SIGNED_IN_AT
from config.kit.clients import client_address


@receiver(user_logged_in)
def remember_when(request, **kwargs):
    """Signing in is an authentication too: acts that ask for a fresh one compare with this moment."""
    request.session[SIGNED_IN_AT] = time.time()


def _record(kind):
    def told(request, user, **kwargs):
        security.record(kind, user=user, address=client_address(request), at=timezone.now())

    return told


# Kept by name: a receiver is only held weakly.
HEARD = [
    (account.user_logged_in, _record(SecurityKind.SIGNED_IN)),
    (account.password_changed, _record(SecurityKind.PASSWORD_CHANGED)),
    (account.password_set, _record(SecurityKind.PASSWORD_CHANGED)),
    (account.password_reset, _record(SecurityKind.PASSWORD_CHANGED)),
    (mfa.authentication_failed, _record(SecurityKind.SECOND_STEP_FAILED)),
    (mfa.authenticator_added, _record(SecurityKind.SECOND_STEP_ADDED)),
    (mfa.authenticator_removed, _record(SecurityKind.SECOND_STEP_REMOVED)),
]
for signal, told in HEARD:
    signal.connect(told)
