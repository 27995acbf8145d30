"""Every address that takes a form: what it does to what is stored, and what a stale or repeated form meets.

Creating twice is held in three steps: here every address that creates is marked, and answers a key that was sent
before by leading on without its view being run; the key is a UNIQUE row of the database, so that of parallel sends one
is first; tests/kit/test_once.py races one address of each kind with threads, not all of them.
"""

import inspect
import re
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from accounts.models import User
from blocs.enums import Phase
from blocs.models import Cycle
from config.kit.models import Sent
from covenants import services as covenant_services
from covenants.models import Covenant
from meetings.models import Meeting
from tests.factories.access import NOW
from tests.factories.html_forms import form_to
from tests.test_access import ROWS, writes_in

pytestmark = pytest.mark.django_db

# edit: writes over what is stored, and carries what it was read as. create: makes something, once a form.
# versioned: carries the version of each cell or row (tests/scoring; DECISIONS says why).
# act: a step of its own; the second of two is refused by its policy, or leads to the same.
# read: answers what is typed and stores nothing.
WRITES = {
    "edit": """
        deadline_set base_salary_set province_edit unit person bloc_edit document_edit frame_write award_law
        cycle_dates cycle_edit members_change unranked_set covenant_edit content_edit target_edit assignments_set
        participation_record initiatives_record cross_plan evidence_cite meeting_edit meeting_attendance item_edit
        item_record minutes_edit guidance_edit unit_results
    """,
    "create": """
        cycles_open officers province_new unit_new person_new person_appoint bloc_new document_draft_provincial
        document_comment document_replace document_upload upload_new_version guidance_import frame_add frame_copy
        frame_split guidance_renew guidance_create cycle_open_next term_start document_draft covenant_draft
        covenant_amend content_add targets_add movement_add registration_add cards_add scoreboard_draft board_add
        board_copy board_split evidence evidence_replace appeal_ask appeal_open appeal_answer score_report_open
        count_enter count_minutes_draft proposal_draft nomination_appraise vetting_record decision_record
        meeting_plan item_add item_poll minutes_draft minutes_correct annual_report_draft midyear_report_draft
    """,
    "versioned": """
        frame_row criterion_edit scorecard mark_save cross_check cross_save marks_import
    """,
    "act": """
        assignment_end directory_import directory_links_print directory_links_send unit_dissolve appointment_end person_link document_discard
        document_consult comment_answer document_finalize document_reopen document_issue document_withdraw
        document_ask document_signed_at_meeting signing_sign signing_refuse signing_absent verification_search
        verification frame_renumber frame_undo frame_move frame_remove guidance_publish guidance_waive cycle_move term_end
        handover handover_give handover_receive covenant_adopt covenant_open_signing covenant_sign
        covenant_signed_at_meeting content_remove target_remove report_send report_withdraw report_receive
        report_extend result_true_up movement_remove registration_cancel cross_close scoreboard_adopt
        scoreboard_discard scoreboard_waive board_renumber board_undo board_move board_remove card_propose card_send
        results_pull lateness_waive lateness_charge card_recall card_return card_finish card_reopen card_appoint
        card_unagree card_appraise marks_accept marks_reason evidence_remove cross_set_aside cross_count_again
        cross_accept appeal_decide cards_agree ranking_make ranking_adopt ranking_reopen tie_decide
        comparison_open comparison_close nomination_withdraw vote_cast poll_close poll_count poll_confirm
        poll_void proposal_submit proposal_recall proposal_return proposal_finish hold_lift vetting_end
        entry_correct presentation_record award_withdraw meeting_invite meeting_cancel meeting_open meeting_end item_move
        item_remove item_consensus minutes_consult minutes_settle minutes_sign
        person_mailbox own_mailbox second_step_ask second_step_confirm
    """,
    "read": "table_read",
}


def patterns(resolver):
    for one in resolver.url_patterns:
        yield from patterns(one) if hasattr(one, "url_patterns") else [one]


