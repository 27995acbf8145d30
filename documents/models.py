from uuid import uuid4

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import ExtractYear
from django.urls import reverse

from blocs.models import Bloc, Cycle, Province, Unit
from config.kit.audit import tracked
from config.kit.fields import search_key_of
from documents.enums import DocumentKind, DocumentStatus, SigningMethod, SigningState
from documents.rules import (
    ABBREVIATIONS,
    EDITABLE,
    OPEN_STATUSES,
    PUBLISHED,
    STATUS_MOVES,
    SYMBOL_PATTERN,
    UNNUMBERED,
)

# What may still change on an issued paper: that it ended, when, by whom and why.
ENDING_FIELDS = ("status", "ended_at", "ended_by_id", "ended_reason", "search_key")
# What people read and sign; it moves only while the paper is a draft.
TEXT_FIELDS = ("kind", "title", "subject", "body", "bases", "addressees", "recipients")


def who_and_when(model: str, at: str, by: str) -> models.CheckConstraint:
    """Both set or both empty."""
    return models.CheckConstraint(
        condition=Q(**{f"{at}__isnull": True, f"{by}__isnull": True})
        | Q(**{f"{at}__isnull": False, f"{by}__isnull": False}),
        name=f"{model}_{at}_with_{by}",
        violation_error_message="Cần cả người và thời điểm.",
    )


