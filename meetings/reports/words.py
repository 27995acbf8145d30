"""How times, places and ranks are written in a meeting's papers."""

from datetime import datetime
from typing import Any

from blocs.models import Cycle
from config.kit.text import VIETNAM, long_day, number
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
    return [{"unit": row.unit.name, "rank": rank_in_words(row), "total": number(row.total)} for row in rows]


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
    if chair.unit is None or chair.unit.name in chair.title:
        return chair.title
    return f"{chair.title} {chair.unit.name}".strip()


def lower(text: str) -> str:
    return text[:1].lower() + text[1:]
