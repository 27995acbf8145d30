"""Who may open what: every address of the site against everybody who may knock."""

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from tests.factories.access import PEOPLE, REPORTED
from tests.factories.opened import words_in

pytestmark = pytest.mark.django_db

# What a GET answers: 2 the page, 3 a page that says why not, 4 not there, > away to sign in, r somewhere else.
# A row of acts has “post” instead: away to sign in for a stranger, 405 for everybody else.
#
# The columns: nobody signed in | the unit that is named: officer, head; officer of another member |
# the unit in the chair: officer, head; head of the vice-chair; clerk of the unit in the chair |
# the province: officer of this bloc, officer of others, head, Council, auditor, administrator |
# officer of a bloc beside, officer of another province, head of another province's office.
TABLE = """
# accounts
account_login                        -                 2 rrr rrrr rrrrrr rrr
account_logout                       -                 r 222 2222 222222 222
account_reset_password               -                 2 222 2222 222222 222
account_reset_password_done          -                 2 222 2222 222222 222
account_reset_password_from_key      reset             2 222 2222 222222 222
account_reset_password_from_key_done -                 2 222 2222 222222 222
account_inactive                     -                 2 222 2222 222222 222
account_change_password              -                 > 222 2222 222222 222
account_set_password                 -                 > rrr rrrr rrrrrr rrr
account_reauthenticate               -                 > 222 2222 222222 222
mfa_authenticate                     -                 r rrr rrrr rrrrrr rrr
mfa_login_webauthn                   -                 r rrr rrrr rrrrrr rrr
mfa_index                            -                 > 222 2222 222222 222
mfa_reauthenticate                   -                 > rrr rrrr rrrrrr rrr
mfa_activate_totp                    -                 > 222 2222 222222 222
mfa_deactivate_totp                  -                 > 444 4444 444444 444
mfa_view_recovery_codes              -                 > 444 4444 444444 444
mfa_generate_recovery_codes          -                 > 222 2222 222222 222
mfa_download_recovery_codes          -                 > 444 4444 444444 444
mfa_list_webauthn                    -                 > 222 2222 222222 222
mfa_add_webauthn                     -                 > 222 2222 222222 222
mfa_reauthenticate_webauthn          -                 > rrr rrrr rrrrrr rrr
mfa_remove_webauthn                  key               > 444 4444 444444 444
mfa_edit_webauthn                    key               > 444 4444 444444 444
# blocs: everybody's pages
todo                                 -                 > 222 2222 222222 222
todo_count                           -                 > 222 2222 222222 222
search                               -                 > 222 2222 222222 222
table_read                           -                 post
healthz                              -                 2 222 2222 222222 222
blocs                                -                 > 222 2222 222222 222
bloc                                 bloc              > 222 2222 222222 444
# blocs: the desk
desks                                -                 > 444 4444 rrrrr2 44r
province_desk                        province          > 444 4444 222222 444
cycles_open                          province          > 444 4444 222222 444
officers                             province          > 444 4444 222222 444
assignment_end                       assignment        post
province_law                         province          > 444 4444 222222 444
deadline_set                         province          post
base_salary_set                      province          post
# blocs: the directory
admin_home                           -                 > 444 4444 442422 442
audit                                -                 > 444 4444 444422 444
first_steps                          province          > 444 4444 44r44r 444
province_new                         -                 > 444 4444 444442 444
province_edit                        province          > 444 4444 442442 444
directory_import                     province          > 444 4444 442442 444
directory_template                   province          > 444 4444 442442 444
directory_export                     province          > 444 4444 442442 444
directory_links                      province          > 444 4444 442442 444
directory_links_print                province          post
directory_links_send                 province          post
units                                province          > 444 4444 442442 444
unit_new                             province          > 444 4444 442442 444
unit                                 unit              > 444 4444 442442 444
unit_dissolve                        unit              post
people                               province          > 444 4444 442442 444
person_new                           province          > 444 4444 442442 444
person                               person            > 444 4444 442442 444
person_appoint                       person            post
appointment_end                      appointment       post
person_link                          person            post
person_mailbox                       person            post
second_step_ask                      person            post
second_step_confirm                  person            post
own_mailbox                          -                 > 222 2222 222222 222
province_blocs                       province          > 444 4444 442442 444
bloc_new                             province          > 444 4444 442442 444
bloc_edit                            bloc              > 444 4444 442442 444
# blocs: a year
cycle                                2020              > 222 2222 222222 444
cycle_move                           2020              post
cycle_open_next                      2020              post
cycle_dates                          2020              > 222 2222 222222 444
cycle_edit                           2020              post
cycle_members                        2020              > 222 2222 222222 444
members_change                       2020              > 222 2222 222222 444
term_start                           2020              post
term_end                             term              post
unranked_set                         2020              post
handover                             2019              > 222 2222 222222 444
handover                             2020              > 222 2222 222222 444
handover_give                        2019              post
handover_receive                     2019              post
# documents
documents                            -                 > 222 2222 222222 222
document_draft_provincial            province          > 444 4444 222444 444
document                             draft             > 444 2222 222224 444
document                             consulted         > 222 2222 222224 444
document                             issued            > 222 2222 222222 444
document                             provincial draft  > 444 4444 222224 444
document_pdf                         draft             > 444 2222 222224 444
document_pdf                         issued            > 222 2222 222222 444
document_edit                        draft             > 444 2222 222224 444
document_discard                     draft             post
document_consult                     draft             post
document_comment                     consulted         post
comment_answer                       comment           post
document_finalize                    consulted         post
document_reopen                      consulted         post
document_issue                       consulted         post
document_replace                     issued            post
document_withdraw                    issued            post
document_ask                         consulted         post
document_signed_at_meeting           consulted         post
document_upload                      draft             post
signing_sign                         signing           post
signing_refuse                       signing           post
signing_absent                       signing           post
upload                               evidence upload   > 224 4444 444444 444
upload                               chair upload      > 444 2222 222224 444
upload_new_version                   chair upload      post
verification_search                  -                 2 222 2222 222222 222
verification                         code              2 222 2222 222222 222
cycle_documents                      2020              > 222 2222 222222 444
document_draft                       kind              > 222 2222 222222 444
cycle_archive                        2020              > 333 2222 222223 444
# covenants
covenant                             2020              > 222 2222 222222 444
covenant_pdf                         2020              > 222 2222 222222 444
covenant_draft                       2020              post
covenant_version                     covenant          > 222 2222 222222 444
covenant_edit                        covenant          post
covenant_adopt                       covenant          post
covenant_open_signing                covenant          post
covenant_sign                        covenant signing  post
covenant_signed_at_meeting           covenant          post
covenant_amend                       covenant          post
content_add                          covenant          post
content_edit                         content           post
content_remove                       content           post
targets_add                          content           post
target_edit                          target            > 222 2222 222222 444
assignments_set                      target            post
target_remove                        target            post
results                              2020              > 222 2222 222222 444
results_xlsx                         2020              > 222 2222 222222 444
unit_results                         own report        > 222 2222 222222 444
report_send                          own report        post
report_withdraw                      own report        post
report_receive                       own report        post
report_extend                        own report        post
result_true_up                       result            post
movements                            2020              > 222 2222 222222 444
movement_add                         2020              post
movement_remove                      movement          post
participation_record                 participation     post
registration_add                     own report        post
registration_cancel                  registration      post
initiatives_record                   own report        post
# scoring
guidances                            -                 > 222 2222 222222 222
guidance                             guidance          > 222 2222 222222 244
guidance                             draft guidance    > 444 4444 222444 444
guidance_edit                        draft guidance    > 444 4444 222444 444
frame_write                          draft guidance    > 444 4444 222444 444
frame_edit                           draft guidance    > 444 4444 222444 444
frame_edit                           guidance          > 222 2222 222222 244
frame_add                            draft guidance    > 444 4444 222444 444
frame_copy                           draft guidance    post
frame_renumber                       draft guidance    post
frame_undo                           draft guidance    post
frame_row                            frame row         > 444 4444 222444 444
frame_move                           frame row         post
frame_split                          frame row         > 444 4444 222444 444
frame_remove                         frame row         post
guidance_effects                     guidance          > 444 4444 444444 444
guidance_publish                     draft guidance    post
guidance_waive                       draft guidance    post
guidance_renew                       guidance          post
guidance_create                      province          > 444 4444 222444 444
guidance_import                      province          > 444 4444 222444 444
guidance_sample                      -                 > 222 2222 222222 222
guidance_xlsx                        guidance          > 222 2222 222222 244
guidance_xlsx                        draft guidance    > 444 4444 222444 444
scores                               2020              > 222 2222 222222 444
cards_add                            2020              post
scoreboard                           2020              > 222 2222 222222 444
scoreboard_pdf                       2020              > 222 2222 222222 444
scoreboard_draft                     2020              post
scoreboard_adopt                     2020              post
scoreboard_discard                   2020              post
scoreboard_waive                     2020              post
criterion_edit                       draft criterion   > 222 2222 222222 444
board_edit                           2020              > 222 2222 222222 444
board_differences                    2020              > 222 2222 222222 444
board_add                            2020              > 222 2222 222222 444
board_copy                           2020              post
board_renumber                       2020              post
board_undo                           2020              post
board_move                           draft criterion   post
board_split                          draft criterion   > 222 2222 222222 444
board_remove                         draft criterion   post
scorecard                            own card          > 224 4444 444424 444
scorecard                            sent card         > 444 2222 222224 444
scorecard                            2019 card         > 222 2222 222224 444
scorecard_pdf                        own card          > 224 4444 444424 444
scorecard_pdf                        sent card         > 444 2222 222224 444
scorecard_xlsx                       own card          > 224 4444 444424 444
card_to_fill                         own card          > 224 4444 444424 444
card_to_fill                         sent card         > 444 2222 222224 444
bloc_to_fill                         2020              > 222 2222 222224 444
marks_import                         2020              > 222 2222 222224 444
mark_save                            own card          post
card_propose                         own card          post
card_send                            own card          post
card_recall                          sent card         post
card_return                          sent card         post
results_pull                         own card          post
lateness_waive                       sent card         post
lateness_charge                      sent card         post
card_finish                          sent card         post
card_reopen                          sent card         post
card_appoint                         sent card         post
card_unagree                         2019 card         post
card_appraise                        2019 card         post
marks_accept                         sent card         post
marks_reason                         sent card         post
evidence                             evidence          > 224 4444 444424 444
evidence_file                        evidence file     > 224 4444 444424 444
evidence_cite                        evidence file     post
evidence_replace                     evidence file     post
evidence_remove                      evidence file     post
cross_checks                         2020              > 222 2222 222222 444
cross_close                          2020              post
cross_plan                           board             post
cross_check                          sent card         > 222 2222 222224 444
cross_save                           sent card         post
cross_file                           cross file        > 222 2222 222224 444
cross_set_aside                      sent card         post
cross_count_again                    sent card         post
cross_accept                         sent card         post
appeals                              sent card         > 444 2222 222224 444
appeal_ask                           disputed          > 444 2222 222224 444
appeal_open                          disputed          > 444 2222 222224 444
appeal                               appeal            > 444 2222 222224 444
appeal_answer                        appeal            post
appeal_decide                        appeal            post
comparison                           2020              > 333 2222 222223 444
comparison_pdf                       2020              > 333 2222 222223 444
comparison_xlsx                      2020              > 333 2222 222223 444
comparison_open                      2020              post
comparison_close                     2020              post
ranking                              2019              > 222 2222 222222 444
ranking                              2020              > 222 2222 222222 444
ranking_pdf                          2019              > 222 2222 222222 444
ranking_pdf                          2020              > 444 4444 444444 444
ranking_xlsx                         2019              > 222 2222 222222 444
cards_agree                          2020              post
ranking_make                         2020              post
ranking_adopt                        2019              post
ranking_reopen                       2019              post
tie_decide                           2019              post
summary_pdf                          2019              > 222 2222 222222 444
summary_pdf                          2020              > 444 2222 222224 444
summary_xlsx                         2019              > 222 2222 222222 444
score_report_pdf                     2019              > 222 2222 222222 444
score_report_pdf                     2020              > 444 4444 444444 444
score_report_open                    2019              post
# awards
award_law                            province          > 444 4444 222222 444
nominations                          2019              > 222 2222 222222 444
nominations_xlsx                     2019              > 222 2222 222224 444
nomination_withdraw                  nomination        post
poll                                 poll              > 222 2222 222224 444
poll                                 paper poll        > 222 2222 222224 444
ballots_pdf                          paper poll        > 444 4444 444444 444
vote_cast                            poll              post
poll_close                           poll              post
poll_count                           poll              post
count_enter                          poll              post
poll_confirm                         poll              post
poll_void                            poll              post
count_pdf                            2019              > 444 4444 444444 444
count_minutes_draft                  2019              post
submission_pdf                       2019              > 222 2222 222222 444
proposal                             2019              > 222 2222 222222 444
proposal                             2020              > 222 2222 222222 444
proposal_draft                       2019              post
proposal_submit                      2019              post
proposal_recall                      2019              post
proposal_return                      2019              post
proposal_finish                      2019              post
nomination_appraise                  nomination        post
hold_lift                            nomination        post
vetting_record                       2019              post
vetting_end                          finding           post
decision_record                      2019              post
entry_correct                        entry             post
presentation_record                  entry             post
award_withdraw                       entry             post
# meetings
meetings                             2020              > 222 2222 222222 444
meeting_plan                         2020              > 222 2222 222222 444
meeting                              2019 meeting      > 222 2222 222222 444
meeting                              planned           > 222 2222 222222 444
minutes_pdf                          2019 meeting      > 222 2222 222222 444
meeting_edit                         planned           > 222 2222 222222 444
meeting_invite                       planned           post
meeting_cancel                       planned           post
meeting_open                         planned           post
meeting_attendance                   planned           > 222 2222 222222 444
meeting_end                          planned           post
item_add                             planned           > 222 2222 222222 444
item_edit                            planned item      > 222 2222 222222 444
item_move                            planned item      post
item_remove                          planned item      post
item_record                          planned item      post
item_poll                            planned item      post
item_consensus                       planned item      post
minutes_draft                        planned           post
minutes_edit                         2019 meeting      post
minutes_consult                      2019 meeting      post
minutes_settle                       2019 meeting      post
minutes_sign                         2019 meeting      post
minutes_correct                      2019 meeting      post
agenda_pdf                           planned           > 222 2222 222222 444
delegates_pdf                        planned           > 222 2222 222222 444
invitation_pdf                       planned           > 444 4444 444444 444
folder_zip                           2019 meeting      > 222 2222 222222 444
folder_zip                           planned           > 222 2222 222222 444
review_minutes_pdf                   2019              > 222 2222 222222 444
annual_report_draft                  2019              post
annual_report_pdf                    2019              > 222 2222 222222 444
midyear_report_draft                 2019              post
"""
# Of those, one of each kind who may not read what an agency reported of a unit.
KEPT_FROM = ("member", "vice head", "admin")
CODES = {200: "2", 403: "3", 404: "4"}
# Whoever holds an office where an address asks for one; one of them finds the thing that an act is about.
INSIDERS = ("chair head", "province head", "head", "assigned", "admin", "auditor")
OUTSIDERS = ("other province", "other head")
# One's own account, a paper's public check, a table that is only read: they take a POST from whoever is signed in, or from anybody.
OWN = ("account_", "mfa_", "verification", "table_read", "own_mailbox")


