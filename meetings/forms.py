from django import forms
from django.forms import formset_factory

from awards.enums import DecisionForm, PollKind
from config.kit.forms import ClockField, DayField, MomentField, PageForm, TypedForm, WholeField
from meetings.enums import AgendaKind, AttendanceRole, AttendanceState, MeetingKind
from meetings.rules.reports import MINUTES_SECTIONS

ASKED = ((kind.value, kind.label) for kind in PollKind if kind != PollKind.COUNCIL)
ASKED_CHOICES = (("", "Không có"), *ASKED)
FORM_CHOICES = (("", "Không biểu quyết"), *DecisionForm.choices)


def _area(rows):
    return forms.Textarea(attrs={"rows": rows})


class MeetingForm(PageForm, forms.Form):
    rows = (
        ("kind", "starts_at"),
        ("title",),
        ("place",),
        ("chair_name", "chair_title", "chair_unit"),
        ("second_name", "second_title", "second_unit"),
        ("secretary", "secretary_name"),
        ("odd_date_reason",),
    )
    kind = forms.ChoiceField(label="Loại", choices=MeetingKind.choices)
    starts_at = MomentField(label="Bắt đầu lúc")
    title = forms.CharField(
        label="Tên hội nghị",
        max_length=300,
        required=False,
        help_text="Bỏ trống: lấy tên thường dùng của loại hội nghị.",
    )
    place = forms.CharField(label="Địa điểm", max_length=300)
    chair_name = forms.CharField(
        label="Chủ tọa", max_length=150, required=False, help_text="Bỏ trống: thủ trưởng đơn vị Khối trưởng."
    )
    chair_title = forms.CharField(label="Chức vụ", max_length=200, required=False)
    chair_unit = forms.ModelChoiceField(
        label="Đơn vị", queryset=None, required=False, empty_label="Không chọn"
    )
    second_name = forms.CharField(label="Đồng chủ tọa (nếu có)", max_length=150, required=False)
    second_title = forms.CharField(label="Chức vụ ", max_length=200, required=False)
    second_unit = forms.ModelChoiceField(
        label="Đơn vị ", queryset=None, required=False, empty_label="Không chọn"
    )
    secretary = forms.ModelChoiceField(
        label="Thư ký (tài khoản)",
        empty_label="Không chọn",
        queryset=None,
        required=False,
        help_text="Để thư ký tự ghi và ký biên bản.",
    )
    secretary_name = forms.CharField(
        label="Họ tên thư ký",
        max_length=150,
        required=False,
        help_text="Chỉ ghi khi thư ký không có tài khoản.",
    )
    odd_date_reason = forms.CharField(
        label="Lý do, nếu ngày họp khác thường",
        max_length=300,
        required=False,
        help_text="Ví dụ: hoãn sang tháng 3 do thiên tai.",
    )

    def __init__(self, *args, units, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["chair_unit"].queryset = self.fields["second_unit"].queryset = units
        self.fields["secretary"].queryset = people


class ItemForm(PageForm, forms.Form):
    rows = (
        ("title",),
        ("kind", "document"),
        ("form", "poll_kind"),
        ("award_type", "seats"),
        ("is_presented_only",),
    )
    title = forms.CharField(label="Nội dung", max_length=300)
    kind = forms.ChoiceField(label="Loại", choices=AgendaKind.choices)
    document = forms.ModelChoiceField(label="Văn bản", queryset=None, required=False, empty_label="Không có")
    form = forms.ChoiceField(label="Hình thức quyết định", choices=FORM_CHOICES, required=False)
    poll_kind = forms.ChoiceField(label="Việc cần quyết định", choices=ASKED_CHOICES, required=False)
    award_type = forms.ModelChoiceField(
        label="Hình thức khen thưởng", queryset=None, required=False, empty_label="Không có"
    )
    seats = WholeField(label="Số lượng chọn", min_value=1, max_value=50, initial=1)
    is_presented_only = forms.BooleanField(label="Chỉ trình bày dự thảo, không biểu quyết", required=False)

    def __init__(self, *args, papers, awards, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["document"].queryset = papers
        self.fields["award_type"].queryset = awards


class RecordForm(PageForm, forms.Form):
    course = forms.CharField(label="Diễn biến, ý kiến", required=False, widget=_area(3))
    outcome = forms.CharField(label="Kết quả", required=False, widget=_area(2))


class UnitsField(forms.TypedMultipleChoiceField):
    def __init__(self, **kwargs):
        super().__init__(widget=forms.CheckboxSelectMultiple, required=False, **kwargs)

    def offer(self, units):
        by_key = {str(unit.pk): unit for unit in units}
        self.choices = [(key, unit.name) for key, unit in by_key.items()]
        self.coerce = by_key.__getitem__


class ConsensusForm(PageForm, forms.Form):
    chosen = UnitsField(label="Hội nghị thống nhất chọn")
    statement = forms.CharField(
        label="Lời ghi trong biên bản", required=False, widget=_area(2), max_length=1000,
        help_text="Bỏ trống: hệ thống viết theo kết quả.",
    )  # fmt: skip

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["chosen"].offer(units)
        if not units:
            del self.fields["chosen"]


class PollForm(PageForm, forms.Form):
    candidates = UnitsField(label="Danh sách đề cử")
    counting_committee = forms.CharField(
        label="Tổ kiểm phiếu",
        max_length=400,
        required=False,
        help_text="Ba người, hội nghị giơ tay thông qua.",
    )
    closes_at = MomentField(label="Đóng lúc (nếu định trước)", required=False)

    def __init__(self, *args, units, **kwargs):
        initial = {"candidates": [unit.pk for unit in units], **kwargs.pop("initial", {})}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["candidates"].offer(units)
        if not units:
            del self.fields["candidates"]


class MemberRowForm(TypedForm, forms.Form):
    unit = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.ChoiceField(label="Có mặt", choices=AttendanceState.choices)
    representative = forms.CharField(label="Người dự", max_length=150, required=False)
    title = forms.CharField(label="Chức vụ", max_length=200, required=False)
    is_leader = forms.BooleanField(label="Lãnh đạo đơn vị", required=False)
    capacity = forms.CharField(label="Tư cách", max_length=100, required=False)
    mandate = forms.CharField(label="Văn bản ủy quyền", max_length=200, required=False)
    absent_reason = forms.CharField(label="Lý do vắng", max_length=200, required=False)
    arrived_at = ClockField(label="Đến lúc", required=False)
    left_at = ClockField(label="Về lúc", required=False)


class GuestRowForm(TypedForm, forms.Form):
    representative = forms.CharField(label="Họ tên", max_length=150, required=False)
    title = forms.CharField(label="Chức vụ", max_length=200, required=False)
    name = forms.CharField(label="Cơ quan", max_length=200, required=False)
    role = forms.ChoiceField(
        label="Tư cách",
        choices=[(role.value, role.label) for role in AttendanceRole if role != AttendanceRole.MEMBER],
        required=False,
    )


MemberRows = formset_factory(MemberRowForm, extra=0, max_num=60)
GuestRows = formset_factory(GuestRowForm, extra=2, max_num=60)


class InviteForm(PageForm, forms.Form):
    rows = (
        ("number", "symbol"),
        ("issued_on", "signatory_title"),
        ("signatory_name", "signatory_office"),
        ("date_reason",),
    )
    number = forms.CharField(
        label="Số", max_length=10, required=False, help_text="Số do văn thư cấp, ví dụ 07."
    )
    symbol = forms.CharField(label="Ký hiệu", max_length=40, required=False)
    issued_on = DayField(label="Ngày ký")
    signatory_title = forms.CharField(label="Thẩm quyền, chức vụ ký", max_length=200, required=False)
    signatory_name = forms.CharField(label="Họ tên người ký", max_length=150, required=False)
    signatory_office = forms.CharField(label="Chức vụ ở cơ quan", max_length=200, required=False)
    date_reason = forms.CharField(label="Lý do, nếu ngày khác thường", max_length=300, required=False)


class EndForm(PageForm, forms.Form):
    rows = (("ended_at",), ("odd_date_reason",))
    ended_at = MomentField(label="Kết thúc lúc")
    odd_date_reason = forms.CharField(label="Lý do, nếu ngày họp khác thường", max_length=300, required=False)


class AdditionsForm(PageForm, forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label in MINUTES_SECTIONS.items():
            self.fields[name] = forms.CharField(label=label, required=False, widget=_area(3))


class RoundForm(PageForm, forms.Form):
    due_on = DayField(label="Hạn góp ý")
    note = forms.CharField(label="Lời nhắn", required=False, widget=_area(2))