def _quoted(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _status_moves() -> str:
    return ", ".join(
        f"('{old}', '{new}')" for old, targets in STATUS_MOVES.items() for new in targets if old != new
    )


def _symbols_of_kinds() -> Q:
    """The symbol of a kind with an abbreviation begins with it; the others begin as they like."""
    found = ~Q(kind__in=sorted(ABBREVIATIONS))
    for kind, abbreviation in ABBREVIATIONS.items():
        found |= Q(kind=kind, symbol__regex=f"^{abbreviation}(-|$)")
    return found


@tracked()
class Document(models.Model):
    """An official paper, from draft to issue (văn bản)."""

    province = models.ForeignKey(Province, models.PROTECT, related_name="documents", verbose_name="tỉnh")
    bloc = models.ForeignKey(
        Bloc, models.PROTECT, related_name="documents", null=True, blank=True, verbose_name="khối"
    )
    cycle = models.ForeignKey(
        Cycle, models.PROTECT, related_name="documents", null=True, blank=True, verbose_name="năm thi đua"
    )
    # A paper of one member (its score card, its report): the other members do not read it.
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="documents", null=True, blank=True, verbose_name="đơn vị soạn"
    )
    kind = models.CharField("loại", max_length=20, choices=DocumentKind.choices)
    # Tells two papers of one kind in a year apart (two meetings); empty for the only one.
    slot = models.CharField("ngăn", max_length=40, blank=True)
    title = models.CharField("tên loại in trên văn bản", max_length=150)
    subject = models.CharField("trích yếu", max_length=500, blank=True)
    status = models.CharField(
        "trạng thái", max_length=12, choices=DocumentStatus.choices, default=DocumentStatus.DRAFT
    )
    addressees = models.TextField("kính gửi", blank=True, help_text="Mỗi nơi một dòng.")
    bases = models.TextField("căn cứ", blank=True, help_text="Mỗi căn cứ một dòng.")
    body = models.TextField("nội dung", blank=True, help_text="Mỗi đoạn một dòng. “Điều 1.” được in đậm.")
    recipients = models.TextField("nơi nhận", blank=True, help_text="Mỗi nơi một dòng; “Lưu: VT” tự thêm.")
    version = models.PositiveIntegerField("lần sửa", default=1)
    number = models.CharField("số", max_length=10, blank=True)
    symbol = models.CharField("ký hiệu", max_length=40, blank=True)
    place = models.CharField("địa danh", max_length=100, blank=True)
    issued_on = models.DateField("ngày ban hành", null=True, blank=True)
    date_reason = models.CharField("lý do của ngày khác thường", max_length=300, blank=True)
    signatory_name = models.CharField("người ký", max_length=150, blank=True)
    signatory_title = models.CharField("thẩm quyền, chức vụ ký", max_length=200, blank=True)
    signatory_office = models.CharField("chức vụ ở cơ quan", max_length=200, blank=True)
    prints_code = models.BooleanField("in mã xác thực", default=True)
    issued_at = models.DateTimeField("ban hành lúc", null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người ban hành",
    )
    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        related_name="superseded_by",
        null=True,
        blank=True,
        verbose_name="thay thế văn bản",
    )
    ended_at = models.DateTimeField("hết hiệu lực lúc", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người thu hồi",
    )
    ended_reason = models.CharField("lý do thay thế, thu hồi", max_length=500, blank=True)
    created_at = models.DateTimeField("soạn lúc")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người soạn"
    )
    search_key = search_key_of("subject")

    class Meta:
        verbose_name = "văn bản"
        verbose_name_plural = "văn bản"
        constraints = [
            models.UniqueConstraint(
                "province",
                "bloc",
                "unit",
                "symbol",
                "number",
                ExtractYear("issued_on"),
                condition=~Q(number=""),
                nulls_distinct=False,
                name="document_number_once_a_year",
                violation_error_message="Số và ký hiệu này đã dùng trong năm. Hãy kiểm tra sổ văn thư.",
            ),
            models.CheckConstraint(
                condition=Q(symbol="") | (Q(symbol__regex=SYMBOL_PATTERN) & _symbols_of_kinds()),
                name="document_symbol_of_its_kind",
                violation_error_message="Ký hiệu viết bằng chữ in hoa và bắt đầu bằng chữ viết tắt của loại văn bản.",
            ),
            models.CheckConstraint(
                condition=Q(cycle__isnull=True, bloc__isnull=True)
                | Q(cycle__isnull=False, bloc__isnull=False),
                name="document_cycle_with_its_bloc",
                violation_error_message="Văn bản của một năm thi đua phải thuộc khối của năm đó.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=DocumentStatus.values),
                name="document_status_known",
                violation_error_message="Trạng thái không hợp lệ.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=DocumentKind.values),
                name="document_kind_known",
                violation_error_message="Loại văn bản không hợp lệ.",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=OPEN_STATUSES, number="", issued_on__isnull=True, issued_at__isnull=True
                )
                | Q(status__in=PUBLISHED, issued_on__isnull=False, issued_at__isnull=False),
                name="document_issued_with_its_day",
                violation_error_message="Số và ngày chỉ có khi ban hành, và khi ban hành phải có ngày.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OPEN_STATUSES) | Q(kind__in=sorted(UNNUMBERED)) | ~Q(number=""),
                name="document_issued_with_its_number",
                violation_error_message="Loại văn bản này phải có số khi ban hành.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, status__in=(*OPEN_STATUSES, DocumentStatus.ISSUED))
                | Q(ended_at__isnull=False, status__in=(DocumentStatus.REPLACED, DocumentStatus.WITHDRAWN)),
                name="document_ended_when_replaced_or_withdrawn",
                violation_error_message="Văn bản thay thế hoặc thu hồi phải có thời điểm.",
            ),
            who_and_when("document", "issued_at", "issued_by"),
            who_and_when("document", "ended_at", "ended_by"),
        ]
        indexes = [models.Index(fields=["cycle", "kind"], name="document_cycle_kind")]
        triggers = [
            pgtrigger.Trigger(
                name="issued_is_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=f"""
                    IF OLD.status IN ({_quoted(PUBLISHED)})
                        AND (to_jsonb(NEW) - ARRAY[{_quoted(ENDING_FIELDS)}])
                            IS DISTINCT FROM (to_jsonb(OLD) - ARRAY[{_quoted(ENDING_FIELDS)}])
                    THEN
                        RAISE EXCEPTION 'an issued document does not change' USING ERRCODE = 'check_violation';
                    END IF;
                    IF OLD.ended_at IS NOT NULL AND to_jsonb(NEW) - 'search_key' IS DISTINCT FROM to_jsonb(OLD) - 'search_key' THEN
                        RAISE EXCEPTION 'an ended document does not change' USING ERRCODE = 'check_violation';
                    END IF;
                    IF OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN ({_status_moves()}) THEN
                        RAISE EXCEPTION 'a document does not move from % to %', OLD.status, NEW.status
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="signed_text_is_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=f"""
                    IF ({", ".join(f"NEW.{name}" for name in TEXT_FIELDS)})
                        IS DISTINCT FROM ({", ".join(f"OLD.{name}" for name in TEXT_FIELDS)})
                        AND (OLD.status NOT IN ({_quoted(EDITABLE)})
                            OR EXISTS (SELECT FROM documents_signing s
                                       WHERE s.document_id = OLD.id AND s.state = 'signed'))
                    THEN
                        RAISE EXCEPTION 'the text of this document is settled' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(
                name="only_drafts_are_deleted",
                operation=pgtrigger.Delete,
                condition=~pgtrigger.Q(old__status__in=[str(status) for status in EDITABLE]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.subject}".strip()

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.pk])

    @property
    def number_line(self) -> str:
        """“3387/QĐ-KTĐ4”, or nothing."""
        return f"{self.number}/{self.symbol}" if self.number else ""


@tracked()
class Consultation(models.Model):
    """One round in which the members comment on a draft (lấy ý kiến dự thảo)."""

    document = models.ForeignKey(
        Document, models.CASCADE, related_name="consultations", verbose_name="văn bản"
    )
    round = models.PositiveSmallIntegerField("lần")
    due_on = models.DateField("hạn góp ý")
    note = models.TextField("lời nhắn", blank=True)
    opened_at = models.DateTimeField("gửi lúc")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người gửi"
    )

    class Meta:
        verbose_name = "lần lấy ý kiến"
        constraints = [
            models.UniqueConstraint(
                fields=["document", "round"],
                name="consultation_round_once",
                violation_error_message="Lần lấy ý kiến này đã có.",
            )
        ]

    def __str__(self) -> str:
        return f"Lần {self.round}"


