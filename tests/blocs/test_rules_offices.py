"""An office names its agency once."""

import pytest

from blocs.rules import office_alone, office_at

LABOUR = ("Sở Lao động - Thương binh và Xã hội", "Sở LĐTBXH")


@pytest.mark.parametrize(
    ("title", "names", "alone", "at"),
    [
        ("Giám đốc", LABOUR, "Giám đốc", f"Giám đốc {LABOUR[0]}"),
        ("Giám đốc Sở LĐTBXH", LABOUR, "Giám đốc", f"Giám đốc {LABOUR[0]}"),
        (f"Phó Giám đốc {LABOUR[0]}", LABOUR, "Phó Giám đốc", f"Phó Giám đốc {LABOUR[0]}"),
        ("GIÁM ĐỐC SỞ LĐTBXH", LABOUR, "GIÁM ĐỐC", f"GIÁM ĐỐC {LABOUR[0]}"),
        ("Trưởng ban", ("Ban Dân tộc", ""), "Trưởng ban", "Trưởng Ban Dân tộc"),
        ("Trưởng Ban Dân tộc", ("Ban Dân tộc", ""), "Trưởng ban", "Trưởng Ban Dân tộc"),
        ("Trưởng ban Ban Dân tộc", ("Ban Dân tộc", ""), "Trưởng ban", "Trưởng Ban Dân tộc"),
        (
            "Hiệu trưởng Trường Chính trị",
            ("Trường Chính trị", ""),
            "Hiệu trưởng",
            "Hiệu trưởng Trường Chính trị",
        ),
        ("Chánh Văn phòng", ("Văn phòng UBND tỉnh", ""), "Chánh Văn phòng", "Chánh Văn phòng UBND tỉnh"),
        ("", LABOUR, "", LABOUR[0]),
    ],
)
def test_the_agency_stands_once_whoever_wrote_the_title(title, names, alone, at):
    assert (office_alone(title, *names), office_at(title, *names)) == (alone, at)
