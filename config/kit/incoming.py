"""A workbook that is looked at first: exactly the bytes that were looked at are written afterwards."""

from django import forms
from django.core import signing

from config.kit import blobs
from config.kit.books import Fault
from config.kit.forms import PageForm
from config.kit.refusals import Refused

# A file that was looked at may be confirmed within a day, by the same person, at the same place.
LOOKED_AT = "kit.workbook"
MOST_AGE = 24 * 60 * 60
GONE = "Tệp đã xem không còn, hoặc đã quá một ngày. Hãy gửi lại tệp."


class WorkbookForm(PageForm, forms.Form):
    rows = (("file",),)
    file = forms.FileField(
        label="Tệp Excel (xlsx)",
        help_text="Tối đa 5 MB, 1.000 dòng. Hệ thống đọc thử trước, chưa ghi gì.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )


def kept(request, content, place):
    """Keep the bytes that are looked at, so that exactly these are written; gives the token that names them."""
    return signing.dumps([blobs.put(content), request.user.pk, place], salt=LOOKED_AT)


def looked_at(request, place):
    """The bytes that were looked at, and their token."""
    token = request.POST.get("token", "")
    try:
        sha256, user, where = signing.loads(token, salt=LOOKED_AT, max_age=MOST_AGE)
        if (user, where) != (request.user.pk, place):
            raise signing.BadSignature
        return blobs.get(sha256), token
    except (signing.BadSignature, FileNotFoundError, ValueError, TypeError) as gone:
        raise Refused([GONE]) from gone


def sent(request, form, place):
    """The bytes of this request: sent now, or looked at before."""
    if "token" in request.POST:
        return looked_at(request, place)
    if not form.is_valid():
        raise Refused(["Hãy chọn tệp Excel (xlsx) có nội dung."])
    content = form.cleaned_data["file"].read()
    return content, kept(request, content, place)


def lines_of(refused):
    """Faults as the page prints them: with sheet and cell where they are known."""
    faults = getattr(refused, "faults", None)
    return faults if faults is not None else [Fault("", "", one) for one in refused.reasons]