@tracked()
class Comment(models.Model):
    """What one unit says about a draft, and what was answered (ý kiến góp ý)."""

    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="comments", verbose_name="lần lấy ý kiến"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="đơn vị")
    # Agreement is said, never read out of silence.
    agrees = models.BooleanField("thống nhất với dự thảo", default=False)
    text = models.TextField("ý kiến", blank=True)
    written_at = models.DateTimeField("góp ý lúc")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người góp ý"
    )
    is_accepted = models.BooleanField("tiếp thu", null=True, blank=True)
    response = models.TextField("trả lời", blank=True)
    answered_at = models.DateTimeField("trả lời lúc", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người trả lời",
    )

    class Meta:
        verbose_name = "ý kiến"
        constraints = [
            models.CheckConstraint(
                condition=Q(agrees=True) | ~Q(text=""),
                name="comment_says_something",
                violation_error_message="Hãy ghi ý kiến, hoặc đánh dấu thống nhất với dự thảo.",
            ),
            who_and_when("comment", "answered_at", "answered_by"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, is_accepted__isnull=True)
                | Q(answered_at__isnull=False, is_accepted__isnull=False),
                name="comment_answer_says_yes_or_no",
                violation_error_message="Hãy chọn tiếp thu hoặc không tiếp thu.",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="said_stays_said",
                fields=["consultation", "unit", "agrees", "text", "written_at", "written_by"],
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


@tracked()
class NumberSeries(models.Model):
    """An issuer's own count of papers of one kind in a calendar year (sổ số văn bản)."""

    province = models.ForeignKey(Province, models.PROTECT, related_name="+", verbose_name="tỉnh")
    bloc = models.ForeignKey(
        Bloc, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="khối"
    )
    # The abbreviation, not the kind: minutes of two sorts share “BB” and so share one series.
    symbol = models.CharField("ký hiệu", max_length=40)
    year = models.PositiveSmallIntegerField("năm")
    last = models.PositiveIntegerField("số cuối đã cấp", default=0)

    class Meta:
        verbose_name = "sổ số văn bản"
        constraints = [
            models.UniqueConstraint(
                fields=["province", "bloc", "symbol", "year"],
                nulls_distinct=False,
                name="numberseries_once_a_year",
                violation_error_message="Sổ số của năm này đã có.",
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="never_counts_back",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__last__lt=pgtrigger.F("old__last")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.symbol} {self.year}: {self.last}"


@tracked()
class IssuedFile(models.Model):
    """The stored PDF of an issued paper, named by its content (bản ban hành)."""

    document = models.OneToOneField(
        Document, models.PROTECT, related_name="issued_file", verbose_name="văn bản"
    )
    sha256 = models.CharField("sha256", max_length=64)
    size = models.PositiveIntegerField("số byte")
    verification_code = models.CharField("mã xác thực", max_length=20, unique=True)
    issued_at = models.DateTimeField("ban hành lúc")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người ban hành"
    )

    class Meta:
        verbose_name = "bản ban hành"
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex="^[0-9a-f]{64}$"),
                name="issuedfile_sha256_is_one",
                violation_error_message="Mã sha256 không hợp lệ.",
            )
        ]
        triggers = [pgtrigger.Protect(name="never_changes", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.verification_code


@tracked()
class Upload(models.Model):
    """A file somebody gave us; a new version is a new row that names the one before (tệp)."""

    # The only thing an address shows: it cannot be guessed.
    code = models.UUIDField("mã", default=uuid4, unique=True, editable=False)
    province = models.ForeignKey(Province, models.PROTECT, related_name="+", verbose_name="tỉnh")
    cycle = models.ForeignKey(
        Cycle, models.PROTECT, related_name="uploads", null=True, blank=True, verbose_name="năm thi đua"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="uploads", null=True, blank=True, verbose_name="đơn vị"
    )
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="uploads", null=True, blank=True, verbose_name="kèm văn bản"
    )
    is_shared = models.BooleanField("cả khối được xem", default=False)
    name = models.CharField("tên tệp", max_length=200)
    content_type = models.CharField("loại nội dung", max_length=100)
    sha256 = models.CharField("sha256", max_length=64)
    size = models.PositiveIntegerField("số byte")
    version = models.PositiveSmallIntegerField("bản", default=1)
    previous = models.OneToOneField(
        "self", models.PROTECT, related_name="next_version", null=True, blank=True, verbose_name="bản trước"
    )
    uploaded_at = models.DateTimeField("gửi lúc")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người gửi"
    )

    class Meta:
        verbose_name = "tệp"
        constraints = [
            models.CheckConstraint(
                condition=Q(version=1, previous__isnull=True) | Q(version__gt=1, previous__isnull=False),
                name="upload_version_follows_one",
                violation_error_message="Bản sau phải nêu bản trước.",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex="^[0-9a-f]{64}$"),
                name="upload_sha256_is_one",
                violation_error_message="Mã sha256 không hợp lệ.",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="content_never_changes", exclude=["is_shared", "document"]),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("upload", args=[self.code])