def rows():
    for line in TABLE.strip().splitlines():
        if line.startswith("#"):
            continue
        words = line.split()
        size = 1 if words[-1] == "post" else 5
        yield words[0], " ".join(words[1:-size]), "".join(words[-size:])


ROWS = list(rows())
PLACES = [pytest.param(*row, id=f"{row[0]}-{row[1]}") for row in ROWS]
ACTS = [pytest.param(*row[:2], id=f"{row[0]}-{row[1]}") for row in ROWS if not row[0].startswith(OWN)]


def names(resolver):
    for pattern in resolver.url_patterns:
        yield from names(pattern) if hasattr(pattern, "url_patterns") else [pattern.name]


@pytest.fixture(scope="module")
def clients(town):
    return {"": Client(raise_request_exception=False), **{column: town.client(column) for column in PEOPLE}}


def code_of(answer):
    # A file that is sent stays open until the answer is closed; closing it must not close the connection.
    request_finished.disconnect(close_old_connections)
    answer.close()
    request_finished.connect(close_old_connections)
    if answer.status_code == 302:
        return ">" if answer.url.startswith("/dang-nhap/?next=") else "r"
    return CODES.get(answer.status_code, str(answer.status_code))


def test_table_names_every_address_and_no_other():
    assert {row[0] for row in ROWS} == set(names(get_resolver()))


