"""The members score each other: who may, who sees what when, what counts, and what the database refuses."""

import re
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError
from django.template import engines
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from blocs.enums import Phase, Role
from blocs.models import Appointment, BlocAssignment, Membership
from blocs.policies import ONLY_CHAIR
from blocs.queries import standing_in
from config.kit.refusals import Refused
from scoring import policies, queries, services
from scoring.enums import CrossMethod, NaReason, ScorecardState, Stage
from scoring.models import CrossCheck, Scoreboard
from scoring.reports.crosschecks import CrossLine
from scoring.rules import NotApplicable, PassInputs, Rounding, ValueInputs, cross_result, rounded
from scoring.rules.windows import OPEN_IN
from scoring.services import LostMarks, MarkEntry, RefusedMarks
from tests.factories.crosschecks import DUE, CrossYear
from tests.factories.documents import TINY_PDF, at, make_person
from tests.factories.scoring import NOON, RARE, RARE_FIGURES, RARE_LAW, SMALL_FIGURES, ScoringYear

pytestmark = pytest.mark.django_db
D = Decimal
CHAIR, VICE, MEMBER, OTHER = 0, 1, 2, 3


@pytest.fixture
def year(db):
    return CrossYear()


@pytest.fixture
def open_year(db):
    """Without a last day, so that pages may be tried by today's clock."""
    return CrossYear(due_on=None)


@pytest.fixture
def at_door(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


@contextmanager
def refused(words):
    with pytest.raises((IntegrityError, InternalError)) as wrong, transaction.atomic():
        yield
    assert words in str(wrong.value)


@contextmanager
def told(words):
    with pytest.raises(Refused) as wrong:
        yield
    assert words in " ".join(wrong.value.reasons)


def address(year, name, *more):
    return reverse(name, args=[*year.cycle.slugs, *more])


def words(response):
    bare = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare))


def who(year, user, when=NOON):
    return standing_in(year.cycle, user, when)


# The figure


@pytest.mark.parametrize(
    ("points", "method", "sentence"),
    [
        (["7", "8", "9", "8.5", "9.5"], "mean", "Trung bình của 5 đơn vị, từ 7 đến 9,5: 8,4 điểm."),
        (["7", "8", "9", "8.5", "9.5"], "median", "Trung vị của 5 đơn vị, từ 7 đến 9,5: 8,5 điểm."),
        (["7", "7"], "mean", "Trung bình của 2 đơn vị, đều 7: 7 điểm."),
        (["7"], "median", "Trung vị của 1 đơn vị, đều 7: 7 điểm."),
    ],
)
def test_the_result_says_how_many_scored_and_how_far_apart(points, method, sentence):
    found = cross_result([D(one) for one in points], CrossMethod(method), Rounding())

    assert found.sentence == sentence
    assert (found.lowest, found.highest) == (min(map(D, points)), max(map(D, points)))


def test_a_step_never_leaves_the_bounds_of_the_criterion():
    quarter, bounds = Rounding(D("0.25")), (D(0), D("9.9"))

    assert cross_result([D("9.9"), D("9.9")], CrossMethod.MEAN, quarter, bounds).points == D("9.9")
    assert cross_result([D("9.9"), D("9.88")], CrossMethod.MEAN, quarter, bounds).points == D("9.9")
    assert cross_result([D("9.6"), D("9.5")], CrossMethod.MEAN, quarter, bounds).points == D("9.5")


@given(
    points=st.lists(st.decimals(0, 100, places=3), min_size=1, max_size=12),
    method=st.sampled_from(CrossMethod),
    random=st.randoms(),
)
def test_the_figure_is_exact_lies_between_and_knows_no_order(points, method, random):
    step = Rounding(D("0.01"))
    shuffled = random.sample(points, len(points))

    found = cross_result(points, method, step)

    ordered = sorted(map(Fraction, points))
    middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
    exact = middle if method == CrossMethod.MEDIAN else sum(ordered) / len(ordered)
    assert found.points == rounded(exact, step)
    assert found == cross_result(shuffled, method, step)
    assert min(points) - D("0.005") <= found.points <= max(points) + D("0.005")


# What is agreed


def test_the_draft_board_chooses_the_method_and_the_adopted_one_only_moves_its_day(year):
    board = year.board_now()
    draft = year.draft_board()

    def plan(one, method, due_on=None, by=None, when=NOON):
        return services.plan_cross_check(
            scoreboard=one, method=method, due_on=due_on, by=by or year.chair, at=when
        )

    assert plan(draft, "median", DUE).cross_method == "median"
    assert plan(draft, "").cross_method == ""
    later = DUE + timedelta(days=5)
    assert plan(board, "mean", later).cross_due_on == later
    # A day that has gone by may stay where it is.
    assert plan(board, "mean", later, when=NOON + timedelta(days=40)).cross_due_on == later
    with told("chỉ còn đổi được hạn"):
        plan(board, "median")
    with told("phải từ hôm nay trở đi"):
        plan(board, "mean", date(2019, 11, 19))
    with told("hoặc bỏ hạn"):
        plan(draft, "", DUE)
    with told("Khối trưởng"):
        plan(draft, "mean", by=year.officers[VICE])
    year.close("đủ")
    with told("Chấm chéo đã đóng."):
        plan(board, "mean", DUE)


def test_a_board_adopted_without_a_cross_check_gets_none():
    year = CrossYear(method="")

    with told("không có chấm chéo"):
        services.plan_cross_check(scoreboard=year.scoreboard, method="mean", by=year.chair, at=NOON)
    with told("Khối không chấm chéo"):
        year.give(MEMBER, OTHER)
    with told("Khối không chấm chéo"):
        year.close()
    assert queries.cross_cards_for(who(year, year.chair), year.cycle).count() == 0


# Who scores whom when


