"""What was promised and what came of it, as arithmetic: achievement, lateness, numbers, windows."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from blocs.enums import Phase
from blocs.rules import ORDER
from config.kit.figures import measure_text
from config.kit.text import number, plain_words
from config.kit.typed import MOST_LINES, body_of, cells_of, figure, one_line, readable
from covenants.enums import Achievement, CovenantStatus, Direction, Period, ReportState

# “signing” and “signed” follow the signatures; a late party that is asked opens the signing again.
STATUS_MOVES: Mapping[str, tuple[str, ...]] = {
    CovenantStatus.DRAFT: (CovenantStatus.ADOPTED,),
    CovenantStatus.ADOPTED: (CovenantStatus.SIGNING, CovenantStatus.SIGNED, CovenantStatus.REPLACED),
    CovenantStatus.SIGNING: (CovenantStatus.SIGNED, CovenantStatus.REPLACED),
    CovenantStatus.SIGNED: (CovenantStatus.SIGNING, CovenantStatus.REPLACED),
    CovenantStatus.REPLACED: (),
}
IN_FORCE = (CovenantStatus.ADOPTED, CovenantStatus.SIGNING, CovenantStatus.SIGNED)

_EARLY = frozenset({Phase.PREPARING, Phase.LAUNCHING, Phase.EXECUTING})
_RUNNING = frozenset({Phase.EXECUTING, Phase.SELF_SCORING})
_YEAR = frozenset({Phase.LAUNCHING, Phase.EXECUTING, Phase.SELF_SCORING, Phase.VERIFYING, Phase.REVIEWING})

OPEN_IN: Mapping[str, frozenset[Phase]] = {
    "draft": _EARLY,
    "adopt": _EARLY,
    # In preparing too: next year's covenant is often signed at this year's summary meeting (DOMAIN §1, step 7).
    "sign": _EARLY,
    "amend": frozenset({Phase.LAUNCHING, Phase.EXECUTING}),
    "record_results": _RUNNING,
    "report": _RUNNING,
    "receive_report": frozenset(ORDER[ORDER.index(Phase.EXECUTING) : ORDER.index(Phase.CLOSED)]),
    # A closed year still lets an estimate become official, as a new version; scores stay (DESIGN §7).
    "true_up": frozenset(ORDER[ORDER.index(Phase.EXECUTING) :]),
    "register": frozenset({Phase.LAUNCHING, Phase.EXECUTING}),
    "movements": _YEAR,
}


def season(phase: str) -> Period:
    """The figures that a phase asks for: those of six months until scoring begins, then the year's."""
    return Period.MID if phase in _EARLY else Period.YEAR


# Nghị định 30/2020/NĐ-CP, Phụ lục I: phần, chương đánh số La Mã.
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))

# How an address names a period.
PERIOD_WORDS: Mapping[str, str] = {Period.MID: "6-thang", Period.YEAR: "ca-nam"}


def period_of(word: str | None, default: str = Period.MID) -> Period:
    """The period an address names, else the usual one."""
    found = (period for period, known in PERIOD_WORDS.items() if known == word)
    return Period(next(found, default))


def roman(number: int) -> str:
    """“III”: how a content is numbered in print."""
    text = ""
    for value, letters in _ROMAN:
        while number >= value:
            text, number = text + letters, number - value
    return text


def achievement(
    direction: str, target: Decimal | None, actual: Decimal | None, *, is_assigned: bool = True
) -> Achievement:
    """Compare a result with what was assigned; exact, no tolerance.

    A yes-or-no target and one that must be hit exactly cannot be exceeded.
    """
    if not is_assigned:
        return Achievement.NOT_ASSIGNED
    if actual is None:
        return Achievement.MISSING
    if direction == Direction.YES_NO:
        return Achievement.MET if actual == 1 else Achievement.NOT_MET
    if target is None:
        return Achievement.MISSING
    if actual == target:
        return Achievement.MET
    if direction == Direction.EQUAL:
        return Achievement.NOT_MET
    is_better = actual > target if direction == Direction.AT_LEAST else actual < target
    return Achievement.EXCEEDED if is_better else Achievement.NOT_MET


