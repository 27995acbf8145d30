from django.db.models import TextChoices


class SecurityKind(TextChoices):
    """Việc liên quan đến an toàn của tài khoản."""

    SIGNED_IN = "signed_in", "Đăng nhập"
    SIGN_IN_FAILED = "sign_in_failed", "Đăng nhập không đúng"
    LOCKED = "locked", "Tạm khóa vì thử sai nhiều lần"
    SECOND_STEP_FAILED = "second_step_failed", "Bước thứ hai không đúng"
    SECOND_STEP_ADDED = "second_step_added", "Thêm bước thứ hai"
    SECOND_STEP_REMOVED = "second_step_removed", "Bỏ bước thứ hai"
    SECOND_STEP_RESET = "second_step_reset", "Đặt lại bước thứ hai"
    PASSWORD_CHANGED = "password_changed", "Đổi mật khẩu"
    EXPORTED = "exported", "Tải dữ liệu của cả năm"
