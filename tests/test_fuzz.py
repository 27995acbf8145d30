"""Odd text in the forms people fill in: a sentence, a refusal, anything but a crash."""

import string

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.access import fields, sample

pytestmark = pytest.mark.django_db

# The address, the thing it names, and who of the province may use it.
FORMS = """
cycles_open                province           province head
officers                   province           province head
assignment_end             assignment         province head
deadline_set               province           province head
base_salary_set            province           province head
award_law                  province           province head
province_edit              province           admin
unit_new                   province           admin
unit                       unit               admin
unit_dissolve              unit               admin
person_new                 province           admin
person                     person             admin
person_appoint             person             admin
appointment_end            appointment        admin
bloc_new                   province           admin
cycle_move                 2020               chair
cycle_edit                 2020               chair
members_change             2020               province head
term_start                 2020               province head
term_end                   term               province head
unranked_set               2020               chair
handover                   2020               chair
document_draft_provincial  province           assigned
document_draft             kind               chair
document_edit              draft              chair
document_consult           draft              chair
document_comment           consulted          head
comment_answer             comment            chair
document_issue             consulted          chair
document_withdraw          issued             chair
document_ask               consulted          chair
signing_refuse             signing            chair head
covenant_edit              covenant           chair
covenant_adopt             covenant           chair
covenant_amend             covenant           chair
content_add                covenant           chair
targets_add                content            chair
target_edit                target             chair
assignments_set            target             chair
unit_results               own report         officer
report_send                own report         head
report_withdraw            own report         head
report_extend              own report         chair
result_true_up             result             officer
movement_add               2020               chair
participation_record       participation      officer
registration_add           own report         officer
initiatives_record         own report         officer
guidance_create            province           assigned
guidance_edit              draft guidance     assigned
guidance_waive             draft guidance     province head
scoreboard_draft           2020               chair
scoreboard_adopt           2020               chair
scoreboard_waive           2020               chair
criterion_edit             draft criterion    chair
scorecard                  own card           officer
mark_save                  own card           officer
card_return                sent card          chair
card_appoint               sent card          chair
marks_accept               sent card          chair
marks_reason               sent card          chair
evidence                   evidence           officer
cross_close                2020               chair
cross_plan                 board              chair
cross_check                sent card          officer
cross_set_aside            sent card          chair
appeal_ask                 disputed           chair
appeal_decide              appeal             chair
tie_decide                 2019               chair
ranking_adopt              2019               chair
ranking_reopen             2019               chair
nomination_withdraw        nomination         chair
vote_cast                  poll               head
count_enter                poll               chair
poll_confirm               poll               chair
poll_void                  poll               chair
proposal_return            2019               assigned
nomination_appraise        nomination         assigned
vetting_record             2019               province head
vetting_end                finding            province head
decision_record            2019               province head
entry_correct              entry              province head
presentation_record        entry              assigned
award_withdraw             entry              province head
meeting_plan               2020               chair
meeting_edit               planned            chair
meeting_cancel             planned            chair
meeting_attendance         planned            chair
meeting_end                planned            chair
item_add                   planned            chair
item_edit                  planned item       chair
item_move                  planned item       chair
item_record                planned item       chair
item_consensus             planned item       chair
minutes_edit               2019 meeting       chair
minutes_correct            2019 meeting       chair
"""
SEARCHES = (
    ("search", "-", "q", "officer"),
    ("documents", "-", "q", "officer"),
    ("documents", "-", "trang", "officer"),
    ("units", "province", "q", "admin"),
    ("people", "province", "q", "admin"),
    ("audit", "-", "nguoi", "auditor"),
    ("audit", "-", "tu", "auditor"),
    ("audit", "-", "trang", "auditor"),
    ("province_desk", "province", "nam", "province head"),
    ("results", "2020", "ky", "officer"),
    ("comparison", "2020", "vong", "chair"),
    ("scorecard", "own card", "loc", "officer"),
)
ODD = [
    "", " ", "\x00", "a\x00b", "9" * 400, "9" * 5000, "-1", "0", "1e999", "NaN", "-Infinity", "7,5", "1.000", "1.234,5",
    "１２", "²", "٣", "½", "\u202eabc\u200f", "🎉" * 60, "e\u0301" * 40, "x" * 20_000, "31/02/2020", "01/01/0001",
    "31/12/9999 23h59", "01/13/2020", "None", "{}", "%s %d", "'; --", "<script>", "=1+1", "\r\n\t", "\ufeff", "\ufffe",
]  # fmt: skip
odd = st.sampled_from(ODD) | st.text(max_size=30) | st.text(string.digits + ".,-/ ehE", max_size=12)
few = settings(derandomize=True, database=None, max_examples=12)


