"""Figures of paper and hands are typed by two people of two units, whoever asks."""

import pytest
from django.db import IntegrityError, transaction

from awards import services
from awards.enums import CountOrigin, DecisionForm
from awards.models import Count
from config.kit.refusals import Refused
from tests.factories.awards import NOON, AwardYear

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