@pytest.mark.parametrize(("name", "thing", "expected"), PLACES)
def test_everybody_gets_what_the_table_says(name, thing, expected, town, clients):
    url = reverse(name, args=town.things[thing])

    if expected == "post":
        asked = {who: clients[who].get(url).status_code for who in ("", "chair head", "other province")}
        assert asked == {"": 302, "chair head": 405, "other province": 405}
    else:
        answers = {who: client.get(url) for who, client in clients.items()}
        for who in KEPT_FROM:
            assert REPORTED not in words_of(answers[who]), who
        assert "".join(map(code_of, answers.values())) == expected


def words_of(answer):
    """What can be read in an answer, in each file that is packed into it, too."""
    return words_in(answer.getvalue()) if answer.status_code == 200 else ""


def test_what_nobody_of_the_bloc_reads_is_there_to_be_read(town, clients):
    page = clients["assigned"].get(reverse("proposal", args=town.things["2019"]))

    assert REPORTED in words_of(page)


def writes_in(queries):
    """Statements that change a row, but for the session and who knocked how often."""
    verbs = ("INSERT", "UPDATE", "DELETE", "SELECT vn_cast", "SELECT seal")
    kept = ('"django_session"', '"accounts_tally"')
    found = [query["sql"] for query in queries]
    return [sql for sql in found if sql.startswith(verbs) and not any(table in sql[:60] for table in kept)]


@pytest.mark.parametrize(("name", "thing"), ACTS)
def test_act_is_hidden_from_other_provinces_and_refused_to_who_only_reads(name, thing, town, clients):
    url, data = reverse(name, args=town.things[thing]), town.samples()
    with transaction.atomic():
        inside = (clients[who].post(url, data).status_code for who in INSIDERS)
        found = next((status for status in inside if status != 404), 404)
        transaction.set_rollback(True)
    if found == 405:
        return
    assert found in (200, 302, 403, 409, 422), (
        "somebody of the province finds it, or hiding it proves nothing"
    )

    with CaptureQueriesContext(connection) as asked:
        outside = {clients[who].post(url, data).status_code for who in OUTSIDERS}
        reader = clients["auditor"].post(url, data).status_code

    assert outside == {404}
    assert reader in (302, 403, 404, 422)
    assert writes_in(asked) == []
