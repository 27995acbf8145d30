"""What the editor of a typed paper begins from: a sensible text per kind, to be changed by people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from documents.enums import DocumentKind
from documents.rules.citations import bases_on


@dataclass(frozen=True)
class StartingText:
    """The parts of a new paper."""

    title: str
    subject: str = ""
    body: str = ""
    bases: str = ""
    addressees: str = ""
    recipients: str = "Hội đồng TĐKT tỉnh\nCác đơn vị thành viên"


PLAN = """Thực hiện hướng dẫn của Hội đồng Thi đua - Khen thưởng tỉnh, {bloc} xây dựng Kế hoạch tổ chức hoạt động năm {year} như sau:
I. MỤC ĐÍCH, YÊU CẦU
1. Mục đích
Đẩy mạnh các phong trào thi đua yêu nước, hoàn thành và hoàn thành vượt mức các chỉ tiêu, nhiệm vụ được giao năm {year}.
2. Yêu cầu
Phong trào thi đua thiết thực, công khai, công bằng; việc chấm điểm, bình xét có minh chứng.
II. NỘI DUNG
1. Tổ chức hội nghị phát động thi đua và ký giao ước thi đua năm {year}.
2. Tổ chức thực hiện các nội dung giao ước; sơ kết 6 tháng đầu năm.
3. Tự chấm điểm, rà soát điểm, bình xét, xếp hạng và đề nghị khen thưởng năm {year}.
4. Tổ chức hội nghị tổng kết và bàn giao nhiệm vụ {chair}.
III. TỔ CHỨC THỰC HIỆN
1. Đơn vị {chair} chủ trì, phối hợp với các đơn vị thành viên tổ chức thực hiện Kế hoạch này.
2. Các đơn vị thành viên gửi báo cáo, bảng tự chấm điểm đúng thời hạn.
Trên đây là Kế hoạch hoạt động năm {year} của {bloc}./."""

REGULATION = """Chương I
Quy định chung
Điều 1. Phạm vi điều chỉnh, đối tượng áp dụng
1. Quy chế này quy định về tổ chức, hoạt động, chấm điểm, bình xét thi đua của {bloc}.
2. Quy chế này áp dụng đối với các đơn vị thành viên của khối.
Điều 2. Nguyên tắc
Việc chấm điểm, bình xét bảo đảm công khai, công bằng, dân chủ, có minh chứng.
Chương II
Tổ chức và hoạt động
Điều 3. {chair}, {vice}
1. {chair}, {vice} do hội nghị của khối bầu hằng năm.
2. {chair} điều hành hoạt động của khối, lập hồ sơ đề nghị khen thưởng.
Điều 4. Đơn vị thành viên
a) Thực hiện các nội dung đã ký giao ước;
b) Báo cáo kết quả và tự chấm điểm đúng thời hạn.
Chương III
Chấm điểm, bình xét
Điều 5. Chấm điểm
Đơn vị tự chấm; {chair} rà soát; hội nghị của khối thống nhất.
Điều 6. Bình xét, suy tôn
Hội nghị suy tôn đơn vị dẫn đầu để đề nghị tặng Cờ thi đua, bình xét đơn vị đề nghị tặng Bằng khen.
Chương IV
Tổ chức thực hiện
Điều 7. Hiệu lực
Quy chế này áp dụng cho năm thi đua {year}."""

LAUNCH = """Kính thưa các đồng chí,
Thay mặt {bloc}, đơn vị {chair} phát động phong trào thi đua năm {year} với các nội dung sau:
1. Thi đua hoàn thành và hoàn thành vượt mức các chỉ tiêu kinh tế - xã hội, nhiệm vụ chuyên môn được giao.
2. Thi đua chấp hành tốt chủ trương của Đảng, chính sách, pháp luật của Nhà nước; xây dựng cơ quan trong sạch, vững mạnh.
3. Thi đua thực hiện tốt công tác thi đua, khen thưởng.
Đề nghị các đơn vị thành viên tích cực hưởng ứng, lập thành tích xuất sắc trong năm {year}./."""

MIDYEAR = """I. TÌNH HÌNH CHUNG
{bloc} năm {year} gồm các đơn vị thành viên: …
II. KẾT QUẢ 6 THÁNG ĐẦU NĂM
1. Kết quả thực hiện các nội dung giao ước thi đua
2. Các phong trào thi đua
3. Công tác thi đua, khen thưởng
III. TỒN TẠI, HẠN CHẾ
IV. NHIỆM VỤ 6 THÁNG CUỐI NĂM"""

ANNUAL = """I. ĐẶC ĐIỂM, TÌNH HÌNH
{bloc} năm {year} gồm các đơn vị thành viên: …
II. KẾT QUẢ THỰC HIỆN GIAO ƯỚC THI ĐUA
1. Phát triển kinh tế - xã hội, nhiệm vụ chuyên môn
2. Chấp hành chủ trương của Đảng, chính sách, pháp luật của Nhà nước
3. Công tác thi đua, khen thưởng
III. TỒN TẠI, HẠN CHẾ
IV. NHIỆM VỤ NĂM SAU
V. ĐỀ NGHỊ KHEN THƯỞNG"""

HANDOVER = """Hôm nay, đại diện đơn vị {chair} năm {year} bàn giao nhiệm vụ cho đơn vị {chair} năm sau:
I. HỒ SƠ, TÀI LIỆU
1. Hồ sơ các văn bản đã ban hành trong năm {year}.
2. Hồ sơ chấm điểm, bình xét, đề nghị khen thưởng.
II. KINH PHÍ CỦA KHỐI
1. Tổng thu: …
2. Tổng chi: …
3. Còn tồn: …
Hai bên thống nhất nội dung bàn giao. Biên bản được lập thành 02 bản, mỗi bên giữ 01 bản./."""

STARTING_TEXTS: Mapping[str, StartingText] = {
    DocumentKind.PLAN: StartingText("Kế hoạch", "Tổ chức hoạt động của {bloc} năm {year}", PLAN),
    DocumentKind.REGULATION: StartingText(
        "Quyết định",
        "Quy chế về tổ chức hoạt động, bình xét thi đua của {bloc} năm {year}",
        REGULATION,
        bases="{law}",
    ),
    DocumentKind.LAUNCH: StartingText("Phát động", "Phong trào thi đua năm {year}", LAUNCH),
    DocumentKind.MIDYEAR_REPORT: StartingText(
        "Báo cáo", "Sơ kết công tác thi đua, khen thưởng 6 tháng đầu năm {year}", MIDYEAR
    ),
    DocumentKind.ANNUAL_REPORT: StartingText(
        "Báo cáo", "Tổng kết công tác thi đua, khen thưởng năm {year}", ANNUAL
    ),
    DocumentKind.HANDOVER: StartingText("Biên bản", "Bàn giao nhiệm vụ {chair} năm {year}", HANDOVER),
    DocumentKind.INVITATION: StartingText(
        "Giấy mời",
        "Dự hội nghị của {bloc} năm {year}",
        "Thời gian: …\nĐịa điểm: …\nNội dung: …",
        addressees="Các đơn vị thành viên {bloc}",
    ),
}


def starting_text(kind: str, *, bloc: str, year: int, chair: str, vice: str, on: date) -> StartingText:
    """A new paper's parts with the bloc's own words filled in."""
    start = STARTING_TEXTS.get(kind, StartingText(DocumentKind(kind).label))
    words = {"bloc": bloc, "year": year, "chair": chair, "vice": vice, "law": bases_on(on)}
    return StartingText(
        start.title,
        start.subject.format(**words),
        start.body.format(**words),
        start.bases.format(**words),
        start.addressees.format(**words),
        start.recipients,
    )
