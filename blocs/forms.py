from django import forms

from accounts.models import User
from blocs.enums import MilestoneKind, Office, Role
from blocs.models import Bloc, Unit
from config.kit.forms import DayField, NumberField, PageForm


class MoveForm(PageForm, forms.Form):
    to = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(label="Lý do", required=False, widget=forms.Textarea(attrs={"rows": 2}))


class MilestoneForm(PageForm, forms.Form):
    rows = (("kind", "due_on"),)
    kind = forms.ChoiceField(label="Việc", choices=MilestoneKind.choices)
    due_on = DayField(label="Hạn (tính hết ngày)")


class UnrankedForm(PageForm, forms.Form):
    unit = forms.ModelChoiceField(label="Đơn vị", queryset=Unit.objects.none())
    reason = forms.CharField(
        label="Lý do không xếp hạng",
        required=False,
        max_length=200,
        help_text="Để trống để xếp hạng trở lại. Đơn vị vẫn dự họp và biểu quyết.",
    )

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units


class TermForm(PageForm, forms.Form):
    rows = (("office", "unit"), ("from_on", "basis"))
    office = forms.ChoiceField(label="Chức vụ", choices=Office.choices)
    unit = forms.ModelChoiceField(label="Đơn vị", queryset=Unit.objects.none())
    from_on = DayField(label="Từ ngày")
    basis = forms.CharField(label="Căn cứ", max_length=300, help_text="Biên bản bầu, quyết định của tỉnh…")

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units


class MembersForm(PageForm, forms.Form):
    units = forms.ModelMultipleChoiceField(
        label="Đơn vị thành viên của năm",
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = units


class HandoverForm(PageForm, forms.Form):
    items = forms.CharField(
        label="Hồ sơ, tài liệu, kinh phí bàn giao",
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Mỗi mục một dòng: hồ sơ, con dấu không có, sổ theo dõi, kinh phí thu, chi, tồn.",
    )


class OpenCycleForm(PageForm, forms.Form):
    rows = (("bloc", "year"), ("theme",))
    bloc = forms.ModelChoiceField(label="Khối", queryset=Bloc.objects.none())
    year = forms.IntegerField(label="Năm", min_value=2000, max_value=2100)
    theme = forms.CharField(label="Chủ đề", max_length=300, required=False)

    def __init__(self, *args, blocs, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["bloc"].queryset = blocs


class AssignForm(PageForm, forms.Form):
    rows = (("officer", "bloc"), ("from_on",))
    officer = forms.ModelChoiceField(label="Chuyên viên", queryset=User.objects.none())
    bloc = forms.ModelChoiceField(label="Khối", queryset=Bloc.objects.none())
    from_on = DayField(label="Từ ngày")

    def __init__(self, *args, officers, blocs, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = officers
        self.fields["bloc"].queryset = blocs


class DeadlineForm(PageForm, forms.Form):
    rows = (("year", "kind"), ("due_on", "source"))
    year = forms.IntegerField(label="Năm thi đua", min_value=2000, max_value=2100)
    kind = forms.ChoiceField(label="Việc", choices=MilestoneKind.choices)
    due_on = DayField(label="Hạn (tính hết ngày)")
    source = forms.CharField(label="Căn cứ", max_length=200, required=False)


class BaseSalaryForm(PageForm, forms.Form):
    rows = (("from_date", "amount"), ("source",))
    from_date = DayField(label="Từ ngày")
    amount = NumberField(label="Mức lương cơ sở (đồng)", min_value=1, max_value=100_000_000, decimal_places=0)
    source = forms.CharField(label="Căn cứ", max_length=200)


class UnitForm(PageForm, forms.ModelForm):
    rows = (
        ("name", "short_name"),
        ("slug", "kind"),
        ("founded_on", "dissolved_on"),
        ("women_share", "phone"),
    )
    founded_on = DayField(label="Thành lập ngày", required=False)
    dissolved_on = DayField(label="Giải thể ngày", required=False)
    women_share = NumberField(
        label="Tỷ lệ nữ (%)", required=False, min_value=0, max_value=100, max_digits=5, decimal_places=2
    )

    class Meta:
        model = Unit
        fields = ("name", "short_name", "slug", "kind", "founded_on", "dissolved_on", "women_share", "phone")
        help_texts = {"slug": "Chữ thường không dấu, ví dụ so-khcn; không đổi về sau."}


class BlocForm(PageForm, forms.ModelForm):
    rows = (("name", "code"), ("slug", "tier"), ("establishing_decision",), ("numbers_own_papers",))

    class Meta:
        model = Bloc
        fields = ("name", "code", "slug", "tier", "establishing_decision", "numbers_own_papers")


class PersonForm(PageForm, forms.Form):
    rows = (("full_name", "username"), ("email", "role"), ("unit", "title"), ("from_on",))
    full_name = forms.CharField(label="Họ và tên", max_length=150)
    username = forms.RegexField(
        r"^[\w.@+-]+$",
        label="Tên đăng nhập",
        max_length=150,
        error_messages={"invalid": "Tên đăng nhập chỉ gồm chữ không dấu, số và các dấu . @ + - _"},
    )
    email = forms.EmailField(label="Thư điện tử", required=False)
    role = forms.ChoiceField(label="Vai trò", choices=Role.choices)
    unit = forms.ModelChoiceField(
        label="Đơn vị",
        queryset=Unit.objects.none(),
        required=False,
        help_text="Bỏ trống với vai trò của tỉnh.",
    )
    title = forms.CharField(
        label="Chức danh", max_length=150, required=False, help_text="Ví dụ: Phó Giám đốc phụ trách."
    )
    from_on = DayField(label="Từ ngày")

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units

    def clean(self):
        data = super().clean()
        role, unit = data.get("role"), data.get("unit")
        if role and role.startswith("unit_") and unit is None:
            self.add_error("unit", "Vai trò này cần chọn đơn vị.")
        if role and not role.startswith("unit_") and unit is not None:
            self.add_error("unit", "Vai trò của tỉnh thì bỏ trống đơn vị.")
        return data


class AppointForm(PageForm, forms.Form):
    rows = (("role", "unit"), ("title", "from_on"))
    role = forms.ChoiceField(label="Vai trò", choices=Role.choices)
    unit = forms.ModelChoiceField(label="Đơn vị", queryset=Unit.objects.none(), required=False)
    title = forms.CharField(label="Chức danh", max_length=150, required=False)
    from_on = DayField(label="Từ ngày")

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units

    clean = PersonForm.clean


class EndForm(PageForm, forms.Form):
    to_on = DayField(label="Đến hết ngày")
