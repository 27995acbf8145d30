"""Cards as workbooks: filled in without a network, looked at first, written all or not at all."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from blocs.enums import Phase
from config.kit.books import Cell, a_number
from config.kit.refusals import Refused
from config.kit.typed import written
from scoring import imports, queries, services
from scoring.enums import CriterionKind, NaReason, Stage
from scoring.imports.cards import HIDDEN_SHEET
from scoring.models import Guidance, Mark
from scoring.rules import CountInputs, NotApplicable, ValueInputs
from tests.factories.scoring import (
    NOON,
    RARE,
    RARE_FIGURES,
    RARE_LAW,
    SMALL_FIGURES,
    ScoringYear,
    group,
    leaf,
)

D = Decimal
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sent(content, name="tep.xlsx"):
    return {"file": SimpleUploadedFile(name, content, XLSX)}


def at(year, name, *more):
    return reverse(name, args=[*year.cycle.slugs, *more])


def got(client, user, url):
    client.force_login(user)
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content


def to_fill(client, year, index=0, user=None):
    return got(client, user or year.officers[index], at(year, "card_to_fill", year.units[index].slug))


def saved(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def columns_of(page):
    head = next(row for row in page.iter_rows() if row[0].value == "TT")
    return {cell.value: cell.column for cell in head}


def filled(content, sheet=0, **codes):
    """The workbook with values typed into the rows of some criteria: I.2=18, or a dict of column → value."""
    book = load_workbook(io.BytesIO(content))
    pages = [page for page in book.worksheets if page.sheet_state == "visible" and page.title != "Tổng hợp"]
    page = pages[sheet]
    columns = columns_of(page)
    inputs = [name for name in columns if str(name).startswith("Số liệu")]
    rows = {row[0].value: row[0].row for row in page.iter_rows() if row[0].value}
    for code, values in codes.items():
        row = rows[code.replace("_", ".")]
        if not isinstance(values, dict):
            values = {inputs[0]: values}
        for name, value in values.items():
            page.cell(row, columns[name]).value = value
    return saved(book)


def read(year, content, index=0, stage="self"):
    view = queries.card_view(year.card(index))
    return imports.read_cards(content, {year.units[index].slug: view})


def look(client, year, content, user=None, **more):
    client.force_login(user or year.officers[0])
    return client.post(at(year, "marks_import"), {**sent(content), **more})


def write(client, answer, year, **more):
    return client.post(at(year, "marks_import"), {"token": answer.context["token"], "act": "write", **more})


def sentences(answer):
    return [str(fault) for fault in answer.context["faults"]]


# Out and in


def test_a_card_that_nobody_touched_changes_nothing(client, year):
    year.fill()
    content = to_fill(client, year)

    sheets, faults = read(year, content)
    assert (faults, sheets[0].touched) == ([], [])
    answer = look(client, year, content)
    assert (answer.status_code, answer.context["changes"]) == (200, [])
    assert "Tệp không đổi gì" in answer.content.decode()


@pytest.mark.parametrize("is_filled", [True, False])
def test_every_kind_goes_out_and_comes_in_unchanged(client, db, is_filled):
    year = ScoringYear(rows=RARE, law=RARE_LAW)
    if is_filled:
        year.fill(0, RARE_FIGURES)

    sheets, faults = read(year, to_fill(client, year))

    assert (faults, sheets[0].touched) == ([], [])


def test_a_card_is_filled_in_offline(client, year):
    content = filled(
        to_fill(client, year),
        I_1={"Số liệu 1": 105, "Số liệu 2": "100"},
        I_2="18,0",
        I_3=4,
        I_4="1",
        II_1="Đạt",
        II_2="Hoàn thành xuất sắc: 10",
        III_1="19.5",
        IV_1=1,
        V_1=0,
    )

    answer = look(client, year, content)
    assert [one["code"] for one in answer.context["changes"]] == list(SMALL_FIGURES)
    assert not Mark.objects.exists()

    done = write(client, answer, year)
    assert done.status_code == 302
    assert year.view().total("self").total == D("95.5")


def test_levels_may_be_named_without_their_points_and_several_in_one_cell(client, db):
    levels = [
        {"code": "a", "label": "Quốc gia", "points": "3"},
        {"code": "b", "label": "Bộ, ngành", "points": "2"},
    ]
    rows = (
        group("I", "Một", 100),
        leaf("I.1", "Hai", 97),
        leaf("I.2", "Ba", 3, "choice", rule={"levels": levels, "highest_only": True}),
        group("II", "Thưởng", 5, nature="bonus"),
        leaf("II.1", "Bốn", 5, "bonus", rule={"levels": levels}),
    )
    year = ScoringYear(rows=rows, law={**RARE_LAW, "bonus_cap": D(5)})
    content = filled(
        to_fill(client, year), I_2="bộ, ngành\nQuốc gia: 3", II_1={"Số liệu 1": 1, "Số liệu 2": 0}
    )

    write(client, look(client, year, content), year)

    marks = {mark.criterion.code: mark for mark in Mark.objects.select_related("criterion")}
    assert marks["I.2"].points == 3
    assert marks["II.1"].inputs == {"codes": ["a"]}
    again, faults = read(year, to_fill(client, year))
    assert (faults, again[0].touched) == ([], [])


def test_sanctions_that_ask_for_more_are_filled_in(client, db):
    rows = (
        group("I", "Một", 100),
        leaf("I.1", "Hai", 100),
        group("II", "Trừ", 5, nature="deduction"),
        leaf("II.1", "Gian dối", 5, "deduction", rule={"per": "5", "sanctions": [
            {"kind": "zero_criterion"}, {"kind": "lowest_grade", "on_repeat": True}]}),
    )  # fmt: skip
    year = ScoringYear(rows=rows, law={**RARE_LAW, "deduction_cap": D(5)})
    content = filled(to_fill(client, year), II_1={"Số liệu 1": 1, "Số liệu 2": "Có", "Số liệu 3": "I.1"})

    write(client, look(client, year, content), year)

    assert Mark.objects.get().inputs == {"count": "1", "is_repeat": True, "linked": ["I.1"]}
    again, faults = read(year, to_fill(client, year))
    assert (faults, again[0].touched) == ([], [])


def test_what_is_not_assigned_is_chosen_or_typed_short(client, year):
    content = filled(to_fill(client, year), I_2={"Không áp dụng": "Không giao"}, I_3={"Không áp dụng": "KPS"})

    write(client, look(client, year, content), year)

    reasons = dict(Mark.objects.values_list("criterion__code", "na_reason"))
    assert reasons["I.2"] == NaReason.NOT_ASSIGNED
    assert Mark.objects.get(criterion__code="I.3").inputs == {"na": "not_arisen"}


def test_a_mark_can_be_cleared(client, year):
    year.fill()
    content = filled(to_fill(client, year), I_2=None)

    write(client, look(client, year, content), year)

    assert Mark.objects.get(card=year.card(), criterion__code="I.2").state == "missing"


def test_only_inputs_are_open_and_lists_offer_the_levels(client, year):
    book = load_workbook(io.BytesIO(to_fill(client, year)))
    page = book.worksheets[0]
    columns = columns_of(page)
    rows = {row[0].value: row for row in page.iter_rows() if row[0].value}

    assert page.protection.sheet
    open_cells = {cell.column for cell in rows["I.1"] if not cell.protection.locked}
    assert open_cells == {columns[n] for n in ("Không áp dụng", "Số liệu 1", "Số liệu 2", "Lý do")}
    assert all(cell.protection.locked for cell in rows["I"])
    offered = {str(one.sqref): one.formula1 for one in page.data_validations.dataValidation}
    where = rows["II.2"][columns["Số liệu 1"] - 1].coordinate
    source = next(formula for cells, formula in offered.items() if where in cells)
    column = source.split("$")[1]
    assert [book["Danh mục"][f"{column}{n}"].value for n in (1, 2, 3)] == [
        "Hoàn thành xuất sắc: 10",
        "Hoàn thành tốt: 7",
        "Hoàn thành: 4",
    ]
    assert page.column_dimensions[page.cell(1, columns["Gốc"]).column_letter].hidden
    assert book[HIDDEN_SHEET].sheet_state == "hidden"


@given(st.decimals(-1000, 1000, places=3))
def test_numbers_keep_their_sign_and_figures_by_comma_point_or_cell(value):
    assert a_number(Cell("A1", float(value))) == value
    assert a_number(Cell("A1", written(value))) == value


# The whole bloc


@pytest.fixture
def bloc(year):
    for index in range(3):
        year.send(index)
    return year


def test_the_bloc_fills_in_one_sheet_a_unit(client, bloc):
    content = got(client, bloc.chair, at(bloc, "bloc_to_fill"))
    book = load_workbook(io.BytesIO(content))
    names = [unit.short_name for unit in bloc.units]

    assert book.sheetnames[: len(names) + 1] == ["Tổng hợp", *names]
    content = filled(content, sheet=1, I_2={"Số liệu": 17, "Lý do": "@Thiếu minh chứng"})
    content = filled(content, sheet=2, I_2={"Số liệu": "16,5", "Lý do": "Tính sai"})
    answer = look(client, bloc, content, bloc.chair)
    assert [(one["unit"], one["now"]) for one in answer.context["changes"]] == [
        (names[1], "Chưa chấm"),
        (names[2], "Chưa chấm"),
    ]
    assert write(client, answer, bloc).status_code == 302

    marks = Mark.objects.filter(stage=Stage.BLOC).order_by("card__unit__memberships__position")
    assert {(mark.points, mark.reason) for mark in marks} == {
        (D(17), "@Thiếu minh chứng"),
        (D("16.5"), "Tính sai"),
    }
    again = got(client, bloc.chair, at(bloc, "bloc_to_fill"))
    assert look(client, bloc, again, bloc.chair).context["changes"] == []


@pytest.mark.parametrize("reason", ["=1+1", "+84", "-2 văn bản", "@ai", "a\nb"])
def test_a_reason_that_looks_like_a_formula_goes_out_and_in(client, bloc, reason):
    entry = services.entries_of(bloc.card(1), {"I.2": (D(17), reason)})
    services.save_marks(card=bloc.card(1), stage=Stage.BLOC, entries=entry, by=bloc.chair, at=NOON)

    answer = look(client, bloc, got(client, bloc.chair, at(bloc, "bloc_to_fill")), bloc.chair)

    assert (answer.status_code, answer.context["changes"]) == (200, [])


def test_nobody_fills_in_the_own_card_for_the_bloc(client, bloc):
    content = got(client, bloc.chair, at(bloc, "bloc_to_fill"))
    stages = [row[2].value for row in load_workbook(io.BytesIO(content))[HIDDEN_SHEET].iter_rows(min_row=2)]

    assert stages == [None, "bloc", "bloc"]


def test_one_fault_on_one_sheet_writes_nothing_on_any(client, bloc):
    content = got(client, bloc.chair, at(bloc, "bloc_to_fill"))
    content = filled(filled(content, sheet=1, I_2=17), sheet=2, I_2=21)

    answer = look(client, bloc, content, bloc.chair)

    assert answer.status_code == 422
    sheet = bloc.units[2].short_name
    assert sentences(answer) == [f"Trang “{sheet}”, ô G7: Tiêu chí I.2: điểm phải từ 0 đến 20."]
    assert not Mark.objects.filter(stage=Stage.BLOC).exists()


# Faults


FAULTS = [
    ({"I_2": "mười"}, "Tiêu chí I.2", "“mười” không phải là số. Hãy gõ số, ví dụ 7,5."),
    ({"I_2": "1.000"}, "", "“1.000” có thể là 1000 hoặc 1,000. Hãy gõ rõ “1000” hoặc “1”."),
    ({"I_2": date(2026, 1, 2)}, "", "Ô này là ngày 02/01/2026; có thể Excel đã đổi “2/1” thành ngày."),
    ({"I_2": "=1+1"}, "", "Công thức chưa có kết quả. Hãy mở tệp bằng Excel rồi lưu lại, hoặc gõ số."),
    ({"I_2": "#REF!"}, "", "Ô này báo lỗi #REF!. Hãy sửa lại."),
    ({"I_2": True}, "", "Ô này phải là số."),
    ({"I_2": {"Số liệu 2": 3}}, "", "Tiêu chí I.2 không nhập số liệu ở ô này."),
    ({"I_2": {"Không áp dụng": "bỏ"}}, "", "Không có “bỏ” trong danh sách. Hãy chọn: Không giao; Không phát sinh."),
    ({"I_2": {"Lý do": "=A1"}}, "", "Ô này là công thức. Hãy dán giá trị thay cho công thức."),
    ({"II_2": "Rất tốt"}, "", "Không có “Rất tốt” trong danh sách. Hãy chọn: Hoàn thành xuất sắc: 10;"),
    ({"I_2": {"TT": "I.9"}}, "", "Bảng điểm không có tiêu chí “I.9”. Hãy tải lại tệp."),
    ({"I_2": {"TT": "I.1"}}, "", "Tiêu chí I.1 đã có ở ô"),
    ({"I_2": {"TT": None}}, "", "Thiếu dòng của tiêu chí I.2."),
    ({"I_3": -1}, "", "Tiêu chí I.3: "),
    ({"I_2": "1000000000000000"}, "", "Tiêu chí I.2: Số này quá lớn. Hãy kiểm tra lại."),
]  # fmt: skip


@pytest.mark.parametrize(("codes", "_", "sentence"), FAULTS, ids=[str(codes) for codes, _, _ in FAULTS])
def test_a_fault_is_named_by_sheet_and_cell(client, year, codes, _, sentence):
    answer = look(client, year, filled(to_fill(client, year), **codes))

    assert answer.status_code == 422
    found = [one for one in answer.context["faults"] if one.sentence.startswith(sentence)]
    assert found, sentences(answer)
    assert found[0].sheet == year.units[0].short_name
    assert not Mark.objects.exists()


def test_points_that_only_others_give_are_refused(client, db):
    year = ScoringYear(rows=RARE, law=RARE_LAW)

    answer = look(client, year, filled(to_fill(client, year), I_5=3))

    assert "Tiêu chí I.5: chỉ khối chấm." in sentences(answer)[0]


def spoiled(content, change):
    book = load_workbook(io.BytesIO(content))
    change(book)
    return saved(book)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda book: book.remove(book[HIDDEN_SHEET]), "Tệp này không phải tệp tải về để điền."),
        (lambda book: setattr(book.worksheets[0], "title", "Khác"), "Tệp không còn trang này."),
        (lambda book: book[HIDDEN_SHEET].__setitem__("B2", "so-khac"), "Bạn không mở được bảng điểm"),
        (lambda book: book[HIDDEN_SHEET].__setitem__("D2", "0"), "Bảng điểm của khối đã đổi bản sau khi tải"),
        (lambda book: book[HIDDEN_SHEET].__setitem__("C2", "x"), "Vòng chấm trong tệp không có."),
        (lambda book: book.worksheets[0].delete_cols(1), "Không thấy dòng tiêu đề của tệp."),
    ],
)
def test_a_file_that_is_no_longer_what_was_downloaded_is_refused(client, year, change, sentence):
    answer = look(client, year, spoiled(to_fill(client, year), change))

    assert answer.status_code == 422
    assert answer.context["faults"][0].sentence.startswith(sentence)


def test_a_stage_that_is_not_open_to_this_person_is_refused(client, year):
    year.fill()
    content = filled(to_fill(client, year), I_2=3)
    services.send_card(card=year.card(), by=year.heads[0], at=NOON)

    answer = look(client, year, content)

    assert answer.status_code == 422
    assert sentences(answer)[0].startswith(f"{year.units[0].short_name}: Bảng tự chấm điểm đã gửi.")


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"a,b\n1,2"])
def test_what_is_no_workbook_is_refused(client, year, content):
    answer = look(client, year, content)

    assert answer.status_code == 422
    assert not answer.context.get("changes")


# Conflicts


def test_a_mark_that_changed_meanwhile_is_shown_with_both_values(client, year):
    year.fill()
    content = filled(to_fill(client, year), I_2=15, I_3=3)
    year.fill(0, {"I.2": ValueInputs(D(12))}, by=year.heads[0])

    answer = look(client, year, content)

    assert answer.status_code == 409
    (conflict,) = answer.context["conflicts"]
    assert (conflict["code"], conflict["theirs"], conflict["file"]) == ("I.2", "12", "15")
    refused = write(client, answer, year)
    assert refused.status_code == 409
    assert year.view().at("self")[year.criterion("I.2").pk].points == 12

    name = conflict["name"]
    write(client, refused, year, **{name: "keep"})
    points = {mark.criterion.code: mark.points for mark in Mark.objects.select_related("criterion")}
    assert (points["I.2"], points["I.3"]) == (12, 6)


def test_the_value_of_the_file_may_be_taken_unless_the_mark_changes_again(client, year):
    year.fill()
    content = filled(to_fill(client, year), I_2=15)
    year.fill(0, {"I.2": ValueInputs(D(12))})
    answer = look(client, year, content)
    (conflict,) = answer.context["conflicts"]
    take = {conflict["name"]: f"file:{conflict['version']}"}
    year.fill(0, {"I.2": ValueInputs(D(13))})

    again = write(client, answer, year, **take)
    assert again.status_code == 409
    (conflict,) = again.context["conflicts"]
    write(client, again, year, **{conflict["name"]: f"file:{conflict['version']}"})

    assert year.view().at("self")[year.criterion("I.2").pk].points == 15


def test_a_cell_that_only_others_changed_is_left_alone(client, year):
    year.fill()
    content = filled(to_fill(client, year), I_3=3)
    year.fill(0, {"I.2": ValueInputs(D(12))})

    write(client, look(client, year, content), year)

    assert year.view().at("self")[year.criterion("I.2").pk].points == 12


# What was seen is what is written


def test_only_the_bytes_that_were_looked_at_are_written(client, year):
    answer = look(client, year, filled(to_fill(client, year), I_2=15))
    good = answer.context["token"]

    client.force_login(year.heads[0])
    for token in (good, "", "x", good[:-2], signing.dumps(["0" * 64, year.heads[0].pk, f"marks/{year.cycle.pk}"],
                                                           salt="kit.workbook")):  # fmt: skip
        refused = client.post(at(year, "marks_import"), {"token": token, "act": "write"})
        assert refused.status_code == 422
        assert "Tệp đã xem không còn" in refused.content.decode()
    assert not Mark.objects.exists()


def test_a_page_without_a_file_says_so(client, year):
    client.force_login(year.officers[0])

    answer = client.post(at(year, "marks_import"), {})

    assert sentences(answer) == ["Hãy chọn tệp Excel (xlsx) có nội dung."]


def test_the_page_says_what_this_person_enters(client, year):
    page = got(client, year.officers[0], at(year, "marks_import")).decode()
    assert f"Bạn đang nhập: {year.units[0].short_name} (tự chấm)." in page

    assert at(year, "marks_import") not in got(client, year.head, at(year, "scores")).decode()
    year.send(1)
    assert at(year, "marks_import") in got(client, year.head, at(year, "scores")).decode()
    page = got(client, year.head, at(year, "marks_import")).decode()
    assert "Lúc này bạn không nhập điểm bảng nào" in page


def test_without_cards_there_is_nothing_to_import(client, db):
    year = ScoringYear(board=False, phase=Phase.PREPARING)
    client.force_login(year.officers[0])

    assert client.get(at(year, "marks_import")).status_code == 404


# The service


def entries(year, index, values):
    card = year.card(index)
    return services.CardEntries(card, Stage.SELF, tuple(services.entries_of(card, values)))


def test_an_import_of_marks_is_allowed_card_by_card(year):
    cards = [entries(year, 0, {"I.2": ValueInputs(D(1))}), entries(year, 1, {"I.2": ValueInputs(D(1))})]

    with pytest.raises(Refused) as refused:
        services.import_marks(cycle=year.cycle, cards=cards, by=year.officers[0], at=NOON)

    name = year.units[1].short_name
    assert refused.value.reasons == [f"{name}: Chỉ chuyên viên và thủ trưởng của đơn vị tự chấm điểm."]
    assert not Mark.objects.exists()


def test_an_import_needs_cards_and_those_of_its_year(year):
    with pytest.raises(Refused, match="không có gì thay đổi"):
        services.import_marks(cycle=year.cycle, cards=[], by=year.officers[0], at=NOON)
    other = ScoringYear(slug="an-giang")
    with pytest.raises(Refused, match="bảng điểm này không thuộc năm"):
        services.import_marks(
            cycle=year.cycle,
            cards=[entries(other, 0, {"I.2": ValueInputs(D(1))})],
            by=year.officers[0],
            at=NOON,
        )


def test_a_dry_run_refuses_the_same_and_writes_nothing(year):
    good = entries(year, 0, {"I.2": ValueInputs(D(1)), "I.3": NotApplicable(NaReason.NOT_ARISEN)})
    count = services.import_marks(cycle=year.cycle, cards=[good], by=year.officers[0], at=NOON, dry_run=True)
    assert (count, Mark.objects.count()) == (2, 0)

    bad = entries(year, 0, {"I.3": CountInputs(D(-1))})
    with pytest.raises(services.RefusedCards) as refused:
        services.import_marks(cycle=year.cycle, cards=[bad], by=year.officers[0], at=NOON, dry_run=True)
    assert list(refused.value.at) == [(year.card().pk, year.criterion("I.3").pk)]

    assert services.import_marks(cycle=year.cycle, cards=[good], by=year.officers[0], at=NOON) == 2
    assert Mark.objects.count() == 2


def test_a_lost_mark_is_told_with_what_stands_now(year):
    year.fill(0, {"I.2": ValueInputs(D(12))})
    card = entries(year, 0, {"I.2": ValueInputs(D(1))})

    with pytest.raises(services.LostCards) as lost:
        services.import_marks(cycle=year.cycle, cards=[card], by=year.officers[0], at=NOON)

    assert (lost.value.mine, lost.value.theirs) == ("1", "12")


# Guidance in the browser


def guidance_url(year):
    return reverse("guidance_import", args=[year.province.slug])


def test_a_guidance_is_looked_at_then_written(client, year):
    sample = got(client, year.head, reverse("guidance_sample"))

    answer = client.post(guidance_url(year), sent(sample))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Đọc được: 01/HD-HĐTĐKT" in page
    assert "Bộ kiểm tra không thấy điều gì sai." in page
    assert not Guidance.objects.filter(number="01/HD-HĐTĐKT").exists()

    done = client.post(guidance_url(year), {"token": answer.context["token"], "act": "write"})
    made = Guidance.objects.get(number="01/HD-HĐTĐKT")
    assert (done.status_code, done.url) == (302, made.get_absolute_url())
    assert {one.kind for one in queries.board_of_guidance(made).leaves} == set(CriterionKind.values)
    out = got(client, year.head, reverse("guidance_xlsx", args=[made.pk]))
    assert imports.read_guidance(out) == imports.read_guidance(sample)


def test_faults_of_a_guidance_are_shown_by_cell(client, year):
    sample = got(client, year.head, reverse("guidance_sample"))
    book = load_workbook(io.BytesIO(sample))
    book["Khung tiêu chí"]["D3"] = "mười"

    answer = client.post(guidance_url(year), sent(saved(book)))

    assert answer.status_code == 422
    assert [(one.sheet, one.cell) for one in answer.context["faults"]] == [("Khung tiêu chí", "D3")]
    assert "Trang" in answer.content.decode()


def test_an_import_page_is_for_the_standing_office(client, year):
    client.force_login(year.chair)
    assert client.get(guidance_url(year)).status_code == 404

    client.force_login(year.head)
    assert client.get(guidance_url(year)).status_code == 200


def test_the_pages_ask_few_questions(client, year, django_assert_max_num_queries):
    year.fill()
    client.force_login(year.chair)
    with django_assert_max_num_queries(18):
        client.get(at(year, "marks_import"))
    with django_assert_max_num_queries(18):
        client.get(at(year, "bloc_to_fill"))
