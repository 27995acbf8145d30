import re
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from openpyxl import load_workbook
from pypdf import PdfReader

from blocs.enums import Phase, Role
from blocs.models import Membership, Term, Unit
from blocs.queries import standing_in
from scoring import imports, queries, services
from scoring.enums import NaReason, ScorecardState, Stage
from scoring.models import Guidance, Mark, MarkEvidence, RankingRun, Scoreboard
from scoring.reports.sheet import typed_number
from scoring.rules import NotApplicable, ValueInputs
from tests.factories.blocs import CycleFactory, TermFactory
from tests.factories.crosschecks import CrossYear
from tests.factories.documents import TINY_PDF, make_person
from tests.factories.scoring import (
    LAW,
    NOON,
    RARE,
    RARE_LAW,
    SMALL,
    SMALL_FIGURES,
    ScoringYear,
    figures_for,
    realistic_rows,
)
from tests.factories.scoring_door import address, cell, extra_rows, form_of, save, words

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def year(db):
    return ScoringYear(units=4)


# The score page


def test_the_unit_enters_its_card_and_others_do_not_find_it(year, at_door):
    page = address(year, "scorecard", "so-3")

    mine = at_door(year.officers[2]).get(page)
    assert mine.status_code == 200
    assert f'name="{cell(year, "I.2", "value")}"' in mine.content.decode()
    assert "0/9" in words(mine)
    for stranger in (year.officers[3], year.chair):
        assert at_door(stranger).get(page).status_code == 404
    assert "data-cell" not in at_door(year.head).get(page).content.decode()


def test_the_plain_form_saves_every_cell_at_once(year, at_door):
    data = form_of(
        year,
        I_1__actual="105",
        I_1__target="100",
        I_2__value="7,5",
        I_3__count="4",
        II_1__passed="1",
        II_2__code="xs",
        III_1__value="19.5",
        I_4__na="not_assigned",
        V_1__count="0",
    )
    answer = at_door(year.officers[2]).post(address(year, "scorecard", "so-3"), data, follow=True)

    assert "Đã lưu 8 tiêu chí." in words(answer)
    points = dict(Mark.objects.filter(card=year.card(2)).values_list("criterion__code", "points"))
    assert points == {
        "I.1": D(20),
        "I.2": D("7.5"),
        "I.3": D(8),
        "I.4": None,
        "II.1": D(10),
        "II.2": D(10),
        "III.1": D("19.5"),
        "V.1": D(0),
    }


def test_sending_the_same_form_again_changes_nothing(year, at_door):
    client, page = at_door(year.officers[2]), address(year, "scorecard", "so-3")
    client.post(page, form_of(year, I_2__value="7,5"))
    mark = Mark.objects.get()

    data = form_of(year, I_2__value="7.50")
    data[cell(year, "I.2", "version")] = str(mark.version)
    answer = client.post(page, data, follow=True)

    assert "Không có gì thay đổi." in words(answer)
    assert Mark.objects.get().version == 1


def test_all_faults_come_back_at_once_and_nothing_typed_is_lost(year, at_door):
    data = form_of(
        year, I_2__value="abc", III_1__value="5%", I_3__count="21,5", I_1__actual="90", II_1__passed="1"
    )
    answer = at_door(year.officers[2]).post(address(year, "scorecard", "so-3"), data)

    assert answer.status_code == 422
    shown = words(answer)
    assert "“abc” không phải là số. Hãy gõ số, ví dụ 7,5." in shown
    assert "“5%” có dấu %, ô này không tính bằng phần trăm. Hãy gõ số không có dấu %." in shown
    text = answer.content.decode()
    for typed in ("abc", "5%", "21,5", "90"):
        assert f'value="{typed}"' in text
    assert Mark.objects.count() == 0


def test_faults_of_the_rules_stand_at_their_cells_too(year, at_door):
    data = form_of(year, I_2__value="20,5", I_1__actual="90")
    answer = at_door(year.officers[2]).post(address(year, "scorecard", "so-3"), data)

    assert answer.status_code == 422
    assert "Điểm 20,5 ngoài khoảng cho phép. Hãy nhập từ 0 đến 20." in words(answer)
    assert "Chưa có chỉ tiêu giao. Hãy nhập chỉ tiêu, hoặc chọn “Không giao”." in words(answer)
    assert 'value="20,5"' in answer.content.decode()


def test_a_form_from_an_older_page_is_shown_both_values(year, at_door):
    year.fill(2, {"I.2": ValueInputs(D(18))})
    data = form_of(year, I_2__value="17")
    answer = at_door(year.officers[2]).post(address(year, "scorecard", "so-3"), data)

    assert answer.status_code == 409
    assert "Người khác vừa lưu 18 ." in words(answer)
    assert 'value="17"' in answer.content.decode()
    again = {**data, cell(year, "I.2", "version"): "1"}
    assert at_door(year.officers[2]).post(address(year, "scorecard", "so-3"), again).status_code == 302
    assert Mark.objects.get().points == D(17)


def test_a_form_of_a_stage_that_closed_keeps_what_was_typed(year, at_door):
    year.send(2)
    data = form_of(year, I_2__value="17")
    answer = at_door(year.officers[2]).post(address(year, "scorecard", "so-3"), data)

    assert answer.status_code == 422
    assert "Bảng tự chấm điểm đã gửi." in words(answer)
    nonsense = at_door(year.officers[2]).post(address(year, "scorecard", "so-3"), {"stage": "x"}, follow=True)
    assert "Không có gì thay đổi." in words(nonsense)


@pytest.mark.parametrize(("typed", "state"), [("kg", "na"), ("KPS", "scored")])
def test_short_words_say_not_applicable(year, at_door, typed, state):
    at_door(year.officers[2]).post(address(year, "scorecard", "so-3"), form_of(year, I_2__value=typed))

    assert Mark.objects.get().state == state


@pytest.mark.parametrize("kind", ["chua-cham", "khac-nhau", "thieu-minh-chung", "la"])
def test_filters_keep_the_criteria_that_they_name_with_their_groups(year, at_door, kind):
    year.fill(2, {"I.2": ValueInputs(D(18))})
    answer = at_door(year.officers[2]).get(address(year, "scorecard", "so-3") + f"?loc={kind}")

    shown = set(re.findall(r'data-row="(\d+)"', answer.content.decode()))
    expected = {"chua-cham": 8, "khac-nhau": 0, "thieu-minh-chung": 0, "la": 9}[kind]
    assert len(shown) == expected


