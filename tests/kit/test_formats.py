from datetime import date
from decimal import Decimal

from django import forms


class LocalForm(forms.Form):
    on = forms.DateField(localize=True)
    points = forms.DecimalField(localize=True)


def test_a_day_is_read_day_first():
    form = LocalForm({"on": "02/05/2020", "points": "7,5"})

    assert form.is_valid()
    assert form.cleaned_data == {"on": date(2020, 5, 2), "points": Decimal("7.5")}


def test_a_day_past_the_twelfth_is_read_too():
    form = LocalForm({"on": "25/12/2020", "points": "7.5"})

    assert form.is_valid()
    assert form.cleaned_data == {"on": date(2020, 12, 25), "points": Decimal("7.5")}


def test_a_form_shows_what_it_would_read():
    form = LocalForm(initial={"on": date(2020, 5, 2), "points": Decimal("7.5")})

    assert 'value="02/05/2020"' in str(form["on"])
    assert 'value="7,5"' in str(form["points"])
