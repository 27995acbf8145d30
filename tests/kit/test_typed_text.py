"""Text as it is kept, whatever it was copied from."""

import pytest

from config.kit.typed import clean, readable, tidy
from config.kit.typed.texts import old_encoding


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("dòng một\x0bdòng hai", "dòng một\ndòng hai"),
        ("a\r\nb\rc\u2028d\u2029e\x85f\x0cg", "a\nb\nc\nd\ne\nf\ng"),
        ("chữ\x00 lạ\x07\x1b\x7f\x9f", "chữ lạ"),
        ("Sở\u200b Y\u200d tế\ufeff\u202e\u00ad", "Sở Y tế"),
        ("36\u00a0000\u202fđồng", "36 000 đồng"),
        (
            "\uf0b7\tViệc một\n\uf0a7Việc hai\n• Việc ba\n●\tViệc bốn",
            "- Việc một\n- Việc hai\n- Việc ba\n- Việc bốn",
        ),
        ("giá trị \uf0b3 5 \uf0ff", "giá trị ≥ 5"),
        ("A•B", "A•B"),
        ("Tie\u0302\u0301ng Vie\u0323\u0302t", "Tiếng Việt"),
        ("\ud800a\ufffe\uffff\U000e0041", "a"),
        ("  hai đầu \n", "hai đầu"),
        ("🎉 giữ", "🎉 giữ"),
    ],
)
def test_signs_that_nobody_sees_are_never_kept(typed, kept):
    assert clean(typed) == kept
    assert clean(kept) == kept


def test_only_the_ends_are_left_alone_where_they_count():
    assert tidy(" mật khẩu ") == " mật khẩu "


TCVN3 = ["Céng hßa x· héi chñ nghÜa ViÖt Nam", "§iÓm chuÈn", "Khèi thi ®ua sè 4", "®¬n vÞ", "B¸o c¸o kÕt qu¶"]
VNI = ["Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "Ñôn vò thi ñua", "Baùo caùo keát quaû naêm 2025"]


@pytest.mark.parametrize(("text", "name"), [(one, "TCVN3") for one in TCVN3] + [(one, "VNI") for one in VNI])
def test_an_encoding_of_before_unicode_is_named(text, name):
    with pytest.raises(ValueError, match=f"^Văn bản dùng mã {name}.*Unicode") as refused:
        readable(text)
    assert "Hãy chuyển mã" in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "Ủy ban nhân dân, hoà thuận, hòa bình, toà án, thuý, quý, thuê, khoẻ, xoè, loã",
        "SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG, QUỐC HỘI NƯỚC CỘNG HOÀ",
        "bÁo cÁo gõ nhầm phím hoa",
        "España señor, naïve Noël, Müller Zürich, crème brûlée",
        "m², 10µm, §5, Windows®, 7,5¹, «trích dẫn», a×b, ½",
    ],
)
def test_text_in_unicode_is_left_alone(text):
    assert old_encoding(text) == ""
    assert readable(text) == text