def test_every_kind_of_cell_is_drawn_and_read(at_door):
    year = ScoringYear(
        rows=[*RARE, *extra_rows()], law={**RARE_LAW, "bonus_cap": D(7), "deduction_cap": D(8)}
    )
    data = form_of(
        year,
        I_1__numerator="97",
        I_1__denominator="100",
        I_1__not_yet_due="3",
        I_2__value="85",
        I_3__events="Hội thao: 8\r\nHội diễn: 10",
        I_4__actual="110",
        I_4__target="100",
        B_1__codes=["nhat", "nhi"],
        **{"B_2__n-a": "2", "B_2__n-b": "1"},
        D_1__count="1",
        D_1__is_repeat="1",
        D_1__linked="I.2, I.3",
        D_2__count="2",
        B_3__count="3",
        B_3__counted_elsewhere="1",
        B_4__passed="0",
    )
    client, page = at_door(year.officers[2]), address(year, "scorecard", "so-3")
    answer = client.post(page, data, follow=True)

    assert answer.status_code == 200
    assert "Đã lưu 10 tiêu chí." in words(answer)
    again = client.get(page).content.decode()
    fields = dict(re.findall(r'<input class="cell" name="([^"]+)" value="([^"]*)"', again))
    assert fields[cell(year, "B.2", "n-a")] == "2"
    assert "Hội thao: 8\nHội diễn: 10" in again
    assert f'name="{cell(year, "D.1", "linked")}" value="I.2, I.3"' in again
    assert re.search(rf'name="{cell(year, "B.1", "codes")}" value="nhi" data-cell checked', again)
    versions = {
        f"c{mark.criterion_id}-version": str(mark.version) for mark in Mark.objects.filter(card=year.card(2))
    }
    assert "Không có gì thay đổi." in words(client.post(page, {**data, **versions}, follow=True))


@pytest.mark.parametrize(
    ("code", "values", "told"),
    [
        ("I.3", {"events": "Hội thao"}, "“Hội thao”: hãy ghi tên, dấu hai chấm, rồi điểm."),
        ("B.2", {"n-a": "1,5"}, "Số lượng phải là số nguyên, không âm. Hãy nhập lại."),
        ("B.4", {"passed": "x"}, "Hãy chọn “Đạt” hoặc “Không đạt”."),
        ("I.2", {"value": "9" * 20}, "Số này quá lớn. Hãy kiểm tra lại."),
        ("I.2", {"na": "x"}, "Hãy chọn “Không giao” hoặc “Không phát sinh”."),
    ],
)
def test_each_wrong_cell_says_what_to_do(at_door, code, values, told):
    year = ScoringYear(
        rows=[*RARE, *extra_rows()], law={**RARE_LAW, "bonus_cap": D(7), "deduction_cap": D(8)}
    )
    data = {"stage": "self", cell(year, code, "version"): ""}
    data |= {cell(year, code, part): value for part, value in values.items()}

    answer = at_door(year.officers[2]).post(address(year, "scorecard", "so-3"), data)

    assert answer.status_code == 422
    assert told in words(answer)


# Saving one cell


def test_one_cell_is_saved_and_the_sums_come_back(year, at_door):
    answer = save(at_door(year.officers[2]), year, "I.2", value="7,5")

    told = answer.json()
    assert (answer.status_code, told["points"], told["version"], told["total"]) == (200, "7,5", 1, "7,5")
    assert (told["groups"]["I"], told["done"], told["of"]) == ("7,5", 1, 9)
    assert told["sentence"] == "Chấm trực tiếp 7,5 trên tối đa 20: 7,5 điểm."
    cleared = save(at_door(year.officers[2]), year, "I.2", version="1", value="").json()
    assert (cleared["isMissing"], cleared["points"], cleared["version"]) == (True, "", 2)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("abc", "“abc” không phải là số. Hãy gõ số, ví dụ 7,5."),
        ("20,5", "Tiêu chí I.2: Điểm 20,5 ngoài khoảng cho phép. Hãy nhập từ 0 đến 20."),
    ],
)
def test_a_wrong_cell_is_refused_with_its_sentence(year, at_door, typed, told):
    answer = save(at_door(year.officers[2]), year, "I.2", value=typed)

    assert (answer.status_code, answer.json()) == (422, {"errors": [told]})


def test_a_cell_typed_against_an_older_version_gets_both_values(year, at_door):
    save(at_door(year.heads[2]), year, "I.2", value="18")
    answer = save(at_door(year.officers[2]), year, "I.2", value="17")

    told = answer.json()
    assert answer.status_code == 409
    assert (told["mine"], told["theirs"], told["by"], told["version"]) == ("17", "18", "Thủ trưởng 3", 1)
    assert told["values"] == {"value": "18"}


def test_a_cell_that_was_never_there_conflicts_too(year, at_door):
    answer = save(at_door(year.officers[2]), year, "I.2", version="3", value="17")

    told = answer.json()
    assert (answer.status_code, told["theirs"], told["by"], told["version"]) == (409, "Chưa chấm", "", "")


def test_strangers_learn_nothing_from_saving(year, at_door):
    elsewhere = ScoringYear(slug="an-giang").officers[2]
    for stranger in (year.officers[3], elsewhere):
        for typed in ("1", "không phải số"):
            assert save(at_door(stranger), year, "I.2", value=typed).status_code == 404
    year.send(2)
    refused = save(at_door(year.officers[2]), year, "I.2", value="1")
    assert (refused.status_code, len(refused.json()["errors"])) == (422, 1)
    client = at_door(year.officers[2])
    assert client.post(address(year, "mark_save", "so-3"), {"stage": "self"}).status_code == 404
    assert save(client, year, "I.2", stage="cross", value="1").status_code == 404


