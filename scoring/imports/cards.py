"""The workbook of one card, or of a whole bloc, to fill in without a network and to send back.

One sheet a card. What was on the server when it was downloaded stands in hidden columns: a cell that nobody touched
is left alone, and one that somebody else changed meanwhile is a conflict, never overwritten in silence.
"""

import hashlib
import json
from dataclasses import dataclass, field
from decimal import Decimal

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.worksheet.datavalidation import DataValidation

from config.kit import books
from config.kit.books import Fault, same_words
from config.kit.figures import EXCEL
from config.kit.live import Book
from config.kit.refusals import Refused
from config.kit.tables import sheet_name
from config.kit.typed import clean, written
from scoring import queries
from scoring.enums import MarkState, NaReason, Stage
from scoring.imports import reckoned
from scoring.imports.labels import choices_of
from scoring.reports.papers import illustrative
from scoring.reports.sheet import NA_WORDS, field_name, parts_of, typed_number, values_of
from scoring.rules import is_percent

MARK = "khoi-thi-dua/bang-tu-cham/1"
HIDDEN_SHEET, LISTS_SHEET, SUM_SHEET = "Thông tin tệp", "Danh mục", "Tổng hợp"
NA_LABELS = {reason.label: reason.value for reason in NaReason}
# Worked out by Excel while a card is filled in, and never read back.
POINTS, APPLIES = "Điểm (tạm tính)", "Áp dụng"
HIDDEN = (APPLIES, "Bản", "Gốc")
FIXED = ("TT", "Nội dung, tiêu chí", "Điểm chuẩn", "Cách nhập", "Không áp dụng")
INPUT = PatternFill("solid", fgColor="FFF8E1")
GROUP_FILL = PatternFill("solid", fgColor="EEF2F6")
THIN = Side(style="thin", color="B0B7C0")
BOX = Border(top=THIN, bottom=THIN, left=THIN, right=THIN)


@dataclass
class CardSheet:
    """What one sheet says about one card: the form that the page would send, and where each cell stands."""

    card: object
    stage: str
    title: str
    data: dict = field(default_factory=dict)
    places: dict = field(default_factory=dict)
    touched: list = field(default_factory=list)


# Writing


def card_book(views, title):
    """A workbook of cards: pairs of a view and the stage that this person enters there (empty: only to read)."""
    book = Book()
    lists = _Lists()
    info, totals = [("", MARK, "", "")], []
    proven = queries.proven_on([view.card for view, _ in views])
    for view, stage in views:
        page = book.create_sheet(sheet_name(view.card.unit.short_name, book.sheetnames))
        totals.append(_write_card(book, page, view, stage, lists, proven))
        info.append((page.title, view.card.unit.slug, stage, view.board.scoreboard.content_hash))
    if len(views) > 1:
        _write_sum(book, book.create_sheet(SUM_SHEET, 0), views, title, totals)
    lists.write(book, book.create_sheet(LISTS_SHEET))
    hidden = book.create_sheet(HIDDEN_SHEET)
    for row, line in enumerate(info, start=1):
        for column, value in enumerate(line, start=1):
            books.put(hidden, row, column, value)
    for name in (LISTS_SHEET, HIDDEN_SHEET):
        book[name].sheet_state = "hidden"
        book[name].protection.sheet = True
    return book.content()


class _Lists:
    """A hidden sheet: lists to choose from, one column each and shared where they are the same; and columns of steps on
    the way to points that one cell cannot hold.
    """

    def __init__(self):
        self.columns = {}

    def source(self, labels):
        return self.span(tuple(labels), labels)

    def span(self, key, lines):
        """A column by its span; a line is a label, or a step: a formula and what it comes to now."""
        cells = self.cells(key, lines)
        return f"{cells[0]}:{cells[-1].rpartition('!')[2]}"

    def cells(self, key, lines):
        """A column by its cells."""
        known = self.columns.setdefault(key, lines)
        letter = get_column_letter(list(self.columns).index(key) + 1)
        return [f"'{LISTS_SHEET}'!${letter}${row}" for row in range(1, len(known) + 1)]

    def write(self, book, page):
        for place, lines in enumerate(self.columns.values(), start=1):
            for row, line in enumerate(lines, start=1):
                if isinstance(line, tuple):
                    book.put_live(page, row, place, *line)
                else:
                    books.put(page, row, place, line)


