"""The workbook of a guidance: the sheets “Hướng dẫn” and “Khung tiêu chí”, written and read back without loss."""

from dataclasses import dataclass
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from config.kit import books
from config.kit.books import Fault, RefusedBook, same_words
from config.kit.text import number
from scoring.enums import CriterionKind, GroupNature, NaPolicy, NotArisen, RankNumbering, ScoredBy
from scoring.imports import law_words
from scoring.imports.rule_words import rule_cells, rule_from_cells
from scoring.models import Criterion, Guidance
from scoring.queries import Board, findings_in
from scoring.rules import FormatError, exact_sum, grades_from_json, rule_to_json
from scoring.services.guidance import law_faults

LAW_SHEET, FRAME_SHEET, WORDS_SHEET = "Hướng dẫn", "Khung tiêu chí", "Danh mục"
YES_NO = {"Có": True, "Không": False}
BIGGEST = Decimal(10) ** 6


@dataclass(frozen=True)
class GuidanceBook:
    """What a workbook says: the law as fields of the guidance, the frame as rows for `write_frame`."""

    law: dict
    rows: list

    def board(self):
        """The frame as if it were stored, for looking at it before anything is written."""
        keys = {row["code"]: place for place, row in enumerate(self.rows, start=1)}
        criteria = [
            Criterion(
                pk=keys[row["code"]],
                parent_id=keys.get(row["parent"]),
                position=keys[row["code"]],
                **{name: value for name, value in row.items() if name != "parent"},
            )
            for row in self.rows
        ]
        return Board(Guidance(**self.law), tuple(criteria))

    def findings(self):
        return findings_in(self.board())

    def sums(self):
        """Each content of the first level: code, title, nature, its maximum, and what its parts add up to."""
        found = []
        for row in self.rows:
            if not row["parent"]:
                parts = [one["max_points"] for one in self.rows if one["parent"] == row["code"]]
                total = exact_sum(parts) if parts else row["max_points"]
                label = GroupNature(row["nature"]).label
                found.append((row["code"], row["title"], label, row["max_points"], total))
        return found


# The law: one row a field; a field of several lines takes several rows.


def _text(most):
    def read(cell):
        text = books.a_text(cell)
        if most and len(text) > most:
            raise ValueError(f"dài hơn {most} chữ. Hãy viết ngắn lại.")
        return text

    return read


def _points(cell):
    return points_in(books.a_number(cell))


def points_in(value):
    if value is None:
        return None
    if value < 0:
        raise ValueError("không được âm.")
    if value != round(value, 3) or value >= BIGGEST:
        raise ValueError(f"{number(value)} quá lớn hoặc có hơn 3 chữ số thập phân.")
    return value


def _year(cell):
    value = books.a_number(cell)
    if value is not None and not (value == int(value) and 2000 <= value <= 2100):
        raise ValueError("năm phải là số nguyên từ 2000 đến 2100.")
    return None if value is None else int(value)


def _one_of(table):
    def read(cell):
        text = books.a_text(cell)
        found = {same_words(label): value for label, value in table.items()}
        if text and same_words(text) not in found:
            raise ValueError(f"không có “{text}” trong danh sách. Hãy chọn: {'; '.join(table)}.")
        return found[same_words(text)] if text else None

    return read


def _choices(enum):
    return {label: value for value, label in enum.choices}


def _label_of(enum):
    return lambda value: enum(value).label


@dataclass(frozen=True)
class Item:
    """One field of the law: its name in the workbook, how it is read and written, an example."""

    label: str
    name: str
    read: object
    write: object = lambda value: value
    help: str = ""
    needed: bool = True