def test_the_checkers_workbook_says_in_a_word_what_does_not_apply(year, at_door):
    year.send(2, {**SMALL_FIGURES, "I.4": NotApplicable(NaReason.NOT_ASSIGNED)})
    book = load_workbook(BytesIO(at_door(year.chair).get(address(year, "card_to_fill", "so-3")).content))
    (heads,) = [row for row in book.worksheets[0].iter_rows(values_only=True) if "Tự chấm" in row]
    own = {row[0]: row[heads.index("Tự chấm")] for row in book.worksheets[0].iter_rows(values_only=True)}

    assert (own["I.2"], own["I.4"]) == (18, "Không giao")


def test_last_years_chair_saves_nothing_in_a_bloc_it_has_left(year, at_door):
    year.send(2)
    Term.objects.filter(cycle=year.cycle).update(to_on=date(2019, 6, 1))
    before = TermFactory(cycle=CycleFactory(bloc=year.bloc, year=2018))
    officer = make_person("cu@kien-giang", "Người cũ", role=Role.UNIT_OFFICER, unit=before.unit)
    assert standing_in(year.cycle, officer, NOON).is_chair

    assert save(at_door(officer), year, "I.2", stage="bloc", points="1").status_code == 404
    assert not Mark.objects.filter(stage="bloc").exists()


def test_the_blocs_cell_says_when_it_differs(year, at_door):
    year.send(2)
    told = save(at_door(year.chair), year, "I.2", stage=Stage.BLOC, points="15").json()

    assert (told["differs"], told["asksReason"], told["different"]) == (True, True, 1)


# The check of a card


def test_the_bloc_checks_a_card_in_the_browser(year, at_door):
    year.send(2)
    client, page = at_door(year.chair), address(year, "scorecard", "so-3")
    client.post(page, form_of(year, Stage.BLOC, I_2__points="15"))
    shown = client.get(page)
    assert "differs" in shown.content.decode()
    assert "Lý do I.2" in words(shown)

    none = client.post(address(year, "marks_accept", "so-3"), {"stage": "bloc"})
    assert (none.status_code, "Hãy đánh dấu ít nhất một tiêu chí" in words(none)) == (422, True)
    chosen = {"stage": "bloc", "chosen": [year.criterion("I.1").pk, "x"]}
    client.post(address(year, "marks_accept", "so-3"), chosen)
    assert Mark.objects.filter(stage="bloc").count() == 2
    client.post(address(year, "marks_accept", "so-3"), {"stage": "bloc", "all": "1"})
    assert Mark.objects.filter(stage="bloc").count() == 9

    early = client.post(address(year, "card_finish", "so-3"))
    assert (early.status_code, "cần ghi lý do: I.2" in words(early)) == (422, True)
    assert client.post(address(year, "marks_reason", "so-3"), {"stage": "bloc"}).status_code == 422
    client.post(
        address(year, "marks_reason", "so-3"),
        {"stage": "bloc", "chosen": [year.criterion("I.2").pk], "common_reason": "Tham mưu chậm"},
    )
    done = client.post(address(year, "card_finish", "so-3"), follow=True)
    assert "Đã hoàn thành rà soát bảng điểm." in words(done)
    assert year.card(2).state == ScorecardState.VERIFIED


def test_a_button_saves_the_cells_that_came_along(year, at_door):
    year.send(2)
    client = at_door(year.chair)
    data = form_of(year, Stage.BLOC, I_2__points="15", I_2__reason="Chậm")
    client.post(address(year, "marks_accept", "so-3"), {**data, "all": "1"})

    assert Mark.objects.get(stage="bloc", criterion__code="I.2").points == D(15)
    assert Mark.objects.filter(stage="bloc").count() == 9
    wrong = form_of(year, Stage.BLOC, I_2__points="xyz")
    answer = client.post(address(year, "marks_accept", "so-3"), {**wrong, "all": "1"})
    assert (answer.status_code, 'value="xyz"' in answer.content.decode()) == (422, True)


def test_a_card_goes_round_by_its_buttons(year, at_door):
    year.fill(2)
    press = lambda user, name, **data: at_door(user).post(address(year, name, "so-3"), data)  # noqa: E731

    assert press(year.officers[2], "card_propose").status_code == 302
    assert press(year.heads[2], "card_send").status_code == 302
    assert press(year.heads[2], "card_recall").status_code == 302
    assert press(year.heads[2], "card_send").status_code == 302
    returned = press(year.chair, "card_return", reason="Thiếu số liệu")
    assert returned.url == address(year, "scores")
    assert "Thiếu số liệu" in words(at_door(year.officers[2]).get(address(year, "scorecard", "so-3")))
    press(year.heads[2], "card_send")
    services.accept_marks(card=year.card(2), by=year.chair, at=NOON)
    press(year.chair, "card_finish")
    press(year.chair, "card_reopen", reason="Bổ sung")
    assert year.card(2).state == ScorecardState.SENT
    none = press(year.chair, "card_appoint")
    assert "Hãy chọn đơn vị rà soát" in words(none)
    press(year.chair, "card_appoint", unit=year.units[3].pk, reason="Hội nghị giao")
    assert year.card(2).verifier == year.units[3]


def test_the_unit_sees_the_blocs_figures_only_after_the_check(year, at_door):
    year.send(2)
    entries = services.entries_of(year.card(2), {"I.2": (D("13.25"), "Bí mật đến khi xong")})
    services.save_marks(card=year.card(2), stage="bloc", entries=entries, by=year.chair, at=NOON)
    page = address(year, "scorecard", "so-3")

    before = words(at_door(year.officers[2]).get(page))
    assert ("13,25" in before, "Bí mật" in before) == (False, False)
    workbook = at_door(year.officers[2]).get(address(year, "scorecard_xlsx", "so-3"))
    cells = [str(value) for row in load_workbook(BytesIO(workbook.content)).active.values for value in row]
    assert not [value for value in cells if "13.25" in value or "13,25" in value or "Bí mật" in value]
    paper = at_door(year.officers[2]).get(address(year, "scorecard_pdf", "so-3"))
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(paper.content)).pages)
    assert ("13,25" in text, "95,5" in text) == (False, True)
    services.accept_marks(card=year.card(2), by=year.chair, at=NOON)
    services.finish_verification(card=year.card(2), by=year.chair, at=NOON)
    after = words(at_door(year.officers[2]).get(page))
    assert ("13,25" in after, "Bí mật" in after) == (True, True)


