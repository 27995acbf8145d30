"""Where a lower app hears from the apps above it: dotted paths, read by one loop each (DESIGN §1)."""

# Phase → what must hold before a cycle enters it. `def gate(cycle) -> blocs.rules.Check`.
PHASE_GATES: dict[str, list[str]] = {
    "preparing": [],
    "launching": ["blocs.gates.chair_is_set", "blocs.gates.members_are_set"],
    "executing": ["documents.gates.regulation_issued"],
    "self_scoring": [],
    "verifying": [],
    "reviewing": [],
    "submitted": [
        "awards.gates.no_poll_is_open",
        "awards.gates.dossier_submitted",
        "awards.gates.next_chair_elected",
    ],
    "appraising": ["awards.gates.dossier_submitted"],
    "decided": ["awards.gates.dossier_appraised", "awards.gates.decision_recorded"],
    "closed": ["awards.gates.decision_recorded", "blocs.gates.handover_confirmed"],
}

# What a person has to do now. `def todos_for(user, at) -> list[blocs.rules.Todo]`.
TODO_SOURCES: list[str] = [
    "blocs.queries.handover_todos_for",
    "documents.queries.todos_for",
    "awards.queries.todos_for",
]

# An app's sheet on the cycle page, in this order. `def cycle_panel(who, cycle) -> blocs.rules.Panel | None`.
CYCLE_PANELS: list[str] = [
    "awards.reports.cycle_panel",
]

# An app's sheet on the provincial desk. `def province_panel(who, province) -> blocs.rules.Panel | None`.
PROVINCE_PANELS: list[str] = [
    "awards.reports.province_panel",
]

# An app's files in a cycle's archive. `def archive(cycle) -> list[blocs.rules.ArchiveItem]`.
ARCHIVE_SOURCES: list[str] = [
    "documents.reports.archive",
    "awards.reports.archive",
]

# What the search page finds. `def search_for(user, words, at) -> list[blocs.rules.Hit]`.
SEARCH_SOURCES: list[str] = [
    "blocs.queries.search_for",
    "documents.queries.search_for",
    "awards.queries.search_for",
]

# What must hold in the whole database. `def violations() -> list[str]`.
INVARIANTS: list[str] = [
    "blocs.queries.violations",
    "documents.queries.violations",
    "awards.queries.violations",
]

# Kind of paper → its builder. `def some_paper(document) -> documents.rules.Paper`.
PAPER_BUILDERS: dict[str, str] = {
    "minutes_count": "awards.reports.count_minutes_paper",
    "submission": "awards.reports.submission_paper",
}