ROLES = {
    "chair officer": lambda year: year.officers[CHAIR],
    "chair head": lambda year: year.heads[CHAIR],
    "vice officer": lambda year: year.officers[VICE],
    "vice head": lambda year: year.heads[VICE],
    "unit officer": lambda year: year.officers[MEMBER],
    "unit head": lambda year: year.heads[MEMBER],
    "other officer": lambda year: year.officers[OTHER],
    "other head": lambda year: year.heads[OTHER],
    "clerk": lambda year: make_person("vt@kg", "Văn thư", role=Role.UNIT_CLERK, unit=year.units[OTHER]),
    "province officer": lambda year: year.province_officer,
    "province head": lambda year: year.head,
    "council": lambda year: make_person("hd@kg", "Hội đồng", role=Role.COUNCIL, province=year.province),
    "auditor": lambda year: make_person("xem@kg", "Giám sát", role=Role.AUDITOR, province=year.province),
    "admin": lambda year: make_person("qt@kg", "Quản trị", role=Role.ADMIN, province=year.province),
}
UNITS = {"chair": CHAIR, "vice": VICE, "unit": MEMBER, "other": OTHER}


@pytest.mark.parametrize("role", ROLES)
def test_every_role_in_every_phase_and_state_scores_only_others(year, role):
    person = ROLES[role](year)
    unit = UNITS.get(role.split()[0])
    is_scorer = role.endswith(("officer", "head")) and unit is not None

    for phase in Phase:
        year.go(phase)
        standing = who(year, person)
        for state in ScorecardState:
            for index in range(4):
                card = year.card(index)
                card.state, card.scoreboard.cycle = state, year.cycle
                scorer = year.units[unit if unit is not None else OTHER].pk
                may = not policies.save_cross_checks(standing, card, scorer)
                assert may == (
                    is_scorer
                    and index != unit
                    and state in queries.CROSSED_CARD
                    and phase in OPEN_IN["cross_check"]
                ), (phase, state, index)
                # Nobody scores in another unit's name.
                assert policies.save_cross_checks(standing, card, year.units[(index + 1) % 4].pk) or (
                    unit == (index + 1) % 4
                )


def test_the_own_unit_is_left_out_of_page_policy_and_database(year, at_door):
    page = address(year, "cross_check", "so-3")
    both = year.officers[OTHER]
    assert at_door(both).get(page).status_code == 200
    for own in (year.officers[MEMBER], year.heads[MEMBER]):
        assert at_door(own).get(page).status_code == 404
        assert at_door(own).post(page, {}).status_code == 404
    # Whoever serves two units does not score either of them in the other's name.
    Appointment.objects.create(
        user=both, role=Role.UNIT_CLERK, unit=year.units[MEMBER], from_on=date(2019, 1, 1)
    )
    assert at_door(both).get(page).status_code == 404
    assert queries.scoring_units(who(year, both), year.card(MEMBER)) == frozenset()
    with told("chính đơn vị mình"):
        year.give(MEMBER, OTHER)
    with refused("nobody judges the own unit"):
        put(year)
    with told("chính đơn vị mình"):
        services.send_cross_check(
            card=year.card(MEMBER), scorer=year.units[MEMBER], by=year.officers[MEMBER], at=NOON
        )


def test_people_of_other_places_find_nothing(year, at_door):
    stranger = ScoringYear(slug="an-giang").chair
    page = address(year, "cross_check", "so-3")

    assert at_door(stranger).get(page).status_code == 404
    assert at_door(stranger).get(address(year, "cross_checks")).status_code == 404
    assert queries.cross_cards_for(who(year, stranger), year.cycle).count() == 0
    admin = make_person("qt2@kg", "Quản trị", role=Role.ADMIN, province=year.province)
    assert at_door(admin).get(page).status_code == 404


def test_a_card_that_is_not_sent_or_is_agreed_is_not_scored(year):
    year.fill(OTHER)
    with told("chưa gửi"):
        services.save_cross_checks(
            card=year.card(OTHER), scorer=year.units[MEMBER], entries=[], by=year.officers[MEMBER], at=NOON
        )
    year.check(MEMBER)
    year.give(MEMBER, OTHER)
    card = year.card(MEMBER)
    card.state = ScorecardState.AGREED
    reasons = policies.save_cross_checks(who(year, year.chair), card, year.units[CHAIR].pk)
    assert reasons == ["Hội nghị đã thống nhất bảng điểm này."]


def test_the_day_counts_to_its_end_in_vietnam_and_keeps_the_draft(year, at_door):
    last = at(2019, 11, 25, 23, 59)
    year.draft(MEMBER, OTHER, {"I.2": D(17)}, when=last)

    with told("Đã hết hạn chấm chéo (ngày 25/11/2019)"):
        year.draft(MEMBER, OTHER, {"I.2": D(16)}, when=last + timedelta(minutes=1))
    door, here = at_door(year.officers[OTHER]), address(year, "cross_check", "so-3")
    late = door.post(here, form_of(year, {"I_2__points": "12,5"}))
    assert (late.status_code, 'value="12,5"' in late.content.decode()) == (422, True)
    page = door.get(here)
    assert "Đã hết hạn chấm chéo (ngày 25/11/2019). Phần đã nhập được giữ nguyên." in words(page)
    assert "17" in words(page).split()


def test_a_unit_that_is_leaving_does_not_score(year):
    Membership.objects.filter(unit=year.units[OTHER]).update(left_on=date(2019, 12, 31))

    with told("Chỉ chuyên viên và thủ trưởng"):
        year.give(MEMBER, OTHER)


# Saving and sending


