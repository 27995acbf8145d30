"""The four sheets of a directory and how their cells are read; every fault at once, nothing saved."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.models import User
from blocs.enums import Office, Role, Tier, UnitKind
from blocs.models import Appointment, Bloc, Term, Unit
from blocs.queries.roster import Line, Lines
from blocs.rules import RESERVED_ADDRESSES
from config.kit import books
from config.kit.books import Fault, RefusedBook, same_words

ADDRESS = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
USERNAME = re.compile(r"[A-Za-z0-9_.@+-]+")
NOTHING = {"", "-", "–", "—"}
SAME_HELP = "Chỉ khi được hỏi: ghi “khác”, hoặc mã (tên đăng nhập) của bên đã có."


@dataclass(frozen=True)
class Field:
    """A column: its label, the name of what it holds, how a cell of it is read, and what helps to fill it in."""

    label: str
    name: str
    read: Callable
    needed: bool = False
    help: str = ""
    width: int = 16
    choices: tuple[str, ...] = ()


def text(most):
    def read(cell):
        typed = books.a_text(cell)
        if len(typed) > most:
            raise ValueError(f"dài hơn {most} chữ. Hãy viết ngắn lại.")
        return " ".join(typed.split()) or None

    return read


def of(model, name):
    return text(model._meta.get_field(name).max_length)


def one_of(table):
    """A choice from a list by its words; a dash says nothing."""
    known = {same_words(label): value for label, value in table.items()}

    def read(cell):
        typed = books.a_text(cell)
        if typed in NOTHING:
            return None
        if same_words(typed) not in known:
            raise ValueError(f"không có “{typed}” trong danh sách. Hãy chọn: {'; '.join(table)}.")
        return known[same_words(typed)]

    return read


def address(cell):
    typed = books.a_text(cell)
    if typed and not (ADDRESS.fullmatch(typed) and len(typed) <= 50):
        raise ValueError(
            "mã chỉ gồm chữ thường không dấu, số và gạch nối, ví dụ so-khcn; tối đa 50 chữ. "
            "Bỏ trống thì hệ thống tự đặt."
        )
    if typed in RESERVED_ADDRESSES:
        raise ValueError("mã này dùng cho trang khác. Hãy ghi mã khác.")
    return typed or None


def username(cell):
    typed = books.a_text(cell)
    if typed and not (USERNAME.fullmatch(typed) and len(typed) <= 150):
        raise ValueError("tên đăng nhập chỉ gồm chữ không dấu, số và các dấu . @ + - _, tối đa 150 chữ.")
    return typed or None


def mailbox(cell):
    typed = books.a_text(cell)
    try:
        if typed:
            validate_email(typed)
    except ValidationError as wrong:
        raise ValueError(f"“{typed}” không phải địa chỉ thư. Hãy kiểm tra lại.") from wrong
    return typed or None


def a_day(cell):
    if not cell.is_formula and str(cell.value if cell.value is not None else "").strip() in NOTHING:
        return None
    return books.a_day(cell)


def share(cell):
    value = books.a_number(cell, percent=True)
    if value is not None and not 0 <= value <= 100:
        raise ValueError("tỷ lệ nữ phải từ 0 đến 100.")
    if value is not None and value != round(value, 2):
        raise ValueError("tỷ lệ nữ có nhiều nhất 2 chữ số thập phân.")
    return value


def whole(least, most, words):
    def read(cell):
        value = books.a_number(cell)
        if value is not None and not (value == int(value) and least <= value <= most):
            raise ValueError(words)
        return None if value is None else int(value)

    return read


def choices(enum):
    return {label: value for value, label in enum.choices}


KINDS, TIERS, ROLES, OFFICES = choices(UnitKind), choices(Tier), choices(Role), choices(Office)
YES_NO = {"Có": True, "Không": False}

UNITS = (
    Field("Tên đơn vị", "name", of(Unit, "name"), True, "Tên đầy đủ.", 44),
    Field("Tên gọi tắt", "short_name", of(Unit, "short_name"), False, "Ví dụ Sở KH&CN.", 20),
    Field("Mã", "slug", address, False, "Bỏ trống thì hệ thống đặt theo tên gọi tắt: so-khcn.", 18),
    Field(
        "Loại hình",
        "kind",
        one_of(KINDS),
        False,
        "Bỏ trống thì hiểu theo tên đơn vị.",
        18,
        tuple(KINDS),
    ),
    Field("Ngày thành lập", "founded_on", a_day, False, "dd/mm/yyyy, có thể bỏ trống.", 15),
    Field("Tỷ lệ nữ (%)", "women_share", share, False, "Ví dụ 45,5.", 12),
    Field("Điện thoại", "phone", of(Unit, "phone"), False, "", 16),
    Field("Trùng tên", "same", text(200), False, SAME_HELP, 18),
)
BLOCS = (
    Field("Tên khối", "name", of(Bloc, "name"), True, "Ví dụ Khối thi đua số 4.", 44),
    Field("Ký hiệu", "code", of(Bloc, "code"), True, "Dùng trong số văn bản: KTĐ4.", 12),
    Field("Mã", "slug", address, False, "Bỏ trống thì hệ thống tự đặt: khoi-4.", 18),
    Field(
        "Cấp", "tier", one_of(TIERS), False, "Bỏ trống: khối do tỉnh trực tiếp theo dõi.", 30, tuple(TIERS)
    ),
    Field(
        "Quyết định thành lập",
        "establishing_decision",
        of(Bloc, "establishing_decision"),
        False,
        "Số, ngày của quyết định.",
        36,
    ),
    Field(
        "Khối tự đánh số văn bản",
        "numbers_own_papers",
        one_of(YES_NO),
        False,
        "Bỏ trống: không.",
        14,
        tuple(YES_NO),
    ),
)
YEAR_WORDS = "năm phải là số nguyên từ 2000 đến 2100."
PLACE_WORDS = "thứ tự phải là số nguyên từ 1 đến 999."
MEMBERS = (
    Field("Khối", "bloc", of(Bloc, "name"), True, "Tên, ký hiệu hoặc mã của khối.", 30),
    Field("Năm", "year", whole(2000, 2100, YEAR_WORDS), True, "Năm chưa mở thì được mở luôn.", 10),
    Field("Thứ tự", "position", whole(1, 999, PLACE_WORDS), False, "Bỏ trống thì theo thứ tự dòng.", 10),
    Field("Đơn vị", "unit", of(Unit, "name"), True, "Tên, tên gọi tắt hoặc mã. Ghi đủ cả danh sách.", 44),
    Field(
        "Chức vụ",
        "office",
        one_of(OFFICES),
        False,
        "Khối trưởng, Khối phó, hoặc bỏ trống.",
        14,
        tuple(OFFICES),
    ),
    Field("Từ ngày", "from_on", a_day, False, "Của chức vụ; bỏ trống là hôm nay.", 14),
    Field(
        "Căn cứ",
        "basis",
        of(Term, "basis"),
        False,
        "Của chức vụ; bỏ trống thì lấy quyết định thành lập khối.",
        30,
    ),
)
PEOPLE = (
    Field("Họ và tên", "full_name", of(User, "full_name"), True, "Một dòng một vai trò.", 28),
    Field("Tên đăng nhập", "username", username, False, "Bỏ trống thì hệ thống đặt: hungnv.so-khcn.", 26),
    Field("Thư điện tử", "email", mailbox, False, "", 28),
    Field("Điện thoại", "phone", of(User, "phone"), False, "", 16),
    Field("Đơn vị", "unit", of(Unit, "name"), False, "Bỏ trống với vai trò của tỉnh.", 36),
    Field("Vai trò", "role", one_of(ROLES), True, "", 32, tuple(ROLES)),
    Field("Chức danh", "title", of(Appointment, "title"), False, "Ví dụ Phó Giám đốc phụ trách.", 24),
    Field("Từ ngày", "from_on", a_day, False, "Bỏ trống là hôm nay.", 14),
    Field(
        "Lý do ghi muộn",
        "reason",
        of(Appointment, "late_reason"),
        False,
        "Khi từ ngày đã qua mà vai trò chưa có trong hệ thống.",
        24,
    ),
    Field("Trùng tên", "same", text(200), False, SAME_HELP, 18),
)
SHEETS = (("Đơn vị", "units", UNITS), ("Khối", "blocs", BLOCS), ("Thành viên", "members", MEMBERS),
          ("Người dùng", "people", PEOPLE))  # fmt: skip


def read_directory(content):
    """What the sheets say as lines; RefusedBook with every cell that cannot be read."""
    pages = {books.name_of(title): page for title, page in books.open_pages(content).items()}
    faults, lines = [], {}
    for title, noun, fields in SHEETS:
        page = pages.get(books.name_of(title))
        lines[noun] = tuple(_lines(page, title, fields, faults)) if page else ()
    if not any(books.name_of(title) in pages for title, _, _ in SHEETS):
        wanted = ", ".join(f"“{title}”" for title, _, _ in SHEETS)
        raise RefusedBook(
            [Fault("", "", f"Tệp không có trang nào trong các trang {wanted}. Hãy dùng tệp mẫu.")]
        )
    if faults:
        raise RefusedBook(faults)
    return Lines(**lines)


def _lines(page, title, fields, faults):
    header = books.find_header(page, {field.label: field.needed for field in fields})
    if header is None:
        needed = ", ".join(f"“{field.label}”" for field in fields if field.needed)
        if page.rows:
            faults.append(
                Fault(page.title, "", f"không thấy dòng tiêu đề có các cột {needed}. Hãy dùng tệp mẫu.")
            )
        return
    place, columns = header
    for row in page.rows[place + 1 :]:
        line = _line(page, row, fields, columns, faults)
        if line is not None:
            yield line


def _line(page, row, fields, columns, faults):
    """One row as a line; None for a row that says nothing in any column of ours."""
    cells = {field.name: row[columns[field.label]] for field in fields if field.label in columns}
    if all(cell.value is None and not cell.is_formula for cell in cells.values()):
        return None
    values, is_whole = {}, True
    for field in fields:
        if field.name not in cells:
            continue
        try:
            value = field.read(cells[field.name])
            if value is None and field.needed:
                raise ValueError(f"hãy ghi {field.label[:1].lower()}{field.label[1:]}.")
            values[field.name] = value
        except ValueError as wrong:
            is_whole = False
            faults.append(Fault(page.title, cells[field.name].at, str(wrong)))
    number = int(re.sub(r"\D", "", row[0].at))
    at = {name: cell.at for name, cell in cells.items()}
    return Line(page.title, number, values, at) if is_whole else None
