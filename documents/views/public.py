from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import limits
from accounts.rules import VERIFICATION
from config.kit import blobs
from config.kit.clients import client_address
from documents import forms, queries, reports


@login_not_required
@require_http_methods(["GET", "POST"])
def verification_search(request):
    form = forms.CodeForm(request.POST or None)
    if form.is_valid():
        return redirect("verification", form.cleaned_data["code"].upper())
    return render(request, "documents/verification_search.html", {"form": form})


@login_not_required
@require_http_methods(["GET", "POST"])
def verification(request, code):
    if limits.is_too_many(VERIFICATION, client_address(request), timezone.now()):
        return render(request, "429.html", status=429)
    issued = queries.issued_file_by_code(code)
    if issued is None:
        return render(request, "documents/verification_unknown.html", {"code": code}, status=404)
    form = forms.CheckFileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    is_same = blobs.sha256_of(form.cleaned_data["file"].read()) == issued.sha256 if form.is_valid() else None
    context = {
        "issued": issued,
        "document": issued.document,
        "issuer": reports.letterhead(issued.document)["issuer_name"],
        "is_illustrative": reports.is_illustrative(issued.document),
        "form": form,
        "is_same": is_same,
    }
    return render(request, "documents/verification.html", context, status=422 if form.errors else 200)
