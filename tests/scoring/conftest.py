import pytest

from tests.factories.scoring import ScoringYear


@pytest.fixture
def year(db):
    return ScoringYear()


@pytest.fixture
def at_door(client):
    """The same browser, signed in as whoever is named."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in
