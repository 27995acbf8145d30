from django.db.models import TextChoices


class Phase(TextChoices):
    """Giai đoạn của một năm thi đua."""

    PREPARING = "preparing", "Chuẩn bị"
    LAUNCHING = "launching", "Phát động, ký giao ước"
    EXECUTING = "executing", "Thực hiện, sơ kết"
    SELF_SCORING = "self_scoring", "Tự chấm điểm"
    VERIFYING = "verifying", "Khối rà soát điểm"
    REVIEWING = "reviewing", "Bình xét"
    SUBMITTED = "submitted", "Trình tỉnh"
    APPRAISING = "appraising", "Tỉnh thẩm định"
    DECIDED = "decided", "Có quyết định"
    CLOSED = "closed", "Kết thúc"


class Office(TextChoices):
    """Chức vụ của một đơn vị trong khối."""

    CHAIR = "chair", "Khối trưởng"
    VICE = "vice", "Khối phó"


class Role(TextChoices):
    """Vai trò mà một người được giao."""

    UNIT_OFFICER = "unit_officer", "Chuyên viên thi đua của đơn vị"
    UNIT_HEAD = "unit_head", "Thủ trưởng đơn vị"
    UNIT_DEPUTY = "unit_deputy", "Phó thủ trưởng đơn vị"
    UNIT_CLERK = "unit_clerk", "Văn thư đơn vị"
    PROVINCE_OFFICER = "province_officer", "Chuyên viên cơ quan thường trực"
    PROVINCE_HEAD = "province_head", "Lãnh đạo cơ quan thường trực"
    COUNCIL = "council", "Thành viên Hội đồng"
    AUDITOR = "auditor", "Người xem, giám sát"
    ADMIN = "admin", "Quản trị"


class Secrecy(TextChoices):
    """Mức giữ kín của một nội dung."""

    BLOC = "bloc", "Mọi đơn vị của khối"
    VETTING = "vetting", "Ý kiến hiệp y: cơ quan thường trực, Hội đồng, người giám sát"
    APPRAISAL = "appraisal", "Ý kiến thẩm định: như trên, đến khi có quyết định"


class UnitKind(TextChoices):
    """Loại đơn vị; danh mục mở."""

    DEPARTMENT = "department", "Sở"
    BOARD = "board", "Ban"
    NEWSPAPER = "newspaper", "Báo"
    BROADCASTER = "broadcaster", "Đài"
    MANAGEMENT_BOARD = "management_board", "Ban quản lý"
    ALLIANCE = "alliance", "Liên minh"
    ASSOCIATION = "association", "Hội"
    ENTERPRISE = "enterprise", "Doanh nghiệp"
    CENTRE = "centre", "Trung tâm"
    COMMUNE = "commune", "Xã, phường, đặc khu"
    OTHER = "other", "Khác"


class Tier(TextChoices):
    """Cấp của khối."""

    PROVINCE = "province", "Khối do tỉnh trực tiếp theo dõi"
    DELEGATED = "delegated", "Khối ủy quyền"


class MilestoneKind(TextChoices):
    """Mốc thời hạn của năm."""

    COVENANT = "covenant", "Hạn ký giao ước"
    MIDYEAR = "midyear", "Hạn báo cáo kết quả 6 tháng"
    SELF_SCORING = "self_scoring", "Hạn gửi bảng tự chấm điểm"
    VERIFYING = "verifying", "Hạn khối rà soát điểm"
    SUBMISSION = "submission", "Hạn trình hồ sơ về tỉnh"
