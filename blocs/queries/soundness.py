"""What must hold of blocs and years and does not, in words that name the year and the unit."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations, groupby, pairwise

from django.db.models import Exists, F, OuterRef, Q

from blocs.enums import Office, Phase
from blocs.models import Appointment, Cycle, Handover, Membership, PhaseMove, Term
from blocs.rules import EXCLUSIVE
from config.kit.text import day


def violations() -> list[str]:
    """The same number of queries whatever the years hold."""
    return [*_chairs(), *_overlaps(), *_strangers(), *_handovers(), *_phases(), *_both_sides()]


def _chairs() -> Iterator[str]:
    without = Cycle.objects.exclude(phase__in=(Phase.PREPARING, Phase.CLOSED)).exclude(
        Exists(Term.objects.filter(cycle=OuterRef("pk"), office=Office.CHAIR, to_on=None))
    )
    for cycle in without.select_related("bloc").order_by("pk"):
        yield f"{cycle} ở giai đoạn “{cycle.get_phase_display()}” nhưng không có Khối trưởng."
    outsiders = Term.objects.filter(to_on=None).exclude(
        Exists(Membership.objects.filter(cycle=OuterRef("cycle"), unit=OuterRef("unit")))
    )
    for term in outsiders.select_related("unit", "cycle__bloc").order_by("pk"):
        yield f"{term.get_office_display()} của {term.cycle}: {term.unit} không phải thành viên của khối."


def _overlaps() -> Iterator[str]:
    """Two chairs of one year on one day; the day on which one follows the other is both's."""
    terms = Term.objects.filter(office=Office.CHAIR).select_related("unit", "cycle__bloc")
    in_order = terms.order_by("cycle", "from_on", F("to_on").asc(nulls_last=True), "pk")
    for _, held in groupby(in_order, key=lambda term: term.cycle_id):
        for before, after in pairwise(held):
            if before.to_on is None or before.to_on > after.from_on:
                yield (
                    f"{after.cycle}: {before.unit} và {after.unit} cùng là Khối trưởng từ ngày {day(after.from_on)}."
                )


def _both_sides() -> Iterator[str]:
    """People who hold, at one time, two roles that control each other."""
    held = Appointment.objects.select_related("user").order_by("user", "from_on", "pk")
    for _, roles in groupby(held, key=lambda one: one.user_id):
        for one, other in combinations(roles, 2):
            if frozenset({one.role, other.role}) in EXCLUSIVE and other.from_on <= _last_day(one):
                yield (
                    f"{one.user} cùng lúc là “{one.get_role_display()}” và “{other.get_role_display()}” "
                    f"từ ngày {day(max(one.from_on, other.from_on))}; hai vai trò này kiểm tra lẫn nhau."
                )


def _last_day(role: Appointment) -> date:
    """The last day on which a role gives rights; one that was ended at once is over on its day."""
    return (role.to_on or date.max) - timedelta(days=role.ended_at is not None)


def _strangers() -> Iterator[str]:
    foreign = Membership.objects.exclude(unit__province=F("cycle__bloc__province"))
    for member in foreign.select_related("unit", "cycle__bloc").order_by("pk"):
        yield f"{member.unit} là thành viên của {member.cycle} nhưng thuộc tỉnh khác."


def _handovers() -> Iterator[str]:
    wrong = Handover.objects.filter(
        ~Q(from_term__cycle__bloc=F("to_term__cycle__bloc"))
        | Q(to_term__cycle__year__lt=F("from_term__cycle__year"))
        | ~Q(from_term__office=Office.CHAIR, to_term__office=Office.CHAIR)
    )
    for one in wrong.select_related("from_term__cycle__bloc", "from_term__unit", "to_term__unit").order_by(
        "pk"
    ):
        yield (
            f"Bàn giao của {one.from_term.cycle} từ {one.from_term.unit} sang {one.to_term.unit} "
            "không phải giữa hai Khối trưởng của một khối."
        )


def _phases() -> Iterator[str]:
    """A year stands where its recorded moves have brought it."""
    moved: dict[int, list[PhaseMove]] = {}
    for move in PhaseMove.objects.order_by("pk"):
        moved.setdefault(move.cycle_id, []).append(move)
    for cycle in Cycle.objects.select_related("bloc").order_by("pk"):
        moves = moved.get(cycle.pk, [])
        path = [Phase.PREPARING, *(move.to_phase for move in moves)]
        if path[-1] != cycle.phase or any(
            move.from_phase != at for move, at in zip(moves, path, strict=False)
        ):
            yield f"{cycle} ở giai đoạn “{cycle.get_phase_display()}” mà các lần chuyển đã ghi không dẫn tới."
