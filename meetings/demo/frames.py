"""Illustrative frames and targets: what no article states. Every figure here is made up and marked so."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

Row = dict[str, Any]


def group(code: str, title: str, points: str, parent: str = "", nature: str = "normal") -> Row:
    return {
        "code": code,
        "parent": parent,
        "title": title,
        "max_points": points,
        "nature": nature,
        "kind": "",
    }


def leaf(code: str, parent: str, title: str, points: str, kind: str, wording: str, **rule: Any) -> Row:
    nature = {"bonus": "bonus", "deduction": "deduction"}.get(kind, "normal")
    return {
        "code": code,
        "parent": parent,
        "title": title,
        "max_points": points,
        "nature": nature,
        "kind": kind,
        "wording": wording,
        "rule": {"kind": kind, **rule},
    }


LEVELS = [
    {"code": "xs", "label": "Hoàn thành xuất sắc nhiệm vụ", "points": "10"},
    {"code": "tot", "label": "Hoàn thành tốt nhiệm vụ", "points": "8"},
    {"code": "ht", "label": "Hoàn thành nhiệm vụ", "points": "5"},
]

# 60 + 20 + 20, bonus ≤ 5, deduction ≤ 10.
SMALL: tuple[Row, ...] = (
    group("I", "Thực hiện chỉ tiêu, nhiệm vụ chính trị", "60"),
    leaf("I.1", "I", "Hoàn thành chỉ tiêu được giao", "30", "direct", "Khối chấm theo kết quả chung, tối đa 30 điểm."),
    leaf(
        "I.2", "I", "Tỷ lệ hồ sơ giải quyết đúng hạn", "15", "target", "Đạt 98% trở lên được đủ điểm; thấp hơn tính theo tỷ lệ.",
        direction="at_least", unit="%",
    ),
    leaf("I.3", "I", "Sáng kiến, đề tài được công nhận", "15", "per_item", "3 điểm mỗi sáng kiến, tối đa 15.", per="3", item="sáng kiến"),
    group("II", "Chủ trương của Đảng, chính sách, pháp luật của Nhà nước", "20"),
    leaf("II.1", "II", "Xếp loại tổ chức đảng", "10", "choice", "Xuất sắc 10; tốt 8; hoàn thành 5.", levels=LEVELS),
    leaf("II.2", "II", "Không có cán bộ, công chức bị kỷ luật", "10", "minus", "Trừ 5 điểm mỗi trường hợp.", per="5", item="trường hợp"),
    group("III", "Công tác thi đua, khen thưởng", "20"),
    leaf("III.1", "III", "Đăng ký, ký giao ước, phát động thi đua đúng hạn", "5", "pass_fail", "Đúng hạn 5 điểm; không đúng hạn 0."),
    leaf("III.2", "III", "Báo cáo đầy đủ, đúng hạn", "5", "minus", "Trừ 1 điểm mỗi lần chậm.", per="1", item="lần chậm"),
    leaf("III.3", "III", "Phát hiện, nhân rộng điển hình tiên tiến", "10", "direct", "Tối đa 10 điểm."),
    group("IV", "Điểm thưởng", "5", nature="bonus"),
    leaf("IV.1", "IV", "Mô hình được cấp trên nhân rộng", "5", "bonus", "2,5 điểm mỗi mô hình, tối đa 5.", per="2.5", item="mô hình"),
    group("V", "Điểm trừ", "10", nature="deduction"),
    leaf("V.1", "V", "Vắng sinh hoạt khối không lý do", "10", "deduction", "Trừ 1 điểm mỗi lần.", per="1", item="lần"),
)  # fmt: skip

GRADES = [
    {"code": "xs", "name": "Xuất sắc", "at_least": "90"},
    {"code": "tot", "name": "Tốt", "at_least": "80"},
    {"code": "kha", "name": "Khá", "at_least": "65"},
    {"code": "tb", "name": "Trung bình", "at_least": "50"},
    {"code": "yeu", "name": "Yếu"},
]
ROUNDINGS = {"default": {"step": "0.25", "mode": "half_up"}, "total": {"step": "0.01", "mode": "half_up"}}
TIE_CHAIN = [{"kind": "bonus"}, {"kind": "criterion", "code": "I"}, {"kind": "women_share", "at_least": "70"}]
VOTE_RULE = {
    "base": "entitled", "numerator": 1, "denominator": 2, "comparison": "more_than", "quorum_numerator": 2,
    "quorum_denominator": 3,
}  # fmt: skip

TARGETS = (
    ("Hoàn thành các chỉ tiêu Hội đồng nhân dân, Ủy ban nhân dân tỉnh giao", "%", "at_least", "100"),
    ("Tỷ lệ hồ sơ thủ tục hành chính giải quyết đúng hạn", "%", "at_least", "98"),
    ("Văn bản đi được ký số", "%", "at_least", "95"),
    ("Số vụ việc khiếu nại, tố cáo kéo dài", "vụ", "at_most", "0"),
    ("Đề tài, sáng kiến được công nhận", "sáng kiến", "at_least", "2"),
    ("Tổ chức đảng hoàn thành tốt nhiệm vụ trở lên", "", "yes_no", ""),
    ("Cán bộ, công chức bị kỷ luật", "người", "at_most", "0"),
    ("Tuyên truyền, phổ biến chủ trương, chính sách", "đợt", "at_least", "4"),
    ("Đăng ký thi đua và ký giao ước đúng hạn", "", "yes_no", ""),
    ("Phát động phong trào thi đua trong đơn vị", "phong trào", "at_least", "2"),
    ("Báo cáo công tác thi đua, khen thưởng đúng hạn", "báo cáo", "at_least", "2"),
    ("Điển hình tiên tiến được biểu dương", "điển hình", "at_least", "1"),
)
MORE_TARGETS = (
    ("Giải ngân vốn đầu tư công", "%", "at_least", "95"),
    ("Dịch vụ công trực tuyến toàn trình phát sinh hồ sơ", "%", "at_least", "70"),
    ("Mức độ hài lòng của người dân, doanh nghiệp", "%", "at_least", "90"),
    ("Kết luận thanh tra, kiểm toán được thực hiện", "%", "at_least", "100"),
    ("Tiết kiệm chi thường xuyên", "%", "at_least", "10"),
    ("Chi bộ trong sạch, vững mạnh", "%", "at_least", "90"),
    ("Đoàn thể vững mạnh", "", "yes_no", ""),
    ("Tham gia hiến máu, đền ơn đáp nghĩa", "đợt", "at_least", "2"),
    ("Cơ quan đạt chuẩn văn hóa", "", "yes_no", ""),
    ("Tin, bài về điển hình tiên tiến", "bài", "at_least", "6"),
    ("Tập huấn nghiệp vụ thi đua, khen thưởng", "lớp", "at_least", "1"),
)


def targets(count: int) -> tuple[tuple[int, tuple[str, str, str, str]], ...]:
    """`count` targets, each with the number of its content (0, 1, 2), in the order of the contents."""
    chosen = [*TARGETS, *MORE_TARGETS][:count]
    placed = [(_content_of(place), target) for place, target in enumerate(chosen)]
    return tuple(sorted(placed, key=lambda pair: pair[0]))


def _content_of(place: int) -> int:
    if place < 5 or 12 <= place < 17:
        return 0
    return 1 if place < 8 or 17 <= place < 21 else 2


def forty() -> tuple[Row, ...]:
    """A frame of forty criteria in three contents, bonus and deduction, for the invented province."""
    return tuple(_forty())


def _forty() -> Iterator[Row]:
    yield group("I", "Thực hiện nhiệm vụ kinh tế - xã hội, chuyên môn", "60")
    for part, (title, points) in enumerate(
        (("Chỉ tiêu được giao", "24"), ("Cải cách hành chính", "20"), ("Chuyển đổi số, sáng kiến", "16")),
        start=1,
    ):
        yield group(f"I.{part}", title, points, "I")
        yield from _leaves(f"I.{part}", points)
    yield group("II", "Chấp hành chủ trương, chính sách, xây dựng hệ thống chính trị", "20")
    yield from _leaves("II", "20")
    yield group("III", "Công tác thi đua, khen thưởng", "20")
    yield from _leaves("III", "20")
    yield group("IV", "Điểm thưởng", "10", nature="bonus")
    yield leaf(
        "IV.1",
        "IV",
        "Mô hình được Trung ương, tỉnh nhân rộng",
        "5",
        "bonus",
        "2,5 điểm mỗi mô hình, tối đa 5.",
        per="2.5",
        item="mô hình",
    )
    yield leaf(
        "IV.2",
        "IV",
        "Khen thưởng cấp Nhà nước trong năm",
        "5",
        "bonus",
        "5 điểm, chỉ tính một lần.",
        per="5",
        item="lần",
    )
    yield group("V", "Điểm trừ", "20", nature="deduction")
    yield leaf(
        "V.1",
        "V",
        "Vắng họp khối không lý do",
        "5",
        "deduction",
        "Trừ 1 điểm mỗi lần, tối đa 5.",
        per="1",
        item="lần",
    )
    yield leaf(
        "V.2",
        "V",
        "Để xảy ra mất đoàn kết, khiếu kiện kéo dài",
        "10",
        "deduction",
        "Trừ 5 điểm mỗi vụ.",
        per="5",
        item="vụ",
    )
    yield leaf(
        "V.3",
        "V",
        "Kê khai không trung thực",
        "5",
        "deduction",
        "Trừ 5 điểm mỗi trường hợp.",
        per="5",
        item="trường hợp",
    )


# Kind, wording and rule of the seven leaves of a group; five groups make thirty-five.
PATTERNS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "target",
        "Đạt mức giao được đủ điểm; thấp hơn tính theo tỷ lệ.",
        {"direction": "at_least", "unit": "%"},
    ),
    ("pass_fail", "Có: đủ điểm; không: 0.", {}),
    ("direct", "Chấm theo kết quả đánh giá chung.", {}),
    ("minus", "Trừ 0,5 điểm mỗi trường hợp.", {"per": "0.5", "item": "trường hợp"}),
    ("minus", "Trừ 0,25 điểm mỗi trường hợp.", {"per": "0.25", "item": "trường hợp"}),
    ("per_item", "0,5 điểm mỗi kết quả được công nhận.", {"per": "0.5", "item": "kết quả"}),
    ("choice", "Xuất sắc: đủ điểm; tốt: một nửa; còn lại: 0.", {}),
)
TITLES = {
    "I.1": (
        "Thu ngân sách hoặc chỉ tiêu kinh tế chính đạt kế hoạch", "Giao chỉ tiêu cho từng phòng, đơn vị trực thuộc",
        "Chất lượng tham mưu cho Ủy ban nhân dân tỉnh", "Nhiệm vụ tỉnh giao chậm tiến độ",
        "Báo cáo chuyên ngành phải làm lại", "Công trình, sản phẩm hoàn thành vượt kế hoạch",
        "Xếp loại hoàn thành nhiệm vụ chuyên môn",
    ),
    "I.2": (
        "Hồ sơ thủ tục hành chính giải quyết đúng hạn", "Có kế hoạch cải cách hành chính hằng năm",
        "Mức độ hài lòng của người dân, doanh nghiệp", "Hồ sơ quá hạn không xin lỗi",
        "Phản ánh, kiến nghị trả lời chậm", "Thủ tục được cắt giảm thời gian",
        "Xếp hạng chỉ số cải cách hành chính",
    ),
    "I.3": (
        "Văn bản điện tử được ký số", "Có tổ chuyển đổi số hoạt động thường xuyên",
        "Khai thác cơ sở dữ liệu dùng chung", "Sự cố an toàn thông tin", "Trang thông tin không cập nhật",
        "Sáng kiến được công nhận trong năm", "Xếp loại chuyển đổi số",
    ),
    "II": (
        "Đảng viên học tập nghị quyết, chỉ thị", "Có chương trình phòng, chống tham nhũng, lãng phí",
        "Thực hiện quy chế dân chủ ở cơ quan", "Công chức bị kỷ luật", "Đơn thư vượt cấp",
        "Hoạt động đền ơn đáp nghĩa, an sinh xã hội", "Xếp loại tổ chức đảng, đoàn thể",
    ),
    "III": (
        "Tập thể, cá nhân đăng ký thi đua", "Phát động, ký giao ước thi đua đúng hạn",
        "Chất lượng phong trào thi đua theo chuyên đề", "Báo cáo thi đua gửi chậm",
        "Hồ sơ khen thưởng bị trả lại", "Điển hình tiên tiến được biểu dương",
        "Mức độ tham gia sinh hoạt khối",
    ),
}  # fmt: skip
POINTS_OF = {
    "24": ("6", "3", "4", "3", "2", "3", "3"),
    "20": ("5", "2", "4", "3", "2", "2", "2"),
    "16": ("4", "2", "3", "2", "1", "2", "2"),
}


def _leaves(parent: str, total: str) -> Iterator[Row]:
    rows = zip(TITLES[parent], PATTERNS, POINTS_OF[total], strict=True)
    for place, (title, (kind, wording, rule), points) in enumerate(rows, start=1):
        extra = dict(rule)
        if kind == "choice":
            extra["levels"] = [
                {"code": "xs", "label": "Xuất sắc", "points": points},
                {"code": "tot", "label": "Tốt", "points": str(Decimal(points) / 2)},
                {"code": "ht", "label": "Hoàn thành", "points": "0"},
            ]
        yield leaf(f"{parent}.{place}", parent, title, points, kind, wording, **extra)