def test_the_meeting_and_the_province_enter_their_columns(year, at_door):
    year.agreed()
    client, page = at_door(year.chair), address(year, "scorecard", "so-3")
    assert client.post(address(year, "card_unagree", "so-3"), {"reason": "Tính nhầm"}).status_code == 302
    data = form_of(year, Stage.MEETING, I_2__points="16", I_2__reason="Hội nghị")
    data = {name: "1" if name.endswith("-version") else value for name, value in data.items()}
    data |= {
        f"c{m.criterion_id}-points": typed_number(m.points)
        for m in Mark.objects.filter(card=year.card(2), stage="meeting")
        if m.criterion.code in ("I.1", "I.3", "I.4", "III.1", "IV.1")
    }
    data |= {
        cell(year, "II.1", "passed"): "1",
        cell(year, "II.2", "code"): "xs",
        cell(year, "V.1", "count"): "0",
    }
    assert client.post(page, data).status_code == 302
    client.post(address(year, "cards_agree"))
    year.go(Phase.SUBMITTED)
    province = at_door(year.head)
    assert "Vòng tỉnh thẩm định" in words(province.get(page))
    assert province.post(address(year, "card_appraise", "so-3")).status_code == 302
    assert year.card(2).state == ScorecardState.APPRAISED


# What others say, beside the cells


def test_what_is_to_be_explained_can_be_filtered_and_leads_to_its_page(year, at_door):
    year.send(2)
    client, page = at_door(year.judge(2)), address(year, "scorecard", "so-3")
    year.go(Phase.VERIFYING)
    due = timezone.localdate() + timedelta(days=3)
    asked = services.ask_explanation(
        card=year.card(2),
        criterion=year.criterion("I.3"),
        question="Sáng kiến nào?",
        due_on=due,
        by=year.judge(2),
        at=timezone.now(),
    )
    shown = client.get(page, {"loc": "can-giai-trinh"})

    assert "Cần giải trình 1" in words(shown)
    assert re.findall(r'data-code="(.+?)"', shown.content.decode()) == ["I.3"]
    assert f'href="{address(year, "appeal", "so-3", asked.pk)}">Giải trình: chờ' in shown.content.decode()


@pytest.fixture
def crossed(db):
    """A year whose members scored the third card, closed, with the chair's check begun."""
    year = CrossYear(due_on=None)
    for scorer in (0, 1, 3):
        year.give(2, scorer, {"I.2": "7"} if scorer else None)
    services.close_cross_check(scoreboard=year.board_now(), reason="chốt", by=year.chair, at=NOON)
    return year


def test_the_closed_cross_check_stands_beside_the_stages(crossed, at_door, django_assert_max_num_queries):
    page = address(crossed, "scorecard", "so-3")
    for person in (crossed.chair, crossed.head):
        client = at_door(person)
        with django_assert_max_num_queries(15):
            shown = words(client.get(page))
        assert re.search(r"Chấm chéo .* 3 đơn vị, lệch", shown)
    assert "đơn vị, lệch" not in words(at_door(crossed.officers[2]).get(page))


LATE_LAW = {**LAW, "lateness": {"per_day": "1", "cap": "3"}, "deadlines": {"self_scoring": [11, 18]}}


def test_a_card_after_its_day_says_so_keeps_the_draft_and_its_loss_can_be_waived(at_door):
    year = ScoringYear(law=LATE_LAW, units=4)
    year.fill(2)
    page = address(year, "scorecard", "so-3")
    shown = words(at_door(year.officers[2]).get(page))
    assert "Đã hết hạn gửi (ngày 18/11/2019)." in shown
    assert "Phần đã nhập được giữ nguyên" in shown
    assert "9/9 tiêu chí" in shown

    year.send(2)
    shown = words(at_door(year.chair).get(page))
    assert re.search(r"Gửi chậm Gửi chậm \d+ ngày: .* trừ \d điểm\.", shown)
    assert "Miễn trừ điểm" not in words(at_door(year.officers[2]).get(page))
    client = at_door(year.chair)
    assert client.post(address(year, "lateness_waive", "so-3"), {"reason": ""}).status_code == 422
    waived = client.post(address(year, "lateness_waive", "so-3"), {"reason": "bão lũ"}, follow=True)
    assert "được miễn trừ điểm: bão lũ." in words(waived)


def test_a_card_after_its_day_without_a_rule_loses_nothing(at_door):
    year = ScoringYear(law={**LAW, "deadlines": {"self_scoring": [11, 18]}}, units=4)
    shown = words(at_door(year.officers[2]).get(address(year, "scorecard", "so-3")))

    assert "Đã hết hạn gửi (ngày 18/11/2019)." in shown
    assert "trừ" not in shown.partition("Đã hết hạn gửi")[2].partition("Tất cả")[0]


def test_results_of_the_covenant_are_pulled_only_where_something_is_linked(year, at_door):
    answer = at_door(year.officers[2]).post(address(year, "results_pull", "so-3"))

    assert answer.status_code == 422
    assert "Không có tiêu chí nào lấy số liệu từ giao ước" in words(answer)


def test_a_mark_says_which_evidence_it_judged_once_that_has_changed(year, at_door):
    client, key = at_door(year.officers[2]), year.criterion("I.2").pk
    page = address(year, "evidence", "so-3", key)
    client.post(page, {"file": SimpleUploadedFile("a.pdf", TINY_PDF)})
    year.send(2)
    services.accept_marks(card=year.card(2), by=year.judge(2), at=NOON)
    services.return_card(card=year.card(2), reason="bổ sung", by=year.judge(2), at=NOON)
    replace = address(year, "evidence_replace", "so-3", MarkEvidence.objects.get().pk)
    answer = client.post(replace, {"file": SimpleUploadedFile("b.exe", b"MZ1")}, follow=True)
    assert "Không nhận loại tệp này." in words(answer)
    assert "bắt buộc" in words(client.post(replace, follow=True))
    answer = client.post(replace, {"file": SimpleUploadedFile("b.pdf", TINY_PDF + b"%")}, follow=True)
    assert re.search(r"bản 2 · .* Bản 1: a.pdf", words(answer))
    services.send_card(card=year.card(2), by=year.heads[2], at=NOON)
    year.go(Phase.VERIFYING)

    shown = words(at_door(year.judge(2)).get(address(year, "scorecard", "so-3")))
    assert shown.count("chấm theo bản 1") == 1


