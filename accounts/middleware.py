"""Who he is, is asked in time: a second step of some roles, the password again before what weighs; never of a script."""

import time
from urllib.parse import urlencode, urlsplit

from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.adapters import ask_for_second_step, authenticated_at
from accounts.queries import needs_second_step
from config.kit.partials import is_partial, page_asked_from, small

SESSION_KEY = "has_second_step"
STILL_OPEN = {"account_logout", "account_reauthenticate", "account_change_password"}

# Where a script was sent → status, the words of a badge, the sentence.
SENT_TO = {
    "account_login": (401, "hết phiên", "Phiên làm việc đã hết. Hãy đăng nhập lại rồi làm tiếp."),
    "mfa_index": (403, "chờ bước hai", "Hãy bật bước thứ hai của đăng nhập rồi làm tiếp."),
    "": (403, "", "Hãy xác nhận lại mật khẩu rồi làm tiếp."),
}
# What a whole page of refusal says, for a script.
REFUSED_WITH = {
    403: "Phiên làm việc đã đổi từ khi trang này mở ra. Hãy tải lại trang rồi làm lại.",
    404: "Nội dung này không còn, hoặc anh, chị không còn quyền. Hãy tải lại trang.",
    429: "Đã gửi quá nhiều lần trong thời gian ngắn. Hãy đợi vài phút rồi thử lại.",
}
FAILED = "Máy chủ chưa làm được việc này. Hãy thử lại; nếu vẫn lỗi, hãy báo cho quản trị kèm giờ gặp lỗi."


class PartialMiddleware:
    """Outside all that redirect or refuse: what they answer to a script becomes a few words with a status."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not is_partial(request):
            return response
        if response.has_header("Location"):
            return _in_place_of_redirect(request, response)
        if response.status_code >= 400 and _is_page(response):
            words = REFUSED_WITH.get(response.status_code, FAILED)
            return small(request, response.status_code, getattr(response, "reasons", [words]))
        return response


def _in_place_of_redirect(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A script goes where it is sent, unless that is a page of signing in."""
    path = urlsplit(response["Location"]).path
    try:
        name = resolve(path).url_name or ""
    except Resolver404:
        return response
    if not name.startswith(("account_", "mfa_")):
        return response
    status, words, sentence = SENT_TO.get(name, SENT_TO[""])
    back = f"?{urlencode({'next': page_asked_from(request)})}" if name == "account_login" else ""
    return small(request, status, [sentence], words, path + back)


def _is_page(response: HttpResponse) -> bool:
    is_html = response.get("Content-Type", "").startswith("text/html")
    return is_html and not response.streaming and b"<html" in response.content


class SecondStepMiddleware:
    """A second step is asked of whoever holds a role that can do harm; everybody else may choose it."""

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
        if not needs_second_step(user):
            return None
        if not is_partial(request):
            ask_for_second_step(request)
        return redirect("mfa_index")


class FreshSignInMiddleware:
    """Ask for the password again before the acts of `FRESH_SIGN_IN`, then go on with what was sent."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        seconds = settings.FRESH_SIGN_IN.get(request.resolver_match.url_name or "")
        if request.method != "POST" or seconds is None or not request.user.is_authenticated:
            return None
        if time.time() - authenticated_at(request) <= seconds:
            return None
        if request.FILES:
            # A file does not outlive its request: what was sent is sent once more, whole.
            messages.warning(request, "Hãy xác nhận mật khẩu, rồi chọn tệp và gửi lại.")
            return redirect(f"{reverse('account_reauthenticate')}{_and_back_to_the_form(request)}")
        return suspend_request(request, reverse("account_reauthenticate"))


def _and_back_to_the_form(request):
    """The page that holds the form that was sent, as what follows the confirmation; nothing where none of ours is named."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}):
        return ""
    return "?" + urlencode({REDIRECT_FIELD_NAME: urlsplit(page).path})
