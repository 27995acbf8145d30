"""Where a lower app hears from the apps above it: dotted paths, read by one loop each (DESIGN §1)."""

# Phase → what must hold before a cycle enters it. `def gate(cycle) -> blocs.rules.Check`.
PHASE_GATES: dict[str, list[str]] = {
    "preparing": [],
    "launching": ["blocs.gates.chair_is_set", "blocs.gates.members_are_set"],
    "executing": [],
    "self_scoring": [],
    "verifying": [],
    "reviewing": [],
    "submitted": [],
    "appraising": [],
    "decided": [],
    "closed": ["blocs.gates.handover_confirmed"],
}

# What a person has to do now. `def todos_for(user, at) -> list[blocs.rules.Todo]`.
TODO_SOURCES: list[str] = [
    "blocs.queries.handover_todos_for",
]

# An app's sheet on the cycle page, in this order. `def cycle_panel(who, cycle) -> blocs.rules.Panel | None`.
CYCLE_PANELS: list[str] = []

# An app's sheet on the provincial desk. `def province_panel(who, province) -> blocs.rules.Panel | None`.
PROVINCE_PANELS: list[str] = []

# An app's files in a cycle's archive. `def archive(cycle) -> list[blocs.rules.ArchiveItem]`.
ARCHIVE_SOURCES: list[str] = []

# What the search page finds. `def search_for(user, words, at) -> list[blocs.rules.Hit]`.
SEARCH_SOURCES: list[str] = [
    "blocs.queries.search_for",
]

# What must hold in the whole database. `def violations() -> list[str]`.
INVARIANTS: list[str] = [
    "blocs.queries.violations",
]

# Kind of paper → its builder. `def some_paper(document) -> documents.rules.Paper`.
PAPER_BUILDERS: dict[str, str] = {}
