"""The workbook of a directory, written: empty as a template, or as the directory stands."""

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from blocs.enums import Office, Role, Tier, UnitKind
from blocs.imports.directory import SHEETS
from config.kit.books import MOST_ROWS, put, stored

GUIDE = (
    "Điền từ trên xuống: đơn vị, khối, thành viên của từng khối từng năm, người dùng. Trang nào không dùng thì để trống.",
    "Cột có dấu * phải ghi. Ô trống ở dòng của đơn vị, khối, người đã có thì giữ nguyên như đang có.",
    "Dòng không có trong tệp thì không bị xóa; riêng trang Thành viên phải ghi đủ danh sách của khối trong năm đó.",
    "Mã, tên đăng nhập bỏ trống thì hệ thống tự đặt. Gửi tệp là đọc thử trước; bấm “Nhập” mới ghi.",
)
HEAD_FILL = PatternFill("solid", fgColor="F3EDE4")
LISTS = "Danh mục"
ORDINAL = 6
NUMBERS = {"women_share", "year", "position"}


def template_book():
    """The sheets with their headings, lists of choices and a word on each column."""
    return stored(_book({}))


def directory_book(roster, on):
    """The directory as it stands: importing it changes nothing."""
    rows = {
        "units": [_unit(unit) for unit in roster.living(on)],
        "blocs": [_bloc(bloc) for bloc in roster.blocs],
        "members": [row for cycle in roster.running() for row in _members(cycle)],
        "people": [row for user in roster.people for row in _roles(user, on)],
    }
    return stored(_book(rows))


def _unit(unit):
    return {
        "name": unit.name,
        "short_name": unit.short_name,
        "slug": unit.slug,
        "kind": UnitKind(unit.kind).label,
        "founded_on": unit.founded_on,
        "women_share": unit.women_share,
        "phone": unit.phone,
    }


def _bloc(bloc):
    return {
        "name": bloc.name,
        "code": bloc.code,
        "slug": bloc.slug,
        "tier": Tier(bloc.tier).label,
        "establishing_decision": bloc.establishing_decision,
        "numbers_own_papers": "Có" if bloc.numbers_own_papers else "Không",
    }


def _members(cycle):
    held = {term.unit_id: term for term in cycle.open_terms}
    for place, member in enumerate(cycle.standing, start=1):
        term = held.get(member.unit_id)
        yield {
            "bloc": cycle.bloc.slug,
            "year": cycle.year,
            "position": place,
            "unit": member.unit.slug,
            "office": Office(term.office).label if term else "",
            "from_on": term.from_on if term else None,
            "basis": term.basis if term else "",
        }


def _roles(user, on):
    for role in user.current:
        unit = role.unit
        if unit and unit.dissolved_on and unit.dissolved_on <= on:
            continue
        yield {
            "full_name": user.full_name,
            "username": user.username,
            "email": user.email,
            "phone": user.phone,
            "unit": unit.slug if unit else "",
            "role": Role(role.role).label,
            "title": role.title,
            "from_on": role.from_on,
        }


def _book(rows):
    book = Workbook()
    book.remove(book.active)
    lists = {}
    for title, noun, fields in SHEETS:
        _sheet(book.create_sheet(title), fields, rows.get(noun, ()), lists)
    page = book.create_sheet(LISTS)
    page.sheet_state = "hidden"
    for column, words in lists.values():
        for row, word in enumerate(words, start=1):
            put(page, row, column, word)
    guide = book.create_sheet("Cách ghi")
    guide.column_dimensions["A"].width = 110
    for row, sentence in enumerate(GUIDE, start=1):
        put(guide, row, 1, sentence).alignment = Alignment(wrap_text=True, vertical="top")
    return book


def _sheet(page, fields, rows, lists):
    put(page, 1, 1, "TT").font = Font(bold=True)
    page.column_dimensions["A"].width = ORDINAL
    for column, one in enumerate(fields, start=2):
        head = put(page, 1, column, f"{one.label} *" if one.needed else one.label)
        head.font, head.fill = Font(bold=True), HEAD_FILL
        head.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        page.column_dimensions[get_column_letter(column)].width = one.width
        _rule(page, one, get_column_letter(column), lists)
    for number, values in enumerate(rows, start=1):
        put(page, number + 1, 1, number)
        for column, one in enumerate(fields, start=2):
            cell = put(page, number + 1, column, values.get(one.name))
            if one.name.endswith("_on"):
                cell.number_format = "dd/mm/yyyy"
            elif isinstance(values.get(one.name), str):
                cell.number_format = "@"
    page.freeze_panes = "C2"


def _rule(page, one, letter, lists):
    """A list to choose from where there is one, and the word of help that Excel shows beside the cell."""
    if one.choices and one.choices not in lists:
        lists[one.choices] = (len(lists) + 1, one.choices)
    if one.choices:
        column = get_column_letter(lists[one.choices][0])
        source = f"='{LISTS}'!${column}$1:${column}${len(one.choices)}"
        rule = DataValidation(type="list", formula1=source, allow_blank=True)
    else:
        rule = DataValidation(type=None, allow_blank=True)
    rule.showErrorMessage = False
    rule.showInputMessage, rule.promptTitle, rule.prompt = bool(one.help), one.label, one.help or None
    page.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{MOST_ROWS + 1}")
    if not one.choices and not one.name.endswith("_on") and one.name not in NUMBERS:
        page.column_dimensions[letter].number_format = "@"