def input_count(view, stage):
    """How many cells the widest criterion takes."""
    rules = view.board.rules
    return max((len(parts_of(leaf, rules[leaf.pk], stage)) for leaf in view.board.leaves), default=1)


def headings(view, stage):
    """The columns of a card's sheet; the last three are hidden."""
    before = ["Tự chấm"] if stage != Stage.SELF else []
    count = input_count(view, stage or Stage.SELF)
    inputs = [f"Số liệu {place}" if count > 1 else "Số liệu" for place in range(1, count + 1)]
    return [*FIXED, *before, *inputs, POINTS, "Lý do", *HIDDEN]


def _write_card(book, page, view, stage, lists, proven):
    """One card; gives the name of the sheet's cell that holds the running total."""
    card, cycle = view.card, view.card.scoreboard.cycle
    names = headings(view, stage)
    lines = [
        card.unit.name.upper(),
        f"{cycle.bloc}, năm {cycle.year}",
        *illustrative(cycle),
        f"Bảng tự chấm điểm. Vòng: {Stage(stage).label if stage else 'chỉ để xem'}. Chỉ điền các ô màu vàng.",
    ]
    for row, line in enumerate(lines, start=1):
        books.put(page, row, 1, line).font = Font(bold=True)
        page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(names) - len(HIDDEN))
    head = len(lines) + 1
    widths = {"TT": 9, "Nội dung, tiêu chí": 46, "Điểm chuẩn": 9, "Cách nhập": 40, "Lý do": 32}
    for column, name in enumerate(names, start=1):
        cell = books.put(page, head, column, name)
        cell.font, cell.border = Font(bold=True), BOX
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        page.column_dimensions[get_column_letter(column)].width = widths.get(name, 16)
    page.freeze_panes = page.cell(head + 1, 3)
    live = _reckoning(view, page.title, stage, names, lists, head + 1, proven)
    for row, criterion in enumerate(view.board.criteria, start=head + 1):
        if criterion.is_group:
            _write_group(page, row, criterion, len(names) - len(HIDDEN))
        else:
            _write_leaf(page, row, view, criterion, stage, names, lists)
    total = _write_sums(book, page, view, stage, live)
    foot = head + len(view.board.criteria) + 3
    books.put(page, foot, 2, "NGƯỜI LẬP").font = Font(bold=True)
    books.put(page, foot, 4, "THỦ TRƯỞNG ĐƠN VỊ").font = Font(bold=True)
    for name in HIDDEN:
        page.column_dimensions[get_column_letter(names.index(name) + 1)].hidden = True
    page.protection.sheet = True
    page.protection.formatColumns = page.protection.formatRows = False
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    return total


def _reckoning(view, title, stage, names, lists, first, proven):
    """The formulas of a sheet, from the cells that hold what is entered."""
    letters = {name: get_column_letter(place) for place, name in enumerate(names, 1)}
    shown, board = stage or Stage.SELF, view.board
    live = reckoned.Sheet(board, title, shown, lists, first, letters[POINTS], letters[APPLIES])
    inputs = [name for name in names if name.startswith("Số liệu")]
    for leaf in board.leaves:
        row, parts = live.row(leaf), parts_of(leaf, board.rules[leaf.pk], shown)
        cells = {part["part"]: f"{letters[name]}{row}" for part, name in zip(parts, inputs, strict=False)}
        is_proven = (view.card.pk, leaf.pk) in proven
        live.lines[leaf.pk] = reckoned.Line(
            leaf, board.rules[leaf.pk], parts, cells, f"{letters['Không áp dụng']}{row}", is_proven,
            view.at(shown).get(leaf.pk), reckoned.before_of(view, leaf, shown),
        )  # fmt: skip
    return live


def _write_sums(book, page, view, stage, live):
    """Points, sums and the running total, each with what it comes to now."""
    shown = stage or Stage.SELF
    total, standing = view.total(shown), view.standing_at(shown)
    for one in view.board.criteria:
        row = live.row(one)
        subtotal = total.subtotals[one.code]
        if one.is_group:
            points, applies, formula, limit = (
                subtotal.points,
                subtotal.applicable,
                live.group(one),
                live.applicable(one),
            )
            applies = applies if limit != "0" else Decimal(0)
        else:
            line, mark = live.lines[one.pk], standing.get(one.pk)
            is_open = bool(stage) and one.code not in view.board.awaited(stage)
            formula, limit = live.points(line) if is_open else "", live.maximum(line)
            points = live.shown(line, mark) if is_open else mark and mark.points
            is_na = mark is not None and mark.state == MarkState.NA
            applies = Decimal(0) if limit == "0" or is_na else one.max_points
        _put_figure(book, page, f"{live.column}{row}", formula, points, is_group=one.is_group)
        book.put_live(page, row, column_index_from_string(live.applies), limit, applies)
    row = live.first + len(view.board.criteria)
    books.put(page, row, 2, "Tổng cộng").font = Font(bold=True)
    at = f"{live.column}{row}"
    _put_figure(book, page, at, live.total(total.late, total.maximum), total.so_far, is_group=True)
    return at