def methods_of(view):
    while view is not None:
        names = inspect.getclosurevars(view).nonlocals if inspect.isfunction(view) else {}
        if "request_method_list" in names:
            return names["request_method_list"]
        view = getattr(view, "__wrapped__", None)
    return ()


def test_every_address_that_takes_a_form_says_what_it_writes():
    told = {name: word for word, names in WRITES.items() for name in names.split()}
    found = {
        one.name: getattr(one.callback, "writes", None)
        for one in patterns(get_resolver())
        if "POST" in methods_of(one.callback)
    }

    assert set(told) == set(found)
    marked = {"edit": "edit", "create": "create"}
    assert {name: marked.get(word) for name, word in told.items()} == found


@pytest.fixture(scope="module")
def town(town):
    Meeting.objects.filter(pk=town.things["planned"][-1]).update(status="open")
    year = Cycle.objects.filter(pk=town.year.cycle.pk)
    year.update(phase=Phase.EXECUTING)
    slugs = town.year.cycle.slugs
    draft = covenant_services.amend_covenant(
        covenant=Covenant.objects.get(pk=town.things["covenant"][-1]),
        reason="Sửa.",
        by=town.year.officer,
        at=NOW,
    )
    year.update(phase=Phase.SELF_SCORING)
    target = draft.targets.order_by("pk").first()
    town.things |= {
        "draft covenant": (*slugs, draft.pk),
        "draft content": (*slugs, draft.pk, target.content_id),
        "draft target": (*slugs, draft.pk, target.pk),
    }
    return town


# Address, what it names, who, the page with the form and what that names; then what the first and the second write.
YEAR = "2020"
SALARY = {"salary-from_date": "01/01/2021", "salary-amount": "1600000"}
DEADLINE = {"year": "2021", "due_on": "01/06/2021"}
EDITS = [
    ("deadline_set", "province", "province head", "province_law", "province", DEADLINE, "source", "QĐ 1", "QĐ 2"),
    ("base_salary_set", "province", "province head", "province_law", "province", SALARY, "salary-source", "1", "2"),
    ("award_law", "province", "province head", "award_law", "province", {"award_type": "1", "from_date": "02/01/2021",
     "multiplier": "2"}, "citation", "Nghị định một", "Nghị định hai"),
    ("province_edit", "province", "admin", "province_edit", "province", {}, "place", "Rạch Giá", "Hà Tiên"),
    ("unit", "unit", "admin", "unit", "unit", {}, "phone", "0901", "0902"),
    ("person", "person", "admin", "person", "person", {}, "phone", "0901", "0902"),
    ("bloc_edit", "bloc", "admin", "bloc_edit", "bloc", {}, "name", "Khối một", "Khối hai"),
    ("members_change", YEAR, "province head", "members_change", YEAR, {}, "unit-", "31", "32"),
    ("cycle_dates", YEAR, "chair", "cycle_dates", YEAR, {}, "due_on", "11/12/2020", "12/12/2020"),
    ("cycle_edit", YEAR, "chair", "cycle_dates", YEAR, {}, "theme", "Chủ đề một", "Chủ đề hai"),
    ("unranked_set", YEAR, "chair", "cycle_members", YEAR, {}, "reason", "Lý do một", "Lý do hai"),
    ("covenant_edit", "draft covenant", "chair", "covenant_version", "draft covenant", {}, "opening", "Mở một", "Hai"),
    ("content_edit", "draft content", "chair", "covenant_version", "draft covenant", {}, "title", "Nội 1", "Nội 2"),
    ("target_edit", "draft target", "chair", "target_edit", "draft target", {}, "text", "Chỉ tiêu 1", "Chỉ tiêu 2"),
    ("assignments_set", "draft target", "chair", "target_edit", "draft target", {}, "value-", "31", "32"),
    ("guidance_edit", "draft guidance", "assigned", "guidance_edit", "draft guidance", {}, "title", "HD một", "HD hai"),
    ("participation_record", "participation", "officer", "movements", YEAR, {}, "outcome", "Kết quả 1", "Kết quả 2"),
    ("initiatives_record", "own report", "officer", "movements", YEAR, {}, "grassroots", "31", "32"),
    ("document_edit", "draft", "chair", "document_edit", "draft", {}, "subject", "Về việc một", "Về việc hai"),
    ("cross_plan", "board", "chair", "cross_checks", YEAR, {"-method": "mean"}, "-due_on", "11/12/2099", "12/12/2099"),
    ("evidence_cite", "evidence file", "officer", "evidence", "evidence", {}, "quotation", "Câu một", "Câu hai"),
    ("meeting_edit", "planned", "chair", "meeting_edit", "planned", {}, "place", "Phòng một", "Phòng hai"),
    ("meeting_attendance", "planned", "chair", "meeting_attendance", "planned", {}, "m-0-representative", "An", "Bình"),
    ("item_edit", "planned item", "chair", "item_edit", "planned item", {}, "title", "Mục một", "Mục hai"),
    ("item_record", "planned item", "chair", "meeting", "planned", {}, "-course", "Diễn biến 1", "Diễn biến 2"),
]  # fmt: skip


