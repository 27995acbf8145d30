"""What votes and awards print and show: one table or context each."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from awards import policies, queries
from awards.enums import AppraisalVerdict, DecisionForm, PollKind, PollStatus
from awards.models import Nomination, Poll
from awards.rules import (
    SECRET_FORMS,
    details_in_words,
    in_words,
    opening_warnings,
    pile_warnings,
    rule_from_json,
    secrecy_warnings,
    size_warnings,
    tallies,
)
from blocs.models import Cycle, Province
from blocs.queries import Standing, members_of
from blocs.rules import ArchiveItem, Panel
from config.kit.echo import Echo
from config.kit.figures import money_text, percent_text, share
from config.kit.tables import Column, Row, Sheet, Table, to_xlsx
from config.kit.text import day
from documents.models import Document
from documents.rules import Paper
from scoring.rules import rank_word


def nominations_table(cycle: Cycle) -> Table:
    """The units proposed, with rank, score and votes; a column without any figure is left out."""
    nominations = list(queries.nominations_of(cycle))
    has_votes = any(n.votes is not None for n in nominations)
    columns = [Column("STT", "count", 6), Column("Đơn vị", width=40), Column("Xếp hạng", width=14)]
    columns.append(Column("Tổng điểm", "points", 12))
    if has_votes:
        columns.append(Column("Phiếu đồng ý", width=16))
    columns += [Column("Hình thức quyết định", width=22), Column("Đề nghị", width=36)]
    rows = []
    for place, one in enumerate(nominations, start=1):
        cells: list[Any] = [place, one.unit.name, rank_word(one.rank) if one.rank else "—", one.score]
        if has_votes:
            cells.append(votes_in_words(one))
        cells += [one.agreed_how, one.award_type.name]
        rows.append(Row(tuple(cells), url=one.poll.get_absolute_url() if one.poll else ""))
    return Table(f"Danh sách đề nghị khen thưởng năm {cycle.year}", tuple(columns), tuple(rows))


def votes_in_words(nomination: Nomination) -> str:
    """“6/7”, or nothing where there was no ballot."""
    return f"{nomination.votes}/{nomination.votes_base}" if nomination.votes is not None else ""


def award_in_words(nomination: Nomination) -> str:
    """What a decision would give to a nominated unit, and where the province's word changed it."""
    given = queries.award_given(nomination)
    last = queries.last_word(nomination)
    note = f" (khối đề nghị {nomination.award_type})" if given != nomination.award_type else ""
    if last and last.verdict == AppraisalVerdict.RETURN:
        note = " (tỉnh đã trả lại)"
    return f"{nomination.unit}: {given}{note}"


def decision_echo(
    cycle: Cycle, nominations: Iterable[Nomination], number: str, signed_on: date, signatory: str
) -> Echo:
    """What a decision would be recorded as, prizes included; who is left out is said too."""
    chosen = list(nominations)
    left_out = [str(n.unit) for n in queries.nominations_of(cycle) if n not in chosen]
    head = f"Quyết định số {number.strip()} ngày {day(signed_on)}{f', {signatory.strip()} ký' if signatory.strip() else ''}."
    lines = []
    for one in chosen:
        prize = queries.prize_of(queries.award_given(one), cycle.bloc.province, signed_on)
        lines.append(
            f"{award_in_words(one)}; {f'tiền thưởng {money_text(prize.amount)}' if prize else 'không ghi tiền thưởng'}."
        )
    rest = f"Không được khen thưởng trong quyết định này: {'; '.join(left_out)}." if left_out else ""
    return Echo([head, *lines, *([rest] if rest else [])])


def poll_lines(poll: Poll) -> list[dict[str, Any]]:
    """The options of a poll with what is known of each; nothing before the count."""
    figures: Mapping[str, Any] = poll.result.get("options", {}) if poll.status in queries.SETTLED else {}
    elected = set(poll.result.get("winners", poll.result.get("elected", ())))
    tied = set(poll.result.get("tied", ()))
    return [
        {
            "option": option,
            "votes": figures.get(str(option.pk), {}).get("votes"),
            "base": figures.get(str(option.pk), {}).get("base"),
            "share": _share(figures.get(str(option.pk), {})),
            "sentence": figures.get(str(option.pk), {}).get("sentence", ""),
            "is_elected": poll.status in queries.SETTLED and str(option.pk) in elected,
            "is_tied": poll.status in queries.SETTLED and str(option.pk) in tied - elected,
        }
        for option in poll.options.all()
    ]


def _share(figures: Mapping[str, Any]) -> str:
    """“57,1%” of the base; nothing where nothing was counted."""
    if not figures.get("base"):
        return ""
    return percent_text(share(figures["votes"], figures["base"]))


def rule_lines(poll: Poll) -> list[str]:
    """The frozen rule in words; a consensus has no threshold to state."""
    if poll.form == DecisionForm.CONSENSUS:
        return []
    rule = rule_from_json(poll.rule)
    return [in_words(rule), *details_in_words(rule)]


