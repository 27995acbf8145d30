"""What papers ask before a year moves on."""

from django.urls import reverse

from blocs.models import Cycle
from blocs.rules import Check
from documents.enums import DocumentKind, DocumentStatus
from documents.models import Document


def regulation_issued(cycle: Cycle) -> Check:
    """Plan and regulation may come after the year began: this only warns (DOMAIN §9)."""
    issued = set(
        Document.objects.filter(cycle=cycle, status=DocumentStatus.ISSUED).values_list("kind", flat=True)
    )
    wanted = (DocumentKind.PLAN, DocumentKind.REGULATION)
    return Check(
        claim="Kế hoạch và quy chế của khối đã ban hành",
        missing=tuple(
            f"Chưa ban hành {kind.label.lower()} của khối." for kind in wanted if kind not in issued
        ),
        turn="Khối trưởng",
        is_hard=False,
        url=reverse("cycle_documents", args=cycle.slugs),
    )
