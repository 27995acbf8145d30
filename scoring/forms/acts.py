"""One act with its reason or its words."""

from django import forms

from config.kit.forms import PageForm


class HowForm(PageForm, forms.Form):
    how = forms.CharField(
        label="Hình thức",
        max_length=300,
        help_text="Ví dụ: thống nhất tại hội nghị ngày 16/12/2020; giơ tay biểu quyết 7/7.",
    )


class VerifierForm(PageForm, forms.Form):
    unit = forms.ModelChoiceField(None, label="Đơn vị rà soát", empty_label="Chọn đơn vị")
    reason = forms.CharField(label="Lý do hội nghị giao", max_length=300)

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
