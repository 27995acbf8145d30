"""Where a lower app hears from the apps above it: dotted paths, read by one loop each (DESIGN §1)."""

# Phase → what must hold before a cycle enters it. `def gate(cycle) -> blocs.rules.Check`.
PHASE_GATES: dict[str, list[str]] = {
    "preparing": [],
    "launching": ["blocs.gates.chair_is_set", "blocs.gates.members_are_set"],
    "executing": ["covenants.gates.covenant_signed", "documents.gates.regulation_issued"],
    "self_scoring": ["scoring.gates.scoreboard_adopted", "covenants.gates.midyear_results_sent"],
    "verifying": ["scoring.gates.every_card_sent"],
    "reviewing": ["scoring.gates.every_card_verified"],
    "submitted": [
        "scoring.gates.ranking_adopted",
        "meetings.gates.review_or_summary_held",
        "meetings.gates.minutes_issued",
        "awards.gates.no_poll_is_open",
        "awards.gates.dossier_submitted",
        "awards.gates.next_chair_elected",
    ],
    "appraising": ["awards.gates.dossier_submitted"],
    "decided": ["awards.gates.dossier_appraised", "awards.gates.decision_recorded"],
    "closed": [
        "awards.gates.decision_recorded",
        "documents.gates.signed_papers_issued",
        "blocs.gates.handover_confirmed",
    ],
}

# Whose roles ask for a second step of signing in. `def needs(user, at) -> bool`.
SECOND_STEP_POLICY = "blocs.queries.needs_second_step"

# What an app adds to a new province. `def begin(*, province) -> None`, inside the act that founds it.
PROVINCE_BEGINNINGS: list[str] = [
    "awards.services.begin_with_national_law",
]

# The way of a new province to its first year, in this order. `def first_steps(province, at) -> list[blocs.rules.Step]`.
FIRST_STEPS: list[str] = [
    "blocs.queries.first_steps",
    "scoring.queries.first_steps",
]

# What a person has to do now. `def todos_for(user, at) -> list[blocs.rules.Todo]`.
TODO_SOURCES: list[str] = [
    "blocs.queries.first_steps_todos_for",
    "blocs.queries.handover_todos_for",
    "blocs.queries.chair_todos_for",
    "blocs.queries.next_step_todos_for",
    "documents.queries.todos_for",
    "awards.queries.todos_for",
    "meetings.queries.todos_for",
    "covenants.queries.todos_for",
    "scoring.queries.todos_for",
    "scoring.queries.cross_todos_for",
    "scoring.queries.appeal_todos_for",
]

# An app's sheet on the cycle page, in this order. `def cycle_panel(who, cycle) -> blocs.rules.Panel | None`.
CYCLE_PANELS: list[str] = [
    "covenants.reports.cycle_panel",
    "scoring.reports.cycle_panel",
    "awards.reports.cycle_panel",
    "meetings.reports.cycle_panel",
]

# An app's sheet on the provincial desk. `def province_panel(who, province) -> blocs.rules.Panel | None`.
PROVINCE_PANELS: list[str] = [
    "awards.reports.province_panel",
]

# What an app says of each member on the desk, e.g. who is late.
# `def member_notes(province, year, at) -> dict[tuple[cycle_pk, unit_pk], blocs.rules.MemberNote]`.
MEMBER_NOTES: list[str] = [
    "covenants.queries.member_notes",
]

# An app's files in a cycle's archive. `def archive(cycle) -> list[blocs.rules.ArchiveItem]`.
ARCHIVE_SOURCES: list[str] = [
    "documents.reports.archive",
    "awards.reports.archive",
    "meetings.reports.archive",
    "covenants.reports.archive",
    "scoring.reports.archive",
]

# What the search page finds. `def search_for(user, words, at) -> list[blocs.rules.Hit]`.
SEARCH_SOURCES: list[str] = [
    "blocs.queries.search_for",
    "documents.queries.search_for",
    "awards.queries.search_for",
    "meetings.queries.search_for",
    "covenants.queries.search_for",
    "scoring.queries.search_for",
]

# Files that only the pages of an app may show to others than their own unit, so that one law decides who sees them.
# `def private_uploads() -> QuerySet` of their keys.
PRIVATE_UPLOADS: list[str] = [
    "scoring.queries.evidence_uploads",
]

# What must hold in the whole database. `def violations() -> list[str]`.
INVARIANTS: list[str] = [
    "blocs.queries.chain_violations",
    "blocs.queries.journal_violations",
    "blocs.queries.violations",
    "documents.queries.violations",
    "awards.queries.violations",
    "awards.queries.figure_violations",
    "meetings.queries.violations",
    "covenants.queries.violations",
    "scoring.queries.violations",
]

# The verbs of the journal in the words of officials: tables verb → words.
AUDIT_VERBS: list[str] = [
    "accounts.rules.VERBS",
    "blocs.rules.VERBS",
    "documents.rules.VERBS",
    "covenants.rules.VERBS",
    "scoring.rules.VERBS",
    "awards.rules.VERBS",
    "meetings.rules.VERBS",
]

# Acts that ask who is sitting there: the name of an address → how many seconds ago at most the person signed in or
# confirmed. Nobody is asked in front of the room: opening a meeting asks within the hour, what follows in it has the
# rest of half a day.
HOUR, MEETING = 60 * 60, 5 * 60 * 60
FRESH_SIGN_IN: dict[str, int] = {
    "person_new": HOUR,
    "person_appoint": HOUR,
    "appointment_end": HOUR,
    "person_link": HOUR,
    "person_mailbox": HOUR,
    "own_mailbox": HOUR,
    "second_step_ask": HOUR,
    "second_step_confirm": HOUR,
    "officers": HOUR,
    "term_start": HOUR,
    "directory_import": HOUR,
    "directory_links_print": HOUR,
    "directory_links_send": HOUR,
    "document_issue": HOUR,
    "document_withdraw": HOUR,
    "guidance_publish": HOUR,
    "decision_record": HOUR,
    "entry_correct": HOUR,
    "award_withdraw": HOUR,
    "meeting_open": HOUR,
    "item_poll": MEETING,
    "item_consensus": MEETING,
    "poll_close": MEETING,
    "poll_count": MEETING,
    "poll_confirm": MEETING,
    "poll_void": MEETING,
}

# What `manage.py nightly` cleans up. `def job(*, at) -> object`; what it returns is printed.
NIGHTLY_JOBS: list[str] = [
    "accounts.limits.forget_old",
    "documents.services.remove_orphan_files",
    "awards.services.destroy_old_keys",
    "config.kit.once.forget_sent",
]

# Kind of paper → its builder. `def some_paper(document) -> documents.rules.Paper`.
PAPER_BUILDERS: dict[str, str] = {
    "minutes_count": "awards.reports.count_minutes_paper",
    "submission": "awards.reports.submission_paper",
    "invitation": "meetings.reports.invitation_paper",
    "minutes_meeting": "meetings.reports.minutes_paper",
    "minutes_review": "meetings.reports.minutes_paper",
    "annual_report": "meetings.reports.report_paper",
    "midyear_report": "meetings.reports.report_paper",
    "covenant": "covenants.reports.covenant_paper",
    "score_report": "scoring.reports.score_report_paper",
}