@dataclass(frozen=True)
class Tally:
    """How many of the assigned targets are known, met and exceeded; `met` counts the exceeded ones too."""

    assigned: int = 0
    known: int = 0
    met: int = 0
    exceeded: int = 0

    @property
    def missing(self) -> int:
        return self.assigned - self.known

    @property
    def not_met(self) -> int:
        return self.known - self.met

    @property
    def in_words(self) -> str:
        """“19 / 23 chỉ tiêu đạt, trong đó 8 vượt”."""
        if not self.assigned:
            return "Không có chỉ tiêu được giao"
        if not self.known:
            return f"Chưa có số liệu của {self.assigned} chỉ tiêu"
        words = f"{self.met} / {self.assigned} chỉ tiêu đạt"
        if self.exceeded:
            words += f", trong đó {self.exceeded} vượt"
        return f"{words}; {self.missing} chưa có số liệu" if self.missing else words


def tally(achievements: Iterable[Achievement]) -> Tally:
    """Count achievements; what was not assigned does not count."""
    counted = [one for one in achievements if one != Achievement.NOT_ASSIGNED]
    return Tally(
        assigned=len(counted),
        known=sum(one != Achievement.MISSING for one in counted),
        met=sum(one in (Achievement.MET, Achievement.EXCEEDED) for one in counted),
        exceeded=sum(one == Achievement.EXCEEDED for one in counted),
    )


def report_state(due_on: date | None, sent_on: date | None, today: date) -> ReportState:
    """In time, late or waiting, compared when read; without a due date nothing is late."""
    if sent_on is not None:
        return ReportState.LATE if due_on and sent_on > due_on else ReportState.ON_TIME
    return ReportState.OVERDUE if due_on and today > due_on else ReportState.WAITING


@dataclass(frozen=True)
class TargetDraft:
    """A target as it is typed: text, measure, direction, value."""

    text: str
    measure: str = ""
    direction: str = Direction.YES_NO
    value: Decimal | None = None


_SIGNS = (
    ("≥", Direction.AT_LEAST),
    (">=", Direction.AT_LEAST),
    ("≤", Direction.AT_MOST),
    ("<=", Direction.AT_MOST),
    ("=", Direction.EQUAL),
)
_BULLET = re.compile(r"^(?:[0-9]+[.)]|[-–+•])(?:\s+|$)")
TARGET_HEADS = ("chỉ tiêu", "nội dung", "đơn vị tính", "mức giao", "chỉ tiêu giao", "kế hoạch")


def read_targets(typed: str) -> tuple[list[TargetDraft], list[str]]:
    """Read pasted lines “chỉ tiêu | đơn vị tính | mức giao”, a tab as good as a bar; all errors at once.

    A line without a value is a target that is met or not. “≤ 5” and “= 100” set the direction.
    """
    drafts: list[TargetDraft] = []
    errors: list[str] = []
    lines = body_of(cells_of(typed, "|"), TARGET_HEADS, width=3)
    if len(lines) > MOST_LINES:
        return [], [f"Có {len(lines)} dòng, nhiều hơn {MOST_LINES}. Hãy chia bớt."]
    for place, cells in lines:
        try:
            drafts.append(_read_target([one_line(cell) for cell in cells]))
        except ValueError as wrong:
            errors.append(f"Dòng {place}: {wrong}")
    return drafts, errors


def _read_target(cells: list[str]) -> TargetDraft:
    while len(cells) > 3 and not cells[-1]:
        cells = cells[:-1]
    text = _BULLET.sub("", readable(cells[0]))
    if not text or len(text) > 600:
        raise ValueError("Hãy ghi chỉ tiêu, không quá 600 ký tự, trước dấu “|” đầu tiên.")
    if len(cells) > 3:
        raise ValueError("Mỗi dòng có tối đa ba phần: chỉ tiêu | đơn vị tính | mức giao.")
    measure = cells[1] if len(cells) > 1 else ""
    if len(measure) > 60:
        raise ValueError("Đơn vị tính không quá 60 ký tự.")
    typed = cells[2] if len(cells) > 2 else ""
    if not typed:
        return TargetDraft(text, measure, Direction.YES_NO)
    direction = Direction.AT_LEAST
    for sign, meaning in _SIGNS:
        if typed.startswith(sign):
            direction, typed = meaning, typed.removeprefix(sign)
            break
    return TargetDraft(text, measure, direction, parse_figure(typed, measure))


# What a column of figures holds: 14 digits before the comma, 4 after it.
FIGURE_LIMIT = Decimal(10) ** 14


def parse_figure(typed: str, measure: str = "", beside: Sequence[Decimal | None] = ()) -> Decimal:
    """Read a figure that fits its column, or say what is wrong with it."""
    value = figure(typed, percent=is_percent(measure), beside=beside)
    if abs(value) >= FIGURE_LIMIT:
        raise ValueError(f"“{typed.strip()}” quá lớn. Hãy kiểm tra lại.")
    if value != round(value, 4):
        raise ValueError(f"“{typed.strip()}” có quá 4 chữ số sau dấu phẩy. Hãy làm tròn.")
    return value


