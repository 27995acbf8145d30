from functools import partial

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.forms import ResetPasswordForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.db import transaction
from django.utils import timezone

from accounts import knocks, limits
from accounts.rules import RESET_OF
from accounts.tasks import mail_forgotten_link
from config.kit.clients import client_address


class AddKeyForm(AddWebAuthnForm):
    name = forms.CharField(label="Tên của khóa", required=False, help_text="Để phân biệt khi có nhiều khóa.")


class EditKeyForm(EditWebAuthnForm):
    name = forms.CharField(label="Tên của khóa", max_length=100)


class CountedCode:
    """A code of the second step: so many tries in a while, and each code once."""

    def clean_code(self):
        now = timezone.now()
        counted = knocks.may_try_code(self.user, client_address(context.request), now)
        if counted is None:
            raise get_account_adapter().validation_error("too_many_login_attempts")
        code = super().clean_code()
        is_from_phone = self.authenticator.type == Authenticator.Type.TOTP
        if is_from_phone and not knocks.is_fresh_code(self.user, code.replace(" ", ""), now):
            raise get_mfa_adapter().validation_error("incorrect_code")
        knocks.give_back(counted, now)
        return code


class CodeForm(CountedCode, AuthenticateForm):
    pass


class CodeAgainForm(CountedCode, ReauthenticateForm):
    pass


class ForgottenPasswordForm(ResetPasswordForm):
    """A mailbox gets a few letters an hour, and none for an account to which it was given lately.

    The answer is always the same and comes as fast, so that nobody learns who has which mailbox: the worker writes.
    """

    def clean_email(self):
        email, now = super().clean_email(), timezone.now()
        is_too_many = limits.is_too_many(RESET_OF, email.lower(), now)
        self.users = [user for user in self.users if not is_too_many and user.takes_links(now)]
        return email

    def save(self, request, **kwargs):
        for user in self.users:
            transaction.on_commit(partial(mail_forgotten_link.enqueue, user=user.pk))
        return self.cleaned_data["email"]
