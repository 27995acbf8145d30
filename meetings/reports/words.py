"""How times, places and ranks are written in a meeting's papers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from blocs.models import Cycle
from blocs.rules import office_at
from config.kit.figures import points_text
from config.kit.text import VIETNAM, long_day
from meetings.enums import AttendanceRole, AttendanceState
from meetings.models import MeetingChair
from scoring.queries import ranking_of
from scoring.rules.ranking import WORDS


def clock(at: datetime) -> str:
    """“08 giờ 00 phút”."""
    return at.astimezone(VIETNAM).strftime("%H giờ %M phút")


def day_of(at: datetime) -> str:
    """“ngày 05 tháng 02 năm 2020”."""
    return long_day(at.astimezone(VIETNAM).date())


def ranking_words(cycle: Cycle) -> list[dict[str, str]]:
    run = ranking_of(cycle)
    rows = sorted(run.rows.all(), key=by_rank) if run else []
    return [
        {"unit": row.unit.name, "rank": rank_in_words(row), "total": points_text(row.total)} for row in rows
    ]


def by_rank(row: Any) -> tuple[bool, int, str]:
    return (row.rank is None, row.rank or 0, row.unit.sort_key)


def rank_in_words(row: Any) -> str:
    """“Nhất”, “đồng hạng Nhì”; “—” for a unit that is not ranked."""
    if row.rank is None:
        return "—"
    word = WORDS[row.rank - 1] if row.rank <= len(WORDS) else str(row.rank)
    return f"đồng hạng {word}" if row.is_tied and not row.decided_reason else word


def office_in_words(chair: MeetingChair) -> str:
    """“Giám đốc Sở Y tế”: the office with the agency it is held in."""
    return office_at(chair.title, chair.unit.name, chair.unit.short_name) if chair.unit else chair.title


def lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def attendance_lines(rows: Iterable[Any]) -> dict[str, str]:
    """The list as it was called over, one sentence a unit or guest: rows of the database, or lines just typed."""
    return {_who(row): _how(row) for row in rows}


def _who(row: Any) -> str:
    if row.role == AttendanceRole.MEMBER:
        return str(row.unit)
    return f"Khách mời {row.representative or row.name}"


def _how(row: Any) -> str:
    parts = [
        AttendanceState(row.state).label,
        row.representative,
        row.title,
        row.capacity,
        row.mandate,
        row.absent_reason,
        f"đến {clock(row.arrived_at)}" if row.arrived_at else "",
        f"về {clock(row.left_at)}" if row.left_at else "",
        "" if row.role == AttendanceRole.MEMBER else f"{row.name} ({AttendanceRole(row.role).label})",
    ]
    return ", ".join(part for part in parts if part)