def turnout(who: Standing, poll: Poll) -> str:
    """How many voted, once it is counted; before, those who close and count learn only that everybody did."""
    if poll.form != DecisionForm.ELECTRONIC:
        return ""
    if poll.status in queries.SETTLED:
        return f"{sum(one.has_voted for one in poll.roll.all())}/{len(poll.roll.all())} đã bỏ phiếu."
    may_end = not policies.create_poll(who, poll.cycle, poll.kind)
    if may_end and poll.status in (PollStatus.OPEN, PollStatus.CLOSED):
        return "Mọi đơn vị có mặt đã bỏ phiếu." if queries.everybody_voted(poll) else ""
    return ""


def secrecy_lines(poll: Poll) -> list[str]:
    """What a secret ballot cannot hide: before the count by its size, after it by the published figures."""
    if poll.form not in SECRET_FORMS:
        return []
    if queries.has_lost_key(poll):
        return [policies.LOST_KEY]
    roll = list(poll.roll.all())
    present = sum(entry.is_present for entry in roll)
    count = queries.settling_count(poll)
    if count is None:
        return opening_warnings(rule_from_json(poll.rule), present) if roll else []
    if poll.form == DecisionForm.ELECTRONIC and poll.seats == 1 and poll.is_choice:
        return pile_warnings((*(option.votes_for for option in count.options), count.blank, count.invalid))
    names = {str(option.pk): option.text for option in poll.options.all()}
    votes = tallies(count, entitled=len(roll), present=present, is_choice=poll.is_choice)
    lines = [
        f"{names[key]}: {line}"
        for key, tally in votes.items()
        if tally.votes_for
        for line in secrecy_warnings(tally, smallest=0)
    ]
    return [*lines, *size_warnings(count.collected)]


# Papers


def submission_paper(document: Document) -> Paper:
    """The letter that carries the bloc's proposals to the province (tờ trình)."""
    cycle = document.cycle
    table = nominations_table(cycle)
    held = [n.unit.name for n in queries.nominations_of(cycle) if n.hold_reason]
    polls = [poll for poll in queries.polls_of(cycle) if poll.status == PollStatus.CONFIRMED]
    context = {
        "cycle": cycle,
        "province": cycle.bloc.province,
        "table": table,
        "held": held,
        "award_polls": [
            {"poll": poll, "names": [line["option"].text for line in poll_lines(poll) if line["is_elected"]]}
            for poll in polls
            if poll.kind == PollKind.AWARD
        ],
        "by_consensus": all(poll.form == DecisionForm.CONSENSUS for poll in polls),
        "reasons": [n for n in queries.nominations_of(cycle) if n.order_reason],
    }
    return Paper("awards/pdf/submission.html", context, tuple(queries.submission_gaps(cycle)))


def count_minutes_paper(document: Document) -> Paper:
    """The minutes of counting (biên bản kiểm phiếu): only polls that had ballots."""
    polls = list(queries.counted_polls(document.cycle))
    context = {
        "cycle": document.cycle,
        "polls": [
            {
                "poll": poll,
                "count": queries.settling_count(poll),
                "valid": list(poll.counts.all())[-1].valid,
                "lines": poll_lines(poll),
                "rule": rule_lines(poll),
                "roll": list(poll.roll.all()),
                "present": sum(entry.is_present for entry in poll.roll.all()),
            }
            for poll in polls
        ],
        "member_count": members_of(document.cycle).count(),
    }
    missing = () if polls else ("Năm này không có cuộc bỏ phiếu kín nào đã kiểm phiếu.",)
    return Paper("awards/pdf/count_minutes.html", context, missing)


# Panels and archive


def cycle_panel(who: Standing, cycle: Cycle) -> Panel | None:
    """What the bloc proposed and what came of it."""
    if not (who.member_of or who.reads_all):
        return None
    nominations, entries = queries.nominations_in(cycle), queries.entries_in(cycle)
    if not nominations and not entries:
        return None
    return Panel(
        "Đề nghị và khen thưởng",
        "awards/_panel.html",
        {"nominations": nominations, "entries": entries},
        reverse("nominations", args=cycle.slugs),
    )


def province_panel(who: Standing, province: Province) -> Panel | None:
    """Dossiers at the province and holds."""
    if not who.reads_all:
        return None
    return Panel(
        "Hồ sơ đề nghị khen thưởng",
        "awards/_desk.html",
        {
            "province": province,
            "proposals": list(queries.proposals_of_province(province)),
            "holds": list(queries.holds_of(province)),
        },
    )


def nominations_xlsx(cycle: Cycle) -> bytes:
    return to_xlsx([Sheet("Đề nghị", nominations_table(cycle), (cycle.bloc.name,))])


def archive(cycle: Cycle) -> list[ArchiveItem]:
    if not queries.nominations_of(cycle).exists():
        return []
    return [ArchiveItem("khen-thuong/danh-sach-de-nghi.xlsx", lambda: nominations_xlsx(cycle))]


def laws_by_award(province: Province) -> list[dict[str, Any]]:
    """The law of awards as a province has recorded it: each award with its rows, the newest first."""
    laws: dict[int, list[Any]] = {}
    for law in queries.laws_of(province):
        laws.setdefault(law.award_type_id, []).append(law)
    return [{"award": award, "laws": laws.get(award.pk, [])} for award in queries.award_types()]
