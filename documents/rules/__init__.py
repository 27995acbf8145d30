"""The form of an official paper (Nghị định 30/2020/NĐ-CP): number, lines of the body, what is still missing."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from blocs.enums import Phase
from blocs.rules import OPEN, ORDER
from config.kit.text import long_day
from documents.enums import DocumentKind, DocumentStatus, SigningState
from documents.rules.citations import bases_on as bases_on
from documents.rules.citations import day_of_law as day_of_law
from documents.rules.citations import in_force as in_force
from documents.rules.citations import laws_cited as laws_cited
from documents.rules.days import odd_dates as odd_dates
from documents.rules.verbs import VERBS as VERBS

# Nghị định 30/2020/NĐ-CP, Phụ lục III, mục I: bảng chữ viết tắt tên loại văn bản.
ABBREVIATIONS: Mapping[str, str] = {
    DocumentKind.PLAN: "KH",
    DocumentKind.REGULATION: "QĐ",  # quy chế ban hành kèm theo quyết định
    DocumentKind.INVITATION: "GM",
    DocumentKind.MINUTES_MEETING: "BB",
    DocumentKind.MINUTES_REVIEW: "BB",
    DocumentKind.MINUTES_COUNT: "BB",
    DocumentKind.HANDOVER: "BB",
    DocumentKind.MIDYEAR_REPORT: "BC",
    DocumentKind.SCORE_REPORT: "BC",
    DocumentKind.ANNUAL_REPORT: "BC",
    DocumentKind.SUBMISSION: "TTr",
    DocumentKind.DECISION: "QĐ",
}
# Not types of Phụ lục III, or appendices of another paper: no number is prescribed (DOMAIN §6).
UNNUMBERED = frozenset(
    {
        DocumentKind.LAUNCH,
        DocumentKind.COVENANT,
        DocumentKind.SCOREBOARD,
        DocumentKind.SCORECARD,
        DocumentKind.RANKING,
        DocumentKind.OTHER,
    }
)
# Minutes carry no place and date, and are signed by the secretary and the chair of the meeting.
MINUTES = frozenset(
    {
        DocumentKind.MINUTES_MEETING,
        DocumentKind.MINUTES_REVIEW,
        DocumentKind.MINUTES_COUNT,
        DocumentKind.HANDOVER,
    }
)
# What a person may draft as typed text; the others are written from data by the apps above.
TYPED = (
    DocumentKind.PLAN,
    DocumentKind.REGULATION,
    DocumentKind.LAUNCH,
    DocumentKind.MIDYEAR_REPORT,
    DocumentKind.ANNUAL_REPORT,
    DocumentKind.HANDOVER,
    DocumentKind.OTHER,
)

STATUS_MOVES: Mapping[str, tuple[str, ...]] = {
    DocumentStatus.DRAFT: (DocumentStatus.CONSULTING, DocumentStatus.FINAL),
    DocumentStatus.CONSULTING: (DocumentStatus.DRAFT, DocumentStatus.FINAL, DocumentStatus.CONSULTING),
    DocumentStatus.FINAL: (DocumentStatus.ISSUED, DocumentStatus.DRAFT),
    DocumentStatus.ISSUED: (DocumentStatus.REPLACED, DocumentStatus.WITHDRAWN),
    DocumentStatus.REPLACED: (),
    DocumentStatus.WITHDRAWN: (),
}
OPEN_STATUSES = (DocumentStatus.DRAFT, DocumentStatus.CONSULTING, DocumentStatus.FINAL)
EDITABLE = (DocumentStatus.DRAFT, DocumentStatus.CONSULTING)
PUBLISHED = (DocumentStatus.ISSUED, DocumentStatus.REPLACED, DocumentStatus.WITHDRAWN)

OPEN_IN: Mapping[str, frozenset[Phase]] = {
    "draft": OPEN,
    "consult": OPEN,
    "sign": OPEN,
    "issue": OPEN,
    "upload": OPEN,
    # A closed year still lets an issued paper be replaced or withdrawn (DESIGN §7).
    "replace": frozenset(ORDER),
}

UPLOAD_LIMIT = 20 * 1024 * 1024


@dataclass(frozen=True)
class Paper:
    """What a printer needs: a template, its context, and why the paper cannot be issued yet.

    The letterhead, number, signatures and recipients are added by `documents.reports`; a builder
    gives only its own content. Each appendix is drawn with page numbers of its own.
    """

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    missing: Sequence[str] = ()
    appendices: Sequence["Paper"] = ()


@dataclass(frozen=True)
class Signatory:
    """One signature as it is printed: in whose name, which office, who, and what was recorded."""

    lead: str = ""
    title: str = ""
    office: str = ""
    name: str = ""
    note: str = ""


@dataclass(frozen=True)
class Line:
    """A paragraph of a typed body: what it is, its bold head when it has one, and the rest."""

    kind: Literal[
        "chapter", "chapter-title", "section", "part", "article", "clause", "point", "dash", "text", "basis"
    ]
    text: str
    head: str = ""


_LINE_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("chapter", re.compile(r"(?:Chương|CHƯƠNG)\s+[IVXLC\d]+\.?$")),
    ("section", re.compile(r"(?:Mục|MỤC)\s+\d+\.?.*$")),
    ("article", re.compile(r"(?P<head>Điều\s+\d+[a-zđ]?\.)\s*(?P<text>.*)$")),
    ("part", re.compile(r"[IVX]+\.\s+\S.*$")),
    ("basis", re.compile(r"Căn cứ\s+.*;$")),
    ("clause", re.compile(r"\d+(?:\.\d+)*\.\s+\S.*$")),
    ("point", re.compile(r"[a-zđ]\)\s+\S.*$")),
    ("dash", re.compile(r"[-–+•]\s+\S.*$")),
)


def lines_of(body: str) -> tuple[Line, ...]:
    """Read a typed body, one paragraph a line: “Điều 1.” is bold, “Chương I” is centred with its title."""
    lines: list[Line] = []
    for text in (raw.strip() for raw in body.splitlines()):
        if not text:
            continue
        previous = lines[-1] if lines else None
        line = _line(text)
        if line.kind == "text" and previous and previous.kind == "chapter":
            line = Line("chapter-title", text)
        lines.append(line)
    return tuple(lines)


def _line(text: str) -> Line:
    for kind, pattern in _LINE_KINDS:
        if not (found := pattern.match(text)):
            continue
        if kind == "article":
            # “Điều 1. Phạm vi” is a bold heading; a whole sentence after the number is plain.
            rest = found["text"]
            is_heading = not rest.endswith((".", ";", ":"))
            return Line(
                "article",
                "" if is_heading else rest,
                f"{found['head']} {rest}".strip() if is_heading else found["head"],
            )
        return Line(kind, text)
    return Line("text", text)


def bases_of(text: str) -> tuple[str, ...]:
    """Citations, one a line, each ending in “;” and the last in “.” (NĐ 30)."""
    bare = [line.strip().rstrip(";.").strip() for line in text.splitlines() if line.strip()]
    return tuple(f"{line}{'.' if index == len(bare) else ';'}" for index, line in enumerate(bare, start=1))


def recipients_of(text: str, code: str) -> tuple[str, ...]:
    """The list under “Nơi nhận:”, each ending in “;”, the last “Lưu: VT, ….”"""
    bare = [
        line.strip().lstrip("-").strip().rstrip(";.").strip() for line in text.splitlines() if line.strip()
    ]
    kept = [line for line in bare if not line.startswith("Lưu")]
    filed = next((line for line in bare if line.startswith("Lưu")), f"Lưu: VT, {code}" if code else "Lưu: VT")
    return (*(f"{line};" for line in kept), f"{filed}.")


_BOUND = re.compile(r"\b(năm|ngày|tháng|số|tỉnh|Điều|khoản)\s+(?=\d)")


def bound(text: str) -> str:
    """Keep “năm 2019” and “Điều 5” on one line of print."""
    return _BOUND.sub(lambda found: f"{found[1]}\u00a0", text)


def lines_in(text: str) -> tuple[str, ...]:
    """The lines of a text that are not empty."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def is_numbered(kind: str) -> bool:
    """Tell whether a paper of this kind must carry a number."""
    return kind not in UNNUMBERED


