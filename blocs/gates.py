"""What blocs ask before a year moves on."""

from django.urls import reverse

from blocs.enums import Office
from blocs.models import Cycle, Handover, Membership, Term
from blocs.rules import Check


def chair_is_set(cycle: Cycle) -> Check:
    has_chair = Term.objects.filter(cycle=cycle, office=Office.CHAIR, to_on=None).exists()
    return Check(
        claim="Năm thi đua có Khối trưởng",
        missing=() if has_chair else ("Chưa có Khối trưởng của năm này. Hãy ghi nhiệm kỳ Khối trưởng.",),
        turn="Cơ quan thường trực",
        url=reverse("cycle_members", args=cycle.slugs),
    )


def members_are_set(cycle: Cycle) -> Check:
    count = Membership.objects.filter(cycle=cycle, left_on=None).count()
    return Check(
        claim="Khối có đơn vị thành viên",
        missing=() if count >= 2 else ("Khối cần ít nhất hai đơn vị thành viên.",),
        turn="Cơ quan thường trực",
        url=reverse("cycle_members", args=cycle.slugs),
    )


def handover_confirmed(cycle: Cycle) -> Check:
    done = Handover.objects.filter(from_term__cycle=cycle, received_at__isnull=False).exists()
    return Check(
        claim="Đã bàn giao Khối trưởng",
        missing=() if done else ("Bàn giao Khối trưởng chưa được hai bên xác nhận.",),
        turn="Khối trưởng năm cũ và năm mới",
        is_hard=False,
        url=reverse("handover", args=cycle.slugs),
    )
