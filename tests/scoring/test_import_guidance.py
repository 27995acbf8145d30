"""A guidance as a workbook: nothing is lost on the way out and in, and every fault is named by sheet and cell."""

import csv
import io
import json
import re
import unicodedata
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from blocs.models import Appointment
from config.kit.books import MOST_ROWS
from config.kit.refusals import Refused
from config.kit.typed import clean
from scoring import imports, queries, services
from scoring.enums import CriterionKind, RoundingMode, SanctionKind
from scoring.imports import law_words
from scoring.imports.converted import GROUP_WORDINGS, NATURES
from scoring.imports.rule_words import rule_cells, rule_from_cells
from scoring.imports.sample import long_guidance
from scoring.models import Criterion, Guidance
from scoring.queries import Board
from scoring.rules import FormatError, rule_from_json, rule_to_json
from scoring.services.guidance import law_faults
from tests.factories.scoring import LAW, NOON, ScoringYear, leaf
from tests.factories.scoring import group as a_group
from tests.scoring.test_rules_json import rules as any_rules

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "tests" / "fixtures" / "guidance_thanh_hoa_2026_province.csv"
EXAMPLE = ROOT / "docs" / "examples" / "huong-dan-thanh-hoa-2026.xlsx"
D = Decimal


@pytest.fixture(scope="module")
def example():
    return imports.read_guidance(EXAMPLE.read_bytes())


def law(**more):
    base = {
        "to_year": None, "rank_numbering": "skip", "evidence_required": False, "quota_rules": {}, "vote_rule": {},
        "lateness": {}, "deadlines": {}, "note": "",
    }  # fmt: skip
    return {**base, **LAW, **more}


def row(code, **more):
    made = {
        "nature": "normal", "kind": "", "rule": {}, "wording": "", "evidence_hint": "", "scored_by": "unit",
        "needs_evidence": False, "not_arisen": "", "title": f"Nội dung {code}", "max_points": D(10), "parent": "",
    }  # fmt: skip
    return {**made, "code": code, **more}


def book_of(rows, **more):
    return imports.guidance_book(imports.GuidanceBook(law(**more), list(rows)).board())


def edited(content, **cells):
    """The workbook with cells of the frame set, e.g. D3="mười"."""
    book = load_workbook(io.BytesIO(content))
    for at, value in cells.items():
        sheet, _, cell = at.rpartition("_")
        page = book["Hướng dẫn"] if sheet == "law" else book["Khung tiêu chí"]
        page[cell] = value
    return saved(book)