def test_a_draft_is_kept_and_sending_wants_all_criteria_and_reasons(year):
    year.draft(MEMBER, OTHER, {"I.2": D(17)})
    (check,) = year.draft(MEMBER, OTHER, {"I.2": D("17.5")})
    assert (check.points, check.version) == (D("17.5"), 2)

    def send(entries=()):
        return services.send_cross_check(
            card=year.card(MEMBER),
            scorer=year.units[OTHER],
            entries=entries,
            by=year.officers[OTHER],
            at=NOON,
        )

    with told("Còn 8 tiêu chí chưa chấm"):
        send()
    entries = year.entries(MEMBER)
    others = [entry for entry in entries if entry.criterion_id != year.criterion("I.2").pk]
    with told("Đã chấm đủ mọi tiêu chí"):
        services.save_cross_checks(
            card=year.card(MEMBER),
            scorer=year.units[OTHER],
            entries=others,
            by=year.officers[OTHER],
            at=NOON,
        )
    with told("cần ghi lý do: I.2"):
        send(others)
    year.give(MEMBER, OTHER, {"I.2": "17.5"})
    assert year.cross(MEMBER).sheets[year.units[OTHER].pk].is_sent
    with told("Điểm đã gửi không sửa được"):
        year.draft(MEMBER, OTHER, {"I.2": D(1)})
    verbs = [row.pgh_context["verb"] for row in check.events.order_by("pgh_id")]
    assert verbs == ["scoring.cross_check.saved"] * 2 + ["scoring.cross_check.sent"]


def test_levels_and_passes_are_computed_and_empty_cells_are_refused(year):
    (check,) = year.draft(MEMBER, OTHER, {"II.1": PassInputs(passed=False)})
    assert (check.points, check.inputs) == (0, {"passed": False})
    with pytest.raises(RefusedMarks) as wrong:
        year.draft(MEMBER, OTHER, {"II.1": NotApplicable(NaReason.NOT_ASSIGNED)})
    assert "chấm chéo ghi bằng điểm" in wrong.value.reasons[0]
    with pytest.raises(RefusedMarks) as wrong:
        year.draft(MEMBER, OTHER, {"I.2": D(21)})
    assert wrong.value.at == {
        year.criterion("I.2").pk: ["Tiêu chí I.2: điểm phải từ 0 đến 20."],
    }


def test_what_the_unit_calls_not_applicable_may_stay_open_or_be_scored(year):
    figures = {**SMALL_FIGURES, "I.3": NotApplicable(NaReason.NOT_ASSIGNED)}
    year.send(OTHER, figures)

    year.give(OTHER, MEMBER)
    year.give(OTHER, VICE, {"I.3": "6"})
    year.close("đủ")

    assert (year.result(OTHER, "I.3").points, year.result(OTHER, "I.3").scorers) == (D(6), 1)
    assert year.result(OTHER, "I.2").scorers == 2


def test_points_only_the_bloc_gives_are_scored_and_those_of_the_province_are_not():
    year = CrossYear(rows=RARE, law=RARE_LAW, sent=())
    year.send(MEMBER, RARE_FIGURES)
    view = year.cross(MEMBER)

    assert [leaf.code for leaf in view.asked] == ["I.1", "I.2", "I.3", "I.4", "I.5"]
    year.give(MEMBER, OTHER, {"I.5": "9"})
    year.close("đủ")
    assert year.criterion("I.6").pk not in queries.cross_results(year.card(MEMBER))
    assert year.result(MEMBER, "I.5").points == D(9)


def test_a_card_sent_again_is_looked_at_again(year):
    year.give(MEMBER, OTHER, {"I.2": "17"})
    year.draft(MEMBER, VICE, {"I.2": D(16)})
    services.return_card(card=year.card(MEMBER), reason="thiếu", by=year.chair, at=NOON)
    again = NOON + timedelta(hours=2)
    services.send_card(card=year.card(MEMBER), by=year.heads[MEMBER], at=again)
    key = year.units[OTHER].pk

    sheet = year.cross(MEMBER).sheets[key]
    assert (sheet.is_whole, sheet.is_sent) == (True, False)
    assert len(queries.cross_todos_for(year.officers[OTHER], NOON)) == 1
    # The draft may be amended again, and what still holds is confirmed by sending.
    year.draft(MEMBER, OTHER, {"I.2": (D(15), "xem lại")}, when=again)
    services.send_cross_check(
        card=year.card(MEMBER), scorer=year.units[OTHER], by=year.officers[OTHER], at=again
    )
    sheet = year.cross(MEMBER).sheets[key]
    assert sheet.is_sent
    assert sheet.checks[year.criterion("I.2").pk].points == D(15)
    assert sheet.checks[year.criterion("I.1").pk].version == 2
    assert queries.cross_todos_for(year.officers[OTHER], NOON) == []


def test_a_mark_typed_against_an_older_version_is_refused_with_the_newer_one(year):
    key = year.criterion("I.2").pk
    year.draft(MEMBER, OTHER, {"I.2": D(17)})

    def save(version):
        services.save_cross_checks(
            card=year.card(MEMBER),
            scorer=year.units[OTHER],
            entries=[MarkEntry(key, points=D(12), reason="x", version=version)],
            by=year.heads[OTHER],
            at=NOON,
            check_versions=True,
        )

    with pytest.raises(LostMarks) as lost:
        save(None)
    assert lost.value.at[key].points == D(17)
    assert "Chuyên viên 4 sửa thành “17”" in lost.value.reasons[0]
    save(1)
    with pytest.raises(LostMarks) as lost:
        services.save_cross_checks(
            card=year.card(MEMBER),
            scorer=year.units[OTHER],
            entries=[MarkEntry(year.criterion("I.1").pk, points=D(12), version=4)],
            by=year.heads[OTHER],
            at=NOON,
            check_versions=True,
        )
    assert "người khác" in lost.value.reasons[0]


# Who sees what


