from django import forms
from django.core.exceptions import ValidationError

from accounts.models import User
from blocs import queries
from blocs.enums import MilestoneKind, Office, Phase, Role
from blocs.models import Appointment, Bloc, Cycle, Province, Unit
from blocs.rules import GIVEN_BY_HEAD, RESERVED_ADDRESSES, UNIT_HEADS, bloc_address
from config.kit.forms import DayField, EntryForm, NumberField, PageForm, TypedForm, WholeField
from config.kit.naming import short_address, unused
from config.kit.text import sort_key


class DirectoryForm(PageForm, forms.ModelForm):
    """A form of a row that belongs to a province: what must be unique there is checked there."""

    def __init__(self, *args, province, instance=None, **kwargs):
        super().__init__(*args, instance=instance or self._meta.model(province=province), **kwargs)

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() - {"province"}

    def clean_slug(self):
        slug = self.cleaned_data["slug"] or self.instance.slug or self._proposed_slug()
        if slug in RESERVED_ADDRESSES:
            raise ValidationError("Tên này dùng cho trang khác. Hãy chọn tên khác.")
        return slug

    def _proposed_slug(self):
        """An address for a row whose person gave none, as officials would write it."""
        taken = queries.addresses_in(self.instance.province, self._meta.model)
        return unused(self.address_of(self.cleaned_data), {*taken, *RESERVED_ADDRESSES})


def _slug_field(example, *, required=True):
    proposal = "" if required else " Bỏ trống thì hệ thống tự đặt."
    return forms.SlugField(
        label="Tên trong địa chỉ trang",
        max_length=50,
        required=required,
        help_text=f"Chữ thường không dấu, ví dụ {example}.{proposal} Đổi tên này thì liên kết cũ không còn mở được.",
        error_messages={"invalid": "Hãy gõ chữ thường không dấu, số và gạch nối, ví dụ so-khcn."},
    )


class MoveForm(PageForm, forms.Form):
    to = forms.ChoiceField(choices=Phase.choices)
    reason = forms.CharField(required=False, max_length=2000)


class CycleForm(PageForm, forms.ModelForm):
    rows = (("theme",), ("note",))

    class Meta:
        model = Cycle
        fields = ("theme", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}


class MilestoneForm(EntryForm, forms.Form):
    keys = ("kind",)
    rows = (("kind", "due_on"),)
    kind = forms.ChoiceField(label="Việc", choices=MilestoneKind.choices)
    due_on = DayField(label="Hạn (tính hết ngày)")


