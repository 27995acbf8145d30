from django.db.models import TextChoices


class CovenantLevel(TextChoices):
    """Giao ước ký giữa những ai."""

    MEMBERS = "members", "Giữa các đơn vị thành viên"
    PROVINCE = "province", "Với Ủy ban nhân dân tỉnh"


class CovenantStatus(TextChoices):
    """Trạng thái của bản giao ước."""

    DRAFT = "draft", "Dự thảo"
    ADOPTED = "adopted", "Đã thống nhất, chờ mời ký"
    SIGNING = "signing", "Đang ký"
    SIGNED = "signed", "Đã ký"
    REPLACED = "replaced", "Đã được thay bằng bản sau"


class AdoptionForm(TextChoices):
    """Hình thức thống nhất nội dung giao ước."""

    CONSENSUS = "consensus", "Thống nhất tại hội nghị"
    HANDS = "hands", "Giơ tay biểu quyết tại hội nghị"
    WRITTEN = "written", "Lấy ý kiến bằng văn bản"


class Direction(TextChoices):
    """Chiều của chỉ tiêu."""

    AT_LEAST = "at_least", "Từ mức giao trở lên (≥)"
    AT_MOST = "at_most", "Không quá mức giao (≤)"
    EQUAL = "equal", "Đúng mức giao (=)"
    YES_NO = "yes_no", "Có hoặc không"


class Period(TextChoices):
    """Kỳ báo cáo kết quả."""

    MID = "mid", "6 tháng đầu năm"
    YEAR = "year", "Cả năm"


class Achievement(TextChoices):
    """Kết quả so với mức giao."""

    NOT_ASSIGNED = "not_assigned", "Không giao"
    MISSING = "missing", "Chưa có số liệu"
    NOT_MET = "not_met", "Chưa đạt"
    MET = "met", "Đạt"
    EXCEEDED = "exceeded", "Vượt"


class ReportState(TextChoices):
    """Tình hình gửi báo cáo của một đơn vị."""

    ON_TIME = "on_time", "Đúng hạn"
    LATE = "late", "Chậm"
    WAITING = "waiting", "Chưa gửi"
    OVERDUE = "overdue", "Chưa gửi, quá hạn"


class MovementLevel(TextChoices):
    """Cấp phát động phong trào."""

    GOVERNMENT = "government", "Thủ tướng Chính phủ"
    PROVINCE = "province", "Tỉnh"
    BLOC = "bloc", "Khối"
    UNIT = "unit", "Đơn vị"


class InitiativeLevel(TextChoices):
    """Cấp công nhận sáng kiến."""

    GRASSROOTS = "grassroots", "Cấp cơ sở"
    PROVINCE = "province", "Cấp tỉnh"
