"""Points given by people obey the step of the guidance by every way in, and the database has the last word."""

from contextlib import contextmanager
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from blocs.enums import Phase
from config.kit.refusals import Refused
from scoring import services
from scoring.enums import AppealOutcome, Stage
from scoring.models import CrossCheck, Mark
from scoring.rules import LevelInputs, ValueInputs
from tests.factories.crosschecks import CrossYear
from tests.factories.scoring import LAW, NOON, SMALL, ScoringYear

pytestmark = pytest.mark.django_db
MEMBER, OTHER = 2, 3
STRICT = {**LAW, "roundings": {**LAW["roundings"], "given": "refuse"}}
ROUNDED = "12,8 làm tròn thành 12,75 theo bước 0,25 của hướng dẫn."
REFUSED = "điểm theo bước 0,25 của hướng dẫn, 12,8 không đúng bước. Hãy nhập 12,75 hoặc 13."


@contextmanager
def refused_by_database():
    with pytest.raises(IntegrityError) as wrong, transaction.atomic():
        yield
    assert "points off the step" in str(wrong.value)


def give(year, stage, value, by):
    entries = services.entries_of(year.card(MEMBER), {"I.2": value})
    return services.save_marks(card=year.card(MEMBER), stage=stage, entries=entries, by=by, at=NOON)


def stands(view, stage, year):
    mark = view.at(stage)[year.criterion("I.2").pk]
    return mark.points, mark.note, ROUNDED in mark.explanation


def sent(**more):
    year = ScoringYear(**more)
    year.send(MEMBER)
    return year


def verified(**more):
    year = sent(**more)
    year.go(Phase.VERIFYING)
    year.check(MEMBER, {"I.2": (D(14), "Tham mưu chậm")})
    return year


def test_a_unit_that_scores_itself_sees_what_was_kept():
    year = ScoringYear()
    view = give(year, Stage.SELF, ValueInputs(D("12.8")), year.officers[MEMBER])

    assert stands(view, Stage.SELF, year) == (D("12.75"), ROUNDED, True)
    assert Mark.objects.get().inputs == {"value": "12.75"}


@pytest.mark.parametrize(("begin", "stage"), [(sent, Stage.BLOC), (verified, Stage.MEETING)])
def test_the_verifier_and_the_meeting_are_rounded_alike(begin, stage):
    year = begin()
    view = give(year, stage, (D("12.8"), "Tham mưu chậm"), year.chair)

    assert stands(view, stage, year) == (D("12.75"), ROUNDED, True)


def test_where_the_guidance_says_so_nothing_off_the_step_is_taken():
    year = ScoringYear(law=STRICT)
    for stage, value in ((Stage.SELF, ValueInputs(D("12.8"))), (Stage.BLOC, (D("12.8"), "Tham mưu chậm"))):
        if stage == Stage.BLOC:
            year.send(MEMBER)
        with pytest.raises(Refused) as wrong:
            give(year, stage, value, year.officers[MEMBER] if stage == Stage.SELF else year.chair)
        assert wrong.value.reasons == [f"Tiêu chí I.2: {REFUSED}"]


def test_a_member_that_scores_another_is_rounded_and_the_row_says_so():
    year = CrossYear()
    (check,) = year.draft(MEMBER, OTHER, {"I.2": D("12.8")})

    assert (check.points, check.note) == (D("12.75"), ROUNDED)


def test_an_appeal_keeps_as_decided_what_the_mark_becomes():
    year = verified()
    contested = {"card": year.card(MEMBER), "criterion": year.criterion("I.2")}
    appeal = services.open_appeal(**contested, question="Thiếu điểm.", by=year.heads[MEMBER], at=NOON)

    def decide(points):
        return services.decide_appeal(
            appeal=appeal,
            outcome=AppealOutcome.CHANGED,
            reason="đã xem",
            points=points,
            by=year.chair,
            at=NOON,
        )

    with pytest.raises(Refused) as wrong:
        decide(D("14.1"))
    assert wrong.value.reasons == ["Điểm này bằng điểm hiện tại. Hãy chọn giữ nguyên điểm."]
    assert decide(D("12.8")).decided_points == D("12.75")
    assert Mark.objects.get(stage=Stage.MEETING).points == D("12.75")


def test_the_database_refuses_what_no_service_would_write():
    year = sent()
    give(year, Stage.BLOC, (D(12), "Tham mưu chậm"), year.chair)
    marks = Mark.objects.filter(stage=Stage.BLOC, criterion__code="I.2")
    with refused_by_database():
        marks.update(points=D("12.8"))
    for on_step in (D("12.75"), D(0), D(20), D(18)):
        assert marks.update(points=on_step) == 1


def test_the_database_refuses_it_from_members_too():
    year = CrossYear()
    year.draft(MEMBER, OTHER, {"I.2": D(12)})

    with refused_by_database():
        CrossCheck.objects.update(points=D("12.8"))


def test_points_that_the_rule_states_stand_off_the_step():
    levels = [
        {"code": "xs", "label": "Xuất sắc", "points": "10"},
        {"code": "t", "label": "Tốt", "points": "6.6"},
    ]
    rows = tuple({**row, "rule": {"levels": levels}} if row["code"] == "II.2" else row for row in SMALL)
    year = sent(rows=rows)
    entries = services.entries_of(year.card(MEMBER), {"II.2": (LevelInputs(("t",)), "Theo kết luận")})
    services.save_marks(card=year.card(MEMBER), stage=Stage.BLOC, entries=entries, by=year.chair, at=NOON)

    assert Mark.objects.get(stage=Stage.BLOC).points == D("6.6")
    with refused_by_database():
        Mark.objects.filter(stage=Stage.BLOC).update(points=D("6.7"))


def cell(year, part):
    return f"c{year.criterion('I.2').pk}-{part}"


def test_the_answer_to_a_save_carries_what_now_stands(client):
    year = sent()
    client.force_login(year.chair)
    address = reverse("mark_save", args=[*year.cycle.slugs, year.card(MEMBER).unit.slug])
    typed = {cell(year, "points"): "12,8", cell(year, "version"): "", cell(year, "reason"): "Tham mưu chậm"}
    told = client.post(address, {"stage": "bloc", "criterion": year.criterion("I.2").pk, **typed}).json()

    assert (told["points"], told["values"]["points"], told["note"]) == ("12,75", "12,75", ROUNDED)


def test_a_form_sent_as_a_whole_says_it_too(client):
    year = ScoringYear()
    client.force_login(year.officers[MEMBER])
    address = reverse("scorecard", args=[*year.cycle.slugs, year.card(MEMBER).unit.slug])
    page = client.post(
        address, {"stage": "self", cell(year, "value"): "12,8", cell(year, "version"): ""}, follow=True
    )

    assert f"Đã lưu 1 tiêu chí. I.2: {ROUNDED}" in page.content.decode()
    assert f'name="{cell(year, "value")}" value="12,75"' in page.content.decode()