def saved(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def refused(content):
    with pytest.raises(Refused) as wrong:
        imports.read_guidance(content)
    return wrong.value.reasons


SMALL_ROWS = (row("I", max_points=D(10)), row("I.1", parent="I", kind="direct"))


# The real frame


def test_the_real_frame_is_in_its_workbook_row_by_row(example):
    lines = list(csv.DictReader(io.StringIO(SOURCE.read_text(encoding="utf-8"))))
    groups = {words: said for said, words in GROUP_WORDINGS.items()}

    assert len(lines) == len(example.rows) == 103
    for line, read in zip(lines, example.rows, strict=True):
        is_loss = line["code"].startswith("IX")
        assert read["code"] == line["code"]
        assert read["parent"] == line["parent"]
        assert read["title"] == line["title"]
        assert read["max_points"] * (-1 if is_loss else 1) == D(line["max_points"])
        assert groups.get(read["wording"], read["wording"]) == line["rule"]
        assert read["nature"] == NATURES.get(line["kind"], "normal")
        kinds = {"choice": "choice", "minus": "minus", "count": "per_item", "deduct": "deduction"}
        assert read["kind"] == kinds.get(line["kind"], "")
        assert line["source"] in example.law["note"]


def test_the_workbook_says_what_is_converted_from_the_table(example):
    assert imports.converted_frame(SOURCE.read_text(encoding="utf-8")) == example


def test_the_figures_of_every_leaf_are_those_of_its_wording(example):
    for read in example.rows:
        if not read["kind"]:
            continue
        rule = rule_from_json(read["rule"], read["kind"])
        if read["kind"] == "choice":
            said = [piece for piece in read["wording"].split("; ") if not piece.startswith("chỉ tính")]
            assert len(rule.levels) == len(said)
            for level, piece in zip(rule.levels, said, strict=True):
                assert piece.startswith(f"{level.label}=")
                assert re.match(r"[\d.]+", piece.removeprefix(f"{level.label}="))[0] == f"{level.points}"
                assert level.zeroes_parent == ("MẤT ĐIỂM TOÀN TIÊU CHÍ" in piece)
        else:
            assert f"{rule.per}" in read["wording"]
            assert rule.item in read["wording"]


def test_the_example_is_a_hundred_points_with_its_caps_and_sanctions(example):
    by_code = {read["code"]: read for read in example.rows}
    normal = [most for _, _, nature, most, _ in example.sums() if nature == "Điểm chuẩn"]

    assert sum(normal) == example.law["scale"] == 100
    assert (example.law["bonus_cap"], example.law["deduction_cap"]) == (10, 20)
    zeroing = {read["code"] for read in example.rows if "zeroes_parent" in str(read["rule"])}
    assert zeroing == {"I.1.a", "I.6.a"}
    assert by_code["IX.1"]["rule"]["sanctions"] == [{"kind": "no_top_grade"}]
    assert by_code["IX.6"]["rule"]["sanctions"] == [{"kind": "grade_at_most", "grade": "kha"}]
    assert by_code["IX.8"]["rule"]["sanctions"] == [
        {"kind": "zero_criterion"},
        {"kind": "grade_down"},
        {"kind": "lowest_grade", "on_repeat": True},
    ]
    assert by_code["V.2.a"]["rule"]["not_again_in"] == ["VIII"]
    assert by_code["VIII.1.a"]["rule"]["once_only"] is True
    assert by_code["VIII.2.a"]["rule"]["highest_only"] is True


def test_the_lateness_punished_twice_is_found_in_the_real_frame(example):
    found = [sentence for sentence in example.findings() if "VII.1.a" in sentence]

    assert found == [
        "VII.1.a “Số lần báo cáo chậm” và IX.4 “Chậm gửi báo cáo” có thể là một việc tính điểm hai lần."
    ]


# Out and in


def canonical(value):
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [canonical(one) for one in value]
    return {name: canonical(one) for name, one in value.items()} if isinstance(value, dict) else value


@settings(max_examples=80)
@given(any_rules)
def test_any_rule_survives_its_cells(rule):
    data = canonical(rule_to_json(rule))
    try:
        rule = rule_from_json(data)
    except FormatError:
        assume(False)
    words, conditions, kept = rule_cells(rule)
    words, conditions, kept = clean(words), clean(conditions), clean(kept)

    assert rule_from_cells(rule.kind, words, conditions, kept) == rule


@pytest.mark.parametrize(
    ("kind", "rule", "cells"),
    [
        ("direct", {}, ("", "", "")),
        ("per_item", {"per": "2", "item": "sáng kiến"}, ("2/sáng kiến", "", "")),
        ("per_item", {"per": "2"}, ("2", "", "")),
        (
            "choice",
            {"levels": [{"code": "t", "label": "Tốt", "points": "1000"}], "once_only": True},
            ("Tốt [t] = 1000", "chỉ tính một lần", ""),
        ),
        (
            "per_item",
            {"per": "0.5", "item": "lần", "not_again_in": ["VIII", "V.1"]},
            ("0,5/lần", "không tính lại ở VIII, V.1", ""),
        ),
        (
            "deduction",
            {
                "per": "5",
                "cap": "10",
                "item": "vụ",
                "sanctions": [
                    {"kind": "grade_at_most", "grade": "kha"},
                    {"kind": "zero_criterion", "criterion": "I.2"},
                    {"kind": "zero_criterion"},
                    {"kind": "not_ranked", "on_repeat": True},
                ],
            },
            (
                "5/vụ; tối đa 10",
                "không xếp trên mức kha; mất điểm tiêu chí I.2; mất điểm tiêu chí liên quan; "
                "không xếp hạng khi tái phạm",
                "",
            ),
        ),
        (
            "bands",
            {"bands": [{"low": "1000", "points": "10"}, {"high": "1000", "points": "0"}]},
            ("từ 1000 trở lên = 10; dưới 1000 = 0", "", ""),
        ),
    ],
)
def test_a_rule_is_said_in_words(kind, rule, cells):
    assert rule_cells(rule_from_json(rule, kind)) == cells


def test_what_words_cannot_say_is_kept_beside_them():
    rule = rule_from_json({"levels": [{"code": "t", "label": "a; b", "points": "1"}]}, "choice")

    words, conditions, data = rule_cells(rule)

    assert data
    assert rule_from_cells("choice", words, conditions, data) == rule
    with pytest.raises(ValueError, match="quy tắc bằng lời khác"):
        rule_from_cells("choice", "Tốt = 1", conditions, data)
    with pytest.raises(ValueError, match="bị hỏng"):
        rule_from_cells("choice", words, conditions, "{")


# Letters of Latin-1 thrown together are taken for an encoding of before Unicode.
latin = "".join(map(chr, range(0xA1, 0x100)))
texts = st.text(st.characters(codec="utf-8", exclude_characters=latin), max_size=12).map(clean)
filled = texts.filter(bool)
points = st.decimals(0, 5000, places=3)
figures = st.decimals(0, 5000, places=2).map(lambda value: f"{value:f}")
counts = st.integers(0, 40)
roundings = st.dictionaries(
    st.sampled_from(["default", "total", *CriterionKind.values]),
    st.fixed_dictionaries(
        {"step": st.sampled_from(["0.01", "0.25", "0.50", "1"])},
        optional={"mode": st.sampled_from(RoundingMode.values)},
    ),
    max_size=4,
)
a_quota = st.one_of(
    st.fixed_dictionaries({"kind": st.just("fixed"), "count": counts}, optional={"at_least": counts}),
    st.fixed_dictionaries(
        {"kind": st.sampled_from(["of_ranked", "of_remaining"]), "numerator": counts},
        optional={"denominator": st.integers(1, 200), "at_least": counts},
    ),
)
grades = st.lists(
    st.fixed_dictionaries({"code": filled, "name": texts}, optional={"at_least": figures, "quota": a_quota}),
    max_size=3,
)
ties = st.lists(
    st.one_of(
        st.sampled_from([{"kind": "bonus"}, {"kind": "deduction"}, {"kind": "women_share"}]),
        st.fixed_dictionaries({"kind": st.just("criterion"), "code": filled}),
        st.fixed_dictionaries({"kind": st.just("women_share"), "at_least": figures}),
    ),
    max_size=4,
)
quotas = st.dictionaries(
    st.sampled_from(["flag", "merit"]),
    st.one_of(
        st.fixed_dictionaries({"kind": st.just("fixed"), "fixed": counts}, optional={"maximum": counts}),
        st.fixed_dictionaries(
            {
                "kind": st.sampled_from(["of_members", "of_remaining"]),
                "numerator": counts,
                "denominator": counts,
            },
            optional={"minimum": counts, "maximum": counts},
        ),
    ),
)
votes = st.just({}) | st.fixed_dictionaries(
    {
        "base": st.sampled_from(["entitled", "present", "cast", "valid"]),
        "numerator": st.integers(1, 40),
        "denominator": st.integers(40, 100),
    },
    optional={
        "is_secret": st.booleans(),
        "tie_chain": st.lists(st.sampled_from(["score", "chair"]), max_size=2),
        "rounds": counts,
    },
)
lateness = st.fixed_dictionaries(
    {},
    optional={
        "per_day": figures,
        "cap": figures,
        "is_percent": st.booleans(),
        "steps": st.lists(
            st.fixed_dictionaries({"from_day": st.integers(0, 30), "points": figures}), max_size=2
        ),
    },
)
deadlines = st.dictionaries(
    st.sampled_from(["covenant", "midyear", "self_scoring", "verifying", "submission"]),
    st.tuples(st.integers(1, 12), st.integers(1, 28)).map(list),
)


def allowed(**blocks):
    """Only what a guidance may hold: the rest is refused before it is stored."""
    return {
        name: block.filter(lambda value, name=name: not law_faults({name: value}))
        for name, block in blocks.items()
    }


laws = st.fixed_dictionaries(
    {
        "number": filled, "title": filled, "issuer": filled, "from_year": st.integers(2000, 2050),
        "issued_on": st.dates(date(2000, 1, 1), date(2100, 1, 1)), "to_year": st.none() | st.integers(2050, 2100),
        "scale": st.sampled_from([D(100), D(1000), D("0.125")]), "bonus_cap": points, "deduction_cap": points,
        "na_policy": st.sampled_from(["rescale", "keep"]), "not_arisen": st.sampled_from(["full", "exclude"]),
        "rank_numbering": st.sampled_from(["skip", "dense"]), "evidence_required": st.booleans(),
        **allowed(roundings=roundings, grades=grades, tie_chain=ties, quota_rules=quotas, vote_rule=votes,
                  lateness=lateness, deadlines=deadlines), "note": texts,
    }
)  # fmt: skip


@st.composite
def frames(draw):
    """A few rows of any shape: groups inside groups, leaves of any kind."""
    rows = []
    codes = draw(st.lists(filled.filter(lambda text: len(text) <= 30), min_size=1, max_size=4, unique=True))
    for code in codes:
        groups = [one["code"] for one in rows if not one["kind"]]
        parent = draw(st.sampled_from(["", *groups]))
        shared = {
            "title": draw(filled), "max_points": draw(points), "parent": parent,
            "nature": draw(st.sampled_from(["normal", "bonus", "deduction"])), "wording": draw(texts),
            "evidence_hint": draw(texts), "scored_by": draw(st.sampled_from(["unit", "bloc", "province"])),
            "needs_evidence": draw(st.booleans()), "not_arisen": draw(st.sampled_from(["", "full", "exclude"])),
        }  # fmt: skip
        if draw(st.booleans()):
            written = json.dumps(canonical(rule_to_json(draw(any_rules))), ensure_ascii=False)
            data = json.loads(written.translate(dict.fromkeys(map(ord, latin), "x")))
            try:
                rule_from_json(data)
            except FormatError:
                assume(False)
            shared |= {"kind": data.pop("kind"), "rule": data}
        rows.append(row(code, **shared))
    return rows


def parsed(rows):
    return [
        {**one, "rule": rule_from_json(one["rule"], one["kind"]) if one["kind"] else None} for one in rows
    ]


@settings(max_examples=25)
@given(laws, frames())
def test_out_and_in_is_the_identity(stated, rows):
    read = imports.read_guidance(imports.guidance_book(imports.GuidanceBook(stated, rows).board()))
    again = imports.read_guidance(imports.guidance_book(read.board()))

    assert read.law == stated
    assert parsed(read.rows) == parsed(rows)
    assert again == read


def test_a_stored_guidance_comes_back_with_the_same_hash(year):
    guidance = year.guidance(publish=False, number="17/HD", grades=LAW["grades"])
    board = queries.board_of_guidance(guidance)
    before = queries.content_hash(board)

    read = imports.read_guidance(imports.guidance_book(board))
    services.import_guidance(province=year.province, law=read.law, rows=read.rows, by=year.head, at=NOON)

    again = queries.board_of_guidance(Guidance.objects.get(pk=guidance.pk))
    assert queries.content_hash(again) == before
    assert Guidance.objects.filter(number="17/HD").count() == 1


# Text, numbers and days as they are typed


@pytest.mark.parametrize("text", ["=1+1", "+84", "-5 điểm", "@a", "=HYPERLINK(1)"])
def test_text_that_looks_like_a_formula_stays_text(text):
    content = book_of([row("I", title=text, wording=text, kind="direct")])
    cell = load_workbook(io.BytesIO(content))["Khung tiêu chí"]["C2"]

    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", text, True)
    assert imports.read_guidance(content).rows[0]["title"] == text


def test_a_tab_or_line_end_before_a_sign_does_not_make_it_a_formula():
    read = imports.read_guidance(book_of([row("I", kind="direct", wording="\t=1\r\n+2")]))

    assert read.rows[0]["wording"] == "=1\n+2"


def test_points_of_a_deduction_may_carry_their_minus_and_other_figures_keep_theirs():
    content = edited(book_of([row("I", kind="deduction", rule={"per": "1"}, nature="deduction")]), D2=-5)

    assert imports.read_guidance(content).rows[0]["max_points"] == 5


@pytest.mark.parametrize(("typed", "value"), [("7,5", "7.5"), ("7.5", "7.5"), (7.5, "7.5"), ("1000", "1000")])
def test_decimal_comma_and_point_are_both_read(typed, value):
    assert imports.read_guidance(edited(book_of(SMALL_ROWS), D2=typed)).rows[0]["max_points"] == D(value)


def test_text_is_composed():
    spread = unicodedata.normalize("NFD", "Kỳ họp")
    content = edited(book_of(SMALL_ROWS), C2=spread, law_B3=spread)
    read = imports.read_guidance(content)

    assert (read.rows[0]["title"], read.law["title"]) == ("Kỳ họp", "Kỳ họp")


def test_columns_may_change_places_and_titles_may_stand_above():
    book = load_workbook(io.BytesIO(book_of(SMALL_ROWS)))
    page = book["Khung tiêu chí"]
    page.insert_rows(1, 4)
    page["A1"] = "UBND TỈNH"
    page.move_range("C5:C7", cols=14)
    page.delete_cols(2)  # without the column of groups the codes say it

    assert [one["parent"] for one in imports.read_guidance(saved(book)).rows] == ["", "I"]


def test_a_grade_may_be_named_in_a_sanction():
    content = edited(
        book_of([row("I", kind="deduction", rule={"per": "1", "item": "vụ"})]), H2="không xếp trên mức khá"
    )

    assert imports.read_guidance(content).rows[0]["rule"]["sanctions"] == [
        {"kind": SanctionKind.GRADE_AT_MOST, "grade": "kha"}
    ]


def test_a_result_of_a_formula_counts_for_a_number_and_a_formula_without_result_is_asked_about():
    assert (
        "Trang “Khung tiêu chí”, ô D2: Công thức chưa có kết quả"
        in refused(edited(book_of(SMALL_ROWS), D2="=SUM(D3:D3)"))[0]
    )


# Faults by sheet and cell

FAULTS = [
    ({"D3": "mười"}, "Trang “Khung tiêu chí”, ô D3: “mười” không phải là số. Hãy gõ số, ví dụ 7,5."),
    (
        {"D3": "1.000"},
        "Trang “Khung tiêu chí”, ô D3: “1.000” có thể là 1000 hoặc 1,000. Hãy gõ rõ “1000” hoặc “1”.",
    ),
    ({"D3": "0,1234"}, "Trang “Khung tiêu chí”, ô D3: 0,1234 quá lớn hoặc có hơn 3 chữ số thập phân."),
    ({"D3": None}, "Trang “Khung tiêu chí”, ô D3: Thiếu điểm tối đa."),
    ({"D3": True}, "Trang “Khung tiêu chí”, ô D3: Ô này phải là số."),
    (
        {"D3": date(2026, 1, 2)},
        "Trang “Khung tiêu chí”, ô D3: Ô này là ngày 02/01/2026; có thể Excel đã đổi “2/1” thành ngày. "
        "Hãy định dạng ô là Văn bản rồi gõ lại số.",
    ),
    (
        {"A3": 1.1},
        "Trang “Khung tiêu chí”, ô A3: Excel đã đổi ký hiệu thành số 1,1; có thể là 1.1 hoặc 1.10. "
        "Hãy định dạng ô là Văn bản rồi gõ lại.",
    ),
    (
        {"A3": date(2026, 1, 2)},
        "Trang “Khung tiêu chí”, ô A3: Ô này là ngày 02/01/2026; có thể Excel đã đổi “2/1” thành ngày. "
        "Hãy định dạng ô là Văn bản rồi gõ lại.",
    ),
    ({"A3": "I"}, "Trang “Khung tiêu chí”, ô A3: Ký hiệu I đã dùng ở ô A2. Hãy đổi một nơi."),
    ({"A3": "I" * 31}, "Trang “Khung tiêu chí”, ô A3: Dài hơn 30 chữ. Hãy viết ngắn lại."),
    ({"B3": "II"}, "Trang “Khung tiêu chí”, ô B3: Không tìm thấy nhóm II ở phía trên."),
    ({"C3": None}, "Trang “Khung tiêu chí”, ô C3: Thiếu nội dung."),
    (
        {"C3": "=A1"},
        "Trang “Khung tiêu chí”, ô C3: Ô này là công thức. Hãy dán giá trị thay cho công thức.",
    ),
    (
        {"F3": "đoán"},
        "Trang “Khung tiêu chí”, ô F3: Không có “đoán” trong danh sách. Hãy chọn: Nhóm; Chấm trực tiếp;",
    ),
    (
        {"F3": "Điểm mỗi việc", "G3": "hai"},
        "Trang “Khung tiêu chí”, ô G3: Không hiểu “hai”. Hãy ghi điểm mỗi việc, ví dụ: 2/sáng kiến.",
    ),
    ({"G2": "2/việc"}, "Trang “Khung tiêu chí”, ô G2: Nhóm không có quy tắc."),
    ({"H3": "hạ một mức"}, "Trang “Khung tiêu chí”, ô G3: “hạ một mức” không dùng được cho cách tính"),
    (
        {"F3": "Điểm trừ", "G3": "1/vụ", "H3": "phạt"},
        "Trang “Khung tiêu chí”, ô G3: Không hiểu “phạt”. Hãy ghi, ví dụ:",
    ),
    (
        {"F3": "Chọn một mức", "G3": "a [m] = 1; b [m] = 2"},
        "Trang “Khung tiêu chí”, ô G3: Các mức có mã trong ngoặc vuông lặp lại.",
    ),
    ({"law_B2": None}, "Trang “Hướng dẫn”, ô B2: Thiếu mục “Số, ký hiệu”."),
    ({"law_B2": "a" * 61}, "Trang “Hướng dẫn”, ô B2: Dài hơn 60 chữ. Hãy viết ngắn lại."),
    ({"law_B5": "hôm qua"}, "Trang “Hướng dẫn”, ô B5: “hôm qua” không phải là ngày."),
    ({"law_B6": 1.5}, "Trang “Hướng dẫn”, ô B6: Năm phải là số nguyên từ 2000 đến 2100."),
    ({"law_B7": 2001}, "Trang “Hướng dẫn”, ô B7: Năm cuối áp dụng không được trước năm đầu."),
    ({"law_B8": 0}, "Trang “Hướng dẫn”, ô B8: Thang điểm phải lớn hơn 0."),
    ({"law_B9": -1}, "Trang “Hướng dẫn”, ô B9: Không được âm."),
    ({"law_A9": "Điểm cộng"}, "Trang “Hướng dẫn”, ô A9: Không có mục “Điểm cộng”. Hãy bỏ dòng này."),
    ({"law_A9": "Thang điểm"}, "Trang “Hướng dẫn”, ô A9: Mục “Thang điểm” ghi hai lần. Hãy bỏ một dòng."),
    ({"law_B16": "Mặc định: bước 0"}, "Trang “Hướng dẫn”, ô B16: Mục “bước làm tròn” phải lớn hơn 0."),
    ({"law_B17": "Mặc định: bước 1"}, "Trang “Hướng dẫn”, ô B17: Mục này ghi hai lần. Hãy bỏ một dòng."),
    ({"law_B16": "Mặc định"}, "Trang “Hướng dẫn”, ô B16: Không hiểu “Mặc định”. Hãy ghi tên, dấu “:”"),
    ({"law_B18": "= 90"}, "Trang “Hướng dẫn”, ô B18: "),
    ({"law_B18": "Xuất sắc = 90; nhiều"}, "Trang “Hướng dẫn”, ô B18: Không hiểu “nhiều”. Hãy ghi: tối đa 25%"),
    ({"law_B21": "bốc thăm"}, "Trang “Hướng dẫn”, ô B21: Không hiểu bước phân định “bốc thăm”. Hãy chọn:"),
    ({"law_B22": "Cờ: nhiều"}, "Trang “Hướng dẫn”, ô B22: Không hiểu “nhiều”. Hãy ghi: tối đa 1, hoặc:"),
    ({"law_B23": "Tử số = hai"}, "Trang “Hướng dẫn”, ô B23: “Tử số” phải là số nguyên, hoặc có, không."),
    ({"law_B24": "mỗi giờ: 1"}, "Trang “Hướng dẫn”, ô B24: Không hiểu mục “mỗi giờ”."),
    ({"law_B25": "Hạn ký giao ước: 40/1"}, "Trang “Hướng dẫn”, ô B25: Tháng 1 không có ngày 40."),
    ({"law_B25": "Hạn ký giao ước: mai"}, "Trang “Hướng dẫn”, ô B25: “mai” không phải là ngày trong năm."),
    ({"law_B25": "{"}, "Trang “Hướng dẫn”, ô B25: Dữ liệu bị hỏng."),
    ({"law_B25": "[]"}, "Trang “Hướng dẫn”, ô B25: Dữ liệu không đúng dạng."),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "sentence"), FAULTS, ids=[str(cells) for cells, _ in FAULTS])
