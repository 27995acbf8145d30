from datetime import date

import pytest

from documents import services
from documents.enums import DocumentKind
from documents.gates import regulation_issued, signed_papers_issued
from documents.queries import todos_for
from tests.factories.documents import at

pytestmark = pytest.mark.django_db


def test_plan_and_regulation_are_only_warned_about(year):
    check = regulation_issued(year.cycle)

    assert check.missing == ("Chưa ban hành kế hoạch của khối.", "Chưa ban hành quy chế của khối.")
    assert not check.is_hard
    year.issued(DocumentKind.PLAN)
    year.issued(DocumentKind.REGULATION)
    assert regulation_issued(year.cycle).holds


def test_a_paper_that_all_have_signed_is_issued_before_the_year_ends(year):
    paper = year.final(DocumentKind.COVENANT, title="Bản giao ước", subject="Năm 2019")
    signings = services.ask_signatures(document=paper, units=year.units, by=year.chair, at=at(2019, 5, 1))
    moment = {"at": at(2019, 5, 2)}

    def lacks():
        return signed_papers_issued(year.cycle).missing, [
            todo.text for todo in todos_for(year.chair, at(2019, 5, 3))
        ]

    assert lacks() == ((), [])
    for signing, head in zip(signings, year.heads, strict=True):
        assert lacks() == ((), [])
        services.sign_document(signing=signing, by=head, **moment)
    assert signed_papers_issued(year.cycle).is_hard
    assert signed_papers_issued(year.cycle).url == paper.get_absolute_url()
    assert lacks() == (
        ("Bản giao ước Năm 2019 đã ký đủ nhưng chưa ban hành. Hãy mở văn bản rồi ban hành.",),
        ["Ban hành Bản giao ước Năm 2019: các bên đã ký"],
    )
    assert todos_for(year.officers[1], at(2019, 5, 3)) == []
    services.issue_document(
        document=paper, issued_on=date(2019, 5, 2), number="01", symbol="GƯ-KTĐ4", by=year.chair, **moment
    )
    assert lacks() == ((), [])
