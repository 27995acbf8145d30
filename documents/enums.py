from django.db.models import TextChoices


class DocumentKind(TextChoices):
    """Loại văn bản của khối."""

    PLAN = "plan", "Kế hoạch"
    REGULATION = "regulation", "Quy chế"
    LAUNCH = "launch", "Phát động thi đua"
    COVENANT = "covenant", "Bản giao ước thi đua"
    SCOREBOARD = "scoreboard", "Thang bảng điểm"
    SCORECARD = "scorecard", "Bảng tự chấm điểm"
    INVITATION = "invitation", "Giấy mời"
    MINUTES_MEETING = "minutes_meeting", "Biên bản hội nghị"
    MINUTES_REVIEW = "minutes_review", "Biên bản họp bình xét"
    MINUTES_COUNT = "minutes_count", "Biên bản kiểm phiếu"
    MIDYEAR_REPORT = "midyear_report", "Báo cáo sơ kết"
    SCORE_REPORT = "score_report", "Báo cáo kết quả chấm điểm"
    ANNUAL_REPORT = "annual_report", "Báo cáo tổng kết"
    SUBMISSION = "submission", "Tờ trình"
    RANKING = "ranking", "Bảng xếp hạng"
    DECISION = "decision", "Quyết định"
    HANDOVER = "handover", "Biên bản bàn giao"
    OTHER = "other", "Văn bản khác"


class DocumentStatus(TextChoices):
    """Trạng thái của một văn bản."""

    DRAFT = "draft", "Dự thảo"
    CONSULTING = "consulting", "Đang lấy ý kiến"
    FINAL = "final", "Đã chốt, chờ ký và ban hành"
    ISSUED = "issued", "Đã ban hành"
    REPLACED = "replaced", "Đã được thay thế"
    WITHDRAWN = "withdrawn", "Đã thu hồi"


class SigningState(TextChoices):
    """Trạng thái chữ ký của một bên."""

    PENDING = "pending", "Chờ ký"
    SIGNED = "signed", "Đã ký"
    REFUSED = "refused", "Từ chối ký"
    ABSENT = "absent", "Vắng, ký sau"


class SigningMethod(TextChoices):
    """Cách ký."""

    BROWSER = "browser", "Ký ghi nhận trên hệ thống"
    WET_AT_MEETING = "wet_at_meeting", "Ký trên giấy tại hội nghị"
    SCAN = "scan", "Ký trên giấy, nộp bản quét"