# Evidence


def test_evidence_is_sent_read_and_taken_away(year, at_door):
    client = at_door(year.officers[2])
    key = year.criterion("I.2").pk
    page = address(year, "evidence", "so-3", key)
    file = SimpleUploadedFile("Báo cáo.pdf", TINY_PDF)
    client.post(page, {"file": file, "page": "2", "quotation": "đạt 98%"})

    kept = MarkEvidence.objects.get()
    assert "Báo cáo.pdf" in words(client.get(page))
    served = client.get(address(year, "evidence_file", "so-3", kept.pk))
    assert (b"".join(served.streaming_content), served["Content-Type"]) == (TINY_PDF, "application/pdf")
    assert at_door(year.officers[3]).get(address(year, "evidence_file", "so-3", kept.pk)).status_code == 404
    at_door(year.officers[2]).post(address(year, "evidence_remove", "so-3", kept.pk))
    assert "Chưa có tệp nào" in words(client.get(page))


def test_of_several_files_each_is_judged_on_its_own(year, at_door, monkeypatch):
    client, key = at_door(year.officers[2]), year.criterion("I.2").pk
    page = address(year, "evidence", "so-3", key)
    good, bad = SimpleUploadedFile("a.pdf", TINY_PDF), SimpleUploadedFile("b.docm", b"MZ1")
    answer = client.post(page, {"file": [good, bad]})

    assert answer.status_code == 422
    assert "b.docm: Không nhận loại tệp này." in words(answer)
    assert "Đã nhận 1 tệp minh chứng." in words(answer)
    monkeypatch.setattr("scoring.forms.evidence.UPLOAD_LIMIT", 10)
    answer = client.post(page, {"file": SimpleUploadedFile("lon.pdf", TINY_PDF)})
    assert "Tệp lớn hơn 20 MB: lon.pdf. Hãy tách hoặc nén tệp." in words(answer)
    assert "Trường này là bắt buộc" in words(client.post(page, {"page": "2"}))
    assert MarkEvidence.objects.count() == 1


def test_a_dropped_file_is_answered_in_json(year, at_door):
    client, key = at_door(year.officers[2]), year.criterion("I.2").pk
    page, ask = address(year, "evidence", "so-3", key), {"headers": {"Accept": "application/json"}}

    answer = client.post(page, {"file": SimpleUploadedFile("a.pdf", TINY_PDF)}, **ask)
    assert (answer.status_code, answer.json()) == (200, {"count": 1})
    answer = client.post(page, {"file": SimpleUploadedFile("b.exe", b"MZ1")}, **ask)
    assert (answer.status_code, answer.json()["errors"][0][:27]) == (422, "b.exe: Không nhận loại tệp ")
    year.send(2)
    answer = client.post(page, {"file": SimpleUploadedFile("c.pdf", TINY_PDF)}, **ask)
    assert (answer.status_code, MarkEvidence.objects.count()) == (422, 1)
    assert "data-drop" not in client.get(address(year, "scorecard", "so-3")).content.decode()


def test_page_and_quotation_are_written_to_a_file_that_is_there(year, at_door):
    client, key = at_door(year.officers[2]), year.criterion("I.2").pk
    page = address(year, "evidence", "so-3", key)
    client.post(page, {"file": SimpleUploadedFile("a.pdf", TINY_PDF)})
    cite = address(year, "evidence_cite", "so-3", MarkEvidence.objects.get().pk)

    answer = client.post(cite, {"page": "12", "quotation": "đạt 98%"}, follow=True)
    assert "trang 12 · “đạt 98%”" in words(answer)
    assert "100 ký tự" not in words(answer)
    answer = client.post(cite, {"page": "1" * 41}, follow=True)
    assert "40" in words(answer)
    assert MarkEvidence.objects.get().page == "12"
    assert at_door(year.officers[3]).post(cite, {"page": "1"}).status_code == 404


def test_a_wrong_file_is_refused_at_its_field(year, at_door):
    page = address(year, "evidence", "so-3", year.criterion("I.2").pk)
    client = at_door(year.officers[2])
    answer = client.post(page, {"file": SimpleUploadedFile("a.exe", b"MZ123")})

    assert answer.status_code == 422
    assert "Không nhận loại tệp này." in words(answer)
    assert client.get(address(year, "evidence", "so-3", year.criterion("I").pk)).status_code == 404


def test_a_picture_is_served_in_a_sandbox(year, at_door):
    png = b"\x89PNG\r\n\x1a\n" + b"0" * 40
    kept = services.add_evidence(
        card=year.card(2),
        criterion=year.criterion("I.2"),
        name="a.png",
        content=png,
        by=year.officers[2],
        at=NOON,
    )
    served = at_door(year.officers[2]).get(address(year, "evidence_file", "so-3", kept.pk))

    assert served["Content-Security-Policy"] == "default-src 'none'; sandbox"
    served.close()


# The bloc's pages


def test_the_list_shows_each_person_only_what_is_theirs(year, at_door):
    year.fill(3, {"I.2": ValueInputs(D(18))})
    year.walk(2, {"I.2": (D(15), "Chậm")})
    late = Unit.objects.create(
        province=year.province, name="Ban Dân tộc", short_name="BDT", slug="ban-dantoc"
    )
    Membership.objects.create(cycle=year.cycle, unit=late, position=9)
    page = address(year, "scores")

    chair = words(at_door(year.chair).get(page))
    assert "1/4 đơn vị đã gửi · khối rà soát xong 1/4" in chair
    assert ("95,5" in chair, "92,5" in chair, "1/9" in chair) == (True, True, True)
    assert "Chưa có bảng tự chấm điểm: Ban Dân tộc" in chair
    member = words(at_door(year.officers[3]).get(page))
    assert ("95,5" in member, "92,5" in member, "1/9" in member) == (False, False, True)
    at_door(year.chair).post(address(year, "cards_add"))
    assert queries.members_without_card(year.cycle) == []


