from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from config.kit.audit import tracked
from config.kit.fields import search_key_of, sort_key_of


class UserManager(BaseUserManager):
    """Finds people by username, whatever the case it was typed in."""

    def get_by_natural_key(self, username: str) -> "User":
        return self.get(username__iexact=username)


@tracked(exclude=("password", "last_login"))
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
