"""What was promised and what came of it, as arithmetic: achievement, lateness, numbers, windows."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from blocs.enums import Phase
from blocs.rules import ORDER
from covenants.enums import Achievement, CovenantStatus, Direction, ReportState

# “signing” and “signed” follow the signatures; a late party that is asked opens the signing again.
STATUS_MOVES: Mapping[str, tuple[str, ...]] = {
    CovenantStatus.DRAFT: (CovenantStatus.ADOPTED,),
    CovenantStatus.ADOPTED: (CovenantStatus.SIGNING, CovenantStatus.SIGNED, CovenantStatus.REPLACED),
    CovenantStatus.SIGNING: (CovenantStatus.SIGNED, CovenantStatus.REPLACED),
    CovenantStatus.SIGNED: (CovenantStatus.SIGNING, CovenantStatus.REPLACED),
    CovenantStatus.REPLACED: (),
}
IN_FORCE = (CovenantStatus.ADOPTED, CovenantStatus.SIGNING, CovenantStatus.SIGNED)

_EARLY = frozenset({Phase.PREPARING, Phase.LAUNCHING, Phase.EXECUTING})
_RUNNING = frozenset({Phase.EXECUTING, Phase.SELF_SCORING})
_YEAR = frozenset(
    {Phase.LAUNCHING, Phase.EXECUTING, Phase.SELF_SCORING, Phase.VERIFYING, Phase.REVIEWING}
)

OPEN_IN: Mapping[str, frozenset[Phase]] = {
    "draft": _EARLY,
    "adopt": _EARLY,
    "sign": frozenset({Phase.LAUNCHING, Phase.EXECUTING}),
    "amend": frozenset({Phase.LAUNCHING, Phase.EXECUTING}),
    "record_results": _RUNNING,
    "report": _RUNNING,
    "receive_report": frozenset(ORDER[ORDER.index(Phase.EXECUTING) : ORDER.index(Phase.CLOSED)]),
    # A closed year still lets an estimate become official, as a new version; scores stay (DESIGN §7).
    "true_up": frozenset(ORDER[ORDER.index(Phase.EXECUTING) :]),
    "register": frozenset({Phase.LAUNCHING, Phase.EXECUTING}),
    "movements": _YEAR,
}
