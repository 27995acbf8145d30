"""Files of evidence and what is cited of them."""

from django import forms

from config.kit.forms import PageForm
from documents.rules import UPLOAD_LIMIT


class FilesWidget(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once, each with something in it and within the limit."""

    widget = FilesWidget

    def clean(self, data, initial=None):
        files = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if empty := [one.name for one in files if not one.size]:
            raise forms.ValidationError(f"Tệp rỗng: {', '.join(empty)}. Hãy chọn lại tệp.")
        cleaned = [super(FilesField, self).clean(one, initial) for one in files or [None]]
        if big := [one.name for one in files if one.size > UPLOAD_LIMIT]:
            raise forms.ValidationError(f"Tệp lớn hơn 20 MB: {', '.join(big)}. Hãy tách hoặc nén tệp.")
        return cleaned if files else []


class EvidenceForm(PageForm, forms.Form):
    rows = (("file",), ("page", "quotation"))
    file = FilesField(
        label="Tệp", help_text="Một hay nhiều tệp PDF, ảnh, Word, Excel, PowerPoint; mỗi tệp tối đa 20 MB."
    )
    page = forms.CharField(label="Trang", max_length=40, required=False)
    quotation = forms.CharField(label="Trích dẫn", max_length=1000, required=False)


class NewerForm(PageForm, forms.Form):
    file = FilesField(label="Bản mới của tệp")


class CitationForm(PageForm, forms.Form):
    page = forms.CharField(label="Trang", max_length=40, required=False)
    quotation = forms.CharField(label="Trích dẫn", max_length=1000, required=False)