@tracked()
class Signing(models.Model):
    """One party's signature on a paper, asked for and given (chữ ký của một bên)."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="signings", verbose_name="văn bản")
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="đơn vị"
    )
    party = models.CharField("bên ký", max_length=200)
    office = models.CharField(
        "ký với tư cách", max_length=150, blank=True, help_text="Ví dụ: Chủ tọa, Thư ký."
    )
    # A person who is named beforehand (the chair of a meeting); otherwise any head of the unit signs.
    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="signings",
        null=True,
        blank=True,
        verbose_name="người ký",
    )
    order = models.PositiveSmallIntegerField("thứ tự")
    state = models.CharField(
        "trạng thái", max_length=10, choices=SigningState.choices, default=SigningState.PENDING
    )
    method = models.CharField("cách ký", max_length=20, choices=SigningMethod.choices, blank=True)
    signatory_name = models.CharField("họ tên người ký", max_length=150, blank=True)
    capacity = models.CharField(
        "chức vụ khi ký", max_length=150, blank=True, help_text="Ví dụ: KT. GIÁM ĐỐC."
    )
    mandate = models.CharField("giấy ủy quyền", max_length=300, blank=True)
    mandate_upload = models.ForeignKey(
        Upload, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="tệp ủy quyền"
    )
    scan = models.ForeignKey(
        Upload, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="bản quét"
    )
    reason = models.CharField("lý do từ chối, vắng", max_length=300, blank=True)
    # What the signer saw: a later reader can tell that it is still the same text.
    text_sha256 = models.CharField("sha256 của nội dung đã ký", max_length=64, blank=True)
    # The day of the signature; on paper it may lie before the moment at which it was recorded.
    signed_on = models.DateField("ngày ký", null=True, blank=True)
    signed_at = models.DateTimeField("ghi nhận lúc", null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người ghi nhận",
    )

    class Meta:
        verbose_name = "chữ ký"
        verbose_name_plural = "chữ ký"
        constraints = [
            models.UniqueConstraint(
                fields=["document", "unit", "office"],
                condition=Q(unit__isnull=False),
                name="signing_unit_once",
                violation_error_message="Đơn vị này đã có chỗ ký.",
            ),
            models.UniqueConstraint(
                fields=["document", "order"],
                name="signing_order_once",
                violation_error_message="Thứ tự ký này đã có.",
            ),
            models.CheckConstraint(
                condition=Q(state=SigningState.PENDING, signed_at__isnull=True)
                | Q(
                    state__in=(SigningState.SIGNED, SigningState.REFUSED, SigningState.ABSENT),
                    signed_at__isnull=False,
                ),
                name="signing_settled_with_its_time",
                violation_error_message="Chữ ký đã ghi nhận phải có thời điểm.",
            ),
            models.CheckConstraint(
                condition=~Q(state=SigningState.SIGNED) | (~Q(method="") & ~Q(signatory_name="")),
                name="signing_given_by_name_and_method",
                violation_error_message="Chữ ký phải có họ tên người ký và cách ký.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(SigningState.REFUSED, SigningState.ABSENT)) | ~Q(reason=""),
                name="signing_not_given_with_reason",
                violation_error_message="Hãy ghi lý do từ chối ký hoặc vắng mặt.",
            ),
            models.CheckConstraint(
                condition=Q(signed_on__isnull=True) | Q(state=SigningState.SIGNED),
                name="signing_day_of_a_signature",
                violation_error_message="Chỉ chữ ký đã có mới có ngày ký.",
            ),
            who_and_when("signing", "signed_at", "signed_by"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="given_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="signed"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.get_state_display()}"
