from datetime import datetime

import pgtrigger
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.enums import SecurityKind
from config.kit.audit import tracked
from config.kit.fields import search_key_of, sort_key_of


class UserManager(BaseUserManager):
    """Finds people by username, whatever the case it was typed in."""

    def get_by_natural_key(self, username: str) -> "User":
        return self.get(username__iexact=username)


# How to reach a person leaves no trace in the journal, which keeps what it holds for ever: it can be erased.
@tracked(exclude=("password", "last_login", "email", "phone"))
class User(AbstractBaseUser):
    """A person who signs in (người dùng); rights come from appointments, never from here."""

    username = models.CharField("tên đăng nhập", max_length=150, unique=True)
    full_name = models.CharField("họ và tên", max_length=150)
    # Offices share mailboxes: an address may serve several people.
    email = models.EmailField("thư điện tử", blank=True)
    phone = models.CharField("điện thoại", max_length=30, blank=True)
    is_active = models.BooleanField("đang hoạt động", default=True)
    is_demo = models.BooleanField("tài khoản trình diễn", default=False)
    # When an administrator last issued a one-time link to set the password.
    reset_link_at = models.DateTimeField("cấp liên kết đặt mật khẩu lúc", null=True, blank=True)
    # A mailbox that was changed sets no password before this moment, so that its owner can object.
    mailbox_waits_until = models.DateTimeField("hộp thư mới đặt lại mật khẩu được từ", null=True, blank=True)
    # How long a first link holds, which goes to its person on paper; None when the last one holds a day.
    first_link_until = models.DateTimeField("liên kết lần đầu có hiệu lực đến", null=True, blank=True)
    created_at = models.DateTimeField("tạo lúc", auto_now_add=True)
    sort_key = sort_key_of("full_name")
    search_key = search_key_of("full_name")

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    objects = UserManager()

    class Meta:
        verbose_name = "người dùng"
        verbose_name_plural = "người dùng"
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_unique_in_any_case",
                violation_error_message="Tên đăng nhập này đã có. Hãy chọn tên khác.",
            ),
            models.CheckConstraint(
                condition=~Q(full_name=""),
                name="user_has_full_name",
                violation_error_message="Hãy gõ họ và tên.",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    def takes_links(self, at: datetime) -> bool:
        """Whether the mailbox may get a link that sets the password; one that was changed lately may not."""
        return (
            self.is_active
            and bool(self.email)
            and not (self.mailbox_waits_until and at < self.mailbox_waits_until)
        )


@tracked()
class SecurityEvent(models.Model):
    """Something that concerns the safety of an account (sự kiện an toàn); it stays as it was written."""

    kind = models.CharField("việc", max_length=30, choices=SecurityKind.choices)
    # Nobody when a name was typed that nobody has: it may be a password in the wrong field, so it is not kept.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="security_events",
        null=True,
        blank=True,
        verbose_name="tài khoản",
    )
    address = models.CharField("địa chỉ mạng", max_length=45, blank=True)
    at = models.DateTimeField("lúc")
    note = models.CharField("chi tiết", max_length=200, blank=True)

    class Meta:
        verbose_name = "sự kiện an toàn"
        indexes = [models.Index(fields=["user", "kind", "at"], name="securityevent_of_a_person")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at}"


@tracked()
class SecondStepReset(models.Model):
    """A lost second step, taken away by two people together (đặt lại bước thứ hai)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="second_step_resets", verbose_name="tài khoản"
    )
    reason = models.CharField("lý do", max_length=300)
    asked_at = models.DateTimeField("đề nghị lúc")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người đề nghị"
    )
    confirmed_at = models.DateTimeField("xác nhận lúc", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="người xác nhận",
    )

    class Meta:
        verbose_name = "đặt lại bước thứ hai"
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | (
                    Q(confirmed_by__isnull=False, confirmed_at__isnull=False)
                    & ~Q(confirmed_by=F("asked_by"))
                    & ~Q(confirmed_by=F("user"))
                ),
                name="secondstepreset_by_two_others",
                violation_error_message="Người xác nhận phải khác người đề nghị và khác chủ tài khoản.",
            ),
            models.CheckConstraint(
                condition=~Q(asked_by=F("user")),
                name="secondstepreset_not_for_oneself",
                violation_error_message="Hãy nhờ người khác đề nghị đặt lại giúp.",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(confirmed_at__isnull=True),
                name="secondstepreset_one_waiting",
                violation_error_message="Đã có đề nghị đặt lại đang chờ xác nhận.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.asked_at}"


class Tally(models.Model):
    """How often something was tried in one window of time (đếm lần thử); kept no longer than it is asked for."""

    key = models.CharField("dấu", max_length=64)
    began_at = models.DateTimeField("từ lúc")
    times = models.PositiveIntegerField("số lần", default=1)

    class Meta:
        verbose_name = "đếm lần thử"
        constraints = [
            models.UniqueConstraint(
                fields=["key", "began_at"],
                name="tally_one_a_window",
                violation_error_message="Khoảng thời gian này đã được đếm.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.times} từ {self.began_at}"
