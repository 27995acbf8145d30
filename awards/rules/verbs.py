"""The verbs of the journal in the words of officials. What is in a ballot never reaches the journal."""

from collections.abc import Mapping

VERBS: Mapping[str, str] = {
    "awards.award.corrected": "Đính chính mục khen thưởng",
    "awards.award.presented": "Ghi việc trao tặng",
    "awards.award.withdrawn": "Ghi việc thu hồi khen thưởng",
    "awards.count.entered": "Nhập kết quả kiểm phiếu",
    "awards.decision.recorded": "Ghi quyết định khen thưởng",
    "awards.law.changed": "Ghi căn cứ khen thưởng",
    "awards.nomination.appraised": "Ghi ý kiến thẩm định",
    "awards.nomination.hold_lifted": "Bỏ tạm dừng đề nghị",
    "awards.nomination.made": "Ghi đề nghị khen thưởng theo kết quả",
    "awards.nomination.withdrawn": "Rút đề nghị khen thưởng",
    "awards.poll.agreed": "Ghi kết quả thống nhất",
    "awards.poll.closed": "Đóng bỏ phiếu",
    "awards.poll.confirmed": "Xác nhận kết quả",
    "awards.poll.counted": "Kiểm phiếu",
    "awards.poll.created": "Chuẩn bị việc cần quyết định",
    "awards.poll.discarded": "Bỏ việc chưa mở",
    "awards.poll.opened": "Mở bỏ phiếu",
    "awards.poll.voided": "Hủy cuộc bỏ phiếu",
    "awards.proposal.appraised": "Hoàn thành thẩm định hồ sơ",
    "awards.proposal.drafted": "Lập hồ sơ đề nghị khen thưởng",
    "awards.proposal.returned": "Trả lại hồ sơ",
    "awards.proposal.submitted": "Trình hồ sơ",
    "awards.proposal.withdrawn": "Rút lại hồ sơ",
    "awards.vetting.ended": "Ghi ngày kết thúc ý kiến hiệp y",
    "awards.vetting.recorded": "Ghi ý kiến hiệp y",
}