ITEMS = (
    Item("Số, ký hiệu", "number", _text(60), help="16/HD-HĐTĐKT"),
    Item("Trích yếu", "title", _text(300)),
    Item("Cơ quan ban hành", "issuer", _text(200)),
    Item("Ngày ban hành", "issued_on", books.a_day, help="ngày/tháng/năm"),
    Item("Áp dụng từ năm", "from_year", _year),
    Item("Đến năm", "to_year", _year, help="bỏ trống nếu chưa hết", needed=False),
    Item("Thang điểm", "scale", _points, help="100, 1000"),
    Item("Điểm thưởng tối đa", "bonus_cap", _points),
    Item("Điểm trừ tối đa", "deduction_cap", _points, help="ghi số dương"),
    Item("Khi có tiêu chí không giao", "na_policy", _one_of(_choices(NaPolicy)), _label_of(NaPolicy)),
    Item("Khi không phát sinh", "not_arisen", _one_of(_choices(NotArisen)), _label_of(NotArisen)),
    Item(
        "Hạng sau các đơn vị đồng hạng",
        "rank_numbering",
        _one_of(_choices(RankNumbering)),
        _label_of(RankNumbering),
    ),
    Item(
        "Không minh chứng thì không có điểm",
        "evidence_required",
        _one_of(YES_NO),
        lambda value: "Có" if value else "Không",
    ),
    Item("Ghi chú", "note", _text(0), needed=False),
)
LINES = {
    "Làm tròn": "roundings",
    "Xếp loại": "grades",
    "Khi bằng điểm": "tie_chain",
    "Số lượng được đề nghị": "quota_rules",
    "Biểu quyết": "vote_rule",
    "Trừ điểm gửi chậm": "lateness",
    "Hạn": "deadlines",
}
LAW_HEAD = {"Mục": True, "Nội dung": True}
LISTS = {
    "na_policy": NaPolicy.labels,
    "not_arisen": NotArisen.labels,
    "rank_numbering": RankNumbering.labels,
    "evidence_required": list(YES_NO),
}

# The frame: one column a field.

FRAME_HEAD = {
    "Ký hiệu": True,
    "Thuộc nhóm": False,
    "Nội dung, tiêu chí": True,
    "Điểm tối đa": True,
    "Tính chất": False,
    "Cách tính": True,
    "Quy tắc": True,
    "Điều kiện, chế tài": False,
    "Cách tính điểm, nguyên văn": False,
    "Tài liệu kiểm chứng": False,
    "Ai chấm": False,
    "Cần minh chứng": False,
    "Khi không phát sinh": False,
    "Dữ liệu quy tắc": False,
}
WIDTHS = (10, 10, 56, 10, 12, 20, 44, 34, 50, 28, 24, 12, 20, 14)
GROUP = "Nhóm"
KINDS = {GROUP: "", **_choices(CriterionKind)}
FRAME_LISTS = {
    "Tính chất": GroupNature.labels,
    "Cách tính": list(KINDS),
    "Ai chấm": ScoredBy.labels,
    "Cần minh chứng": list(YES_NO),
    "Khi không phát sinh": NotArisen.labels,
}


# Writing


def guidance_book(board):
    """A guidance with its frame as a workbook that `read_guidance` reads back to the same."""
    book = Workbook()
    book.remove(book.active)
    law, frame, words = (book.create_sheet(name) for name in (LAW_SHEET, FRAME_SHEET, WORDS_SHEET))
    ranges = _write_words(words)
    _write_law(law, board.guidance, ranges)
    _write_frame(frame, board, ranges)
    return books.stored(book)


def _head(page, labels, widths):
    for column, (label, width) in enumerate(zip(labels, widths, strict=True), start=1):
        cell = books.put(page, 1, column, label)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E8EDF3")
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        page.column_dimensions[get_column_letter(column)].width = width
    page.freeze_panes = "A2"


def _write_words(page):
    """The words to choose from; gives the range of each list."""
    lists = {**LISTS, **FRAME_LISTS}
    ranges = {}
    for column, (name, labels) in enumerate(lists.items(), start=1):
        letter = get_column_letter(column)
        books.put(page, 1, column, name if name in FRAME_LISTS else _label_in_law(name)).font = Font(
            bold=True
        )
        for row, label in enumerate(labels, start=2):
            books.put(page, row, column, label)
        page.column_dimensions[letter].width = 30
        ranges[name] = f"'{WORDS_SHEET}'!${letter}$2:${letter}${len(labels) + 1}"
    return ranges


