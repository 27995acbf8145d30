import pytest

from tests.factories.covenants import CovenantYear


@pytest.fixture
def year(db):
    return CovenantYear()
