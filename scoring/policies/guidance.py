"""Who writes, publishes and renews the province's guidance."""

from collections.abc import Sequence

from blocs.policies import ONLY_PROVINCE
from blocs.queries import Standing
from scoring.enums import GuidanceStatus
from scoring.models import Guidance

FROZEN_GUIDANCE = "Hướng dẫn đã công bố thì không sửa được. Hãy lập bản mới."


def create_guidance(who: Standing) -> list[str]:
    return [] if who.is_province_head or who.is_province_officer else [ONLY_PROVINCE]


def edit_guidance(who: Standing, guidance: Guidance) -> list[str]:
    return create_guidance(who) or ([] if guidance.status == GuidanceStatus.DRAFT else [FROZEN_GUIDANCE])


def write_frame(who: Standing, guidance: Guidance) -> list[str]:
    return edit_guidance(who, guidance)


def waives(finding: str, reason: str, findings: Sequence[str]) -> list[str]:
    if finding not in findings:
        return ["Không còn điều này trong kết quả kiểm tra. Hãy tải lại trang."]
    return [] if reason.strip() else ["Chấp nhận một điều bộ kiểm tra nêu ra cần ghi lý do."]


def waive_finding(
    who: Standing, guidance: Guidance, finding: str, reason: str, findings: Sequence[str]
) -> list[str]:
    return edit_guidance(who, guidance) or waives(finding, reason, findings)


def publish_guidance(who: Standing, guidance: Guidance, faults: Sequence[str] = ()) -> list[str]:
    """`faults` = findings of the checker that are neither mended nor waived."""
    if not who.is_province_head:
        return ["Chỉ lãnh đạo cơ quan thường trực công bố hướng dẫn."]
    if guidance.status != GuidanceStatus.DRAFT:
        return ["Hướng dẫn này đã công bố."]
    return list(faults)


def renew_guidance(who: Standing, guidance: Guidance, *, is_being_renewed: bool = False) -> list[str]:
    if guidance.status != GuidanceStatus.PUBLISHED:
        return ["Chỉ lập bản mới từ hướng dẫn đang được công bố."]
    if is_being_renewed:
        return ["Đã có bản mới của hướng dẫn này. Hãy mở bản đó."]
    return create_guidance(who)


def import_guidance(who: Standing, newest: Guidance | None) -> list[str]:
    """`newest` = the last version that already has this number."""
    if newest is not None and newest.status != GuidanceStatus.DRAFT:
        return create_guidance(who) or [
            f"Hướng dẫn số {newest.number} đã công bố nên không nhập đè được. Hãy lập bản mới rồi nhập."
        ]
    return create_guidance(who)