def _put_figure(book, page, at, formula, points, *, is_group):
    letter, row = coordinate_from_string(at)
    column = column_index_from_string(letter)
    cell = (
        book.put_live(page, row, column, formula, points) if formula else books.put(page, row, column, points)
    )
    cell.number_format, cell.border, cell.font = EXCEL["points"], BOX, Font(bold=is_group)
    cell.alignment = Alignment(vertical="top", wrap_text=True)


def _write_group(page, row, group, width):
    for column, value in enumerate((group.code, group.title, group.max_points), start=1):
        books.put(page, row, column, value)
    for column in range(1, width + 1):
        cell = page.cell(row, column)
        cell.font, cell.fill, cell.border = Font(bold=True), GROUP_FILL, BOX
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _write_leaf(page, row, view, leaf, stage, names, lists):
    shown = stage or Stage.SELF
    parts = parts_of(leaf, view.board.rules[leaf.pk], shown)
    is_open = bool(stage) and leaf.code not in view.board.awaited(stage)
    mark = view.at(shown).get(leaf.pk)
    values = values_of(leaf, mark)
    na = _na_of(mark)
    own = view.at(Stage.SELF).get(leaf.pk)
    how = _how(parts) if is_open or not stage else leaf.get_scored_by_display()
    line = {
        "TT": leaf.code,
        "Nội dung, tiêu chí": leaf.title,
        "Điểm chuẩn": leaf.max_points,
        "Cách nhập": how,
    }
    if "Tự chấm" in names and own:
        line["Tự chấm"] = own.points if own.points is not None else NA_WORDS.get(own.na_reason, "")
    line["Không áp dụng"] = NaReason(na).label if na else None
    inputs = [name for name in names if name.startswith("Số liệu")]
    for name, part in zip(inputs, parts, strict=False):
        line[name] = _cell_value(part, values.get(part["part"], ""))
    line["Lý do"] = mark.reason if mark else None
    line["Bản"] = mark.version if mark else None
    line["Gốc"] = fingerprint(_as_sent(leaf, view, shown, values, na, mark.reason if mark else ""))
    for column, name in enumerate(names, start=1):
        cell = books.put(page, row, column, line.get(name))
        cell.border = BOX
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if name == "TT":
            cell.number_format = "@"
        is_input = is_open and (name in ("Không áp dụng", "Lý do") or name in inputs[: len(parts)])
        if is_input:
            cell.protection, cell.fill = Protection(locked=False), INPUT
            # Text keeps what is typed: neither 1,5 nor 2/1 becomes something else.
            cell.number_format = "@" if isinstance(cell.value, str) or name == "Lý do" else "General"
    if not is_open:
        return
    _offer(page, row, names.index("Không áp dụng"), lists.source(list(NA_LABELS)))
    for name, part in zip(inputs, parts, strict=False):
        labels = choices_of(part)
        if labels and (part["kind"] == "select" or len(labels) == 1):
            _offer(page, row, names.index(name), lists.source(list(labels)))


def _offer(page, row, index, source):
    where = f"{get_column_letter(index + 1)}{row}"
    known = next((one for one in page.data_validations.dataValidation if one.formula1 == source), None)
    if known is None:
        known = DataValidation("list", formula1=source, allow_blank=True, showErrorMessage=True)
        known.errorTitle, known.error = "Không có trong danh sách", "Hãy chọn một mục trong danh sách."
        page.add_data_validation(known)
    known.add(where)


def _na_of(mark):
    return (mark.na_reason or mark.inputs.get("na", "")) if mark else ""


def _how(parts):
    """What goes into which cell."""
    words = []
    for part in parts:
        label, suffix = part["label"], part.get("suffix", "")
        label += f" ({suffix})" if suffix and suffix.casefold() not in label.casefold() else ""
        if part.get("kind") == "checks" and len(choices_of(part)) > 1:
            label += f", mỗi mức một dòng: {'; '.join(choices_of(part))}"
        words.append(label + (f". {part['hint']}" if part.get("hint") else ""))
    return words[0] if len(words) == 1 else "\n".join(f"{n}. {one}" for n, one in enumerate(words, start=1))