def is_percent(measure: str) -> bool:
    """Tell whether a measure is counted in %."""
    return measure.strip().startswith("%") or plain_words(measure) == "phan tram"


def parse_answer(typed: str) -> Decimal:
    """Read the result of a yes-or-no target: 1 (có) or 0 (không)."""
    key = plain_words(typed)
    if key in ("co", "1", "dat", "x"):
        return Decimal(1)
    if key in ("khong", "0", "khong dat"):
        return Decimal(0)
    raise ValueError(f"“{typed.strip()}” không đọc được. Hãy chọn “Có” hoặc “Không”.")


def read_actual(
    direction: str, typed: str, measure: str = "", beside: Sequence[Decimal | None] = ()
) -> Decimal:
    """Read the result of a target as its direction asks."""
    return parse_answer(typed) if direction == Direction.YES_NO else parse_figure(typed, measure, beside)


def assigned_in_words(direction: str, value: Decimal | None, *, is_assigned: bool = True) -> str:
    """“≥ 95,5”, “Có”, “Không giao”."""
    if not is_assigned:
        return "Không giao"
    if direction == Direction.YES_NO or value is None:
        return "Có"
    sign = {Direction.AT_LEAST: "≥", Direction.AT_MOST: "≤", Direction.EQUAL: "="}[Direction(direction)]
    return f"{sign}\u00a0{measure_text(value)}"  # sign and figure stay on one line


def actual_in_words(direction: str, actual: Decimal | None) -> str:
    """“96,2”, “Có”, nothing."""
    if actual is None:
        return ""
    if direction == Direction.YES_NO:
        return "Có" if actual == 1 else "Không"
    return measure_text(actual)


def fingerprint(thing: Any) -> str:
    """A hash of plain data; equal data, equal hash."""
    plain = json.dumps(thing, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(plain.encode()).hexdigest()


def _plain(value: Decimal) -> str:
    return number(value)


def missing_numbers(numbers: Sequence[int]) -> str:
    """“số 3, 7 và 12”: which targets a sentence speaks of."""
    words = [str(one) for one in numbers]
    return f"số {words[0]}" if len(words) == 1 else f"số {', '.join(words[:-1])} và {words[-1]}"


# The verbs of the journal in the words of officials.
VERBS: Mapping[str, str] = {
    "covenants.covenant.drafted": "Soạn giao ước",
    "covenants.covenant.edited": "Sửa lời mở đầu giao ước",
    "covenants.covenant.adopted": "Ghi nhận thống nhất giao ước",
    "covenants.covenant.signed": "Ký giao ước",
    "covenants.covenant.signed_at_meeting": "Ghi nhận ký giao ước tại hội nghị",
    "covenants.covenant.amendment_drafted": "Lập bản sửa đổi giao ước",
    "covenants.signing.opened": "Mời ký giao ước",
    "covenants.content.added": "Thêm nội dung giao ước",
    "covenants.content.edited": "Sửa nội dung giao ước",
    "covenants.content.removed": "Bỏ nội dung giao ước",
    "covenants.targets.added": "Thêm chỉ tiêu",
    "covenants.target.edited": "Sửa chỉ tiêu",
    "covenants.target.removed": "Bỏ chỉ tiêu",
    "covenants.assignments.set": "Giao mức chỉ tiêu cho đơn vị",
    "covenants.results.recorded": "Nhập kết quả thực hiện chỉ tiêu",
    "covenants.result.made_official": "Thay số ước bằng số chính thức",
    "covenants.report.sent": "Gửi báo cáo kết quả",
    "covenants.report.withdrawn": "Rút lại báo cáo kết quả",
    "covenants.report.received": "Tiếp nhận báo cáo kết quả",
    "covenants.report.extended": "Gia hạn báo cáo kết quả",
    "covenants.registration.made": "Đăng ký thi đua",
    "covenants.registration.cancelled": "Bỏ đăng ký thi đua",
    "covenants.movement.added": "Ghi phong trào thi đua",
    "covenants.movement.removed": "Bỏ phong trào thi đua",
    "covenants.participation.recorded": "Ghi kết quả hưởng ứng phong trào",
    "covenants.initiatives.recorded": "Ghi số sáng kiến",
}
