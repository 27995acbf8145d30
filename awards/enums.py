from django.db.models import TextChoices


class AwardCode(TextChoices):
    """Danh hiệu, hình thức khen thưởng; tên pháp lý in trên văn bản."""

    FLAG = "flag", "Cờ thi đua của UBND tỉnh"
    MERIT = "merit", "Bằng khen của Chủ tịch UBND tỉnh"
    GOVERNMENT_FLAG = "government_flag", "Cờ thi đua của Chính phủ"
    EXCELLENT_COLLECTIVE = "excellent_collective", "Tập thể Lao động xuất sắc"


class PollKind(TextChoices):
    """Việc được đưa ra quyết định."""

    AWARD = "award", "Bình xét khen thưởng"
    CHAIR = "chair", "Bầu khối trưởng"
    VICE = "vice", "Bầu khối phó"
    ADOPTION = "adoption", "Thông qua văn bản"
    COUNCIL = "council", "Hội đồng bỏ phiếu"


class DecisionForm(TextChoices):
    """Hình thức quyết định một việc."""

    CONSENSUS = "consensus", "Thống nhất"
    HANDS = "hands", "Giơ tay"
    PAPER = "paper", "Phiếu giấy kín"
    ELECTRONIC = "electronic", "Bỏ phiếu kín điện tử"


class Electorate(TextChoices):
    """Ai có quyền biểu quyết."""

    MEMBERS = "members", "Đơn vị thành viên của khối"
    MEMBERS_PRESENT = "members_present", "Đơn vị thành viên có mặt"
    COUNCIL = "council", "Toàn thể thành viên Hội đồng"


class VoteBase(TextChoices):
    """Cơ sở tính tỷ lệ đồng ý."""

    ENTITLED = "entitled", "Tổng số có quyền biểu quyết"
    PRESENT = "present", "Số có mặt"
    CAST = "cast", "Số phiếu thu về"
    VALID = "valid", "Số phiếu hợp lệ ghi đồng ý hoặc không đồng ý"


class Comparison(TextChoices):
    """Cách so với ngưỡng."""

    AT_LEAST = "at_least", "Từ ngưỡng trở lên (≥)"
    MORE_THAN = "more_than", "Trên ngưỡng (>)"


class TieRule(TextChoices):
    """Một bước xử lý khi bằng phiếu."""

    SCORE = "score", "Tổng điểm thi đua cao hơn"
    WOMEN = "women", "Tập thể có tỷ lệ nữ từ 70% trở lên"
    NEW_ROUND = "new_round", "Bỏ phiếu lại giữa các đơn vị bằng phiếu"
    CHAIR = "chair", "Khối trưởng quyết định, ghi rõ lý do"
    MEETING = "meeting", "Hội nghị quyết định, ghi rõ lý do"
    COUNCIL = "council", "Chủ tịch Hội đồng quyết định, ghi rõ lý do"


class Choice(TextChoices):
    """Ý kiến ghi trên lá phiếu cho một phương án."""

    FOR = "for", "Đồng ý"
    AGAINST = "against", "Không đồng ý"
    ABSTAIN = "abstain", "Không có ý kiến"


class PollStatus(TextChoices):
    """Trạng thái của cuộc bỏ phiếu."""

    DRAFT = "draft", "Đang chuẩn bị"
    OPEN = "open", "Đang bỏ phiếu"
    CLOSED = "closed", "Đã hết giờ bỏ phiếu"
    COUNTED = "counted", "Đã kiểm phiếu"
    CONFIRMED = "confirmed", "Đã xác nhận kết quả"
    VOIDED = "voided", "Đã hủy"


class Outcome(TextChoices):
    """Kết quả biểu quyết."""

    PASSED = "passed", "Đạt"
    NOT_PASSED = "not_passed", "Không đạt"
    TIE = "tie", "Bằng phiếu, chưa quyết định"
    NO_QUORUM = "no_quorum", "Không đủ thành phần"


class CountOrigin(TextChoices):
    """Nguồn của kết quả kiểm phiếu; hình thức thống nhất không có số phiếu."""

    ELECTRONIC = "electronic", "Phiếu điện tử"
    PAPER = "paper", "Phiếu giấy"
    HANDS = "hands", "Đếm tay"


class QuotaKind(TextChoices):
    """Cách tính số lượng được đề nghị."""

    FIXED = "fixed", "Số lượng cố định"
    OF_MEMBERS = "of_members", "Tỷ lệ trên số đơn vị xếp hạng"
    OF_REMAINING = "of_remaining", "Tỷ lệ trên số đơn vị còn lại sau khi trừ đơn vị được Cờ"


class NominationState(TextChoices):
    """Trạng thái của một đề nghị khen thưởng cho một đơn vị."""

    DRAFT = "draft", "Dự kiến"
    AGREED = "agreed", "Hội nghị đề nghị"
    REJECTED = "rejected", "Hội nghị không đề nghị"
    HELD = "held", "Tạm dừng"
    WITHDRAWN = "withdrawn", "Rút đề nghị"


class ProposalState(TextChoices):
    """Trạng thái của hồ sơ đề nghị khen thưởng."""

    DRAFT = "draft", "Đang lập hồ sơ"
    SUBMITTED = "submitted", "Đã trình tỉnh"
    APPRAISING = "appraising", "Đang thẩm định"
    RETURNED = "returned", "Trả lại"
    APPRAISED = "appraised", "Đã thẩm định"
    DECIDED = "decided", "Đã có quyết định"


class AppraisalVerdict(TextChoices):
    """Ý kiến thẩm định của tỉnh đối với một đề nghị."""

    ACCEPT = "accept", "Chấp nhận"
    ADJUST = "adjust", "Điều chỉnh"
    RETURN = "return", "Trả lại"
