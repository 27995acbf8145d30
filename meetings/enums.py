from django.db.models import TextChoices


class MeetingKind(TextChoices):
    """Loại cuộc họp của khối; họp bình xét và hội nghị tổng kết là hai cuộc, có khi cùng một ngày."""

    LAUNCH = "launch", "Hội nghị phát động, ký giao ước"
    MIDYEAR = "midyear", "Hội nghị sơ kết"
    REVIEW = "review", "Họp bình xét"
    SUMMARY = "summary", "Hội nghị tổng kết"
    OTHER = "other", "Cuộc họp khác"


class MeetingStatus(TextChoices):
    """Trạng thái của cuộc họp."""

    PLANNED = "planned", "Đang chuẩn bị"
    INVITED = "invited", "Đã mời"
    OPEN = "open", "Đang họp"
    ENDED = "ended", "Đã kết thúc"
    CANCELLED = "cancelled", "Không tổ chức"


class AgendaKind(TextChoices):
    """Loại nội dung trong chương trình."""

    ADOPT_PAPER = "adopt_paper", "Thông qua, trình bày văn bản"
    SIGN_COVENANT = "sign_covenant", "Ký giao ước thi đua"
    SCORES = "scores", "Báo cáo, thống nhất điểm"
    RANKING = "ranking", "Xếp hạng"
    POLL = "poll", "Bình xét, suy tôn"
    ELECTION = "election", "Bầu khối trưởng, khối phó"
    PRESENT_AWARDS = "present_awards", "Trao tặng khen thưởng"
    HANDOVER = "handover", "Bàn giao nhiệm vụ"
    OTHER = "other", "Nội dung khác"


class AttendanceRole(TextChoices):
    """Tư cách dự họp; chỉ đại diện đơn vị thành viên được biểu quyết."""

    MEMBER = "member", "Đơn vị thành viên"
    GUEST = "guest", "Khách mời"
    HOST = "host", "Đơn vị đăng cai, giúp việc"


class AttendanceState(TextChoices):
    """Có mặt hay vắng."""

    PRESENT = "present", "Có mặt"
    LATE = "late", "Đến muộn"
    ABSENT = "absent", "Vắng"
