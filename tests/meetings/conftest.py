import pytest

from blocs.enums import Phase
from tests.factories.meetings import KienGiang


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


@pytest.fixture
def kg(db):
    return KienGiang()


@pytest.fixture
def executing(db):
    return KienGiang(Phase.EXECUTING)
