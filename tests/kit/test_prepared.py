"""SQL that is made once: the rows are those of the queryset itself, read anew, whatever the values."""

from datetime import date

import pytest
from django.db import connection
from django.db.models import Q, QuerySet, Value
from django.test.utils import CaptureQueriesContext

from blocs.enums import Phase
from blocs.models import Membership, Unit
from config.kit.prepared import OneOf, prepared
from tests.scenarios import cycle_at

pytestmark = pytest.mark.django_db


@prepared
def members(cycle: int, day: date) -> QuerySet[Membership]:
    """Members of a year that have not left by a day, with their units."""
    own = Membership.objects.filter(Q(left_on=None) | Q(left_on__gt=day), cycle=cycle)
    return own.select_related("unit").annotate(kind=Value("member")).order_by("position")


@prepared
def named(keys: list[int], slug: str) -> QuerySet:
    """Names of units in a list, and of one more."""
    more = Unit.objects.filter(slug=slug).values_list("name")
    return Unit.objects.filter(OneOf("pk", keys)).values_list("name").union(more, all=True)


@pytest.fixture
def scene():
    return cycle_at(Phase.EXECUTING)


def plain(cycle, day):
    own = Membership.objects.filter(Q(left_on=None) | Q(left_on__gt=day), cycle=cycle)
    return list(own.select_related("unit").order_by("position"))


def test_rows_are_those_of_the_queryset(scene, django_assert_num_queries):
    cycle, day = scene.cycle, date(2100, 1, 1)
    with django_assert_num_queries(1):
        found = members(cycle.pk, day)
        names = [one.unit.name for one in found]

    assert found == plain(cycle, day)
    assert (names, found[0].kind) == ([unit.name for unit in scene.units], "member")
    assert members(-1, day) == []
    assert members(day=day, cycle=cycle.pk) == members(cycle.pk, day=day) == found


def test_every_call_reads_anew(scene):
    before = members(scene.cycle.pk, date(2100, 1, 1))
    Membership.objects.filter(pk=before[0].pk).update(unranked_reason="mới thành lập")

    assert members(scene.cycle.pk, date(2100, 1, 1))[0].unranked_reason == "mới thành lập"


def test_the_sql_is_made_once(scene, monkeypatch):
    members(scene.cycle.pk, date(2100, 1, 1))
    monkeypatch.setattr(QuerySet, "filter", None)
    with CaptureQueriesContext(connection) as seen:
        members(scene.cycle.pk, date(2101, 2, 3))
        members(scene.cycle.pk + 1, date(2100, 1, 1))

    first, second = (query["sql"] for query in seen)
    assert "2101-02-03" in first
    assert f"= ({scene.cycle.pk + 1})" in second


def test_lists_have_any_length_and_unions_their_rows(scene):
    first, second, *_ = scene.units

    assert named([], "") == []
    assert named([first.pk], second.slug) == [(first.name,), (second.name,)]
    assert sorted(named([first.pk, second.pk], second.slug)) == sorted(
        [(first.name,), (second.name,), (second.name,)]
    )


def test_a_call_that_names_no_value_is_an_error(scene):
    with pytest.raises(KeyError):
        members(scene.cycle.pk)
