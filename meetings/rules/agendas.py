"""The agenda a meeting begins with, by kind: what these meetings settled in the articles; people change it."""

from collections.abc import Mapping
from dataclasses import dataclass

from awards.enums import AwardCode, DecisionForm, PollKind
from documents.enums import DocumentKind
from meetings.enums import AgendaKind, MeetingKind


@dataclass(frozen=True)
class StartingItem:
    """One item; `paper` names the paper it is about, `poll_kind` and `award` what is decided."""

    kind: str
    title: str
    form: str = ""
    paper: str = ""
    poll_kind: str = ""
    award: str = ""
    is_presented_only: bool = False


PRESENT = AgendaKind.ADOPT_PAPER
OPENING = StartingItem(AgendaKind.OTHER, "Tuyên bố lý do, giới thiệu đại biểu, cử thư ký")
CLOSING = StartingItem(AgendaKind.OTHER, "Kết luận và bế mạc")
RANKING = StartingItem(
    AgendaKind.RANKING, "Thống nhất điểm và xếp hạng thi đua năm {year}", DecisionForm.CONSENSUS
)
FLAG = StartingItem(
    AgendaKind.POLL,
    "Suy tôn đơn vị dẫn đầu, đề nghị tặng Cờ thi đua của UBND tỉnh năm {year}",
    DecisionForm.CONSENSUS,
    poll_kind=PollKind.AWARD,
    award=AwardCode.FLAG,
)
MERIT = StartingItem(
    AgendaKind.POLL,
    "Bình xét, đề nghị tặng Bằng khen của Chủ tịch UBND tỉnh năm {year}",
    DecisionForm.CONSENSUS,
    poll_kind=PollKind.AWARD,
    award=AwardCode.MERIT,
)
CHAIR = StartingItem(
    AgendaKind.ELECTION, "Bầu {chair} năm {next}", DecisionForm.CONSENSUS, poll_kind=PollKind.CHAIR
)
VICE = StartingItem(
    AgendaKind.ELECTION, "Bầu {vice} năm {next}", DecisionForm.CONSENSUS, poll_kind=PollKind.VICE
)

STARTING_AGENDAS: Mapping[str, tuple[StartingItem, ...]] = {
    MeetingKind.LAUNCH: (
        OPENING,
        StartingItem(
            PRESENT, "Trình bày dự thảo Kế hoạch tổ chức hoạt động năm {year}",
            paper=DocumentKind.PLAN, is_presented_only=True,
        ),
        StartingItem(
            PRESENT, "Thông qua Quy chế tổ chức hoạt động, bình xét thi đua năm {year}",
            DecisionForm.CONSENSUS, DocumentKind.REGULATION,
        ),
        StartingItem(
            PRESENT, "Thông qua thang bảng điểm của khối năm {year}", DecisionForm.CONSENSUS, DocumentKind.SCOREBOARD
        ),
        StartingItem(
            PRESENT, "Phát động phong trào thi đua năm {year}", paper=DocumentKind.LAUNCH, is_presented_only=True
        ),
        StartingItem(
            PRESENT, "Thông qua Bản giao ước thi đua năm {year}", DecisionForm.CONSENSUS, DocumentKind.COVENANT
        ),
        StartingItem(AgendaKind.SIGN_COVENANT, "Các đơn vị ký giao ước thi đua năm {year}"),
        CLOSING,
    ),
    MeetingKind.MIDYEAR: (
        OPENING,
        StartingItem(
            PRESENT, "Trình bày dự thảo Báo cáo sơ kết 6 tháng đầu năm {year}",
            paper=DocumentKind.MIDYEAR_REPORT, is_presented_only=True,
        ),
        StartingItem(AgendaKind.OTHER, "Các đơn vị thảo luận, góp ý"),
        CLOSING,
    ),
    MeetingKind.REVIEW: (
        OPENING,
        StartingItem(
            AgendaKind.SCORES, "Báo cáo kết quả chấm điểm của các đơn vị năm {year}",
            paper=DocumentKind.SCORE_REPORT, is_presented_only=True,
        ),
        RANKING,
        FLAG,
        MERIT,
        CLOSING,
    ),
    MeetingKind.SUMMARY: (
        OPENING,
        StartingItem(
            PRESENT, "Trình bày dự thảo Báo cáo tổng kết năm {year} và phương hướng, nhiệm vụ năm {next}",
            paper=DocumentKind.ANNUAL_REPORT, is_presented_only=True,
        ),
        RANKING,
        FLAG,
        MERIT,
        CHAIR,
        VICE,
        StartingItem(AgendaKind.HANDOVER, "Bàn giao nhiệm vụ {chair}"),
        StartingItem(AgendaKind.SIGN_COVENANT, "Các đơn vị ký giao ước thi đua năm {next}"),
        CLOSING,
    ),
    MeetingKind.OTHER: (OPENING, CLOSING),
}  # fmt: skip


# What a review meeting has settled is not asked again at the conference.
SETTLED_BY_REVIEW = (RANKING, FLAG, MERIT)


def starting_agenda(
    kind: str, *, year: int, chair: str, vice: str, after_review: bool = False
) -> list[tuple[StartingItem, str]]:
    """The items of a new meeting with their titles filled in; a conference after a review leaves out what that settled."""
    words = {"year": year, "next": year + 1, "chair": chair, "vice": vice}
    items = STARTING_AGENDAS[kind]
    if after_review and kind == MeetingKind.SUMMARY:
        items = tuple(item for item in items if item not in SETTLED_BY_REVIEW)
    return [(item, item.title.format(**words)) for item in items]
