"""The texts of the bloc's reports: what the editor begins from, and where figures of the rows are printed."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from meetings.enums import MeetingKind

# A line of a report that stands for figures; they come from rows, never from typing.
MARKER = re.compile(r"\[\[(?P<name>.+?)\]\]$")
MARKERS = (
    "Đơn vị thành viên",
    "Văn bản đã ban hành",
    "Kết quả thực hiện giao ước",
    "Sáng kiến",
    "Phong trào thi đua",
    "Xếp hạng",
    "Đề nghị khen thưởng",
    "Khối trưởng, khối phó năm sau",
)

ANNUAL_BODY = """I. ĐẶC ĐIỂM, TÌNH HÌNH
[[Đơn vị thành viên]]
Trong năm {year}, {bloc} triển khai công tác thi đua, khen thưởng theo kế hoạch và quy chế của khối.
[[Văn bản đã ban hành]]
II. KẾT QUẢ THỰC HIỆN CÁC NỘI DUNG GIAO ƯỚC THI ĐUA
[[Kết quả thực hiện giao ước]]
[[Sáng kiến]]
III. CÁC PHONG TRÀO THI ĐUA
Các đơn vị tích cực hưởng ứng các phong trào thi đua do Trung ương, tỉnh và khối phát động.
[[Phong trào thi đua]]
IV. CÔNG TÁC THI ĐUA, KHEN THƯỞNG
1. Kết quả chấm điểm, xếp hạng
[[Xếp hạng]]
2. Đề nghị khen thưởng
[[Đề nghị khen thưởng]]
V. TỒN TẠI, HẠN CHẾ
Một số đơn vị gửi báo cáo, bảng tự chấm điểm còn chậm; việc nhân rộng điển hình tiên tiến chưa thường xuyên.
VI. PHƯƠNG HƯỚNG, NHIỆM VỤ NĂM {next}
1. Hoàn thành tốt các nhiệm vụ chuyên môn theo chương trình, kế hoạch năm của từng đơn vị; hoàn thành đạt, vượt các chỉ tiêu, nhiệm vụ được giao.
2. Thực hiện tốt các giải pháp góp phần phát triển kinh tế - xã hội, bảo đảm an sinh xã hội; nâng cao trách nhiệm, kỷ luật, kỷ cương trong thực thi nhiệm vụ, công vụ.
3. Tiếp tục đẩy mạnh phong trào thi đua yêu nước, gắn với học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh.
4. Thực hiện tốt công tác quản lý nhà nước về thi đua, khen thưởng; bảo đảm công khai, dân chủ, công bằng, đúng pháp luật; chống bệnh thành tích.
5. Bồi dưỡng, xây dựng, nhân rộng điển hình tiên tiến; khen thưởng kịp thời tập thể, cá nhân có thành tích xuất sắc.
6. Thực hiện đạt hiệu quả các nội dung ký kết giao ước thi đua đầu năm của các đơn vị.
[[Khối trưởng, khối phó năm sau]]
Trên đây là Báo cáo tổng kết công tác thi đua, khen thưởng năm {year} của {bloc}./."""

MIDYEAR_BODY = """I. ĐẶC ĐIỂM, TÌNH HÌNH
[[Đơn vị thành viên]]
II. KẾT QUẢ 6 THÁNG ĐẦU NĂM {year}
[[Kết quả thực hiện giao ước]]
III. CÁC PHONG TRÀO THI ĐUA
Các đơn vị tích cực hưởng ứng các phong trào thi đua do Trung ương, tỉnh và khối phát động.
[[Phong trào thi đua]]
IV. TỒN TẠI, HẠN CHẾ
Một số nội dung giao ước thực hiện còn chậm so với tiến độ.
V. NHIỆM VỤ 6 THÁNG CUỐI NĂM {year}
1. Đẩy nhanh tiến độ thực hiện các chỉ tiêu chưa đạt.
2. Chuẩn bị tự chấm điểm, rà soát điểm và bình xét thi đua năm {year}.
Trên đây là Báo cáo sơ kết công tác thi đua, khen thưởng 6 tháng đầu năm {year} của {bloc}./."""

# Parts of the minutes under which the secretary may add words of the own.
MINUTES_SECTIONS = {
    "correction": "Nội dung đính chính",
    "opening": "Thời gian, địa điểm, thành phần",
    "course": "Diễn biến chung, ý kiến thảo luận",
    "resolutions": "Kết luận, nhiệm vụ giao",
    "closing": "Kết thúc",
}


@dataclass(frozen=True)
class Piece:
    """A run of typed lines, or the name of a marker to be replaced by figures."""

    text: str = ""
    marker: str = ""


def pieces_of(body: str) -> tuple[Piece, ...]:
    """Split a report into typed text and markers, in order."""
    pieces: list[Piece] = []
    typed: list[str] = []
    for line in body.splitlines():
        if found := MARKER.fullmatch(line.strip()):
            if typed:
                pieces.append(Piece(text="\n".join(typed)))
                typed = []
            pieces.append(Piece(marker=found["name"].strip()))
        elif line.strip():
            typed.append(line)
    if typed:
        pieces.append(Piece(text="\n".join(typed)))
    return tuple(pieces)


def marker_faults(pieces: Sequence[Piece], known: Collection[str] = MARKERS) -> list[str]:
    """Markers that stand for nothing, one sentence each."""
    return [
        f"Không hiểu dòng “[[{piece.marker}]]”. Hãy dùng một trong các dòng: {', '.join(known)}."
        for piece in pieces
        if piece.marker and piece.marker not in known
    ]


def meeting_title(kind: str, year: int) -> str:
    """The name a meeting begins with."""
    return {
        MeetingKind.LAUNCH: f"Hội nghị phát động phong trào thi đua, ký giao ước thi đua năm {year}",
        MeetingKind.MIDYEAR: f"Hội nghị sơ kết công tác thi đua, khen thưởng 6 tháng đầu năm {year}",
        MeetingKind.REVIEW: f"Họp bình xét thi đua năm {year}",
        MeetingKind.SUMMARY: f"Hội nghị tổng kết công tác thi đua, khen thưởng năm {year}",
        MeetingKind.OTHER: f"Cuộc họp của khối năm {year}",
    }[kind]
