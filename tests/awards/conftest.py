import pytest

from tests.factories.awards import AwardYear


@pytest.fixture
def year(db):
    return AwardYear()