def test_the_board_is_drafted_edited_and_adopted_in_the_browser(at_door):
    year = ScoringYear(board=False, phase=Phase.LAUNCHING)
    client = at_door(year.chair)
    assert "Tỉnh chưa công bố hướng dẫn chấm điểm cho năm 2019." in words(
        client.get(address(year, "scoreboard"))
    )
    assert client.get(address(year, "scoreboard_pdf")).status_code == 404
    guidance = year.guidance()
    assert client.post(address(year, "scoreboard_draft"), {}).status_code == 422
    client.post(address(year, "scoreboard_draft"), {"guidance": guidance.pk})
    board = Scoreboard.objects.get()
    one = board.criteria.get(code="I.3")
    edit = address(year, "criterion_edit", one.pk)
    assert 'name="per" value="2"' in client.get(edit).content.decode()
    fields = {"title": "Sáng kiến cấp cơ sở", "max_points": "10", "kind": "per_item", "per": "1"}
    fields["item"] = "sáng kiến"
    assert client.post(edit, fields).status_code == 302
    wrong = client.post(edit, {**fields, "per": "một"})
    assert (wrong.status_code, "“một” không phải là số." in words(wrong)) == (422, True)
    group = client.post(
        address(year, "criterion_edit", board.criteria.get(code="I").pk), {"title": "Một", "max_points": "61"}
    )
    assert group.status_code == 302
    shown = client.get(address(year, "scoreboard"))
    assert "Các tiêu chí của I cộng được 60, nhóm ghi 61." in words(shown)
    # The points of a content are the guidance's: no reason lets the bloc move them.
    assert "Nội dung I ghi 61 điểm, hướng dẫn ghi 60." in words(shown)
    client.post(
        address(year, "criterion_edit", board.criteria.get(code="I").pk), {"title": "Một", "max_points": "60"}
    )
    client.post(edit, {**fields, "max_points": "9"})
    assert client.post(address(year, "scoreboard_adopt"), {"how": ""}).status_code == 422
    assert client.post(address(year, "scoreboard_adopt"), {"how": "thống nhất"}).status_code == 422
    assert client.post(address(year, "scoreboard_waive"), {"finding": "x", "reason": "y"}).status_code == 422
    for finding in queries.findings_in(queries.board_of(board)):
        client.post(address(year, "scoreboard_waive"), {"finding": finding, "reason": "Khối thống nhất"})
    assert client.post(address(year, "scoreboard_adopt"), {"how": "thống nhất"}).url == address(
        year, "scores"
    )
    board.refresh_from_db()
    assert board.criteria.get(code="I.3").rule == {"kind": "per_item", "per": "1", "item": "sáng kiến"}
    frozen = client.post(edit, fields | {"title": "Khác"})
    assert (frozen.status_code, "Hãy lập bản mới" in words(frozen)) == (422, True)
    again = client.post(address(year, "scoreboard_draft"), {"guidance": guidance.pk})
    assert again.status_code == 302
    assert client.post(address(year, "scoreboard_draft"), {"guidance": guidance.pk}).status_code == 422
    client.post(address(year, "scoreboard_discard"))
    assert Scoreboard.objects.count() == 1


def test_the_ranking_is_made_decided_and_adopted_in_the_browser(year, at_door):
    for index in range(4):
        year.walk(index, {"I.2": (D(15), "Chậm")} if index in (1, 3) else None)
    year.go(Phase.REVIEWING)
    client, page = at_door(year.chair), address(year, "ranking")
    assert "Chưa có xếp hạng" in words(client.get(page))
    early = client.post(address(year, "ranking_make"))
    assert (early.status_code, "Hội nghị chưa thống nhất điểm của" in words(early)) == (422, True)
    assert client.post(address(year, "ranking_adopt"), {"how": "x"}).status_code == 404
    client.post(address(year, "cards_agree"))
    client.post(address(year, "ranking_make"))
    shown = words(client.get(page))
    assert "2 đơn vị đồng hạng Nhất, cùng 95,5 điểm" in shown
    assert "đồng hạng Ba" in shown
    assert "Chưa có xếp hạng" in words(at_door(year.officers[2]).get(page))

    client = at_door(year.chair)
    tied = {"unit": [year.units[0].pk, year.units[2].pk], "reason": "Nhiều mô hình hơn"}
    same = {f"place-{key}": "1" for key in tied["unit"]}
    wrong = client.post(address(year, "tie_decide"), {**tied, **same})
    assert "Mỗi đơn vị đồng hạng phải có một thứ tự khác nhau" in words(wrong)
    places = {f"place-{year.units[0].pk}": "2", f"place-{year.units[2].pk}": "1"}
    client.post(address(year, "tie_decide"), {**tied, **places})
    assert client.post(address(year, "ranking_adopt"), {"how": ""}).status_code == 422
    client.post(address(year, "ranking_adopt"), {"how": "thống nhất tại hội nghị"})
    member = words(at_door(year.officers[3]).get(page))
    assert ("thống nhất tại hội nghị" in member, "Nhì" in member) == (True, True)
    assert "Lý do: Nhiều mô hình hơn" in member
    at_door(year.chair).post(address(year, "ranking_reopen"), {"reason": "Tỉnh trả lại"})
    assert RankingRun.objects.get().status == "replaced"


def test_the_report_is_opened_by_the_chair(year, at_door):
    year.adopted()
    answer = at_door(year.chair).post(address(year, "score_report_open"))

    assert answer.status_code == 302
    assert answer.url.startswith("/van-ban/")
    assert at_door(year.officers[3]).post(address(year, "score_report_open")).status_code == 403


# Guidance


LAW_TYPED = {
    "number": "18/HD",
    "issued_on": "02/05/2019",
    "title": "Hướng dẫn chấm điểm",
    "issuer": "Hội đồng",
    "from_year": "2019",
    "to_year": "",
    "scale": "1000",
    "bonus_cap": "10",
    "deduction_cap": "20",
    "na_policy": "keep",
    "not_arisen": "full",
    "step": "0,25",
    "mode": "half_up",
    "given": "round",
    "rank_numbering": "dense",
    "grades": "Xuất sắc = 900\nTốt = 800\nKhá",
    "tie_chain": "điểm thưởng\nđiểm trừ\nnhóm V\ntỷ lệ nữ 70",
    "note": "",
}


