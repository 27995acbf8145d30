import pytest

from documents import reports
from tests.factories.documents import Year


@pytest.fixture
def year(db):
    return Year()


@pytest.fixture(autouse=True)
def no_builders_from_above(settings):
    """Papers here are typed ones: no app above writes them from its own rows."""
    settings.PAPER_BUILDERS = {}
    reports._builders.cache_clear()
    yield
    reports._builders.cache_clear()