def rows():
    for line in FORMS.strip().splitlines():
        yield tuple(part.strip() for part in (line[:27], line[27:46], line[46:]))


ROWS = list(rows())


@pytest.fixture(scope="module")
def clients(town):
    return {who: town.client(who) for who in {row[-1] for row in (*ROWS, *SEARCHES)}}


# Fields by what they ask for: when one kind is odd, the others are as they should be.
KINDS = {name: {"1": "number", "Nội dung.": "text"}.get(sample(field), "other") for name, field in fields()}
KINDS |= {"reason": "text", "to": "other", "stage": "other", "all": "other", "level": "other"}


def post(client, url, data):
    """The status of a POST that leaves nothing behind."""
    with transaction.atomic():
        status = client.post(url, data).status_code
        transaction.set_rollback(True)
    return status


@pytest.mark.parametrize("value", ["Chữ\x00lạ", "9" * 5000], ids=["nul", "long"])
def test_no_form_crashes_on_text_that_nobody_types(value, town, clients):
    found = {}
    for name, thing, who in ROWS:
        data = {**town.samples(), **{name: value for name, kind in KINDS.items() if kind == "text"}}
        found[name] = post(clients[who], reverse(name, args=town.things[thing]), data)

    assert {name: status for name, status in found.items() if status >= 500} == {}


@settings(few, max_examples=60)
@given(row=st.sampled_from(ROWS), kind=st.sampled_from(["text", "number", "other"]), value=odd)
def test_no_form_crashes_on_odd_values(row, kind, value, town, clients):
    name, thing, who = row
    data = {**town.samples(), **{name: value for name, asked in KINDS.items() if asked == kind}}

    assert post(clients[who], reverse(name, args=town.things[thing]), data) < 500


@pytest.mark.parametrize("value", ["²", "１２", "9" * 5000])
def test_keys_that_are_no_keys_name_nothing(value, town, clients):
    url, card = (reverse(name, args=town.things["own card"]) for name in ("mark_save", "marks_accept"))

    assert post(clients["officer"], url, {"criterion": value, "stage": "self"}) == 404
    assert post(clients["officer"], card, {"chosen": value, "stage": "self"}) == 422


@settings(few, max_examples=15)
@given(field=st.sampled_from(["value", "version", "reason", "na", "criterion", "stage", "chosen"]), value=odd)
@pytest.mark.parametrize("name", ["mark_save", "scorecard", "marks_accept"])
def test_no_cell_crashes_on_odd_values(name, field, value, town, clients):
    leaf = town.things["criterion"][-1]
    cell = {"criterion": str(leaf), "stage": "self", "chosen": str(leaf)}
    cell |= {f"c{leaf}-{part}": "" for part in ("version", "reason", "na")} | {f"c{leaf}-value": "7,5"}
    cell[field if field in cell else f"c{leaf}-{field}"] = value
    card, who = ("sent card", "chair") if name == "marks_accept" else ("own card", "officer")

    assert post(clients[who], reverse(name, args=town.things[card]), cell) < 500


@settings(few, max_examples=25)
@given(row=st.sampled_from(SEARCHES), value=odd)
def test_no_search_crashes_on_odd_values(row, value, town, clients):
    name, thing, field, who = row

    assert clients[who].get(reverse(name, args=town.things[thing]), {field: value}).status_code < 500


@few
@given(code=odd.filter(lambda text: text and "/" not in text))
def test_no_verification_crashes_on_odd_codes(code, town, clients):
    assert clients["officer"].get(reverse("verification", args=[code])).status_code < 500