def _cell_value(part, typed):
    """What stands in a cell: a number, a label of the list, or lines."""
    if not typed:
        return None
    labels = {value: label for label, value in choices_of(part).items()}
    if labels:
        return "\n".join(labels[one] for one in typed.split("\n") if one in labels) or None
    if part.get("kind", "number") == "number":
        return Decimal(typed.replace(",", "."))
    return typed


def _write_sum(book, page, views, title, totals):
    """The sheets of the book, each with a link, as the bloc reads them."""
    books.put(page, 1, 1, title).font = Font(bold=True, size=13)
    for column, name in enumerate(("TT", "Đơn vị", "Vòng được nhập", "Tự chấm", "Vòng này"), start=1):
        cell = books.put(page, 3, column, name)
        cell.font, cell.border = Font(bold=True), BOX
    for row, (view, stage) in enumerate(views, start=4):
        line = [row - 3, view.card.unit.name, Stage(stage).label if stage else "Chỉ để xem"]
        line += [view.total(Stage.SELF).so_far if view.at(Stage.SELF) else None]
        for column, value in enumerate(line, start=1):
            books.put(page, row, column, value).border = BOX
        name = book.worksheets[row - 3].title.replace("'", "''")
        result = view.total(stage or Stage.SELF).so_far
        book.put_live(page, row, 5, f"'{name}'!{totals[row - 4]}", result).border = BOX
    for letter, width in zip("ABCDE", (6, 44, 22, 14, 16), strict=True):
        page.column_dimensions[letter].width = width
    page.protection.sheet = True


# Reading


