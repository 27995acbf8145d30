import pytest

from tests.factories.scoring import ScoringYear


@pytest.fixture
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


@pytest.fixture
def year(db, data_dir):
    return ScoringYear()
