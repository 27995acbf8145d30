"""Every write to provinces, units, people, blocs and years."""

from blocs.services.directory import (
    appoint,
    assign_officer,
    change_mailbox,
    create_bloc,
    create_person,
    create_province,
    create_unit,
    dissolve_unit,
    edit_bloc,
    edit_person,
    edit_province,
    edit_unit,
    end_appointment,
    end_assignment,
    enter_person,
    issue_reset_link,
    set_base_salary,
    set_deadline,
)
from blocs.services.handover import (
    give_handover,
    prepare_handover,
    receive_handover,
)
from blocs.services.journal import seal_days
from blocs.services.links import Slip, mail_link, mail_links, print_links
from blocs.services.locks import (
    lock_cycle,
    lock_cycles,
    lock_province,
)
from blocs.services.notices import post_letter
from blocs.services.personal import erase_person
from blocs.services.roster import UnansweredNames, import_directory
from blocs.services.second_steps import ask_second_step_reset, confirm_second_step_reset
from blocs.services.years import (
    change_members,
    edit_cycle,
    end_term,
    move_phase,
    open_cycle,
    open_cycles,
    set_milestone,
    set_unranked,
    start_term,
)

__all__ = [
    "Slip",
    "UnansweredNames",
    "appoint",
    "ask_second_step_reset",
    "assign_officer",
    "change_mailbox",
    "change_members",
    "confirm_second_step_reset",
    "create_bloc",
    "create_person",
    "create_province",
    "create_unit",
    "dissolve_unit",
    "edit_bloc",
    "edit_cycle",
    "edit_person",
    "edit_province",
    "edit_unit",
    "end_appointment",
    "end_assignment",
    "end_term",
    "enter_person",
    "erase_person",
    "give_handover",
    "import_directory",
    "issue_reset_link",
    "lock_cycle",
    "lock_cycles",
    "lock_province",
    "mail_link",
    "mail_links",
    "move_phase",
    "open_cycle",
    "open_cycles",
    "post_letter",
    "prepare_handover",
    "print_links",
    "receive_handover",
    "seal_days",
    "set_base_salary",
    "set_deadline",
    "set_milestone",
    "set_unranked",
    "start_term",
]
