"""Whether what is stored of votes and awards still follows from ballots, counts, rolls and the frozen rule."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db.models import F, Q

from awards.enums import DecisionForm, Outcome
from awards.models import Count, DecisionEntry, Nomination, Poll, Presentation, SealedBallot, Withdrawal
from awards.queries.counting import selection_of
from awards.queries.dossier import prize_of
from awards.queries.polls import SETTLED, figures_of, in_words, settling_count, whole_polls
from awards.rules import Count as CountFigures
from awards.rules import InvalidRule, count_ballots, differences, fingerprint, selection_to_json
from config.kit.text import day, number
from scoring.models import RankingRow
from scoring.rules import names_points

# What the frozen rule makes of a count. Where people or further steps broke a tie, `elected` came of them.
DECIDED = ("options", "sentence", "elected", "tied", "seats_left")


def figure_violations() -> list[str]:
    """Counts, results, nominations and prizes that are not what they were made of."""
    polls = list(whole_polls().filter(status__in=SETTLED))
    return [*_count_faults(polls), *_result_faults(polls), *_nomination_faults(), *_entry_faults()]


def _count_faults(polls: Sequence[Poll]) -> Iterator[str]:
    """Every count has the fingerprint of its figures; an electronic one is what the sealed ballots say."""
    for count in Count.objects.select_related("poll__cycle__bloc").order_by("pk"):
        if fingerprint(figures_of(count)) != count.fingerprint:
            yield f"{in_words(count.poll)}: kết quả kiểm phiếu không còn đúng dấu vân tay của nó."
    sealed: dict[int, list[Mapping[str, str]]] = {}
    for poll, choice in SealedBallot.objects.order_by("pk").values_list("poll", "choice"):
        sealed.setdefault(poll, []).append(choice)
    for poll in polls:
        if poll.form == DecisionForm.ELECTRONIC:
            names = {str(option.pk): option.text for option in poll.options.all()}
            counted = count_ballots(sealed.get(poll.pk, ()), list(names), issued=len(poll.roll.all()))
            yield from _recount_faults(poll, counted, names)


def _recount_faults(poll: Poll, counted: CountFigures, names: Mapping[str, str]) -> Iterator[str]:
    kept = settling_count(poll)
    if kept is None:
        yield f"{in_words(poll)}: đã có kết quả nhưng không có lần kiểm phiếu nào."
    elif fingerprint(kept) != fingerprint(counted):
        words = " ".join(differences(kept, counted, names))
        words = words.replace("người thứ nhất nhập", "kết quả ghi").replace(
            "người thứ hai nhập", "đếm lại được"
        )
        yield f"{in_words(poll)}: đếm lại phiếu niêm phong ra kết quả khác. {words}"


def _result_faults(polls: Iterable[Poll]) -> Iterator[str]:
    """The result is what the frozen rule makes of the settling count."""
    for poll in polls:
        figures = settling_count(poll)
        if figures is None:
            continue
        try:
            selection = selection_of(poll, figures)
        except InvalidRule as wrong:
            yield f"{in_words(poll)}: kết quả kiểm phiếu không thể đúng. {' '.join(wrong.reasons)}"
            continue
        is_tie = selection.outcome == Outcome.TIE
        decided, known = selection_to_json(selection), set(selection.elected) | set(selection.tied)
        asked = DECIDED[:1] if is_tie else DECIDED
        is_kept = all(poll.result.get(name) == decided[name] for name in asked)
        is_among = set(poll.result.get("elected", ())) <= known
        if not is_kept or not is_among or (not is_tie and poll.outcome != selection.outcome):
            yield f"{in_words(poll)}: kết quả không phải là kết quả mà số phiếu và quy tắc đã chốt đưa ra."
        winners = set(poll.result.get("winners", ()))
        if not winners <= known:
            yield f"{in_words(poll)}: ghi người trúng không phải là người được chọn."


def _nomination_faults() -> Iterator[str]:
    """Votes are those of the poll; rank and score stood in a ranking of the year."""
    rows = {
        (cycle, unit, rank, total)
        for cycle, unit, rank, total in RankingRow.objects.values_list("run__cycle", "unit", "rank", "total")
    }
    made = Nomination.objects.select_related("unit", "poll", "award_type", "cycle__bloc").order_by("pk")
    for one in made.prefetch_related("poll__options"):
        where = f"Đề nghị {one.award_type.name} cho {one.unit}, {one.cycle}"
        if one.poll is not None and (one.votes, one.votes_base) != _votes_of(one):
            yield f"{where}: số phiếu khác với kết quả bỏ phiếu."
        if one.rank is not None and (one.cycle_id, one.unit_id, one.rank, one.score) not in rows:
            yield f"{where}: hạng và tổng điểm không có trong bảng xếp hạng nào của năm."


def _votes_of(nomination: Nomination) -> tuple[int | None, int | None]:
    key = next((str(o.pk) for o in nomination.poll.options.all() if o.unit_id == nomination.unit_id), "")
    figures = nomination.poll.result.get("options", {}).get(key, {})
    return figures.get("votes"), figures.get("base")


def _entry_faults() -> Iterator[str]:
    """A prize is that of the law on its day, or at least the one its own basis tells: the law may be mended later."""
    entries = DecisionEntry.objects.select_related("decision__province", "award_type", "nomination")
    for entry in entries.order_by("pk"):
        where = f"Quyết định {entry.decision.number}, {entry.unit_name}"
        if entry.prize is not None and not names_points(entry.prize_basis, entry.prize):
            prize = prize_of(entry.award_type, entry.decision.province, entry.decision.signed_on)
            lawful = f"; mức theo quy định ngày ký là {number(prize.amount)} đồng" if prize else ""
            yield f"{where}: tiền thưởng {number(entry.prize)} đồng khác với cách tính đã ghi{lawful}."
        if entry.nomination and (entry.nomination.unit_id, entry.nomination.cycle_id) != (
            entry.unit_id,
            entry.cycle_id,
        ):
            yield f"{where}: mục khen thưởng nối với đề nghị của đơn vị hoặc năm khác."
    for model, name, words in (
        (Presentation, "presented_on", "trao"),
        (Withdrawal, "withdrawn_on", "thu hồi"),
    ):
        early = model.objects.filter(Q(**{f"{name}__lt": F("entry__decision__signed_on")}))
        for one in early.select_related("entry__decision").order_by("pk"):
            yield (
                f"Quyết định {one.entry.decision.number}, {one.entry.unit_name}: ngày {words} "
                f"{day(getattr(one, name))} trước ngày ký {day(one.entry.decision.signed_on)}."
            )
