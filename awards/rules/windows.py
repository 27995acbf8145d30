"""What may be done to votes and awards in which phase of the year (ACTION → phases, DESIGN §7)."""

from collections.abc import Mapping

from blocs.enums import Phase

OPEN_IN: Mapping[str, frozenset[Phase]] = {
    # A summary meeting may be held in any phase from reviewing to decided; it elects also after the dossier went.
    "hold_poll": frozenset({Phase.REVIEWING, Phase.SUBMITTED, Phase.APPRAISING, Phase.DECIDED}),
    "change_nominations": frozenset({Phase.REVIEWING}),
    "submit_proposal": frozenset({Phase.REVIEWING, Phase.SUBMITTED}),
    "appraise": frozenset({Phase.SUBMITTED, Phase.APPRAISING}),
    "record_decision": frozenset({Phase.APPRAISING, Phase.DECIDED}),
}
