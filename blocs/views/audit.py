from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from blocs import forms, queries
from blocs.queries import JournalFilter

PAGE = 50
LAST_PAGE = 2000


@require_safe
def audit(request):
    provinces = list(queries.audited_by(request.user, timezone.now()))
    if not provinces:
        raise Http404
    form = forms.JournalForm(request.GET or None, provinces=provinces)
    asked = form.cleaned_data if form.is_valid() else {}
    province = asked.get("tinh") or provinces[0]
    number = min(asked.get("trang") or 1, LAST_PAGE)
    wanted = JournalFilter(
        who=asked.get("nguoi", ""),
        verb=asked.get("viec", ""),
        model=asked.get("loai", ""),
        from_on=asked.get("tu"),
        to_on=asked.get("den"),
    )
    found, has_more = queries.journal_of(province, wanted, page=number, size=PAGE)
    who = queries.standing_in_province(province, request.user, timezone.now())
    context = {
        "province": province,
        "form": form,
        "acts": queries.acts_of(found, reads_scores=who.reads_all),
        "verbs": queries.audit_verbs(),
        "number": number,
        "asked": _without_page(request),
        "chain": queries.chain_head(),
        "has_more": has_more and number < LAST_PAGE,
    }
    return render(request, "blocs/admin/audit.html", context)


def _without_page(request):
    asked = request.GET.copy()
    asked.pop("trang", None)
    return asked.urlencode()
