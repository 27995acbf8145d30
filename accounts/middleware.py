"""A person who has only a password is led to set up a second step before anything else."""

from allauth.mfa.adapter import get_adapter
from django.shortcuts import redirect

from accounts.adapters import ask_for_second_step

SESSION_KEY = "has_second_step"
STILL_OPEN = {"account_logout", "account_reauthenticate", "account_change_password"}


class SecondStepMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        name = request.resolver_match.url_name or ""
        if name.startswith("mfa_"):
            # The second step may change on these pages, so it is looked up again after them.
            request.session.pop(SESSION_KEY, None)
            return None
        if name in STILL_OPEN or not getattr(view_func, "login_required", True):
            return None
        user = request.user
        if not user.is_authenticated or user.is_demo or request.session.get(SESSION_KEY):
            return None
        if get_adapter().has_second_step(user):
            request.session[SESSION_KEY] = True
            return None
        ask_for_second_step(request)
        return redirect("mfa_index")
