"""Workbooks of a directory for tests: rows by sheet, written the way a person fills the template."""

import io

from openpyxl import load_workbook

from blocs.imports import template_book


def book_of(**sheets):
    """The template filled in: `units=[{"Tên đơn vị": …}]`, `blocs`, `members`, `people`."""
    titles = {"units": "Đơn vị", "blocs": "Khối", "members": "Thành viên", "people": "Người dùng"}
    book = load_workbook(io.BytesIO(template_book()))
    for noun, rows in sheets.items():
        page = book[titles[noun]]
        columns = {str(cell.value).removesuffix(" *"): cell.column for cell in page[1]}
        for number, row in enumerate(rows, start=2):
            for label, value in row.items():
                page.cell(number, columns[label], value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def unit(name, short="", **more):
    return {"Tên đơn vị": name, "Tên gọi tắt": short, **more}


def bloc(name, code, **more):
    return {"Tên khối": name, "Ký hiệu": code, **more}


def member(bloc, unit, year=2026, office="", **more):
    return {"Khối": bloc, "Năm": year, "Đơn vị": unit, "Chức vụ": office, **more}


def person(name, unit="", role="Chuyên viên thi đua của đơn vị", **more):
    return {"Họ và tên": name, "Đơn vị": unit, "Vai trò": role, **more}


def small():
    """Two units in one bloc with a chair, and three people."""
    return {
        "units": [unit("Sở Khoa học và Công nghệ", "Sở KH&CN"), unit("Sở Y tế", "Sở Y tế")],
        "blocs": [bloc("Khối thi đua số 4", "KTĐ4", **{"Quyết định thành lập": "12/QĐ-HĐTĐKT"})],
        "members": [
            member("KTĐ4", "Sở KH&CN", office="Khối trưởng"),
            member("Khối thi đua số 4", "Sở Y tế"),
        ],
        "people": [
            person("Nguyễn Văn Hùng", "Sở KH&CN"),
            person("Trần Thị Lan", "Sở KH&CN", "Thủ trưởng đơn vị", **{"Thư điện tử": "lan@so.vn"}),
            person("Lê Hoa", role="Lãnh đạo cơ quan thường trực"),
        ],
    }


FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ")
MIDDLES = ("Văn", "Thị", "Hữu", "Ngọc", "Minh")
GIVEN = ("An", "Bình", "Châu", "Dũng", "Giang", "Hà", "Khánh", "Long", "Mai", "Nam", "Oanh", "Phúc", "Quân")


def province_of(blocs, units, people, year=2026):
    """A made-up province: so many blocs, units in each, and people over all, no name twice."""
    names = [f"Cơ quan số {number}" for number in range(1, blocs * units + 1)]
    persons = [f"{family} {middle} {given}" for given in GIVEN for middle in MIDDLES for family in FAMILIES][
        :people
    ]
    roles = ("Chuyên viên thi đua của đơn vị", "Thủ trưởng đơn vị", "Phó thủ trưởng đơn vị")
    return {
        "units": [unit(name, f"CQ {number}") for number, name in enumerate(names, start=1)],
        "blocs": [
            bloc(f"Khối thi đua số {n}", f"KTĐ{n}", **{"Quyết định thành lập": "12/QĐ-HĐTĐKT"})
            for n in range(1, blocs + 1)
        ],
        "members": [
            member(f"KTĐ{place // units + 1}", name, year, "Khối trưởng" if place % units == 0 else "")
            for place, name in enumerate(names)
        ],
        "people": [
            person(name, names[place % len(names)], roles[place // len(names) % 3])
            for place, name in enumerate(persons)
        ],
    }