def test_others_are_seen_only_after_the_own_marks_are_sent_or_all_is_closed(year, at_door):
    year.give(MEMBER, VICE, {"I.2": "13.25"})
    page = address(year, "cross_check", "so-3")
    auditor = ROLES["auditor"](year)
    clerk = ROLES["clerk"](year)

    def sees(person):
        response = at_door(person).get(page)
        assert response.status_code == 200
        return "13,25" in words(response)

    # The secretariat scores too, so it waits like everybody.
    assert [sees(year.chair), sees(year.officers[OTHER]), sees(clerk)] == [False, False, False]
    assert [sees(year.officers[VICE]), sees(auditor), sees(year.head)] == [True, True, True]
    year.give(MEMBER, OTHER)
    assert [sees(year.officers[OTHER]), sees(year.chair)] == [True, False]
    year.close("đủ")
    assert [sees(year.chair), sees(clerk)] == [True, True]
    # Not even an office that reads all sees into its own unit.
    Appointment.objects.create(
        user=year.head, role=Role.UNIT_OFFICER, unit=year.units[MEMBER], from_on=date(2019, 1, 1)
    )
    assert at_door(year.head).get(page).status_code == 404
    assert not year.cross(MEMBER).seen_by(who(year, year.head))


def test_nothing_of_a_cross_check_leaks_through_card_export_search_or_todo(year, at_door):
    year.give(MEMBER, OTHER, {"I.2": "13.25"})
    year.draft(MEMBER, VICE, {"I.2": (D("11.75"), "bí mật của sở hai")})
    for person in (year.officers[MEMBER], year.heads[MEMBER], year.chair):
        door = at_door(person)
        pages = [door.get(address(year, "scores")), door.get(address(year, "comparison"))]
        pages.append(door.get(address(year, "scorecard", "so-3")))
        pages.append(door.get(reverse("search"), {"q": "bí mật"}))
        pages.append(door.get(reverse("todo")))
        for page in pages:
            assert page.status_code in (200, 403)
            assert not re.search("13,25|11,75|bí mật của", words(page))
        for name in ("scorecard_xlsx", "scorecard_pdf"):
            file = door.get(address(year, name, "so-3"))
            assert b"13.25" not in b"".join(file) if file.streaming else b"13.25" not in file.content
    assert queries.cross_results(year.card(MEMBER)) == {}
    assert queries.cross_results_of_bloc(year.cycle) == {}


# Set aside


def test_a_scorer_set_aside_leaves_sum_and_count_and_is_kept_for_auditors(year, at_door):
    year.give(MEMBER, CHAIR, {"I.2": "10"})
    year.give(MEMBER, VICE, {"I.2": "12"})
    year.give(MEMBER, OTHER, {"I.2": "20"})
    card = year.card(MEMBER)
    act = {"card": card, "scorer": year.units[OTHER], "by": year.chair, "at": NOON}

    with told("cần ghi lý do"):
        services.set_scorer_aside(**act, reason=" ")
    assert services.set_scorer_aside(**act, reason="có quan hệ công việc") == 9
    with told("đã được đánh dấu không tính"):
        services.set_scorer_aside(**act, reason="lần nữa")
    # What it gave stays, what it gives is refused.
    with told("không được tính: có quan hệ công việc"):
        year.draft(MEMBER, OTHER, {"I.2": D(1)})
    assert queries.cross_todos_for(year.officers[OTHER], NOON) == []
    page = address(year, "cross_check", "so-3")
    auditor, reason = ROLES["auditor"](year), "có quan hệ công việc"
    assert reason in words(at_door(year.chair).get(page))
    assert reason in words(at_door(auditor).get(page))
    assert reason not in words(at_door(year.officers[VICE]).get(page))
    year.close()
    result = year.result(MEMBER, "I.2")
    assert (result.points, result.scorers, result.spread) == (D(11), 2, D(2))
    assert "20" in words(at_door(auditor).get(page)).split()
    assert CrossCheck.objects.filter(set_aside_at__isnull=False).count() == 9


def test_a_scorer_counts_again_with_a_reason(year):
    year.give(MEMBER, OTHER, {"I.2": "20"})
    act = {"card": year.card(MEMBER), "scorer": year.units[OTHER], "by": year.chair, "at": NOON}
    with told("đang được tính"):
        services.count_scorer_again(**act, reason="nhầm")
    services.set_scorer_aside(**act, reason="nhầm đơn vị")
    with told("cần ghi lý do"):
        services.count_scorer_again(**act, reason="")
    services.count_scorer_again(**act, reason="nhầm")
    year.close("đủ")
    assert year.result(MEMBER, "I.2").scorers == 1
    for act_on in (services.set_scorer_aside, services.count_scorer_again):
        with told("Chấm chéo đã đóng"):
            act_on(**act, reason="muộn")


def test_who_sets_aside_on_whose_card(year):
    year.send(CHAIR)
    year.give(MEMBER, OTHER)
    year.give(CHAIR, OTHER)
    cases = {
        (year.officers[VICE], MEMBER): ONLY_CHAIR,
        (year.officers[MEMBER], MEMBER): policies.OWN_CARD,
        (year.chair, CHAIR): policies.OWN_CARD,
        (year.officers[MEMBER], CHAIR): ONLY_CHAIR,
    }
    for (person, index), reason in cases.items():
        with told(reason):
            services.set_scorer_aside(
                card=year.card(index), scorer=year.units[OTHER], reason="x", by=person, at=NOON
            )
    services.set_scorer_aside(
        card=year.card(CHAIR), scorer=year.units[OTHER], reason="x", by=year.officers[VICE], at=NOON
    )
    with told("chưa chấm chéo"):
        services.set_scorer_aside(
            card=year.card(MEMBER), scorer=year.units[VICE], reason="x", by=year.chair, at=NOON
        )
    services.return_card(card=year.card(MEMBER), reason="x", by=year.chair, at=NOON)
    with told("chưa gửi"):
        services.set_scorer_aside(
            card=year.card(MEMBER), scorer=year.units[OTHER], reason="x", by=year.chair, at=NOON
        )
    year.go(Phase.SUBMITTED)
    with told("chưa gửi"):
        services.set_scorer_aside(
            card=year.card(MEMBER), scorer=year.units[OTHER], reason="x", by=year.chair, at=NOON
        )


# Closing and the result


