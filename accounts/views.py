from functools import wraps

from allauth.account import views as account
from allauth.account.views import LoginView
from allauth.mfa.base.views import IndexView
from allauth.mfa.webauthn import views as webauthn
from django.shortcuts import render
from django.utils import timezone

from accounts import limits, queries, rules
from config.kit.clients import client_address


def limited(view, limit, of):
    """A view of allauth's that answers 429 when its form is sent too often."""

    @wraps(view)
    def counted(request, *args, **kwargs):
        if request.method == "POST" and limits.is_too_many(limit, of(request), timezone.now()):
            return render(request, "429.html", status=429)
        return view(request, *args, **kwargs)

    return counted


def _person(request):
    return request.user.pk


class SignInView(LoginView):
    def get_context_data(self, **kwargs):
        has_demo_accounts = queries.demo_accounts_exist()
        return super().get_context_data(
            **kwargs,
            has_demo_accounts=has_demo_accounts,
            demo_password=rules.DEMO_PASSWORD if has_demo_accounts else "",
        )


class SecurityView(IndexView):
    def get_context_data(self, **kwargs):
        needs_second_step = queries.needs_second_step(self.request.user)
        return super().get_context_data(**kwargs, needs_second_step=needs_second_step)


sign_in = SignInView.as_view()
password_reset = limited(account.password_reset, rules.RESET_FROM, client_address)
password_change = limited(account.password_change, rules.OLD_PASSWORD, _person)
login_webauthn = limited(webauthn.login_webauthn, rules.KEY_FROM, client_address)
security = SecurityView.as_view()
