"""Every write to covenants, results, reports, registrations, movements and initiatives."""

from covenants.services.movements import (
    add_movement,
    cancel_registration,
    record_initiatives,
    record_participation,
    register_award,
    remove_movement,
)
from covenants.services.results import (
    NOT_ASSIGNED,
    ResultEntry,
    extend_report,
    receive_report,
    record_results,
    send_report,
    true_up_result,
    withdraw_report,
)
from covenants.services.signing import (
    adopt_covenant,
    amend_covenant,
    open_signing,
    record_signed_at_meeting,
    sign_covenant,
)
from covenants.services.texts import (
    add_content,
    add_targets,
    draft_covenant,
    edit_content,
    edit_covenant,
    edit_target,
    remove_content,
    remove_target,
    set_assignments,
)

__all__ = [
    "NOT_ASSIGNED",
    "ResultEntry",
    "add_content",
    "add_movement",
    "add_targets",
    "adopt_covenant",
    "amend_covenant",
    "cancel_registration",
    "draft_covenant",
    "edit_content",
    "edit_covenant",
    "edit_target",
    "extend_report",
    "open_signing",
    "receive_report",
    "record_initiatives",
    "record_participation",
    "record_results",
    "record_signed_at_meeting",
    "register_award",
    "remove_content",
    "remove_movement",
    "remove_target",
    "send_report",
    "set_assignments",
    "sign_covenant",
    "true_up_result",
    "withdraw_report",
]
