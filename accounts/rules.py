"""Constants of signing in."""

from collections.abc import Mapping
from dataclasses import dataclass

# Where a session keeps the moment at which its person signed in.
SIGNED_IN_AT = "signed_in_at"

# Printed on the sign-in page and in the README of a demonstration; such accounts exist nowhere else.
DEMO_PASSWORD = "thidua-demo-2026"


@dataclass(frozen=True)
class Limit:
    """How often something may happen in one window. Windows begin by the clock, whoever knocks, so none is renewed."""

    name: str
    most: int
    seconds: int
    label: str = ""


# Wrong passwords of one person from one address: whoever sits elsewhere is not held up by them.
PERSON_HERE = Limit("person here", 5, 5 * 60, "mật khẩu, từ một địa chỉ")
# A whole office may stand behind one address.
ADDRESS = Limit("address", 60, 5 * 60, "mật khẩu của nhiều người, từ một địa chỉ")
# Of one person from all addresses together; an address from which the person has signed in is not held up.
PERSON = Limit("person", 100, 60 * 60, "mật khẩu, từ nhiều địa chỉ lạ")
KNOWN_FOR_DAYS = 90

# Codes of the second step are guessed only by who has the password.
CODE_HERE = Limit("code here", 5, 5 * 60, "mã của bước thứ hai, từ một địa chỉ")
CODE = Limit("code", 30, 60 * 60, "mã của bước thứ hai, từ nhiều địa chỉ lạ")
# A code from the telephone is worth one sign-in: it is remembered for longer than it is valid.
USED_CODE = Limit("used code", 1, 10 * 60)

OLD_PASSWORD = Limit("old password", 10, 10 * 60)
RESET_FROM = Limit("reset from", 20, 60 * 60)
RESET_OF = Limit("reset of", 3, 60 * 60)
KEY_FROM = Limit("key from", 30, 5 * 60)
# Twelve letters out of thirty cannot be guessed at this pace.
VERIFICATION = Limit("verification", 30, 60)

LIMITS = (
    PERSON_HERE, ADDRESS, PERSON, CODE_HERE, CODE, USED_CODE, OLD_PASSWORD, RESET_FROM, RESET_OF, KEY_FROM,
    VERIFICATION,
)  # fmt: skip

# The verbs of the journal in the words of officials.
VERBS: Mapping[str, str] = {
    "accounts.security.signed_in": "Đăng nhập",
    "accounts.security.sign_in_failed": "Đăng nhập không đúng",
    "accounts.security.locked": "Tạm khóa đăng nhập vì thử sai nhiều lần",
    "accounts.security.second_step_failed": "Bước thứ hai của đăng nhập không đúng",
    "accounts.security.second_step_added": "Thêm bước thứ hai của đăng nhập",
    "accounts.security.second_step_removed": "Bỏ bước thứ hai của đăng nhập",
    "accounts.security.second_step_reset": "Đặt lại bước thứ hai của đăng nhập",
    "accounts.second_step_reset.asked": "Đề nghị đặt lại bước thứ hai",
    "accounts.second_step_reset.confirmed": "Xác nhận đặt lại bước thứ hai",
    "accounts.security.password_changed": "Đổi mật khẩu",
    "accounts.security.exported": "Tải dữ liệu của cả năm",
}


def window_of(moment: float, seconds: int) -> int:
    """The second at which the window of a moment began."""
    return int(moment) // seconds * seconds
