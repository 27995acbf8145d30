"""Every write to polls, nominations, dossiers, decisions and awards."""

from awards.services.counting import count_poll, enter_count
from awards.services.decisions import (
    Award,
    awards_of,
    begin_with_national_law,
    change_law,
    correct_entry,
    record_decision,
    record_presentation,
    withdraw_award,
)
from awards.services.dossier import (
    appraise_nomination,
    draft_count_minutes,
    draft_proposal,
    finish_appraisal,
    return_proposal,
    submit_proposal,
    withdraw_proposal,
)
from awards.services.nominations import (
    confirm_poll,
    end_vetting,
    lift_hold,
    record_vetting,
    withdraw_nomination,
)
from awards.services.polls import (
    RollEntry,
    cast_vote,
    close_poll,
    create_poll,
    discard_poll,
    open_poll,
    record_consensus,
    void_poll,
)
from awards.services.sealing import destroy_key_of_settled_poll, destroy_old_keys

__all__ = [
    "Award",
    "RollEntry",
    "appraise_nomination",
    "awards_of",
    "begin_with_national_law",
    "cast_vote",
    "change_law",
    "close_poll",
    "confirm_poll",
    "correct_entry",
    "count_poll",
    "create_poll",
    "destroy_key_of_settled_poll",
    "destroy_old_keys",
    "discard_poll",
    "draft_count_minutes",
    "draft_proposal",
    "end_vetting",
    "enter_count",
    "finish_appraisal",
    "lift_hold",
    "open_poll",
    "record_consensus",
    "record_decision",
    "record_presentation",
    "record_vetting",
    "return_proposal",
    "submit_proposal",
    "void_poll",
    "withdraw_award",
    "withdraw_nomination",
    "withdraw_proposal",
]