def _label_in_law(name):
    return next(item.label for item in ITEMS if item.name == name)


def choose(page, where, source):
    """Offer a list on some cells; what is not in it is refused by Excel."""
    rule = DataValidation("list", formula1=source, allow_blank=True, showErrorMessage=True)
    rule.errorTitle, rule.error = "Không có trong danh sách", "Hãy chọn một mục trong danh sách."
    page.add_data_validation(rule)
    rule.add(where)


def _write_law(page, guidance, ranges):
    _head(page, ("Mục", "Nội dung", "Cách ghi"), (34, 70, 60))
    row = 1
    for item in ITEMS:
        row += 1
        value = getattr(guidance, item.name)
        _law_row(page, row, item.label, None if value is None else item.write(value), item.help)
        if item.name == "issued_on":
            page.cell(row, 2).number_format = "dd/mm/yyyy"
        if item.name in ranges:
            choose(page, f"B{row}", ranges[item.name])
    for label, name in LINES.items():
        block = law_words.BLOCKS[name]
        for line in law_words.written(block, getattr(guidance, name)) or [None]:
            row += 1
            _law_row(page, row, label, line, block.help)


def _law_row(page, row, label, value, words):
    books.put(page, row, 1, label).font = Font(bold=True)
    cell = books.put(page, row, 2, value)
    cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
    books.put(page, row, 3, words).font = Font(italic=True, color="777777")


def _write_frame(page, board, ranges):
    _head(page, FRAME_HEAD, WIDTHS)
    codes = {criterion.pk: criterion.code for criterion in board.criteria}
    for row, criterion in enumerate(board.criteria, start=2):
        rule = board.rules.get(criterion.pk)
        words, conditions, data = rule_cells(rule) if rule else ("", "", "")
        values = (
            criterion.code,
            codes.get(criterion.parent_id, ""),
            criterion.title,
            criterion.max_points,
            GroupNature(criterion.nature).label,
            criterion.get_kind_display() if criterion.kind else GROUP,
            words,
            conditions,
            criterion.wording,
            criterion.evidence_hint,
            ScoredBy(criterion.scored_by).label,
            "Có" if criterion.needs_evidence else "Không",
            NotArisen(criterion.not_arisen).label if criterion.not_arisen else "",
            data,
        )
        for column, value in enumerate(values, start=1):
            cell = books.put(page, row, column, value)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=not criterion.kind)
            if column in (1, 2):
                cell.number_format = "@"  # 1.10 stays 1.10
    last = len(board.criteria) + 200
    for column, name in enumerate(FRAME_HEAD, start=1):
        if name in ranges:
            letter = get_column_letter(column)
            choose(page, f"{letter}2:{letter}{last}", ranges[name])


# Reading


def read_guidance(content):
    """The law and the frame of a workbook; RefusedBook names every fault by sheet and cell."""
    pages = {books.name_of(title): page for title, page in books.open_pages(content).items()}
    law_page, frame_page = (pages.get(books.name_of(name)) for name in (LAW_SHEET, FRAME_SHEET))
    faults = [
        Fault("", "", f"Tệp không có trang “{name}”. Hãy tải tệp mẫu và giữ nguyên tên trang.")
        for name, page in ((LAW_SHEET, law_page), (FRAME_SHEET, frame_page))
        if page is None
    ]
    if faults:
        raise RefusedBook(faults)
    law = _read_law(law_page, faults)
    rows = _read_frame(frame_page, faults, law)
    if faults:
        raise RefusedBook(faults)
    return GuidanceBook(law, rows)