def test_guidance_is_written_as_a_form_and_a_frame_as_text(year, at_door):
    client = at_door(year.head)
    page = reverse("guidance_create", args=["kien-giang"])
    assert client.get(page).status_code == 200
    client.post(page, LAW_TYPED)
    made = Guidance.objects.get(number="18/HD")
    assert (made.issued_on, made.scale, made.roundings) == (
        date(2019, 5, 2),
        D(1000),
        {"default": {"step": "0.25", "mode": "half_up"}},
    )
    assert made.grades == [
        {"code": "muc-1", "name": "Xuất sắc", "at_least": "900"},
        {"code": "muc-2", "name": "Tốt", "at_least": "800"},
        {"code": "muc-3", "name": "Khá"},
    ]
    assert [step["kind"] for step in made.tie_chain] == ["bonus", "deduction", "criterion", "women_share"]

    edit = reverse("guidance_edit", args=[made.pk])
    shown = client.get(edit).content.decode()
    assert ('value="1000"' in shown, "tỷ lệ nữ 70" in shown, "Xuất sắc = 900" in shown) == (True, True, True)
    client.post(edit, {**LAW_TYPED, "title": "Hướng dẫn mới"})
    made.refresh_from_db()
    assert (made.title, made.grades[0]["code"]) == ("Hướng dẫn mới", "muc-1")

    frame = reverse("frame_write", args=[made.pk])
    assert client.get(frame).status_code == 200
    text = (
        "I | Chỉ tiêu | 1000 | nhóm\nI.1 | Hồ sơ đúng hạn | 400 | Theo tỷ lệ | hồ sơ\nI.2\tSáng kiến\t600\t\t"
    )
    assert client.post(frame, {"frame": text}).status_code == 302
    assert list(made.criteria.order_by("position").values_list("code", "kind")) == [
        ("I", ""),
        ("I.1", "ratio"),
        ("I.2", "direct"),
    ]
    shown = words(client.get(made.get_absolute_url()))
    assert "Các nhóm lớn cộng được 0, điểm thưởng tối đa là 10." in shown
    blocked = client.post(reverse("guidance_publish", args=[made.pk]))
    assert (blocked.status_code, made.status) == (422, "draft")
    waive = reverse("guidance_waive", args=[made.pk])
    assert client.post(waive, {"finding": "x"}).status_code == 422
    for finding in queries.findings_in(queries.board_of_guidance(made)):
        client.post(waive, {"finding": finding, "reason": "Hội đồng đã ký"})
    client.post(reverse("guidance_publish", args=[made.pk]))
    made.refresh_from_db()
    assert made.status == "published"
    assert client.post(frame, {"frame": text}).status_code == 422
    assert client.post(edit, LAW_TYPED).status_code == 422
    renewed = client.post(reverse("guidance_renew", args=[made.pk]))
    assert Guidance.objects.get(version=2).get_absolute_url() == renewed.url
    assert "Hội đồng đã ký" in words(client.get(renewed.url))


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("scale", "abc", "“abc” không phải là số."),
        ("scale", "1.000", "“1.000” có thể là 1000 hoặc 1,000."),
        ("grades", "Tốt = x", "“Tốt = x”: “x” không phải là số."),
        ("tie_chain", "bốc thăm", "Không hiểu “bốc thăm”."),
        ("to_year", "2018", "Năm cuối áp dụng không được trước năm đầu."),
        ("number", "16/HD-HĐTĐKT", "Tỉnh đã có hướng dẫn số 16/HD-HĐTĐKT."),
        ("issued_on", "31/02/2019", "Tháng 2 năm 2019 không có ngày 31"),
    ],
)
def test_wrong_law_is_refused_at_its_field(year, at_door, field, typed, told):
    page = reverse("guidance_create", args=["kien-giang"])
    answer = at_door(year.head).post(page, {**LAW_TYPED, field: typed})

    assert answer.status_code == 422
    assert told in words(answer)
    assert Guidance.objects.count() == 1


def test_a_faulty_frame_names_its_lines_and_keeps_the_text(year, at_door):
    draft = year.guidance(publish=False, number="20/HD")
    text = "I | Một\nI.1 | Hai | 5 | Bốc thăm\nX | Ba | 5 | Điểm mỗi việc | hai\n | Bốn | 1\nI.2 | Năm | x"
    answer = at_door(year.head).post(reverse("frame_write", args=[draft.pk]), {"frame": text})

    shown = words(answer)
    assert answer.status_code == 422
    for told in (
        "Dòng 1: I: thiếu điểm tối đa.",
        "Dòng 2: I.1: không có cách tính “Bốc thăm”.",
        "Dòng 3: X: Không hiểu “hai”.",
        "Dòng 4: thiếu ký hiệu hoặc nội dung.",
        "Dòng 5: “x” không phải là số.",
    ):
        assert told in shown
    assert "Bốc thăm" in answer.content.decode()


def test_a_frame_of_too_many_lines_or_with_a_kind_on_a_group_is_refused():
    with pytest.raises(services.guidance.Refused) as refused:
        imports.read_frame("\n".join(["I | Một | 1"] * 1001))
    assert refused.value.reasons == ["Thang bảng điểm có 1001 dòng, nhiều hơn 1000. Hãy chia bớt."]
    with pytest.raises(services.guidance.Refused) as refused:
        imports.read_frame("I | Một | 1 | Chấm trực tiếp\nI.1 | Hai | 1,2345\nII | Ba | 1")
    assert refused.value.reasons == [
        "Dòng 1: I có tiêu chí con nên là nhóm, không có cách tính “Chấm trực tiếp”.",
        "Dòng 2: I.1: điểm tối đa 1,2345 quá lớn hoặc có hơn 3 chữ số thập phân.",
    ]


