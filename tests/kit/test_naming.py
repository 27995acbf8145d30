"""Names that the program proposes, and names that are nearly the same."""

import pytest

from blocs.enums import UnitKind
from blocs.rules import UNIT_HEADS, bloc_address, kind_of_name
from config.kit.naming import closest, login_of, short_address, squeezed, traces, unused, whole_words


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Sở KH&CN", "so-khcn"),
        ("Sở LĐ-TB&XH", "so-ldtbxh"),
        ("Sở GD&ĐT", "so-gddt"),
        ("Sở VH, TT & DL", "so-vhttdl"),
        ("Sở Y tế", "so-yte"),
        ("Sở Du lịch", "so-dulich"),
        ("Sở Công Thương", "so-congthuong"),
        ("Ban Dân tộc", "ban-dantoc"),
        ("Báo", "bao"),
        ("Đài PTTH", "dai-ptth"),
        ("Liên minh HTX", "lienminh-htx"),
        ("BQL VQG Bù Gia Mập", "bql-vqg-bugiamap"),
        ("BQL DA ĐTXD", "bql-da-dtxd"),
        ("TT Xúc tiến", "tt-xuctien"),
        ("Đơn vị 01", "donvi-01"),
        ("Phường 1", "phuong-1"),
        ("Ban “Dân tộc” – …", "ban-dantoc"),
    ],
)
def test_a_unit_is_addressed_as_officials_write_it(name, address):
    assert short_address(name, UNIT_HEADS) == address


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Khối thi đua số 4", "khoi-4"),
        ("Khối 4A", "khoi-4a"),
        ("Cụm thi đua số 2", "cum-2"),
        ("Khối thi đua các cơ quan tham mưu III", "tham-muu-iii"),
        ("Khối Kinh tế - kỹ thuật", "kinh-te-ky-thuat"),
        ("Doanh nghiệp", "doanh-nghiep"),
    ],
)
def test_a_bloc_is_addressed_by_its_number_or_its_name(name, address):
    assert bloc_address(name) == address


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Sở Y tế", UnitKind.DEPARTMENT),
        ("Ban quản lý Khu kinh tế", UnitKind.MANAGEMENT_BOARD),
        ("Ban Dân tộc", UnitKind.BOARD),
        ("Xã Tân An", UnitKind.COMMUNE),
        ("Văn phòng UBND tỉnh", UnitKind.OTHER),
    ],
)
def test_a_kind_is_told_by_the_first_words(name, kind):
    assert kind_of_name(name) == kind


def test_a_taken_name_gets_a_number_and_a_long_one_ends_with_a_word():
    assert unused("so-yte", {"so-yte", "so-yte-2"}) == "so-yte-3"
    assert unused("hungnv.so-yte", {"hungnv.so-yte"}, joint="") == "hungnv2.so-yte"
    assert whole_words("lien-hiep-cac-hoi-khoa-hoc-va-ky-thuat-tinh-kien-giang") == (
        "lien-hiep-cac-hoi-khoa-hoc-va-ky-thuat-tinh-kien"
    )
    assert whole_words("a" * 60) == "a" * 50
    assert len(unused("a" * 50, {"a" * 50})) == 50


def test_a_person_signs_in_by_given_name_and_initials():
    assert [login_of(name) for name in ("Nguyễn Văn Hùng", "Đỗ An", "")] == ["hungnv", "and", ""]


@pytest.mark.parametrize(
    ("name", "other", "is_near"),
    [
        ("Sở Khoa học và Công nghệ", "Sở Khoa học & Công nghệ", True),
        ("Sở Văn hóa", "Sở Văn hoá", True),
        ("Sở Tài chính", "Sở Tài chinhs", True),
        ("Sở Tài chính", "Sở Tư pháp", False),
        ("Phường 1", "Phường 11", False),
        ("Sở A", "Sở B", False),
    ],
)
def test_near_names_share_a_trace(name, other, is_near):
    assert bool(traces(name) & traces(other)) == is_near
    assert (squeezed(name) == squeezed(other)) <= is_near


def test_the_closest_of_known_names_or_none():
    known = ["Sở Tài chính", "Sở Y tế"]

    assert closest("Sở Tài chánh", known) == "Sở Tài chính"
    assert closest("Ban Dân tộc", known) is None
    assert closest("Sở Y", []) is None