def _body(page, head, faults):
    """The rows below the header, each as name → cell; a column that is not there gives empty cells."""
    found = books.find_header(page, head)
    if found is None:
        names = ", ".join(f"“{name}”" for name, is_needed in head.items() if is_needed)
        faults.append(Fault(page.title, "", f"không thấy dòng tiêu đề có các cột {names}."))
        return [], {}
    place, columns = found
    rows = [
        {name: row[index] for name, index in columns.items()}
        for row in books.body_of(page, place)
        if any(row[index].value is not None or row[index].is_formula for index in columns.values())
    ]
    return rows, columns


def _tried(faults, page, cell, read):
    """The value of a cell; its faults are noted with its place."""
    try:
        return read(cell)
    except FormatError as wrong:
        faults += [Fault(page.title, cell.at, reason) for reason in wrong.reasons]
    except ValueError as wrong:
        faults.append(Fault(page.title, cell.at, _sentence(str(wrong))))
    return None


def _sentence(words):
    return words[:1].upper() + words[1:]


def _read_law(page, faults):
    rows, _ = _body(page, LAW_HEAD, faults)
    if not rows:
        return {}
    items = {books.name_of(item.label): item for item in ITEMS}
    blocks = {books.name_of(label): name for label, name in LINES.items()}
    law, lines, places = {}, {name: [] for name in LINES.values()}, {}
    for row in rows:
        label, cell = row["Mục"], row["Nội dung"]
        name = books.name_of(str(label.value or ""))
        if name in blocks:
            line = _tried(faults, page, cell, books.a_text)
            if line:
                lines[blocks[name]].append((cell, line))
        elif name not in items:
            faults.append(
                Fault(page.title, label.at, f"Không có mục “{label.value or ''}”. Hãy bỏ dòng này.")
            )
        elif items[name].name in places:
            faults.append(Fault(page.title, label.at, f"Mục “{label.value}” ghi hai lần. Hãy bỏ một dòng."))
        else:
            item = items[name]
            places[item.name] = cell.at
            law[item.name] = _tried(faults, page, cell, item.read)
    _demand(law, places, page, faults)
    for name, given in lines.items():
        law[name] = _joined(law_words.BLOCKS[name], given, page, faults)
    law["note"] = law.get("note") or ""
    law.setdefault("to_year", None)
    first = {name: given[0][0].at for name, given in lines.items() if given}
    for name, at in first.items():
        faults += [Fault(page.title, at, reason) for reason in law_faults({name: law[name]})]
    return law


def _demand(law, places, page, faults):
    """What a guidance cannot do without; a cell that was refused already is not asked for again."""
    refused = {fault.cell for fault in faults}
    for item in ITEMS:
        if item.needed and law.get(item.name) in (None, "") and places.get(item.name, "?") not in refused:
            faults.append(Fault(page.title, places.get(item.name, ""), f"Thiếu mục “{item.label}”."))
    if law.get("scale") == 0:
        faults.append(Fault(page.title, places["scale"], "Thang điểm phải lớn hơn 0."))
    first, last = law.get("from_year"), law.get("to_year")
    if first and last and last < first:
        faults.append(Fault(page.title, places["to_year"], "Năm cuối áp dụng không được trước năm đầu."))


def _joined(block, given, page, faults):
    if len(given) == 1 and law_words.is_json(given[0][1]):
        value = _tried(faults, page, given[0][0], lambda cell: law_words.from_json(block, given[0][1]))
        return block.empty if value is None else value
    pieces, seen = [], set()
    for cell, line in given:
        piece = _tried(faults, page, cell, lambda cell, line=line: block.read(line))
        if piece is None:
            continue
        name = piece[0] if isinstance(piece, tuple) and piece[0] != "steps" else None
        if name in seen:
            faults.append(Fault(page.title, cell.at, "Mục này ghi hai lần. Hãy bỏ một dòng."))
        seen.add(name or len(seen))
        pieces.append(piece)
    return block.join(pieces)


