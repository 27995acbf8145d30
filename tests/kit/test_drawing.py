"""Parts of pages in Jinja2: the same components, everything escaped, nothing silently blank."""

import pytest
from django.template import Context, Template, engines
from django.utils.safestring import mark_safe
from jinja2 import UndefinedError


def drawn(text, **context):
    return engines["jinja2"].from_string(text).render(context)


def test_text_is_escaped_and_what_is_drawn_is_not():
    assert drawn("{{ name }}{{ part }}", name="<b>", part=mark_safe("<i></i>")) == "&lt;b&gt;<i></i>"
    assert drawn('{{ tag("<x>", "good") }}') == '<span class="tag good">&lt;x&gt;</span>'
    assert drawn('{{ icon("check2") }}').startswith("<svg")


def test_figures_and_days_are_said_as_everywhere():
    assert drawn("{{ 1234.5|points }}") == Template("{{ value|points }}").render(Context({"value": 1234.5}))


def test_an_address_is_shared_by_its_rows():
    rows = drawn('{{ rows_at("evidence", "kg", "khoi-4", 2019, "so-3") }}7/')

    assert rows == drawn('{{ url("evidence", "kg", "khoi-4", 2019, "so-3", 7) }}')


def test_a_name_that_nobody_gave_is_an_error():
    with pytest.raises(UndefinedError):
        drawn("{% if no_such_name %}{% endif %}")


def test_a_page_hands_on_what_it_knows():
    page = Template('{% with p="kg" %}{% draw "components/menu.jinja" %}{% endwith %}')
    menu = [{"url": "/x/", "label": "Việc & lời", "icon": "gear", "is_here": True, "count_url": ""}]
    found = page.render(Context({"menu": menu}))

    assert '<a href="/x/" class="here" aria-current="page">' in found
    assert "Việc &amp; lời" in found
    assert "<li>" not in page.render(Context({}))