def test_a_frame_written_out_and_read_again_is_the_same(year):
    guidance = year.guidance(publish=False, number="20/HD", rows=realistic_rows())
    board = queries.board_of_guidance(guidance)
    before = queries.content_hash(board)

    rows = imports.read_frame(imports.frame_text(board), board)
    after = services.write_frame(guidance=guidance, rows=rows, by=year.head, at=NOON)

    assert queries.content_hash(after) == before


def test_guidance_is_listed_for_its_province_and_drafts_for_its_writers(year, at_door):
    draft = year.guidance(publish=False, number="20/HD")
    page = reverse("guidances")

    assert "20/HD" in words(at_door(year.head).get(page))
    assert "20/HD" not in words(at_door(year.chair).get(page))
    assert "16/HD-HĐTĐKT" in words(at_door(year.chair).get(page))
    assert at_door(year.chair).get(draft.get_absolute_url()).status_code == 404
    assert at_door(year.chair).get(reverse("guidance_create", args=["kien-giang"])).status_code == 404


# What stands elsewhere


def test_the_years_page_carries_the_list_of_cards(year, at_door):
    year.send(2)
    shown = words(at_door(year.chair).get(year.cycle.get_absolute_url()))

    assert ("Chấm điểm của các đơn vị" in shown, "95,5" in shown) == (True, True)


@pytest.mark.parametrize(("board", "told"), [(False, "Khối chưa lập bảng điểm"), (True, "đang là dự thảo")])
def test_the_years_page_says_where_the_board_stands(at_door, board, told):
    year = ScoringYear(board=False, phase=Phase.LAUNCHING)
    if board:
        year.draft_board()

    assert told in words(at_door(year.chair).get(year.cycle.get_absolute_url()))


# Literal query counts


@pytest.fixture
def big(db):
    """Twelve units and forty criteria, all stages."""
    year = ScoringYear(units=12, rows=realistic_rows(), law={**LAW, "tie_chain": []}, board=False)
    year.go(Phase.PREPARING)
    guidance = year.guidance(publish=False)
    for finding in queries.findings_in(queries.board_of_guidance(guidance)):
        guidance = services.waive_finding(
            guidance=guidance, finding=finding, reason="có", by=year.head, at=NOON
        )
    services.publish_guidance(guidance=guidance, by=year.head, at=NOON)
    year.adopt()
    year.go(Phase.SELF_SCORING)
    leaves = queries.board_of(year.scoreboard).leaves
    year.figures = {leaf.code: figures_for(leaf) for leaf in leaves}
    for index in range(12):
        year.walk(index, figures=year.figures)
    year.go(Phase.REVIEWING)
    services.agree_cards(cycle=year.cycle, by=year.chair, at=NOON)
    services.make_ranking(cycle=year.cycle, by=year.chair, at=NOON)
    return year


# Of a board that the process has read before: the first page of all asks two more.
COUNTS = {"scores": 13, "ranking": 10, "scorecard": 10, "scoreboard": 9}


def count_of(client, page, django_assert_max_num_queries):
    client.get(page)
    with django_assert_max_num_queries(15) as seen:
        assert client.get(page).status_code == 200
    return len(seen)


def test_pages_cost_the_same_queries_with_three_units_and_with_twelve(
    big, at_door, django_assert_max_num_queries
):
    small = ScoringYear(slug="an-giang")
    small.ranked()
    found = {}
    for year in (small, big):
        client = at_door(year.chair)
        for name, more in (("scores", ()), ("ranking", ()), ("scorecard", ("so-2",)), ("scoreboard", ())):
            count = count_of(client, address(year, name, *more), django_assert_max_num_queries)
            found.setdefault(name, set()).add(count)

    assert found == {name: {count} for name, count in COUNTS.items()}


def test_saving_one_mark_costs_eleven_queries(at_door):
    small = ScoringYear(law={**LAW, "evidence_required": True})
    client, page = at_door(small.officers[2]), address(small, "mark_save", "so-3")
    key = small.criterion("I.2").pk
    data = {"stage": "self", "criterion": key, f"c{key}-version": "", f"c{key}-value": "1"}
    client.post(page, data)
    with CaptureQueriesContext(connection) as seen:
        assert client.post(page, {**data, f"c{key}-version": "1"}).status_code == 200
    assert len(seen) == 11, "\n".join(query["sql"][:200] for query in seen)


def test_the_list_of_guidance_costs_the_same_for_one_and_for_three(year, at_door, django_assert_num_queries):
    client = at_door(year.head)
    client.get(reverse("guidances"))
    with django_assert_num_queries(5):
        client.get(reverse("guidances"))
    for number in ("17/HD", "18/HD"):
        year.guidance(number=number, publish=False)
    with django_assert_num_queries(5):
        client.get(reverse("guidances"))


def test_an_auditor_reads_and_changes_nothing(year, at_door):
    auditor = make_person("xem@kg", "Giám sát", role=Role.AUDITOR, province=year.province)
    year.fill(2, SMALL_FIGURES)
    client = at_door(auditor)

    page = client.get(address(year, "scorecard", "so-3"))
    assert (page.status_code, "data-cell" in page.content.decode()) == (200, False)
    assert save(client, year, "I.2", version="1", value="1").status_code == 422
    for name in ("card_send", "card_finish", "card_return"):
        assert client.post(address(year, name, "so-3")).status_code == 422
    assert client.post(address(year, "ranking_make")).status_code == 422


# What is drawn in Python, not by a template, is escaped all the same

EVIL = "<script>x</script>"


@pytest.mark.parametrize("page", ["scorecard", "scores", "cycle", "comparison"])
def test_what_people_write_is_text_on_every_page_of_figures(client, page):
    rows = tuple({**row, "title": f"{row['title']} {EVIL}"} for row in SMALL)
    year = ScoringYear(rows=rows)
    Unit.objects.filter(pk=year.units[2].pk).update(name=f"Sở {EVIL}", short_name=f"S {EVIL}")
    year.send(2)
    year.check(2, {"I.2": (ValueInputs(D(5)), f"Lý do {EVIL}")})
    client.force_login(year.chair)
    slug = [year.units[2].slug] if page == "scorecard" else []

    shown = client.get(reverse(page, args=[*year.cycle.slugs, *slug])).content.decode()

    assert EVIL not in shown
    assert escape(EVIL) in shown