def _read_frame(page, faults, law):
    rows, columns = _body(page, FRAME_HEAD, faults)
    if len(rows) > books.MOST_ROWS:
        faults.append(Fault(page.title, "", f"Có {len(rows)} dòng, nhiều hơn {books.MOST_ROWS}."))
        return []
    if columns and not rows:
        faults.append(Fault(page.title, "", "Chưa có tiêu chí nào. Hãy nhập các tiêu chí dưới dòng tiêu đề."))
    try:
        grades = {one.name.casefold(): one.code for one in grades_from_json(law.get("grades", []))}
    except FormatError:
        grades = {}  # said already, with the law
    read, seen = [], {}
    for row in rows:
        one = _read_row(page, row, faults, grades, has_parents="Thuộc nhóm" in columns)
        code, at = one["code"], row["Ký hiệu"].at
        if code and code in seen:
            faults.append(Fault(page.title, at, f"Ký hiệu {code} đã dùng ở ô {seen[code]}. Hãy đổi một nơi."))
        if one["parent"] is None:
            one["parent"] = _above(code, seen)
        elif one["parent"] and one["parent"] not in seen:
            where = row["Thuộc nhóm"].at
            faults.append(Fault(page.title, where, f"Không tìm thấy nhóm {one['parent']} ở phía trên."))
        seen.setdefault(code, at)
        read.append(one)
    return read


def _above(code, seen):
    above = code.rstrip(".").rpartition(".")[0]
    while above and above not in seen:
        above = above.rpartition(".")[0]
    return above


NO_CELL = books.Cell("")
NATURES, SCORERS, WHEN_NOT_ARISEN = (_one_of(_choices(enum)) for enum in (GroupNature, ScoredBy, NotArisen))
KIND_OF, FLAG = _one_of(KINDS), _one_of(YES_NO)


def _read_row(page, row, faults, grades, *, has_parents):
    def value(name, read):
        cell = row.get(name, NO_CELL)
        return _tried(faults, page, cell, read)

    kind = value("Cách tính", KIND_OF) or ""
    one = {
        "code": value("Ký hiệu", _needed(_short_code, "ký hiệu")) or "",
        "parent": (value("Thuộc nhóm", _short_code) or "") if has_parents else None,
        "title": value("Nội dung, tiêu chí", _needed(_text(600), "nội dung")) or "",
        "max_points": value("Điểm tối đa", _needed(_magnitude, "điểm tối đa")) or Decimal(0),
        "nature": value("Tính chất", NATURES) or GroupNature.NORMAL.value,
        "kind": kind,
        "rule": {},
        "wording": value("Cách tính điểm, nguyên văn", books.a_text) or "",
        "evidence_hint": value("Tài liệu kiểm chứng", books.a_text) or "",
        "scored_by": value("Ai chấm", SCORERS) or ScoredBy.UNIT.value,
        "needs_evidence": bool(value("Cần minh chứng", FLAG)),
        "not_arisen": value("Khi không phát sinh", WHEN_NOT_ARISEN) or "",
    }
    words, conditions, data = (
        value(name, books.a_text) for name in ("Quy tắc", "Điều kiện, chế tài", "Dữ liệu quy tắc")
    )
    if None in (words, conditions, data):
        return one
    if kind:
        where = "Dữ liệu quy tắc" if data else "Quy tắc"
        read = value(where, lambda cell: rule_from_cells(kind, words, conditions, data, grades))
        if read is not None:
            one["rule"] = {name: part for name, part in rule_to_json(read).items() if name != "kind"}
    elif words or conditions or data:
        cell = row["Quy tắc"]
        faults.append(
            Fault(page.title, cell.at, "Nhóm không có quy tắc. Hãy chọn cách tính hoặc xóa quy tắc.")
        )
    return one


def _short_code(cell):
    code = books.a_code(cell)
    if len(code) > 30:
        raise ValueError("dài hơn 30 chữ. Hãy viết ngắn lại.")
    return code


def _magnitude(cell):
    """Points of a deduction are often written with a minus; the frame keeps the size."""
    value = books.a_number(cell)
    return None if value is None else points_in(abs(value))


def _needed(read, what):
    def read_it(cell):
        value = read(cell)
        if value is None or value == "":
            raise ValueError(f"thiếu {what}.")
        return value

    return read_it