def test_closing_before_the_day_wants_a_reason_where_something_is_missing(year):
    with told("Còn 3 bảng chưa chấm chéo xong"):
        year.close()
    with told("Khối trưởng"):
        year.close("đủ", by=year.officers[VICE])
    over = at(2019, 11, 26, 0, 0)
    board = year.close(when=over)
    assert (board.cross_closed_at, board.cross_closed_by) == (over, year.chair)
    with told("Chấm chéo đã đóng."):
        year.close("lần nữa")
    with told("Chấm chéo đã đóng."):
        year.draft(MEMBER, OTHER, {"I.2": D(1)})


def test_only_whole_marks_of_members_count(year):
    year.give(MEMBER, CHAIR, {"I.2": "10"})
    year.give(MEMBER, OTHER, {"I.2": "20"})
    year.draft(MEMBER, VICE, {"I.2": D(1)})
    assert [unit.slug for unit in year.cross(MEMBER).waiting] == ["so-2"]
    Membership.objects.filter(unit=year.units[OTHER]).update(left_on=date(2019, 11, 21))
    year.close("đủ")

    result = year.result(MEMBER, "I.2")
    assert (result.points, result.scorers) == (D(10), 1)
    assert year.cross(MEMBER).sheets[year.units[OTHER].pk].is_member is False


@pytest.mark.parametrize(("method", "points"), [("mean", "14.75"), ("median", "12")])
def test_the_result_is_rounded_once_by_the_guidance(method, points):
    year = CrossYear(method=method)
    for scorer, given_points in ((CHAIR, "12"), (VICE, "12"), (OTHER, "20")):
        year.give(MEMBER, scorer, {"I.2": given_points})
    year.close()

    # The mean is 14.666…, the step of the guidance a quarter.
    assert year.result(MEMBER, "I.2").points == D(points)
    assert "của 3 đơn vị, từ 12 đến 20" in year.result(MEMBER, "I.2").sentence


def test_a_result_is_explained_where_nothing_else_is_said():
    line = CrossLine(1, "I", "Một", 0, is_group=False, most="10", sentence="Chưa có đơn vị nào chấm chéo.")
    page = engines["jinja2"].get_template("scoring/cross_rows.jinja")

    assert line.sentence in page.render(
        {"lines": [line], "scorer": None, "view": SimpleNamespace(is_closed=True)}
    )


def test_results_cost_the_same_queries_for_one_card_and_for_many(django_assert_num_queries):
    costs = []
    for units in (3, 6):
        year = CrossYear(units=units, sent=range(units), slug=f"tinh-{units}")
        for scorer in range(1, units):
            year.give(0, scorer)
        year.close("đủ")
        card = queries.cards_of(year.cycle).get(unit=year.units[0])
        board, key = queries.board_of(year.scoreboard), year.criterion("I.2").pk
        with django_assert_num_queries(3):
            assert queries.cross_results(card)[key].scorers == units - 1
        with django_assert_num_queries(3):
            queries.cross_results(card, board)
        cycle = year.cycle
        with django_assert_num_queries(6):
            found = queries.cross_results_of_bloc(cycle)
        costs.append(len(found))
    assert costs == [3, 6]
    assert queries.cross_views([]) == []


def test_the_meeting_takes_the_result_and_says_why_where_it_does_not(year):
    year.give(MEMBER, OTHER, {"I.2": "15", "III.1": "17"})
    for index in (CHAIR, VICE, OTHER):
        year.send(index)
    for index in range(4):
        year.check(index)
    with told("Chấm chéo chưa đóng"):
        services.accept_cross(card=year.card(MEMBER), by=year.chair, at=NOON)
    year.close("đủ")
    year.go(Phase.REVIEWING)
    with told("Sở số 3: I.2, III.1"):
        services.agree_cards(cycle=year.cycle, by=year.chair, at=NOON)
    for person in (year.officers[VICE], year.officers[MEMBER]):
        with pytest.raises(Refused):
            services.accept_cross(card=year.card(MEMBER), by=person, at=NOON)

    key = year.criterion("I.2").pk
    services.accept_cross(card=year.card(MEMBER), criteria=[key], by=year.chair, at=NOON)
    mark = year.view(MEMBER).at(Stage.MEETING)[key]
    assert (mark.points, mark.reason) == (
        D(15),
        "Theo kết quả chấm chéo. Trung bình của 1 đơn vị, đều 15: 15 điểm.",
    )
    with told("Sở số 3: III.1"):
        services.agree_cards(cycle=year.cycle, by=year.chair, at=NOON)
    entry = services.entries_of(year.card(MEMBER), {"III.1": (D("19.5"), "giữ điểm khối thẩm định")})
    services.save_marks(card=year.card(MEMBER), stage=Stage.MEETING, entries=entry, by=year.chair, at=NOON)
    services.accept_cross(card=year.card(MEMBER), by=year.chair, at=NOON)
    # What the meeting had said itself was left alone.
    assert year.view(MEMBER).at(Stage.MEETING)[year.criterion("III.1").pk].points == D("19.5")
    with told("Không còn tiêu chí nào"):
        services.accept_cross(card=year.card(MEMBER), by=year.chair, at=NOON)
    assert services.agree_cards(cycle=year.cycle, by=year.chair, at=NOON) == 4


# Work to do


def test_work_to_do_names_the_card_or_counts_them(year, django_assert_num_queries):
    todo = queries.cross_todos_for(year.officers[OTHER], NOON)
    assert [(one.text, one.due_on) for one in todo] == [("Chấm chéo bảng điểm của Sở số 3", DUE)]
    assert queries.cross_todos_for(year.officers[MEMBER], NOON) == []
    year.send(CHAIR)
    todo = queries.cross_todos_for(year.officers[OTHER], NOON)
    assert [one.text for one in todo] == ["Chấm chéo bảng điểm của 2 đơn vị"]
    assert todo[0].url == address(year, "cross_checks")
    year.give(MEMBER, OTHER)
    with django_assert_num_queries(7):
        (todo,) = queries.cross_todos_for(year.officers[OTHER], NOON)
    assert todo.text == "Chấm chéo bảng điểm của Sở số 1"
    assert queries.cross_todos_for(ROLES["clerk"](year), NOON) == []
    assert queries.cross_todos_for(year.officers[OTHER], NOON + timedelta(days=20)) == []
    with django_assert_num_queries(1):
        assert queries.cross_todos_for(year.head, NOON) == []
    year.close("đủ")
    assert queries.cross_todos_for(year.officers[OTHER], NOON) == []