def fingerprint(data):
    """A short name of what stood in a row; equal when nobody touched it."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def _as_sent(leaf, view, stage, values, na, reason):
    """What the page would send for these values."""
    sent = {"na": na, "reason": clean(reason)}
    for part in parts_of(leaf, view.board.rules[leaf.pk], stage):
        name = part["part"]
        typed = values.get(name, "")
        if choices_of(part):
            typed = "\n".join(sorted(one for one in typed.split("\n") if one in choices_of(part).values()))
        sent[name] = "" if name.startswith("n-") and typed == "0" else clean(typed)
    return sent


def read_cards(content, views):
    """The sheets of a workbook against the cards as they are: (sheets, faults). Nothing is written.

    `views` maps the address name of each unit whose card this person may open to its view.
    """
    pages = books.open_pages(content)
    faults, sheets = [], []
    info = pages.get(HIDDEN_SHEET)
    lines = [[str(cell.value or "") for cell in row] for row in info.rows] if info else []
    if not lines or MARK not in lines[0]:
        raise Refused(
            ["Tệp này không phải tệp tải về để điền. Hãy bấm “Tải về để điền” rồi điền vào tệp đó."]
        )
    for title, slug, stage, content_hash in (line[:4] for line in lines[1:]):
        page, view = pages.get(title), views.get(slug)
        if not stage:
            continue
        if page is None:
            faults.append(Fault(title, "", "Tệp không còn trang này. Hãy tải lại tệp để điền."))
        elif view is None:
            faults.append(Fault(title, "", "Bạn không mở được bảng điểm của đơn vị này."))
        elif view.board.scoreboard.content_hash != content_hash:
            faults.append(Fault(title, "", "Bảng điểm của khối đã đổi bản sau khi tải tệp. Hãy tải lại tệp."))
        elif stage not in Stage.values:
            faults.append(Fault(title, "", "Vòng chấm trong tệp không có. Hãy tải lại tệp để điền."))
        else:
            sheets.append(_read_sheet(page, view, stage, faults))
    return sheets, faults


def _read_sheet(page, view, stage, faults):
    sheet = CardSheet(view.card, stage, page.title)
    names = {name: name not in (POINTS, APPLIES) for name in headings(view, stage)}
    found = books.find_header(page, names)
    if found is None:
        faults.append(Fault(page.title, "", "Không thấy dòng tiêu đề của tệp. Hãy tải lại tệp để điền."))
        return sheet
    head, columns = found
    leaves = {leaf.code: leaf for leaf in view.board.leaves}
    groups = {one.code for one in view.board.criteria if one.is_group}
    seen = {}
    for row in books.body_of(page, head):
        cells = {name: row[index] for name, index in columns.items()}
        code = str(cells["TT"].value or "").strip()
        if not code or code in groups:
            continue
        at = cells["TT"].at
        if code not in leaves:
            faults.append(Fault(page.title, at, f"Bảng điểm không có tiêu chí “{code}”. Hãy tải lại tệp."))
        elif code in seen:
            faults.append(Fault(page.title, at, f"Tiêu chí {code} đã có ở ô {seen[code]}."))
        else:
            seen[code] = at
            _read_leaf(sheet, page, cells, view, leaves[code], faults)
    missing = [code for code in leaves if code not in seen]
    if missing:
        faults.append(Fault(page.title, "", f"Thiếu dòng của tiêu chí {', '.join(missing[:8])}."))
    return sheet


def _read_leaf(sheet, page, cells, view, leaf, faults):
    stage = sheet.stage
    rule = view.board.rules[leaf.pk]
    parts = parts_of(leaf, rule, stage)
    inputs = [cell for name, cell in cells.items() if name.startswith("Số liệu")]
    sheet.places[leaf.pk] = inputs[0].at
    before = len(faults)

    def tried(cell, read):
        try:
            return read(cell)
        except ValueError as wrong:
            words = str(wrong)
            faults.append(Fault(page.title, cell.at, words[:1].upper() + words[1:]))
            return ""

    sent = {"na": tried(cells["Không áp dụng"], _read_na), "reason": tried(cells["Lý do"], books.a_text)}
    for part, cell in zip(parts, inputs, strict=False):
        sent[part["part"]] = tried(cell, _reader(part, rule))
    for cell in inputs[len(parts) :]:
        if cell.value is not None or cell.is_formula:
            faults.append(Fault(page.title, cell.at, f"Tiêu chí {leaf.code} không nhập số liệu ở ô này."))
    if len(faults) > before:
        return
    if fingerprint(sent) == str(cells["Gốc"].value or ""):
        return
    if leaf.code in view.board.awaited(stage):
        where = inputs[0].at
        faults.append(
            Fault(page.title, where, f"Tiêu chí {leaf.code}: {leaf.get_scored_by_display().lower()}.")
        )
        return
    sheet.touched.append(leaf.pk)
    version = cells["Bản"].value
    sheet.data[field_name(leaf.pk, "version")] = "" if version is None else str(version)
    numbers = {part["part"] for part in parts if part.get("kind", "number") == "number"}
    for name, value in sent.items():
        is_figure = name in numbers and value
        sheet.data[field_name(leaf.pk, name)] = (
            written(Decimal(value.replace(",", "."))) if is_figure else value
        )


def _read_na(cell):
    text = books.a_text(cell)
    found = {same_words(label): value for label, value in NA_LABELS.items()} | {
        "kg": NaReason.NOT_ASSIGNED.value,
        "kps": NaReason.NOT_ARISEN.value,
    }
    if text and same_words(text) not in found:
        raise ValueError(f"không có “{text}” trong danh sách. Hãy chọn: {'; '.join(NA_LABELS)}.")
    return found[same_words(text)] if text else ""


# Parts that hold the measure of a rule itself, in its unit.
MEASURED = ("value", "actual", "target")


def _reader(part, rule):
    labels = choices_of(part)
    if labels:
        return lambda cell: _chosen(cell, labels)
    if part.get("kind", "number") == "number":
        is_rate = part["part"] in MEASURED and is_percent(rule)
        return lambda cell: _typed_number(cell, is_count=part["part"].startswith("n-"), percent=is_rate)
    return books.a_text


def _typed_number(cell, *, is_count, percent):
    value = books.a_number(cell, percent=percent)
    if value is None or (is_count and value == 0):
        return ""
    return typed_number(value)


def _chosen(cell, labels):
    """Levels by their label, or by the label before its points; one a line."""
    known = {same_words(label): value for label, value in labels.items()}
    short = {}
    for label, value in labels.items():
        short.setdefault(same_words(label.rpartition(":")[0] or label), value)
    text, chosen = books.a_text(cell), []
    lines = [text] if same_words(text) in known else text.replace(";", "\n").split("\n")
    for line in filter(None, (one.strip() for one in lines)):
        value = known.get(same_words(line), short.get(same_words(line)))
        if value is None:
            raise ValueError(f"không có “{line}” trong danh sách. Hãy chọn: {'; '.join(labels)}.")
        chosen.append(value)
    return "\n".join(sorted(chosen))
