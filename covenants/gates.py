"""What covenants ask before a year moves on; both may be passed with a reason (DESIGN §7)."""

from django.urls import reverse

from blocs.enums import MilestoneKind
from blocs.models import Cycle
from blocs.queries import due_on, members_of
from blocs.rules import Check
from covenants.enums import CovenantStatus, Period
from covenants.queries import DUE, covenant_in_force, parties_waiting, results_url, sent_units


def covenant_signed(cycle: Cycle) -> Check:
    missing, turn = _unsigned(cycle)
    return Check(
        claim="Các đơn vị đã ký giao ước thi đua",
        missing=missing,
        turn=turn,
        is_hard=False,
        url=reverse("covenant", args=cycle.slugs),
        due_on=due_on(cycle, MilestoneKind.COVENANT),
    )


def _unsigned(cycle: Cycle) -> tuple[tuple[str, ...], str]:
    chair = cycle.bloc.province.chair_word
    covenant = covenant_in_force(cycle)
    if covenant is None:
        return ("Chưa có giao ước thi đua được thống nhất.",), chair
    if covenant.status == CovenantStatus.ADOPTED:
        return ("Giao ước đã thống nhất, chưa mời các đơn vị ký.",), chair
    waiting = parties_waiting(covenant)
    if not waiting:
        return (), ""
    return (f"Còn {len(waiting)} bên chưa ký giao ước: {', '.join(waiting)}.",), "Đơn vị chưa ký"


def midyear_results_sent(cycle: Cycle) -> Check:
    sent = sent_units(cycle, Period.MID)
    names = [member.unit.short_name for member in members_of(cycle) if member.unit_id not in sent]
    return Check(
        claim="Các đơn vị đã gửi kết quả 6 tháng đầu năm",
        missing=(f"Còn {len(names)} đơn vị chưa gửi: {', '.join(names)}.",) if names else (),
        turn="Đơn vị chưa gửi" if names else "",
        is_hard=False,
        url=results_url(cycle, Period.MID),
        due_on=due_on(cycle, DUE[Period.MID]),
    )