@pytest.mark.parametrize("row", EDITS, ids=[row[0] for row in EDITS])
def test_the_second_of_two_stale_forms_gets_both_texts(row, town):
    name, thing, who, page, shown, more, part, first, second = row
    client = town.client(who)
    # A covenant is amended while the year is carried out, a card is filled in later.
    is_early = shown.startswith("draft ") or name == "members_change"
    phase = Phase.EXECUTING if is_early else Phase.SELF_SCORING
    Cycle.objects.filter(pk=town.year.cycle.pk).update(phase=phase)
    address, page = reverse(name, args=town.things[thing]), reverse(page, args=town.things[shown])
    form = form_to(client.get(page).content.decode(), address)
    # A value that begins with a dash belongs to a field behind a prefix.
    more = {
        next((one for one in form if key[0] == "-" and one.endswith(key)), key): more[key] for key in more
    }
    form |= more
    field = next(one for one in form if part in one)

    with transaction.atomic():
        done = client.post(address, {**form, field: first})
        lost = client.post(address, {**form, field: second})
        said = unescape(lost.content.decode())
        again = form_to(said, address) if name != "evidence_cite" else {}
        over = client.post(address, {**again, **more, field: second}) if again else lost
        transaction.set_rollback(True)

    assert (done.status_code, lost.status_code) == (302, 409)
    # Places in a bloc are counted anew when they are saved.
    stored = r"\d" if name == "members_change" else first
    assert re.search(f"nay là “[^”]*{stored}", said)
    assert re.search(f"gõ “[^”]*{second}", said)
    assert over.status_code == (302 if again else 409)


def test_the_table_of_edits_leaves_out_only_what_is_tested_beside_it():
    beside = {"frame_write", "minutes_edit", "unit_results"}
    assert set(WRITES["edit"].split()) - {row[0] for row in EDITS} == beside


CREATING = sorted(WRITES["create"].split())
THINGS = {name: thing for name, thing, _ in ROWS if name in CREATING}


@pytest.mark.parametrize("name", CREATING)
def test_a_form_that_was_sent_before_leads_on_and_creates_nothing(name, town):
    client, key = town.client("chair"), uuid4()
    address = reverse(name, args=town.things[THINGS[name]])
    me = User.objects.get(pk=client.session["_auth_user_id"])
    Sent.objects.create(user_id=me.pk, path=address, key=key, led_to="/da-gui-roi/")

    with CaptureQueriesContext(connection) as asked:
        answer = client.post(address, {"once": key.hex})

    assert (answer.status_code, answer["Location"]) == (302, "/da-gui-roi/")
    assert [one for one in writes_in(asked) if "kit_sent" not in one] == []