def symbol_of(kind: str, code: str) -> str:
    """“KH-KTĐ4”: the abbreviation of the kind and the symbol of the issuer."""
    abbreviation = ABBREVIATIONS.get(kind, "")
    if not abbreviation and kind != DocumentKind.OTHER:
        return ""
    return "-".join(part for part in (abbreviation, code) if part)


# Capital letters of the alphabet, figures and “&” in parts joined by “-”; only Tờ trình has a small letter.
_PART = "[A-ZĐĂÂÊÔƠƯ0-9&]+"
SYMBOL_PATTERN = f"^(TTr|{_PART})(-{_PART})*$"


def written_symbol(kind: str, typed: str) -> str:
    """“kh - ktđ4” is written “KH-KTĐ4”; empty when it is no symbol of a paper of this kind (NĐ 30, Phụ lục III)."""
    plain = "".join(unicodedata.normalize("NFC", typed).split()).upper()
    for dash in "–—−":
        plain = plain.replace(dash, "-")
    head, *rest = plain.split("-")
    symbol = "-".join(["TTr" if head == "TTR" else head, *rest])
    wanted = ABBREVIATIONS.get(kind)
    is_of_kind = wanted is None or symbol.partition("-")[0] == wanted
    return symbol if is_of_kind and re.match(SYMBOL_PATTERN, symbol) else ""


# A number with an optional letter (“15a”); văn thư writes no more than that.
NUMBER = re.compile(r"0*(?P<digits>\d{1,6})(?P<letter>[A-Za-zĐđ]?)")


def written_number(typed: str) -> str:
    """“7” is written “07” (NĐ 30: below 10 with a leading 0); empty when it is no number of a paper."""
    found = NUMBER.fullmatch(typed.strip())
    if not found or int(found["digits"]) == 0:
        return ""
    return f"{int(found['digits']):02d}{found['letter'].lower()}"


# Room for the pen: a draft without a day chooses no year, either.
UNKNOWN_DAY = "ngày \u2003 tháng \u2003 năm \u2003"


def place_day(place: str, on: date | None) -> str:
    """“Kiên Giang, ngày 02 tháng 5 năm 2019”, with room left for the pen while the day is not known."""
    return f"{place}, {long_day(on) if on else UNKNOWN_DAY}"


def signing_progress(states: Sequence[str]) -> tuple[int, int]:
    """How many of the parties have signed, and how many there are."""
    return sum(state == SigningState.SIGNED for state in states), len(states)