def test_a_fault_is_named_by_sheet_and_cell(cells, sentence):
    reasons = refused(edited(book_of(SMALL_ROWS), **cells))

    assert [reason for reason in reasons if reason.startswith(sentence)], reasons


def test_all_faults_are_told_at_once():
    reasons = refused(edited(book_of(SMALL_ROWS), D3="mười", A2=None, law_B8="x", law_B2=None))

    assert len(reasons) == 5  # I.1 no longer finds its group


def test_sheets_and_headers_that_are_not_there_are_named():
    empty = Workbook()
    assert refused(saved(empty)) == [
        "Tệp không có trang “Hướng dẫn”. Hãy tải tệp mẫu và giữ nguyên tên trang.",
        "Tệp không có trang “Khung tiêu chí”. Hãy tải tệp mẫu và giữ nguyên tên trang.",
    ]
    empty.create_sheet("Hướng dẫn")
    empty.create_sheet("Khung tiêu chí")
    assert refused(saved(empty))[0].startswith("Trang “Hướng dẫn”: không thấy dòng tiêu đề")


def test_a_frame_without_rows_is_refused():
    assert "Trang “Khung tiêu chí”: Chưa có tiêu chí nào." in refused(book_of([]))[0]


# The file itself


def long_book(count):
    book = Workbook(write_only=True)
    page = book.create_sheet("Khung tiêu chí")
    page.append(["Ký hiệu", "Nội dung, tiêu chí", "Điểm tối đa", "Cách tính", "Quy tắc"])
    for place in range(count):
        page.append([f"I.{place}", "Nội dung", 1, "Chấm trực tiếp", ""])
    return saved(book)