def test_what_is_not_applicable_is_not_waited_for(year):
    year.send(OTHER, {**SMALL_FIGURES, "I.3": NotApplicable(NaReason.NOT_ASSIGNED)})
    year.give(OTHER, MEMBER)

    assert queries.cross_todos_for(year.officers[MEMBER], NOON) == []


# The pages


def cell(year, code, part):
    return f"c{year.criterion(code).pk}-{part}"


def form_of(year, values=None, index=MEMBER, scorer=OTHER):
    """The form as a browser sends it: what is stored or nothing, with these cells changed."""
    sheet = year.cross(index).sheets[year.units[scorer].pk]
    data = {}
    for leaf in queries.board_of(year.scoreboard).leaves:
        check = sheet.checks.get(leaf.pk)
        data[f"c{leaf.pk}-version"] = check.version if check else ""
        data[f"c{leaf.pk}-reason"] = check.reason if check else ""
        if check and leaf.kind == "pass_fail":
            data[f"c{leaf.pk}-passed"] = str(int(check.inputs["passed"]))
        elif check:
            data[f"c{leaf.pk}-points"] = f"{check.points.normalize():f}"
    for name, value in (values or {}).items():
        code, _, part = name.partition("__")
        data[cell(year, code.replace("_", "."), part)] = value
    return data


def test_numbers_are_typed_the_vietnamese_way_and_kept_cell_by_cell(open_year, at_door):
    year = open_year
    page, door = address(year, "cross_check", "so-3"), at_door(year.officers[OTHER])
    assert "0/9 tiêu chí" in words(door.get(page))

    answer = door.post(page, form_of(year, {"I_2__points": "7,5", "II_1__passed": "0"}), follow=True)
    assert "Đã lưu tạm 2 tiêu chí." in words(answer)
    assert f'name="{cell(year, "I.2", "points")}" value="7,5"' in answer.content.decode()
    assert "2/9 tiêu chí" in words(answer)
    same = door.post(page, form_of(year), follow=True)
    assert "Không có gì thay đổi." in words(same)


def test_what_cannot_be_saved_stays_typed(open_year, at_door):
    year = open_year
    page, door = address(year, "cross_check", "so-3"), at_door(year.officers[OTHER])

    wrong = door.post(page, form_of(year, {"I_2__points": "bảy", "I_3__points": "5"}))
    assert wrong.status_code == 422
    assert 'value="bảy"' in wrong.content.decode()
    assert 'value="5"' in wrong.content.decode()
    assert not CrossCheck.objects.exists()
    only_reason = door.post(page, form_of(year, {"I_2__reason": "vì sao"}))
    assert only_reason.status_code == 422
    year.draft(MEMBER, OTHER, {"I.2": (D(9), "x")})
    cleared = door.post(page, form_of(year, {"I_2__points": ""}))
    assert (cleared.status_code, "chấm chéo ghi bằng điểm" in words(cleared)) == (422, True)
    unsent = door.post(page, {**form_of(year), "send": "1"})
    assert (unsent.status_code, "Còn 8 tiêu chí chưa chấm" in words(unsent)) == (422, True)


def test_a_colleague_in_the_same_cell_is_shown_both_values(open_year, at_door):
    year = open_year
    page, door = address(year, "cross_check", "so-3"), at_door(year.officers[OTHER])
    old = form_of(year, {"I_2__points": "7,5"})
    year.draft(MEMBER, OTHER, {"I.2": D(12)})

    answer = door.post(page, old)
    assert answer.status_code == 409
    assert 'value="7,5"' in answer.content.decode()
    assert "vừa lưu 12" in words(answer)
    ahead = {**form_of(year), cell(year, "I.3", "version"): "3", cell(year, "I.3", "points"): "5"}
    gone = door.post(page, ahead)
    assert (gone.status_code, "vừa lưu Chưa chấm" in words(gone)) == (409, True)


def test_empty_cells_are_filled_as_the_unit_says_and_sent(open_year, at_door):
    year = open_year
    page, door = address(year, "cross_check", "so-3"), at_door(year.officers[OTHER])

    filled = door.post(page, {**form_of(year, {"I_2__points": "7,5"}), "fill": "1"})
    assert (filled.status_code, CrossCheck.objects.count()) == (200, 0)
    found = dict(re.findall(r'name="(c\d+-\w+)" value="([^"]*)"', filled.content.decode()))
    assert (found[cell(year, "I.2", "points")], found[cell(year, "III.1", "points")]) == ("7,5", "19,5")
    chosen = re.findall(
        r'<select[^>]*name="(c\d+-\w+)".*?<option value="([^"]*)" selected', filled.content.decode()
    )
    data = {**found, **dict(chosen), cell(year, "I.2", "reason"): "ít văn bản", "send": "1"}
    sent = door.post(page, data, follow=True)
    assert "Đã gửi điểm chấm chéo bảng của Sở số 3." in words(sent)
    assert "đã gửi điểm chấm chéo của bảng này" in words(sent)
    assert year.cross(MEMBER).sheets[year.units[OTHER].pk].is_sent


