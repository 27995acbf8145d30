"""Figures of paper and hands are typed by two people of two units, on paper by the committee, whoever asks."""

import contextlib

import pytest
from django.db import IntegrityError, transaction

from awards import services
from awards.enums import CountOrigin, DecisionForm
from awards.models import Count
from awards.rules import sits_on
from config.kit.refusals import Refused
from tests.factories.awards import NOON, AwardYear
from tests.factories.planted import plant_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    return AwardYear(units=3)


def test_a_colleague_of_the_same_unit_is_no_second_counter(year):
    poll = year.open_poll(DecisionForm.PAPER)
    figures = year.figures(poll, {1: 3})
    services.enter_count(poll=poll, figures=figures, by=year.officers[0], at=NOON)

    with pytest.raises(Refused, match="cùng đơn vị"):
        services.enter_count(poll=poll, figures=figures, by=year.heads[0], at=NOON)
    assert services.enter_count(poll=poll, figures=figures, by=year.heads[1], at=NOON) == []


def test_the_database_refuses_two_counts_in_a_row_from_one_unit(year):
    poll = year.open_poll(DecisionForm.PAPER)
    services.enter_count(poll=poll, figures=year.figures(poll, {1: 3}), by=year.officers[0], at=NOON)
    first = Count.objects.get()

    def again(person, **changes):
        fields = {f.name: getattr(first, f.name) for f in Count._meta.fields if f.name != "id"}
        with transaction.atomic():
            return Count.objects.create(**fields | {"counted_by": person} | changes)

    with pytest.raises(IntegrityError, match="from one unit"):
        again(year.heads[0])
    assert again(year.heads[2])
    assert again(year.heads[2], origin=CountOrigin.ELECTRONIC)


@pytest.mark.parametrize(
    ("committee", "name", "sits"),
    [
        ("Ông Nguyễn Văn An, bà Lê Thị Bình", "Nguyễn Văn An", True),
        ("nguyễn văn an; LÊ THỊ BÌNH", "Lê Thị Bình", True),
        ("Ông A và đồng chí Nguyễn Văn An", "Nguyễn Văn An", True),
        ("Đ/c Nguyễn Văn An – Tổ trưởng", "Nguyễn Văn An", True),
        ("Nguyễn Văn An - tổ trưởng\nLê Thị Bình", "Nguyễn Văn An", True),
        ("Bà Nguyễn Văn An (Sở Y tế)", "Nguyễn Văn An", True),
        ("Nguyễn Văn Anh, bà Bình", "Nguyễn Văn An", False),
        ("Lê Nguyễn Văn An", "Nguyễn Văn An", False),
        ("", "Nguyễn Văn An", False),
    ],
)
def test_who_sits_on_the_committee_is_read_alike_by_rule_and_database(year, committee, name, sits):
    assert sits_on(committee, name) is sits
    person = year.officers[1]
    type(person).objects.filter(pk=person.pk).update(full_name=name)
    poll = year.open_poll(DecisionForm.PAPER)
    services.enter_count(poll=poll, figures=year.figures(poll, {1: 3}), by=year.officers[0], at=NOON)
    plant_in(poll, counting_committee=committee)
    first = Count.objects.get()
    fields = {f.name: getattr(first, f.name) for f in Count._meta.fields if f.name != "id"}

    with contextlib.nullcontext() if sits else pytest.raises(IntegrityError, match="by its committee"):
        Count.objects.create(**fields | {"counted_by": person})


def test_who_is_not_on_the_committee_is_told_who_is(year):
    poll = year.open_poll(DecisionForm.PAPER, counting_committee="Chuyên viên 1, Thủ trưởng 2, bà B")

    with pytest.raises(Refused, match="Chuyên viên 1, Thủ trưởng 2, bà B"):
        services.enter_count(poll=poll, figures=year.figures(poll, {1: 3}), by=year.officers[1], at=NOON)


def test_hands_are_counted_by_whoever_is_there(year):
    poll = year.open_poll(DecisionForm.HANDS)

    assert (
        services.enter_count(poll=poll, figures=year.figures(poll, {1: 3}), by=year.officers[1], at=NOON)
        == []
    )
