import pytest

from documents.enums import DocumentKind
from documents.gates import regulation_issued

pytestmark = pytest.mark.django_db


def test_plan_and_regulation_are_only_warned_about(year):
    check = regulation_issued(year.cycle)

    assert check.missing == ("Chưa ban hành kế hoạch của khối.", "Chưa ban hành quy chế của khối.")
    assert not check.is_hard
    year.issued(DocumentKind.PLAN)
    year.issued(DocumentKind.REGULATION)
    assert regulation_issued(year.cycle).holds