def test_a_person_of_two_members_chooses_and_readers_score_for_none(open_year, at_door):
    year = open_year
    both = year.officers[OTHER]
    Appointment.objects.create(
        user=both, role=Role.UNIT_OFFICER, unit=year.units[VICE], from_on=date(2019, 1, 1)
    )
    page, door = address(year, "cross_check", "so-3"), at_door(both)
    assert "Sở số 2 chấm" in words(door.get(page))
    assert "Sở số 4 chấm" in words(door.get(page, {"don-vi": "so-4"}))
    door.post(page, {**form_of(year, {"I_2__points": "7"}), "don-vi": "so-4"})
    assert CrossCheck.objects.get().scorer == year.units[OTHER]
    reader = at_door(year.head).post(page, form_of(year, {"I_2__points": "7"}))
    assert reader.status_code == 403


def test_evidence_is_opened_by_those_who_score_it(year, at_door):
    services.recall_card(card=year.card(MEMBER), by=year.heads[MEMBER], at=NOON)
    evidence = services.add_evidence(
        card=year.card(MEMBER),
        criterion=year.criterion("I.2"),
        name="bao-cao.pdf",
        content=TINY_PDF,
        page="3",
        quotation="đạt 98%",
        by=year.officers[MEMBER],
        at=NOON,
    )
    services.send_card(card=year.card(MEMBER), by=year.heads[MEMBER], at=NOON)
    page = address(year, "cross_file", "so-3", evidence.pk)

    assert "bao-cao.pdf" in words(at_door(year.officers[OTHER]).get(address(year, "cross_check", "so-3")))
    file = at_door(year.officers[OTHER]).get(page)
    assert (file.status_code, b"".join(file)) == (200, TINY_PDF)
    assert at_door(year.officers[MEMBER]).get(page).status_code == 404
    assert at_door(ScoringYear(slug="an-giang").chair).get(page).status_code == 404


def test_the_list_shows_progress_and_the_chair_plans_and_closes(year, at_door):
    year.give(MEMBER, OTHER)
    page = address(year, "cross_checks")
    assert "Đã gửi" in words(at_door(year.officers[OTHER]).get(page))
    year.draft(MEMBER, VICE, {"I.2": D(3)})
    assert "1/3" in words(at_door(year.officers[VICE]).get(page))
    own = at_door(year.officers[MEMBER]).get(page)
    assert "Chưa có đơn vị nào khác gửi" in words(own)
    assert "Chấm chéo" in words(at_door(year.chair).get(address(year, "scores")))

    board = year.board_now()
    plan = address(year, "cross_plan", board.pk)
    door = at_door(year.chair)
    wrong = door.post(plan, {f"b{board.pk}-method": "mean", f"b{board.pk}-due_on": "hôm sau"})
    assert wrong.status_code == 422
    refused_plan = door.post(plan, {f"b{board.pk}-method": "median", f"b{board.pk}-due_on": "30/12/2099"})
    assert "chỉ còn đổi được hạn" in words(refused_plan)
    done = door.post(plan, {f"b{board.pk}-method": "mean", f"b{board.pk}-due_on": "30/12/2099"}, follow=True)
    assert "hạn 30/12/2099" in words(done)
    early = door.post(address(year, "cross_close"))
    assert (early.status_code, "cần ghi lý do" in words(early)) == (422, True)
    closed = door.post(address(year, "cross_close"), {"reason": "các đơn vị đã thống nhất"}, follow=True)
    assert "Đã đóng chấm chéo" in words(closed)
    card_page = words(at_door(year.chair).get(address(year, "cross_check", "so-3")))
    assert "Trung bình của 1 đơn vị, đều 18: 18 điểm." in card_page


def test_the_list_of_a_year_without_a_cross_check_says_so(at_door):
    year = CrossYear(method="")
    assert "Khối không chấm chéo năm này" in words(at_door(year.chair).get(address(year, "cross_checks")))
    bare = ScoringYear(slug="an-giang", board=False, phase=Phase.PREPARING)
    assert at_door(bare.chair).get(address(bare, "cross_checks")).status_code == 200
    assert at_door(bare.chair).post(address(bare, "cross_close")).status_code == 404


def test_the_chair_sets_aside_and_accepts_on_the_page(year, at_door):
    year.give(MEMBER, OTHER, {"I.2": "15"})
    year.give(MEMBER, VICE, {"I.2": "20"})
    year.check(MEMBER)
    door = at_door(year.chair)
    aside = address(year, "cross_set_aside", "so-3")

    assert "Hãy chọn đơn vị" in words(door.post(aside, {"reason": "x"}))
    assert "cần ghi lý do" in words(door.post(aside, {"scorer": "so-2"}))
    done = door.post(aside, {"scorer": "so-2", "reason": "người nhà"}, follow=True)
    assert "không tính: người nhà" in words(done)
    again = address(year, "cross_count_again", "so-3")
    door.post(again, {"scorer": "so-2", "reason": "nhầm"})
    assert not CrossCheck.objects.filter(set_aside_at__isnull=False).exists()
    early = door.post(address(year, "cross_accept", "so-3"))
    assert (early.status_code, "Chấm chéo chưa đóng" in words(early)) == (422, True)
    year.close("đủ")
    year.go(Phase.VERIFYING)
    assert "Lấy làm điểm thống nhất" in words(door.get(address(year, "cross_check", "so-3")))
    taken = door.post(address(year, "cross_accept", "so-3"))
    assert taken.url == address(year, "scorecard", "so-3")
    assert year.view(MEMBER).at(Stage.MEETING)[year.criterion("I.2").pk].points == D("17.5")


def test_keepers_read_why_something_does_not_count(year, at_door):
    year.give(MEMBER, OTHER, {"I.2": "15"})
    year.give(MEMBER, VICE)
    year.draft(MEMBER, CHAIR, {"I.2": D(4)})
    Membership.objects.filter(unit=year.units[VICE]).update(left_on=date(2019, 11, 21))
    page = address(year, "cross_check", "so-3")
    seen = words(at_door(ROLES["auditor"](year)).get(page))
    assert "không tính: chưa gửi đủ" in seen
    assert "không tính: đã rời khối" in seen
    assert "Chưa gửi, 1/9" in seen
    other = words(at_door(year.officers[OTHER]).get(page))
    assert "không tính" not in other
    services.return_card(card=year.card(MEMBER), reason="x", by=year.chair, at=NOON)
    services.send_card(card=year.card(MEMBER), by=year.heads[MEMBER], at=NOON + timedelta(hours=1))
    assert "Chấm trước khi đơn vị gửi lại" in words(at_door(year.chair).get(page))
    assert "đã gửi lại bảng điểm" in words(at_door(year.officers[OTHER]).get(page))


