from decimal import Decimal

from django import forms

from awards.enums import AppraisalVerdict, Choice
from awards.enums import DecisionForm as DecidedBy
from awards.models import AwardType
from awards.reports import award_in_words
from awards.rules import Count, OptionCount
from config.kit.forms import DayField, EntryForm, NumberField, PageForm, WholeField


class BallotForm(PageForm, forms.Form):
    """One ballot: candidates to tick up to the seats, or an answer for each option."""

    def __init__(self, *args, poll, entry=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.poll = poll
        own = entry.unit_id if entry and not poll.rule.get("own_unit_votes", True) else None
        options = [
            (str(option.pk), option.text)
            for option in poll.options.all()
            if own is None or option.unit_id != own
        ]
        if not poll.is_choice:
            for key, label in options:
                self.fields[f"option-{key}"] = forms.ChoiceField(
                    label=label, choices=Choice.choices, widget=forms.RadioSelect
                )
        elif poll.seats == 1:
            self.fields["chosen"] = forms.ChoiceField(
                label="Chọn một", choices=[*options, ("", "Phiếu trắng, không chọn đơn vị nào")],
                widget=forms.RadioSelect, required=False,
            )  # fmt: skip
        else:
            self.fields["chosen"] = forms.MultipleChoiceField(
                label=f"Chọn tối đa {poll.seats}",
                choices=options,
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )

    def clean(self):
        data = super().clean()
        chosen = data.get("chosen") or []
        if isinstance(chosen, list) and len(chosen) > self.poll.seats:
            self.add_error("chosen", f"Chỉ chọn tối đa {self.poll.seats}. Hãy bỏ bớt rồi gửi lại.")
        return data

    @property
    def choices(self):
        if not self.poll.is_choice:
            return {name.removeprefix("option-"): said for name, said in self.cleaned_data.items()}
        chosen = self.cleaned_data["chosen"] or []
        keys = [chosen] if isinstance(chosen, str) else chosen
        return dict.fromkeys(keys, Choice.FOR.value)


# What only a box of ballots has; raised hands are just counted.
BOX = ("issued", "used", "spoiled", "unused", "blank", "invalid")


class CountForm(PageForm, forms.Form):
    """The figures of a paper or hand count as the committee reads them out."""

    issued = WholeField(label="Phát hành", min_value=0, max_value=999)
    used = WholeField(label="Phát cho người bỏ phiếu", min_value=0, max_value=999)
    spoiled = WholeField(label="Hỏng, đổi phiếu khác", min_value=0, max_value=999, initial=0)
    unused = WholeField(label="Chưa dùng", min_value=0, max_value=999, initial=0)
    collected = WholeField(label="Thu về", min_value=0, max_value=999)
    blank = WholeField(label="Phiếu trắng", min_value=0, max_value=999, initial=0)
    invalid = WholeField(label="Không hợp lệ", min_value=0, max_value=999, initial=0)

    def __init__(self, *args, poll, **kwargs):
        self.poll = poll
        is_hands = poll.form == DecidedBy.HANDS
        self.rows = (
            [("collected",)]
            if is_hands
            else [("issued", "used", "spoiled", "unused"), ("collected", "blank", "invalid")]
        )
        fields = {}
        for option in poll.options.all():
            names = []
            for name, said in (
                ("votes_for", "đồng ý"),
                ("against", "không đồng ý"),
                ("abstain", "không ý kiến"),
            ):
                key = f"{name}-{option.pk}"
                fields[key] = WholeField(
                    label=f"{option.text}: {said}", min_value=0, max_value=999, initial=0
                )
                names.append(key)
            self.rows.append(tuple(names))
        super().__init__(*args, **kwargs)
        self.fields.update(fields)
        if is_hands:
            for name in BOX:
                del self.fields[name]
            self.fields["collected"].label = "Số đơn vị biểu quyết"

    @property
    def figures(self):
        data = self.cleaned_data
        hands = {"issued": data["collected"], "used": data["collected"]}
        return Count(
            **{name: data.get(name, hands.get(name, 0)) for name in (*BOX, "collected")},
            options=tuple(
                OptionCount(
                    key=str(option.pk),
                    votes_for=data[f"votes_for-{option.pk}"],
                    against=data[f"against-{option.pk}"],
                    abstain=data[f"abstain-{option.pk}"],
                )
                for option in self.poll.options.all()
            ),
        )


class ConfirmForm(PageForm, forms.Form):
    """Confirm a result; the meeting's decision when the vote was tied."""

    def __init__(self, *args, tied=(), asks_reason=False, **kwargs):
        super().__init__(*args, **kwargs)
        if tied:
            self.fields["chosen"] = forms.MultipleChoiceField(
                label="Hội nghị quyết định chọn",
                choices=[(str(unit.pk), unit.name) for unit in tied],
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields["reason"] = forms.CharField(
            label="Lý do, ghi vào biên bản", required=asks_reason, widget=forms.Textarea(attrs={"rows": 3})
        )


class ReasonForm(PageForm, forms.Form):
    reason = forms.CharField(label="Lý do", widget=forms.Textarea(attrs={"rows": 3}))


def share_reading(field, rows):
    """Many of these forms stand on one page: they share one reading of their choices."""
    field.queryset = rows
    empty = [("", field.empty_label)] if field.empty_label else []
    field.choices = [*empty, *((one.pk, str(one)) for one in rows)]


class AppraisalForm(PageForm, forms.Form):
    rows = (("verdict", "award_type"), ("reason",))
    verdict = forms.ChoiceField(label="Ý kiến thẩm định", choices=AppraisalVerdict.choices)
    award_type = forms.ModelChoiceField(
        label="Điều chỉnh thành", queryset=AwardType.objects.none(), required=False
    )
    reason = forms.CharField(label="Lý do", required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, awards, **kwargs):
        super().__init__(*args, **kwargs)
        share_reading(self.fields["award_type"], awards)


class GivenAwards(forms.ModelMultipleChoiceField):
    """Nominations by what a decision would give them, which may not be what the bloc proposed."""

    def label_from_instance(self, nomination):
        return award_in_words(nomination)


class DecisionForm(PageForm, forms.Form):
    rows = (("number", "signed_on"), ("signatory",), ("nominations",))
    number = forms.CharField(label="Số, ký hiệu quyết định", max_length=60, help_text="Ví dụ 512/QĐ-UBND.")
    signed_on = DayField(label="Ngày ký")
    signatory = forms.CharField(label="Người ký", max_length=200, required=False)
    nominations = GivenAwards(
        label="Đơn vị được khen thưởng", queryset=None, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, nominations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["nominations"].queryset = nominations


class CorrectionForm(PageForm, forms.Form):
    rows = (("unit", "award_type"), ("number", "signed_on"), ("reason",))
    unit = forms.ModelChoiceField(label="Đơn vị", queryset=None, empty_label=None)
    award_type = forms.ModelChoiceField(label="Hình thức", queryset=None, empty_label=None)
    number = forms.CharField(label="Số, ký hiệu quyết định", max_length=60)
    signed_on = DayField(label="Ngày ký")
    reason = forms.CharField(
        label="Lý do đính chính",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Mục cũ vẫn giữ, bên cạnh mục mới.",
    )

    def __init__(self, *args, units, awards, **kwargs):
        super().__init__(*args, **kwargs)
        share_reading(self.fields["unit"], units)
        share_reading(self.fields["award_type"], awards)


class PresentationForm(PageForm, forms.Form):
    rows = (("presented_on", "place"), ("presenter",))
    presented_on = DayField(label="Ngày trao")
    place = forms.CharField(label="Nơi trao", max_length=200)
    presenter = forms.CharField(label="Người trao", max_length=200, required=False)


class WithdrawalForm(PageForm, forms.Form):
    rows = (("basis", "withdrawn_on"), ("reason",))
    basis = forms.CharField(label="Căn cứ", max_length=300)
    withdrawn_on = DayField(label="Ngày")
    reason = forms.CharField(label="Lý do", widget=forms.Textarea(attrs={"rows": 2}))


class VettingForm(PageForm, forms.Form):
    rows = (("unit", "agency"), ("finding",), ("from_on",))
    unit = forms.ModelChoiceField(label="Đơn vị", queryset=None)
    agency = forms.CharField(label="Cơ quan cho ý kiến", max_length=200)
    finding = forms.CharField(label="Nội dung", widget=forms.Textarea(attrs={"rows": 2}))
    from_on = DayField(label="Từ ngày")

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units


class EndVettingForm(PageForm, forms.Form):
    to_on = DayField(label="Kết thúc ngày")


class LawForm(EntryForm, forms.Form):
    keys = ("award_type", "from_date")
    rows = (("award_type", "from_date"), ("citation",), ("multiplier", "is_verified"))
    award_type = forms.ModelChoiceField(label="Hình thức khen thưởng", queryset=None)
    from_date = DayField(label="Có hiệu lực từ ngày")
    citation = forms.CharField(
        label="Căn cứ", max_length=300, help_text="Ví dụ Nghị định số 152/2025/NĐ-CP của Chính phủ."
    )
    multiplier = NumberField(
        label="Hệ số tiền thưởng",
        required=False,
        min_value=Decimal("0.01"),
        max_value=1000,
        max_digits=6,
        decimal_places=2,
        help_text="Số lần mức lương cơ sở, cho tập thể. Bỏ trống khi không có tiền thưởng.",
    )
    is_verified = forms.BooleanField(label="Đã đối chiếu với văn bản gốc", required=False)

    def __init__(self, *args, awards, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["award_type"].queryset = awards
