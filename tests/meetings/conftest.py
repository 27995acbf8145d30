import pytest

from blocs.enums import Phase
from tests.factories.meetings import KienGiang


@pytest.fixture
def kg(db):
    return KienGiang()


@pytest.fixture
def executing(db):
    return KienGiang(Phase.EXECUTING)
