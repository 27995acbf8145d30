"""Papers and files that are not what was issued are found by their titles and numbers."""

import pytest

from config.kit import blobs
from documents.models import IssuedFile
from documents.queries import violations
from tests.factories.documents import Year
from tests.factories.law import by_the_owner
from tests.factories.planted import plant, plant_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    return Year()


def named(paper, year):
    return f"“{paper} ({paper.number_line})”, {year.cycle}"


@pytest.mark.parametrize("harm", ["changed bytes", "missing file", "another size", "another hash"])
def test_an_issued_paper_whose_bytes_are_others_is_found(year, harm):
    paper = year.issued()
    assert violations() == []
    kept = IssuedFile.objects.get(document=paper)
    path = blobs.path_of(kept.sha256)
    {
        "changed bytes": lambda: path.write_bytes(path.read_bytes().replace(b"%PDF", b"%PDG", 1)),
        "missing file": path.unlink,
        "another size": lambda: plant_in(kept, size=kept.size + 1),
        "another hash": lambda: plant_in(kept, sha256="0" * 64),
    }[harm]()

    assert violations() == [f"Bản lưu của văn bản {named(paper, year)} bị mất hoặc đã khác."]


def test_a_paper_without_kept_file_and_a_draft_with_one_are_found(year):
    paper, other = year.issued(), year.issued(number="08")
    plant("DELETE FROM documents_issuedfile WHERE document_id = %s", paper.pk)
    unissued = {"number": "", "issued_on": None, "issued_at": None, "issued_by_id": None}
    plant_in(other, status="final", **unissued)

    assert violations() == [
        f"Văn bản {named(paper, year)} đã ban hành nhưng không có bản lưu.",
        f"Văn bản “{other}”, {year.cycle} chưa ban hành nhưng có bản lưu.",
    ]


def test_a_replaced_paper_without_the_one_that_replaces_it_is_found(year):
    paper = year.issued()
    plant_in(paper, status="replaced", ended_at=paper.issued_at, ended_by_id=paper.issued_by_id)

    assert violations() == [
        f"Văn bản {named(paper, year)} được thay thế nhưng không có văn bản thay thế đã ban hành."
    ]


def test_a_number_given_twice_is_found_whatever_index_is_gone(year):
    first, second = year.issued(), year.issued(number="08")
    by_the_owner("DROP INDEX document_number_once_a_year")
    plant_in(second, number=first.number, symbol=first.symbol)

    assert violations() == [
        f"Số {first.number}/{first.symbol} được cấp cho 2 văn bản trong năm {first.issued_on.year}."
    ]
