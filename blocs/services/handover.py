"""The passing of the chair from one year to the next, confirmed by both sides."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from blocs import policies
from blocs.enums import Office
from blocs.models import Cycle, Handover, Term
from blocs.queries import standing_in
from blocs.services.locks import lock_cycle, lock_cycles
from config.kit.audit import audited
from config.kit.refusals import Refused, refuse


@transaction.atomic
def prepare_handover(*, cycle: Cycle, items: str, by: User, at: datetime) -> Handover:
    """Write down what the outgoing chair hands to the next; both sides then confirm."""
    following = Cycle.objects.filter(bloc=cycle.bloc_id, year=cycle.year + 1).first()
    if following is None:
        raise Refused(["Chưa mở năm thi đua sau. Hãy mở năm sau trước khi bàn giao."])
    cycle, following = lock_cycles(cycle.pk, following.pk)
    existing = Handover.objects.filter(from_term__cycle=cycle).first()
    refuse(policies.prepare_handover(standing_in(cycle, by, at), cycle, existing))
    giving = Term.objects.filter(cycle=cycle, office=Office.CHAIR, to_on=None).first()
    taking = Term.objects.filter(cycle=following, office=Office.CHAIR, to_on=None).first()
    if giving is None or taking is None:
        raise Refused(["Chưa có Khối trưởng của năm sau. Hãy xác nhận kết quả bầu trước."])
    with audited("blocs.handover.prepared", by=by):
        handover, _ = Handover.objects.update_or_create(
            from_term=giving, defaults={"to_term": taking, "items": items}
        )
    return handover


@transaction.atomic
def give_handover(*, handover: Handover, by: User, at: datetime) -> Handover:
    """The outgoing chair's head confirms having handed everything over."""
    cycle = lock_cycle(handover.from_term.cycle_id)
    handover = Handover.objects.select_related("from_term", "to_term").get(pk=handover.pk)
    refuse(policies.give_handover(standing_in(cycle, by, at), handover))
    handover.given_at, handover.given_by = at, by
    with audited("blocs.handover.given", by=by):
        handover.save(update_fields=["given_at", "given_by"])
    return handover


@transaction.atomic
def receive_handover(*, handover: Handover, by: User, at: datetime) -> Handover:
    """The new chair's head confirms having received everything."""
    cycle = lock_cycle(handover.from_term.cycle_id)
    handover = Handover.objects.select_related("from_term", "to_term").get(pk=handover.pk)
    refuse(policies.receive_handover(standing_in(cycle, by, at), handover))
    handover.received_at, handover.received_by = at, by
    with audited("blocs.handover.received", by=by):
        handover.save(update_fields=["received_at", "received_by"])
    return handover
