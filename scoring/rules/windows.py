"""What may be done to scores in which phase of the year (ACTION → phases, DESIGN §7)."""

from collections.abc import Mapping

from blocs.enums import Phase

OPEN_IN: Mapping[str, frozenset[Phase]] = {
    # Regulation and scoreboard may come after the year began (DOMAIN §9).
    "draft_scoreboard": frozenset({Phase.PREPARING, Phase.LAUNCHING, Phase.EXECUTING, Phase.SELF_SCORING}),
    "adopt_scoreboard": frozenset({Phase.PREPARING, Phase.LAUNCHING, Phase.EXECUTING, Phase.SELF_SCORING}),
    # A card that was returned is mended while the bloc is checking.
    "score_self": frozenset({Phase.SELF_SCORING, Phase.VERIFYING}),
    "verify": frozenset({Phase.SELF_SCORING, Phase.VERIFYING}),
    "agree": frozenset({Phase.VERIFYING, Phase.REVIEWING}),
    "rank": frozenset({Phase.REVIEWING}),
    "appraise": frozenset({Phase.SUBMITTED, Phase.APPRAISING}),
}