class UnrankedForm(EntryForm, forms.Form):
    keys = ("unit",)
    unit = forms.ModelChoiceField(label="Đơn vị", queryset=Unit.objects.none())
    reason = forms.CharField(label="Lý do không xếp hạng", required=False, max_length=200)

    def __init__(self, *args, cycle, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = queries.units_of(cycle)


class TermForm(PageForm, forms.Form):
    rows = (("office", "unit"), ("from_on", "basis"))
    office = forms.ChoiceField(label="Chức vụ", choices=Office.choices)
    unit = forms.ModelChoiceField(label="Đơn vị", queryset=Unit.objects.none())
    from_on = DayField(label="Từ ngày")
    basis = forms.CharField(label="Căn cứ", max_length=300, help_text="Biên bản bầu, quyết định của tỉnh…")

    def __init__(self, *args, cycle, **kwargs):
        super().__init__(*args, **kwargs)
        province = cycle.bloc.province
        self.fields["unit"].queryset = queries.units_of(cycle)
        self.fields["office"].choices = [
            (Office.CHAIR, province.chair_word),
            (Office.VICE, province.vice_word),
        ]


class MembersForm(PageForm, forms.Form):
    """One place in the bloc for each unit of the province; no place, no member."""

    def __init__(self, *args, cycle, on, **kwargs):
        super().__init__(*args, **kwargs)
        places = {m.unit_id: m.position for m in queries.members_of(cycle)}
        self.units = sorted(
            queries.units_to_choose_for(cycle, on),
            key=lambda unit: (places.get(unit.pk, 10_000), unit.sort_key),
        )
        for unit in self.units:
            self.fields[f"unit-{unit.pk}"] = WholeField(
                label=unit.name,
                required=False,
                min_value=1,
                max_value=999,
                initial=places.get(unit.pk),
                widget=forms.TextInput(
                    attrs={"inputmode": "numeric", "class": "cell", "autocomplete": "off"}
                ),
            )

    def lines(self):
        return [{"unit": unit, "field": self[f"unit-{unit.pk}"]} for unit in self.units]

    def clean(self):
        data = super().clean()
        typed = [(data.get(f"unit-{unit.pk}"), unit.sort_key, unit.pk, unit) for unit in self.units]
        data["units"] = [place[-1] for place in sorted(place for place in typed if place[0])]
        return data


class HandoverForm(PageForm, forms.Form):
    items = forms.CharField(
        label="Hồ sơ, tài liệu, kinh phí bàn giao",
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Mỗi mục một dòng: hồ sơ, sổ theo dõi, tài sản; kinh phí thu, chi, tồn.",
    )


class EndForm(PageForm, forms.Form):
    to_on = DayField(label="Đến hết ngày")


class EndRoleForm(PageForm, forms.Form):
    to_on = DayField(label="Đến hết ngày", required=False, help_text="Ngày cuối vẫn còn đủ quyền đến 24 giờ.")
    at_once = forms.BooleanField(label="Kết thúc ngay bây giờ, không chờ hết ngày", required=False)

    def clean(self):
        data = super().clean()
        if not data.get("at_once") and not data.get("to_on") and "to_on" not in self.errors:
            self.add_error("to_on", "Hãy gõ ngày cuối, hoặc chọn kết thúc ngay.")
        return data


class BlocChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, bloc):
        return f"{bloc.name} ({bloc.code})"


class OpenCyclesForm(PageForm, forms.Form):
    rows = (("year", "theme"), ("blocs",))
    year = WholeField(label="Năm thi đua", min_value=2000, max_value=2100)
    theme = forms.CharField(label="Chủ đề", max_length=300, required=False)
    blocs = BlocChoices(
        label="Các khối",
        queryset=Bloc.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="Khối đã có năm này thì bỏ chọn. Thành viên được lấy như năm trước.",
    )

    def __init__(self, *args, province, this_year, **kwargs):
        year, blocs = queries.next_year_to_open(province, this_year)
        super().__init__(*args, initial={"year": year, "blocs": blocs}, **kwargs)
        self.fields["blocs"].queryset = queries.blocs_of(province)


