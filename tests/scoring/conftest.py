import pytest

from tests.factories.scoring import ScoringYear


@pytest.fixture
def year(db):
    return ScoringYear()
