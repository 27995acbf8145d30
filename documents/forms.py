from django import forms

from config.kit.forms import DayField, PageForm
from documents.rules import UPLOAD_LIMIT


def _area(rows):
    return forms.Textarea(attrs={"rows": rows})


class DraftForm(PageForm, forms.Form):
    rows = (("title", "subject"), ("addressees", "bases"), ("body",), ("recipients",))

    title = forms.CharField(label="Tên loại in trên văn bản", max_length=150)
    subject = forms.CharField(label="Trích yếu", max_length=500, required=False)
    addressees = forms.CharField(
        label="Kính gửi", required=False, widget=_area(3), help_text="Mỗi nơi một dòng."
    )
    bases = forms.CharField(label="Căn cứ", required=False, widget=_area(3), help_text="Mỗi căn cứ một dòng.")
    body = forms.CharField(
        label="Nội dung",
        required=False,
        widget=_area(22),
        help_text="Mỗi đoạn một dòng. “Điều 1.”, “Chương I”, “I. ”, “1. ”, “a) ” được trình bày theo Nghị định 30.",
    )
    recipients = forms.CharField(
        label="Nơi nhận",
        required=False,
        widget=_area(3),
        help_text="Mỗi nơi một dòng; dòng “Lưu: VT” tự thêm.",
    )


class RoundForm(PageForm, forms.Form):
    due_on = DayField(label="Hạn góp ý")
    note = forms.CharField(label="Lời nhắn", required=False, widget=_area(2))


class CommentForm(PageForm, forms.Form):
    agrees = forms.BooleanField(label="Thống nhất với dự thảo", required=False)
    text = forms.CharField(label="Ý kiến", required=False, widget=_area(4))


class AnswerForm(PageForm, forms.Form):
    is_accepted = forms.TypedChoiceField(
        label="Trả lời",
        choices=[("yes", "Tiếp thu"), ("no", "Không tiếp thu")],
        coerce=lambda typed: typed == "yes",
    )
    response = forms.CharField(label="Giải trình", required=False, widget=_area(2))


class IssueForm(PageForm, forms.Form):
    rows = (
        ("number", "symbol"),
        ("place", "issued_on"),
        ("signatory_title", "signatory_name"),
        ("signatory_office",),
        ("date_reason",),
        ("prints_code",),
    )
    number = forms.CharField(
        label="Số", required=False, max_length=10, help_text="Số do văn thư cấp, ví dụ 07."
    )
    symbol = forms.CharField(label="Ký hiệu", required=False, max_length=40)
    place = forms.CharField(label="Địa danh", required=False, max_length=100)
    issued_on = DayField(label="Ngày ban hành")
    signatory_title = forms.CharField(
        label="Thẩm quyền, chức vụ ký", required=False, max_length=200, help_text="Ví dụ: KHỐI TRƯỞNG."
    )
    signatory_name = forms.CharField(label="Họ tên người ký", required=False, max_length=150)
    signatory_office = forms.CharField(
        label="Chức vụ ở cơ quan", required=False, max_length=200, help_text="Ví dụ: Giám đốc Sở Y tế."
    )
    date_reason = forms.CharField(
        label="Lý do, nếu ngày ban hành khác thường", required=False, max_length=300
    )
    prints_code = forms.BooleanField(label="In mã xác thực (QR) ở cuối văn bản", required=False, initial=True)

    def __init__(self, *args, needs_number=True, **kwargs):
        super().__init__(*args, **kwargs)
        if not needs_number:
            self.fields["number"].help_text = "Loại văn bản này không bắt buộc có số."


class SignForm(PageForm, forms.Form):
    capacity = forms.CharField(
        label="Chức vụ khi ký",
        required=False,
        max_length=150,
        help_text="Ví dụ: GIÁM ĐỐC; KT. GIÁM ĐỐC, PHÓ GIÁM ĐỐC.",
    )
    mandate = forms.CharField(
        label="Giấy ủy quyền",
        required=False,
        max_length=300,
        help_text="Chỉ khi người ký không phải lãnh đạo đơn vị.",
    )


class FileForm(PageForm, forms.Form):
    file = forms.FileField(
        label="Tệp", help_text="PDF, ảnh, Word, Excel, PowerPoint; không quá 20 MB.", max_length=200
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > UPLOAD_LIMIT:
            raise forms.ValidationError("Tệp lớn hơn 20 MB. Hãy nén nhỏ lại hoặc chia thành nhiều tệp.")
        return file


class ScanForm(FileForm):
    signed_on = DayField(label="Ngày ký tại hội nghị")
    file = forms.FileField(
        label="Bản quét có chữ ký, dấu (gửi sau cũng được)", required=False, max_length=200
    )

    def clean_file(self):
        return super().clean_file() if self.cleaned_data.get("file") else None


class CheckFileForm(FileForm):
    file = forms.FileField(label="Tệp PDF anh, chị đang có", max_length=200)


class CodeForm(PageForm, forms.Form):
    code = forms.CharField(label="Mã xác thực", max_length=30, help_text="Ví dụ: 7QK2-M4XN-8RTA.")


class FilterForm(PageForm, forms.Form):
    rows = (("q", "kind", "status"),)
    q = forms.CharField(label="Trích yếu hoặc số", required=False)
    kind = forms.ChoiceField(label="Loại", required=False)
    status = forms.ChoiceField(label="Trạng thái", required=False)

    def __init__(self, *args, kinds=(), statuses=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "Mọi loại"), *kinds]
        self.fields["status"].choices = [("", "Mọi trạng thái"), *statuses]
