"""Explanations and appeals: question, answer, decision."""

from django import forms

from config.kit.figures import points_text
from config.kit.forms import DayField, NumberField, PageForm
from scoring.enums import AppealOutcome
from scoring.forms.evidence import FilesField

FILES_HINT = "PDF, ảnh, Word, Excel, PowerPoint; mỗi tệp tối đa 20 MB; chọn được nhiều tệp."
LONG_TEXT = {"rows": 5}


class ExplanationForm(PageForm, forms.Form):
    question = forms.CharField(
        label="Nội dung cần giải trình", max_length=4000, widget=forms.Textarea(attrs=LONG_TEXT)
    )
    due_on = DayField(label="Hạn giải trình", help_text="Đơn vị trả lời được đến hết ngày này.")


class AppealForm(PageForm, forms.Form):
    question = forms.CharField(
        label="Nội dung đề nghị xem xét lại", max_length=4000, widget=forms.Textarea(attrs=LONG_TEXT)
    )
    files = FilesField(label="Tệp kèm theo", required=False, help_text=FILES_HINT)


class AnswerForm(PageForm, forms.Form):
    answer = forms.CharField(label="Giải trình", max_length=8000, widget=forms.Textarea(attrs=LONG_TEXT))
    files = FilesField(label="Tệp kèm theo", required=False, help_text=FILES_HINT)


class DecisionForm(PageForm, forms.Form):
    outcome = forms.ChoiceField(label="Kết luận", choices=AppealOutcome.choices, widget=forms.RadioSelect)
    points = NumberField(label="Điểm sau điều chỉnh", required=False, max_digits=9, decimal_places=3)
    reason = forms.CharField(label="Lý do kết luận", max_length=4000, widget=forms.Textarea(attrs=LONG_TEXT))

    def __init__(self, *args, bounds=None, **kwargs):
        super().__init__(*args, **kwargs)
        if bounds:
            low, high = bounds
            self.fields[
                "points"
            ].help_text = f"Chỉ ghi khi điều chỉnh; từ {points_text(low)} đến {points_text(high)}."