def test_pages_cost_the_same_queries_whatever_the_rows(at_door, django_assert_max_num_queries):
    counts = {"cross_check": set(), "cross_checks": set()}
    for units in (3, 8):
        year = CrossYear(units=units, sent=range(units), slug=f"t-{units}")
        for scorer in range(1, units):
            year.give(0, scorer)
        for name, more in (("cross_check", ("so-1",)), ("cross_checks", ())):
            door = at_door(year.officers[1])
            door.get(address(year, name, *more))
            with django_assert_max_num_queries(15) as seen:
                door.get(address(year, name, *more))
            counts[name].add(len(seen))
    assert all(len(found) == 1 for found in counts.values()), counts


# What the database refuses


def put(year, code="I.2", index=MEMBER, scorer=OTHER, by=None, **fields):
    kept = {"points": D(1), "floor": D(0), "ceiling": D(20), "marked_at": NOON, **fields}
    return CrossCheck.objects.create(
        card=year.card(index),
        criterion=year.criterion(code),
        scorer=year.units[scorer],
        author=by or year.officers[scorer],
        **kept,
    )


def test_one_row_a_scorer_within_the_range_of_the_criterion(year):
    put(year)
    with refused("crosscheck_one_a_scorer"):
        put(year)
    for points in (D(21), D(-1)):
        with refused("crosscheck_points_in_range"):
            put(year, scorer=VICE, points=points)


def test_set_aside_says_who_when_and_why(year):
    check = put(year)
    rows = CrossCheck.objects.filter(pk=check.pk)
    with refused("crosscheck_set_aside_at_with_set_aside_by"):
        rows.update(set_aside_at=NOON, set_aside_reason="x")
    with refused("crosscheck_set_aside_with_reason"):
        rows.update(set_aside_at=NOON, set_aside_by=year.chair)
    rows.update(set_aside_at=NOON, set_aside_by=year.chair, set_aside_reason="x")


def test_nothing_given_across_is_deleted(year):
    check = put(year)
    with refused("Cannot delete"):
        CrossCheck.objects.filter(pk=check.pk)._raw_delete("default")


def test_neither_the_unit_nor_its_people_score_it(year):
    with refused("nobody judges the own unit"):
        put(year, scorer=MEMBER, by=year.chair)
    with refused("nobody judges the own unit"):
        put(year, by=year.heads[MEMBER])
    check = put(year)
    with refused("nobody judges the own unit"):
        CrossCheck.objects.filter(pk=check.pk).update(author=year.officers[MEMBER])


def test_a_criterion_is_of_the_cards_board(year):
    draft = year.draft_board()
    stranger = draft.criteria.exclude(kind="").first()
    with refused("not of the card's scoreboard"):
        CrossCheck.objects.create(
            card=year.card(MEMBER), criterion=stranger, scorer=year.units[OTHER], points=0, floor=0,
            ceiling=1, author=year.officers[OTHER], marked_at=NOON,
        )  # fmt: skip
    with refused("not of the card's scoreboard"):
        put(year, code="I")


def test_a_closed_card_board_or_membership_takes_nothing_across(year):
    check = put(year)
    with refused("cross-check of this card is closed"):
        put(year, index=CHAIR)
    with transaction.atomic():
        Membership.objects.filter(unit=year.units[OTHER]).update(left_on=date(2019, 11, 1))
        with refused("cross-check of this card is closed"):
            put(year, code="I.1")
        Membership.objects.filter(unit=year.units[OTHER]).update(left_on=None)
    year.close("đủ")
    with refused("cross-check of this card is closed"):
        put(year, code="I.1")
    with refused("cross-check of this card is closed"):
        CrossCheck.objects.filter(pk=check.pk).update(points=D(2))


def test_a_board_without_a_method_has_no_cross_check_to_close():
    year = CrossYear(method="")
    with refused("cross-check of this card is closed"):
        put(year)
    with refused("scoreboard_closes_the_cross_check_it_has"):
        Scoreboard.objects.filter(pk=year.scoreboard.pk).update(
            cross_closed_at=NOON, cross_closed_by=year.chair
        )


def test_the_method_is_frozen_with_the_board_and_its_closing_says_who(year):
    rows = Scoreboard.objects.filter(pk=year.scoreboard.pk)
    with refused("frozen"):
        rows.update(cross_method="median")
    with refused("scoreboard_cross_closed_at_with_cross_closed_by"):
        rows.update(cross_closed_at=NOON)


def test_a_closed_year_takes_nothing_across(year):
    put(year)
    year.go(Phase.CLOSED)
    with refused("closed"):
        put(year, code="I.1")


def test_a_mark_is_never_stored_at_the_stage_itself(year):
    with told("không nhập điểm tại đây"):
        services.save_marks(
            card=year.card(MEMBER),
            stage=Stage.CROSS,
            entries=[MarkEntry(year.criterion("I.2").pk, inputs=ValueInputs(D(1)))],
            by=year.chair,
            at=NOON,
        )


def test_an_assigned_officer_reads_and_does_not_score(year):
    BlocAssignment.objects.create(officer=year.province_officer, bloc=year.bloc, from_on=date(2018, 1, 1))
    standing = who(year, year.province_officer)
    assert queries.cross_cards_for(standing, year.cycle).count() == 1
    assert policies.save_cross_checks(standing, year.card(MEMBER), year.units[OTHER].pk)
