import pytest

from blocs.queries import wired

OWN_TABLES = (
    "TODO_SOURCES", "CYCLE_PANELS", "PROVINCE_PANELS", "MEMBER_NOTES", "SEARCH_SOURCES", "INVARIANTS", "AUDIT_VERBS",
    "NIGHTLY_JOBS",
)  # fmt: skip


def forget_wiring():
    wired.sources.cache_clear()
    wired.gates_of.cache_clear()


@pytest.fixture(autouse=True)
def only_blocs(settings):
    """The tests of this app hear of no app above it."""

    def own(paths):
        return [path for path in paths if path.startswith("blocs.")]

    settings.PHASE_GATES = {phase: own(paths) for phase, paths in settings.PHASE_GATES.items()}
    for table in OWN_TABLES:
        setattr(settings, table, own(getattr(settings, table)))
    forget_wiring()
    yield
    forget_wiring()


@pytest.fixture
def wire(settings):
    """Wire functions of a test into one of the tables: `wire(TODO_SOURCES=[...])`."""

    def into(**tables):
        for table, paths in tables.items():
            setattr(settings, table, paths)
        forget_wiring()

    return into


@pytest.fixture
def browse(client):
    """A client signed in as a person."""

    def as_person(user):
        client.force_login(user)
        return client

    return as_person
