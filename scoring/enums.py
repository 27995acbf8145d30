from django.db.models import TextChoices

from covenants.enums import Direction as Direction  # one list of directions for targets and criteria


class CriterionKind(TextChoices):
    """Cách tính điểm của một tiêu chí."""

    DIRECT = "direct", "Chấm trực tiếp"
    PASS_FAIL = "pass_fail", "Đạt hoặc không đạt"
    CHOICE = "choice", "Chọn một mức"
    BANDS = "bands", "Theo khoảng kết quả"
    RATIO = "ratio", "Theo tỷ lệ"
    TARGET = "target", "Theo chỉ tiêu"
    TARGET_LEADER = "target_leader", "Theo chỉ tiêu, so với đơn vị dẫn đầu"
    PER_ITEM = "per_item", "Điểm mỗi việc"
    MINUS = "minus", "Trừ dần từ điểm tối đa"
    BONUS = "bonus", "Điểm thưởng"
    DEDUCTION = "deduction", "Điểm trừ"
    EVENTS = "events", "Trung bình các sự kiện"


class GroupNature(TextChoices):
    """Tính chất của một nhóm tiêu chí."""

    NORMAL = "normal", "Điểm chuẩn"
    BONUS = "bonus", "Điểm thưởng"
    DEDUCTION = "deduction", "Điểm trừ"


class Stage(TextChoices):
    """Vòng chấm điểm."""

    SELF = "self", "Tự chấm"
    BLOC = "bloc", "Khối thẩm định"
    CROSS = "cross", "Chấm chéo"
    MEETING = "meeting", "Khối thống nhất"
    PROVINCE = "province", "Tỉnh thẩm định"


class MarkState(TextChoices):
    """Tình trạng điểm của một tiêu chí: ba điều khác nhau, không điều nào là 0 điểm."""

    SCORED = "scored", "Đã chấm"
    NA = "na", "Không áp dụng"
    MISSING = "missing", "Chưa chấm"


class NaReason(TextChoices):
    """Vì sao tiêu chí không áp dụng cho đơn vị."""

    NOT_ASSIGNED = "not_assigned", "Không giao"
    NOT_ARISEN = "not_arisen", "Không phát sinh"


class NotArisen(TextChoices):
    """Cách xử lý tiêu chí không phát sinh."""

    FULL = "full", "Tính điểm tối đa"
    EXCLUDE = "exclude", "Loại khỏi tổng điểm"


class GivenPoints(TextChoices):
    """Điểm do người chấm cho không đúng bước của hướng dẫn."""

    ROUND = "round", "Làm tròn theo bước và báo cho người nhập"
    REFUSE = "refuse", "Không nhận, yêu cầu nhập đúng bước"


class NaPolicy(TextChoices):
    """Cách tính tổng khi có tiêu chí không áp dụng."""

    RESCALE = "rescale", "Quy đổi về thang điểm"
    KEEP = "keep", "Giữ nguyên, không quy đổi"


class ScoredBy(TextChoices):
    """Ai chấm tiêu chí."""

    UNIT = "unit", "Đơn vị tự chấm, khối thẩm định"
    BLOC = "bloc", "Chỉ khối chấm"
    PROVINCE = "province", "Chỉ tỉnh chấm"


class EvidenceRule(TextChoices):
    """Yêu cầu về minh chứng."""

    REQUIRED = "required", "Không có minh chứng thì không có điểm"
    EXPECTED = "expected", "Cần minh chứng"
    NONE = "none", "Không cần minh chứng"


class GuidanceStatus(TextChoices):
    """Tình trạng của hướng dẫn chấm điểm."""

    DRAFT = "draft", "Dự thảo"
    PUBLISHED = "published", "Đã công bố"
    REPLACED = "replaced", "Đã được thay bằng bản mới"


class RankingStatus(TextChoices):
    """Tình trạng của một lần xếp hạng."""

    DRAFT = "draft", "Dự kiến"
    ADOPTED = "adopted", "Đã chốt"
    REPLACED = "replaced", "Đã được thay"


class ScoreboardStatus(TextChoices):
    """Tình trạng bảng điểm của khối."""

    DRAFT = "draft", "Dự thảo"
    CHECKED = "checked", "Đã kiểm tra"
    ADOPTED = "adopted", "Đã thống nhất, khóa"
    REPLACED = "replaced", "Đã được thay bằng bản mới"


class ScorecardState(TextChoices):
    """Tình trạng bảng tự chấm điểm của một đơn vị."""

    DRAFT = "draft", "Đơn vị đang chấm"
    PROPOSED = "proposed", "Chờ thủ trưởng duyệt"
    SENT = "sent", "Đã gửi khối"
    RETURNED = "returned", "Khối trả lại"
    VERIFIED = "verified", "Khối đã thẩm định"
    AGREED = "agreed", "Khối đã thống nhất"
    APPRAISED = "appraised", "Tỉnh đã thẩm định"


class RoundingMode(TextChoices):
    """Cách làm tròn."""

    HALF_UP = "half_up", "Từ nửa bước trở lên làm tròn lên"
    HALF_EVEN = "half_even", "Nửa bước làm tròn về bước chẵn"
    DOWN = "down", "Làm tròn xuống"
    UP = "up", "Làm tròn lên"


class SanctionKind(TextChoices):
    """Chế tài đi kèm một tiêu chí."""

    NO_TOP_GRADE = "no_top_grade", "Không xếp mức cao nhất"
    GRADE_AT_MOST = "grade_at_most", "Không xếp trên một mức"
    GRADE_DOWN = "grade_down", "Hạ một mức"
    LOWEST_GRADE = "lowest_grade", "Xếp mức thấp nhất"
    ZERO_CRITERION = "zero_criterion", "Mất điểm tiêu chí liên quan"
    NOT_RANKED = "not_ranked", "Không xếp hạng"


class TieStepKind(TextChoices):
    """Một bước xét khi bằng điểm."""

    BONUS = "bonus", "Điểm thưởng cao hơn"
    DEDUCTION = "deduction", "Bị trừ điểm ít hơn"
    CRITERION = "criterion", "Điểm của nhóm hoặc tiêu chí cao hơn"
    WOMEN_SHARE = "women_share", "Tỷ lệ nữ đạt mức ưu tiên"


class RankNumbering(TextChoices):
    """Hạng tiếp theo sau các đơn vị đồng hạng."""

    SKIP = "skip", "Bỏ qua hạng (1, 1, 3)"
    DENSE = "dense", "Liền hạng (1, 1, 2)"


class QuotaKind(TextChoices):
    """Cách tính số lượng tối đa."""

    FIXED = "fixed", "Số cố định"
    OF_RANKED = "of_ranked", "Tỷ lệ trên số đơn vị được xếp hạng"
    OF_REMAINING = "of_remaining", "Tỷ lệ trên số đơn vị còn lại"


class CrossMethod(TextChoices):
    """Cách lấy điểm chấm chéo."""

    MEAN = "mean", "Trung bình cộng"
    MEDIAN = "median", "Trung vị"


class AppealKind(TextChoices):
    """Ai mở việc giải trình."""

    EXPLANATION = "explanation", "Yêu cầu giải trình"
    APPEAL = "appeal", "Kiến nghị của đơn vị"


class AppealOutcome(TextChoices):
    """Kết luận sau giải trình, kiến nghị."""

    KEPT = "kept", "Giữ nguyên điểm"
    CHANGED = "changed", "Điều chỉnh điểm"
