from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import rules
from documents.enums import DocumentKind, DocumentStatus, SigningState
from documents.rules.starting_texts import STARTING_TEXTS, starting_text


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("7", "07"),
        ("07", "07"),
        (" 007 ", "07"),
        ("12", "12"),
        ("3387", "3387"),
        ("15A", "15a"),
        ("0", ""),
        ("", ""),
        ("7/KH", ""),
        ("-3", ""),
    ],
)
def test_a_number_below_ten_is_written_with_a_leading_zero(typed, written):
    assert rules.written_number(typed) == written


@given(st.integers(min_value=1, max_value=999_999))
def test_a_written_number_reads_back_as_itself(number):
    assert int(rules.written_number(str(number))) == number
    assert rules.written_number(rules.written_number(str(number))) == rules.written_number(str(number))


@pytest.mark.parametrize(
    ("kind", "symbol"),
    [
        (DocumentKind.PLAN, "KH-KTĐ4"),
        (DocumentKind.REGULATION, "QĐ-KTĐ4"),
        (DocumentKind.SUBMISSION, "TTr-KTĐ4"),
        (DocumentKind.MINUTES_COUNT, "BB-KTĐ4"),
        (DocumentKind.OTHER, "KTĐ4"),
        (DocumentKind.COVENANT, ""),
    ],
)
def test_symbol_joins_abbreviation_and_code(kind, symbol):
    assert rules.symbol_of(kind, "KTĐ4") == symbol


def test_every_kind_is_numbered_with_an_abbreviation_or_unnumbered():
    for kind in DocumentKind:
        assert (kind in rules.ABBREVIATIONS) != (kind in rules.UNNUMBERED), kind


def test_place_and_day_carry_leading_zeros_where_the_decree_asks():
    assert rules.place_day("Kiên Giang", date(2020, 2, 6)) == "Kiên Giang, ngày 06 tháng 02 năm 2020"
    assert rules.place_day("Kiên Giang", date(2019, 5, 12)) == "Kiên Giang, ngày 12 tháng 5 năm 2019"


def test_place_and_day_leave_room_for_the_pen_before_issue():
    assert rules.place_day("Kiên Giang", None).split() == ["Kiên", "Giang,", "ngày", "tháng", "năm"]


def test_bases_end_in_semicolons_and_the_last_in_a_full_stop():
    assert rules.bases_of("Căn cứ A\n\nCăn cứ B;\nCăn cứ C.") == ("Căn cứ A;", "Căn cứ B;", "Căn cứ C.")
    assert rules.bases_of("") == ()


def test_recipients_end_with_the_files_of_the_office():
    assert rules.recipients_of("Như trên\n- Các đơn vị;", "KTĐ4") == (
        "Như trên;",
        "Các đơn vị;",
        "Lưu: VT, KTĐ4.",
    )
    assert rules.recipients_of("Lưu: VT, TĐKT", "KTĐ4") == ("Lưu: VT, TĐKT.",)
    assert rules.recipients_of("", "") == ("Lưu: VT.",)


def test_lines_of_a_regulation():
    body = "Chương I\nQuy định chung\nĐiều 1. Phạm vi\n1. Khoản một.\nđ) Điểm đ;\n- Gạch\nMục 1. Tên mục\nI. PHẦN\nCăn cứ A;\nThường"
    assert [(line.kind, line.head, line.text) for line in rules.lines_of(body)] == [
        ("chapter", "", "Chương I"),
        ("chapter-title", "", "Quy định chung"),
        ("article", "Điều 1. Phạm vi", ""),
        ("clause", "", "1. Khoản một."),
        ("point", "", "đ) Điểm đ;"),
        ("dash", "", "- Gạch"),
        ("section", "", "Mục 1. Tên mục"),
        ("part", "", "I. PHẦN"),
        ("basis", "", "Căn cứ A;"),
        ("text", "", "Thường"),
    ]


def test_a_whole_sentence_after_the_article_number_is_not_bold():
    assert rules.lines_of("Điều 2. Quy chế này có hiệu lực.")[0] == rules.Line(
        "article", "Quy chế này có hiệu lực.", "Điều 2."
    )


@given(st.text())
def test_no_word_of_a_body_is_lost(body):
    printed = "".join(f"{line.head} {line.text}" for line in rules.lines_of(body))
    assert "".join(printed.split()) == "".join(body.split())


@pytest.mark.parametrize(
    ("issued_on", "count"),
    [
        (date(2019, 5, 2), 0),
        (date(2018, 12, 20), 0),
        (date(2020, 1, 17), 0),
        (date(2018, 6, 1), 1),
        (date(2016, 6, 1), 1),
        (date(2021, 1, 1), 1),
        (date(2026, 1, 1), 2),
    ],
)
def test_odd_days_of_issue_are_found(issued_on, count):
    assert len(rules.odd_dates(issued_on, date(2022, 1, 1), 2019)) == count


def test_a_provincial_paper_is_only_odd_in_the_future():
    assert rules.odd_dates(date(1999, 1, 1), date(2022, 1, 1), None) == []


def test_every_status_has_its_moves_and_the_ended_have_none():
    assert set(rules.STATUS_MOVES) == set(DocumentStatus)
    assert rules.STATUS_MOVES[DocumentStatus.WITHDRAWN] == ()


def test_signing_progress_counts_only_given_signatures():
    states = [SigningState.SIGNED, SigningState.PENDING, SigningState.REFUSED]
    assert rules.signing_progress(states) == (1, 3)


def test_bound_keeps_a_year_with_its_word():
    assert rules.bound("năm 2019 và Điều 5") == "năm\u00a02019 và Điều\u00a05"


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_a_starting_text_has_no_hole(kind):
    start = starting_text(
        kind, bloc="Khối 4", year=2019, chair="Khối trưởng", vice="Khối phó", on=date(2019, 3, 1)
    )
    assert start.title
    assert "{" not in "".join(vars(start).values())
    assert not start.body or kind in STARTING_TEXTS


@pytest.mark.parametrize(
    ("kind", "typed", "written"),
    [
        (DocumentKind.PLAN, "kh - ktđ4", "KH-KTĐ4"),
        (DocumentKind.PLAN, " KH–KTĐKTKT ", "KH-KTĐKTKT"),
        (DocumentKind.PLAN, "KH", "KH"),
        (DocumentKind.SUBMISSION, "ttr-ktđ4", "TTr-KTĐ4"),
        (DocumentKind.ANNUAL_REPORT, "BC-SGD&ĐT", "BC-SGD&ĐT"),
        (DocumentKind.OTHER, "snv-tđkt", "SNV-TĐKT"),
        (DocumentKind.COVENANT, "gư-ktđ4", "GƯ-KTĐ4"),
        (DocumentKind.PLAN, "BC-KTĐ4", ""),
        (DocumentKind.PLAN, "KHKTĐ4", ""),
        (DocumentKind.PLAN, "KH--KTĐ4", ""),
        (DocumentKind.PLAN, "KH-KTĐ4/2019", ""),
        (DocumentKind.PLAN, "KH-", ""),
        (DocumentKind.PLAN, "", ""),
    ],
)
def test_a_symbol_is_written_in_one_way_and_begins_with_its_kind(kind, typed, written):
    assert rules.written_symbol(kind, typed) == written
