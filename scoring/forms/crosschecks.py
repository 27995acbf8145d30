"""How the members check one another's cards."""

from django import forms

from config.kit.forms import DayField, PageForm
from scoring.enums import CrossMethod


class CrossPlanForm(PageForm, forms.Form):
    rows = (("method", "due_on"),)
    method = forms.ChoiceField(
        label="Cách lấy điểm chấm chéo",
        choices=(("", "Không chấm chéo"), *CrossMethod.choices),
        required=False,
    )
    due_on = DayField(label="Hạn chấm chéo", required=False)
