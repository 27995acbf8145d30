"""What this site answers when allauth asks: nobody signs up, and a second step that a role needs stays."""

import time

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.utils import timezone

from accounts import knocks, queries, security
from accounts.enums import SecurityKind
from accounts.queries import needs_second_step
from accounts.rules import SIGNED_IN_AT
from config.kit.clients import client_address

# A recovery code only replaces a second step that exists.
SECOND_STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def send_mail(self, template_prefix, email, context):
        # The worker sends without a request, so the site is named by its setting.
        self.render_mail(template_prefix, email, {**context, "site_url": settings.SITE_URL}).send()

    def get_client_ip(self, request):
        return client_address(request)

    def pre_authenticate(self, request, **credentials):
        self.tried_at = timezone.now()
        self.tried_for = queries.person_named(credentials.get("username", ""))
        self.counted = knocks.may_try_password(
            credentials.get("username", ""), self.tried_for, client_address(request), self.tried_at
        )
        if self.counted is None:
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request, **credentials):
        user = super().authenticate(request, **credentials)
        if user:
            knocks.give_back(self.counted, self.tried_at)
        return user

    def authentication_failed(self, request, **credentials):
        security.record(
            SecurityKind.SIGN_IN_FAILED,
            user=self.tried_for,
            address=client_address(request),
            at=self.tried_at,
        )

    def is_reauthentication_required(self, *, app, **kwargs):
        # Who has just signed in is not asked again: setting up a second step is one walk, not three.
        return time.time() - authenticated_at(context.request) > app_settings.REAUTHENTICATION_TIMEOUT

    def add_message(
        self, request, level, message_template=None, message_context=None, extra_tags="", **kwargs
    ):
        # Signing in and out speak for themselves; a green line about them is noise.
        if message_template in ("account/messages/logged_in.txt", "account/messages/logged_out.txt"):
            return
        super().add_message(request, level, message_template, message_context, extra_tags, **kwargs)


class MFAAdapter(DefaultMFAAdapter):
    def has_second_step(self, user):
        return self.is_mfa_enabled(user, SECOND_STEPS)

    def can_delete_authenticator(self, authenticator):
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=SECOND_STEPS)
        return others.exclude(pk=authenticator.pk).exists() or not needs_second_step(authenticator.user)

    def get_totp_label(self, user):
        return user.get_username()

    def get_public_key_credential_rp_entity(self):
        return {**super().get_public_key_credential_rp_entity(), "name": "Khối thi đua"}


def authenticated_at(request):
    """When the person of this session last showed who he is, by signing in or by confirming."""
    records = get_authentication_records(request, request.user)
    return max((record["at"] for record in records), default=request.session.get(SIGNED_IN_AT, 0))


def ask_for_second_step(request):
    messages.warning(
        request, "Vai trò của anh, chị cần bước thứ hai khi đăng nhập. Hãy bật rồi làm việc tiếp."
    )