class AssignForm(PageForm, forms.Form):
    rows = (("officer", "bloc", "from_on"),)
    officer = forms.ModelChoiceField(label="Chuyên viên", queryset=User.objects.none())
    bloc = forms.ModelChoiceField(label="Khối", queryset=Bloc.objects.none())
    from_on = DayField(label="Từ ngày")

    def __init__(self, *args, province, on, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = queries.officers_of(province, on)
        self.fields["bloc"].queryset = queries.blocs_of(province)


class DeadlineForm(EntryForm, forms.Form):
    keys = ("year", "kind")
    rows = (("year", "kind"), ("due_on", "source"))
    year = WholeField(label="Năm thi đua", min_value=2000, max_value=2100)
    kind = forms.ChoiceField(label="Việc", choices=MilestoneKind.choices)
    due_on = DayField(label="Hạn (tính hết ngày)")
    source = forms.CharField(label="Căn cứ", max_length=200, required=False)


class BaseSalaryForm(EntryForm, forms.Form):
    keys = ("from_date",)
    prefix = "salary"
    rows = (("from_date", "amount"), ("source",))
    from_date = DayField(label="Từ ngày")
    amount = NumberField(
        label="Mức lương cơ sở (đồng)",
        min_value=1,
        max_value=100_000_000,
        decimal_places=0,
        help_text="Ví dụ 2340000.",
    )
    source = forms.CharField(label="Căn cứ", max_length=200)


class ProvinceForm(PageForm, forms.ModelForm):
    rows = (
        ("name", "place"),
        ("slug",),
        ("council_name",),
        ("committee_name",),
        ("standing_office_name", "standing_office_label"),
        ("bloc_word", "chair_word", "vice_word"),
        ("note",),
    )
    slug = _slug_field("kien-giang")

    class Meta:
        model = Province
        fields = (
            "name", "place", "slug", "council_name", "committee_name", "standing_office_name",
            "standing_office_label", "bloc_word", "chair_word", "vice_word", "note",
        )  # fmt: skip
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args, is_new=False, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_new:
            # Every address of the province begins with it.
            self.fields["slug"].disabled = True
            self.fields["slug"].help_text = "Không đổi được sau khi đã có địa chỉ trang."


class UnitForm(DirectoryForm):
    rows = (
        ("name", "short_name"),
        ("kind", "slug"),
        ("founded_on", "women_share"),
        ("phone",),
    )
    slug = _slug_field("so-khcn", required=False)
    founded_on = DayField(label="Thành lập ngày", required=False)
    women_share = NumberField(
        label="Tỷ lệ nữ (%)",
        is_percent=True,
        required=False,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
    )

    class Meta:
        model = Unit
        fields = ("name", "short_name", "kind", "slug", "founded_on", "women_share", "phone")

    def address_of(self, data):
        return short_address(data.get("short_name") or data.get("name", ""), UNIT_HEADS)


class DissolveForm(PageForm, forms.Form):
    rows = (("on", "basis"), ("successors",))
    on = DayField(label="Giải thể, sáp nhập từ ngày")
    basis = forms.CharField(label="Căn cứ", max_length=200, help_text="Số và ngày của quyết định.")
    successors = forms.ModelMultipleChoiceField(
        label="Đơn vị kế thừa",
        queryset=Unit.objects.none(),
        required=False,
        help_text="Bỏ trống khi không có đơn vị nào kế thừa. Giữ phím Ctrl để chọn nhiều đơn vị.",
    )

    def __init__(self, *args, unit, **kwargs):
        super().__init__(*args, **kwargs)
        others = queries.all_units_of(unit.province).filter(dissolved_on=None)
        self.fields["successors"].queryset = others.exclude(pk=unit.pk)


class BlocForm(DirectoryForm):
    rows = (("name", "code"), ("slug", "tier"), ("establishing_decision",), ("numbers_own_papers",))
    slug = _slug_field("khoi-4", required=False)

    class Meta:
        model = Bloc
        fields = ("name", "code", "slug", "tier", "establishing_decision", "numbers_own_papers")

    def address_of(self, data):
        return bloc_address(data.get("name", ""))


class UnitChoices(forms.ModelChoiceField):
    def label_from_instance(self, unit):
        return f"{unit.name} ({unit.short_name})" if unit.short_name != unit.name else unit.name


class RoleFields(TypedForm, forms.Form):
    """A role and where it is held; what does not fit together is said at the field."""

    role = forms.ChoiceField(label="Vai trò", choices=())
    unit = UnitChoices(
        label="Đơn vị",
        queryset=Unit.objects.none(),
        required=False,
        help_text="Bỏ trống với vai trò của tỉnh.",
    )
    title = forms.CharField(
        label="Chức danh", max_length=150, required=False, help_text="Ví dụ: Phó Giám đốc phụ trách."
    )
    from_on = DayField(label="Từ ngày")
    late_reason = forms.CharField(
        label="Lý do ghi muộn",
        max_length=300,
        required=False,
        help_text="Chỉ cần khi ngày bắt đầu đã qua. Vai trò ghi muộn không tính vào năm đã khép lại.",
    )

    def __init__(self, *args, who, province, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = queries.living_units_of(province, who.on)
        allowed = [role for role in Role if who.is_admin or role in GIVEN_BY_HEAD]
        self.fields["role"].choices = [
            (label, roles)
            for label, roles in (
                ("Của đơn vị", [(r.value, r.label) for r in allowed if r in Appointment.UNIT_ROLES]),
                ("Của tỉnh", [(r.value, r.label) for r in allowed if r not in Appointment.UNIT_ROLES]),
            )
            if roles
        ]

    def clean(self):
        data = super().clean()
        is_of_unit = data.get("role") in Appointment.UNIT_ROLES
        if is_of_unit and not data.get("unit") and "unit" not in self.errors:
            self.add_error("unit", "Vai trò này thuộc một đơn vị. Hãy chọn đơn vị.")
        if data.get("role") and not is_of_unit and data.get("unit"):
            self.add_error("unit", "Vai trò này thuộc tỉnh. Hãy bỏ trống đơn vị.")
        return data


class AppointForm(RoleFields, PageForm):
    rows = (("role", "unit"), ("title", "from_on"), ("late_reason",))


class NewPersonForm(RoleFields, PageForm):
    rows = (
        ("full_name", "username"),
        ("email", "phone"),
        ("role", "unit"),
        ("title", "from_on"),
        ("late_reason",),
    )
    full_name = forms.CharField(label="Họ và tên", max_length=150)
    username = forms.RegexField(
        r"^[A-Za-z0-9_.@+-]+$",
        label="Tên đăng nhập",
        max_length=150,
        required=False,
        help_text="Bỏ trống thì hệ thống tự đặt, ví dụ hungnv.so-khcn.",
        error_messages={"invalid": "Tên đăng nhập chỉ gồm chữ không dấu, số và các dấu . @ + - _"},
    )
    email = forms.EmailField(label="Thư điện tử", required=False)
    phone = forms.CharField(label="Điện thoại", max_length=30, required=False)

    def __init__(self, *args, province, **kwargs):
        super().__init__(*args, province=province, **kwargs)
        self.province = province

    def clean(self):
        data = super().clean()
        if data.get("full_name") and data.get("username") == "":
            place = data["unit"] if data.get("unit") else self.province
            data["username"] = queries.unused_username(data["full_name"], place.slug)
        return data

    def clean_username(self):
        username = self.cleaned_data["username"]
        if queries.username_is_taken(username):
            raise ValidationError("Tên đăng nhập này đã có. Hãy chọn tên khác.")
        return username


class PersonForm(PageForm, forms.ModelForm):
    rows = (("full_name", "phone"), ("is_active",))

    class Meta:
        model = User
        fields = ("full_name", "phone", "is_active")
        help_texts = {"is_active": "Bỏ chọn để khóa tài khoản: người này không đăng nhập được nữa."}


class MailboxForm(PageForm, forms.Form):
    email = forms.EmailField(
        label="Hộp thư mới",
        required=False,
        help_text="Hộp thư cũ được báo. Hộp thư mới đặt lại mật khẩu được sau hai ngày.",
    )


class JournalForm(PageForm, forms.Form):
    tinh = forms.ModelChoiceField(
        label="Tỉnh", queryset=Province.objects.none(), required=False, to_field_name="slug"
    )
    nguoi = forms.CharField(label="Người", max_length=100, required=False)
    viec = forms.ChoiceField(label="Việc", required=False)
    loai = forms.ChoiceField(label="Dữ liệu", required=False)
    tu = DayField(label="Từ ngày", required=False)
    den = DayField(label="Đến ngày", required=False)
    trang = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args, provinces, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tinh"].queryset = Province.objects.filter(pk__in=[p.pk for p in provinces]).order_by(
            "sort_key"
        )
        self.fields["tinh"].empty_label = None
        self.has_choice = len(provinces) > 1
        self.fields["viec"].choices = [
            ("", "Mọi việc"),
            *sorted(queries.audit_verbs().items(), key=lambda verb: sort_key(verb[1])),
        ]
        self.fields["loai"].choices = [("", "Mọi dữ liệu"), *queries.tracked_names()]


class LinksForm(PageForm, forms.Form):
    """Whose links: of a whole province, of one bloc's members, or of one unit."""

    rows = (("bloc", "unit"), ("everyone",))
    bloc = forms.ModelChoiceField(
        label="Khối", queryset=Bloc.objects.none(), required=False, empty_label="Cả tỉnh"
    )
    unit = UnitChoices(label="Đơn vị", queryset=Unit.objects.none(), required=False, empty_label="Mọi đơn vị")
    everyone = forms.BooleanField(
        label="Cả người đã từng đăng nhập",
        required=False,
        help_text="Bỏ trống: chỉ người chưa đăng nhập lần nào.",
    )

    def __init__(self, *args, province, on, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["bloc"].queryset = queries.blocs_of(province)
        self.fields["unit"].queryset = queries.living_units_of(province, on)