def test_a_thousand_and_one_rows_are_refused_before_they_are_read():
    content = long_book(MOST_ROWS + 1)

    assert refused(content) == ["Tệp có nhiều hơn 1.000 dòng ở một trang. Hãy chia bớt."]


def test_a_thousand_rows_are_read():
    made = long_guidance(MOST_ROWS)
    content = imports.guidance_book(made.board())

    assert imports.read_guidance(content).rows == made.rows


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Tệp này rỗng"),
        (b"%PDF-1.7", "Tệp này là tệp PDF, không phải sổ tính Excel"),
        (b"number,title\n1,2", "Tệp này không phải sổ tính Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "Tệp này là sổ tính kiểu cũ (xls)"),
        (b"PK\x03\x04 broken", "Tệp này bị hỏng"),
        (b"PK" * 3 * 1024 * 1024, "Tệp lớn hơn 5 MB."),
    ],
)
def test_what_is_no_workbook_is_refused_by_its_content(content, sentence):
    assert refused(content)[0].startswith(sentence)


def packed(**parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in {"xl/workbook.xml": "<workbook/>", **parts}.items():
            target.writestr(name, content)
    return stream.getvalue()


def test_traps_in_a_packed_file_are_refused():
    entity = '<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'

    assert refused(packed(**{"xl/worksheets/sheet1.xml": entity}))[0].startswith("Tệp này bị hỏng")
    assert refused(packed())[0].startswith("Tệp này bị hỏng")
    assert refused(packed(**{"xl/big.bin": b"0" * (41 * 1024 * 1024)}))[0].startswith("Tệp này mở ra quá lớn")
    assert "macro" in refused(packed(**{"xl/vbaProject.bin": b"0"}))[0]
    assert refused(packed_word())[0].startswith("Tệp này là văn bản Word, không phải sổ tính Excel")


def packed_word():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        target.writestr("word/document.xml", "<document/>")
    return stream.getvalue()


def test_a_text_too_long_for_a_cell_is_refused_not_cut():
    with pytest.raises(Refused, match="một ô Excel không chứa hết"):
        book_of([row("I", kind="direct", wording="a" * 40000)])


# Writing


def do(year, **more):
    given = {"province": year.province, "law": law(number="18/HD"), "rows": list(SMALL_ROWS), "by": year.head}
    return services.import_guidance(**{**given, "at": NOON, **more})


def test_an_import_makes_a_draft_with_its_frame(year):
    guidance = do(year)

    assert (guidance.number, guidance.status) == ("18/HD", "draft")
    assert list(guidance.criteria.order_by("position").values_list("code", flat=True)) == ["I", "I.1"]


def test_a_dry_run_writes_nothing(year):
    do(year, dry_run=True)

    assert not Guidance.objects.filter(number="18/HD").exists()


def test_an_import_over_a_draft_replaces_it(year):
    do(year)
    do(year, law=law(number="18/HD", title="Mới"), rows=[row("II", kind="direct")])

    guidance = Guidance.objects.get(number="18/HD")
    assert guidance.title == "Mới"
    assert list(guidance.criteria.values_list("code", flat=True)) == ["II"]


def test_a_renewed_draft_keeps_where_its_criteria_come_from(year):
    first = Guidance.objects.get(status="published")
    renewed = services.renew_guidance(guidance=first, by=year.head, at=NOON)
    read = imports.read_guidance(imports.guidance_book(queries.board_of_guidance(renewed)))

    do(year, law=read.law, rows=[*read.rows, row("VI", nature="bonus", kind="direct")])

    found = Criterion.objects.filter(guidance=renewed)
    assert found.get(code="I.1").source == Criterion.objects.get(guidance=first, code="I.1")
    assert found.get(code="VI").source is None


def test_a_published_guidance_is_not_written_over(year):
    with pytest.raises(Refused, match="đã công bố nên không nhập đè được"):
        do(year, law=law())


def test_only_the_standing_office_imports_a_guidance(year):
    with pytest.raises(Refused, match="cơ quan thường trực"):
        do(year, by=year.chair)


def test_an_import_refused_half_way_writes_nothing(year):
    with pytest.raises(Refused):
        do(year, rows=[row("I", kind="direct"), row("I", kind="direct")])

    assert not Guidance.objects.filter(number="18/HD").exists()


# The command


@pytest.fixture
def run(year, capsys):
    def call(*args, province=year.province.slug):
        call_command("import_guidance", *args, province=province)
        return capsys.readouterr().out

    return call


def test_the_command_prints_sums_and_findings_and_writes(run):
    said = run(str(EXAMPLE))

    assert "103 dòng, 64 tiêu chí; thang 100 điểm." in said
    assert "  IX Điểm trừ và chế tài (tối đa trừ 20) (Điểm trừ): 20; các mục cộng 45" in said
    assert "VII.1.a “Số lần báo cáo chậm” và IX.4 “Chậm gửi báo cáo”" in said
    assert Guidance.objects.get(number="Dự thảo/QĐ-2026").criteria.count() == 103


def test_the_command_writes_nothing_on_a_dry_run(run):
    assert "chưa ghi gì" in run(str(EXAMPLE), "--dry-run")
    assert not Guidance.objects.filter(number="Dự thảo/QĐ-2026").exists()


def test_the_command_names_cells_and_fails(run, tmp_path, capsys):
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(edited(EXAMPLE.read_bytes(), D5="mười"))

    with pytest.raises(CommandError):
        run(str(bad))

    assert "Trang “Khung tiêu chí”, ô D5: “mười” không phải là số." in capsys.readouterr().err
    assert not Guidance.objects.filter(number="Dự thảo/QĐ-2026").exists()


@pytest.mark.parametrize(
    ("args", "province", "sentence"),
    [
        ((str(EXAMPLE),), "khong-co", "Không có tỉnh dùng tên địa chỉ này."),
        ((str(EXAMPLE), "--by", "ai-do"), None, "Không có người dùng ai-do."),
    ],
)
def test_the_command_says_who_and_where_is_not_known(run, year, capsys, args, province, sentence):
    with pytest.raises(CommandError):
        run(*args, province=province or year.province.slug)

    assert sentence in capsys.readouterr().err


def test_the_command_acts_for_whoever_is_named(run, year):
    run(str(EXAMPLE), "--by", year.head.username)

    assert Guidance.objects.filter(number="Dự thảo/QĐ-2026").exists()
    assert queries.writers_of(year.province, NOON)[0] == year.head


def test_the_command_says_that_nobody_may_write(db, capsys):
    other = ScoringYear(board=False)
    Appointment.objects.filter(province=other.province, unit=None).delete()

    with pytest.raises(CommandError):
        call_command("import_guidance", str(EXAMPLE), province=other.province.slug)

    assert "chưa có người của cơ quan thường trực" in capsys.readouterr().err


def test_files_that_are_not_there_are_named(run, tmp_path):
    with pytest.raises(CommandError, match="Không đọc được tệp"):
        run(str(tmp_path / "none.xlsx"))
    with pytest.raises(CommandError, match="Không đọc được tệp"):
        call_command("convert_frame", str(tmp_path / "none.csv"), str(tmp_path / "out.xlsx"))


def test_the_example_is_made_by_its_command(example, tmp_path, capsys):
    made = tmp_path / "made.xlsx"
    call_command("convert_frame", str(SOURCE), str(made))

    assert imports.read_guidance(made.read_bytes()) == example
    assert "103 dòng" in capsys.readouterr().out


def test_a_frame_of_a_thousand_points_can_be_typed_again(year):
    rows = [a_group("I", "Một", 1000), leaf("I.1", "Hai", 1000, "choice",
            rule={"levels": [{"code": "m1", "label": "Tốt", "points": "1000"}]})]  # fmt: skip
    board = queries.board_of_guidance(year.guidance(publish=False, rows=rows, number="19/HD"))
    text = imports.frame_text(board)

    assert [one["max_points"] for one in imports.read_frame(text, Board(board.guidance, ()))] == [1000, 1000]


def test_blocks_that_words_cannot_say_are_kept_as_data():
    block = law_words.BLOCKS["tie_chain"]

    assert law_words.written(block, [{"kind": "women_share"}]) == ['[{"kind": "women_share"}]']
    grade = [{"code": "0", "name": "["}]
    assert law_words.written(law_words.BLOCKS["grades"], grade) == ['[{"code": "0", "name": "["}]']
