"""What may be done to scores in which phase of the year (ACTION → phases, DESIGN §7)."""

from collections.abc import Mapping

from blocs.enums import Phase
from scoring.enums import ScorecardState

OPEN_IN: Mapping[str, frozenset[Phase]] = {
    # Regulation and scoreboard may come after the year began (DOMAIN §9).
    "draft_scoreboard": frozenset({Phase.PREPARING, Phase.LAUNCHING, Phase.EXECUTING, Phase.SELF_SCORING}),
    "adopt_scoreboard": frozenset({Phase.PREPARING, Phase.LAUNCHING, Phase.EXECUTING, Phase.SELF_SCORING}),
    # A card that was returned is mended while the bloc is checking.
    "score_self": frozenset({Phase.SELF_SCORING, Phase.VERIFYING}),
    "verify": frozenset({Phase.SELF_SCORING, Phase.VERIFYING}),
    "plan_cross_check": frozenset(
        {Phase.PREPARING, Phase.LAUNCHING, Phase.EXECUTING, Phase.SELF_SCORING, Phase.VERIFYING}
    ),
    "cross_check": frozenset({Phase.SELF_SCORING, Phase.VERIFYING}),
    "close_cross_check": frozenset({Phase.SELF_SCORING, Phase.VERIFYING, Phase.REVIEWING}),
    "answer_appeal": frozenset({Phase.SELF_SCORING, Phase.VERIFYING, Phase.REVIEWING}),
    "open_appeal": frozenset({Phase.SELF_SCORING, Phase.VERIFYING, Phase.REVIEWING}),
    "decide_appeal": frozenset({Phase.SELF_SCORING, Phase.VERIFYING, Phase.REVIEWING}),
    "waive_lateness": frozenset({Phase.SELF_SCORING, Phase.VERIFYING, Phase.REVIEWING}),
    "agree": frozenset({Phase.VERIFYING, Phase.REVIEWING}),
    "open_comparison": frozenset({Phase.SELF_SCORING, Phase.VERIFYING, Phase.REVIEWING}),
    "rank": frozenset({Phase.REVIEWING}),
    "appraise": frozenset({Phase.SUBMITTED, Phase.APPRAISING}),
}

# Every legal step of a card; the database refuses all others.
CARD_MOVES: Mapping[str, tuple[str, ...]] = {
    ScorecardState.DRAFT: (ScorecardState.PROPOSED, ScorecardState.SENT),
    ScorecardState.PROPOSED: (ScorecardState.SENT, ScorecardState.DRAFT),
    ScorecardState.SENT: (ScorecardState.DRAFT, ScorecardState.RETURNED, ScorecardState.VERIFIED),
    ScorecardState.RETURNED: (ScorecardState.PROPOSED, ScorecardState.SENT),
    ScorecardState.VERIFIED: (ScorecardState.SENT, ScorecardState.AGREED),
    ScorecardState.AGREED: (ScorecardState.VERIFIED, ScorecardState.APPRAISED),
    ScorecardState.APPRAISED: (ScorecardState.AGREED,),
}
