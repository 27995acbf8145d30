"""Components of the screens: inclusion tags with named arguments, and filters for figures and days."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from itertools import count
from pathlib import Path
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from crispy_forms.utils import render_crispy_form
from django import template
from django.contrib.staticfiles import finders
from django.forms import BaseForm
from django.template import loader
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from config.kit import edits, figures, once, text
from config.kit.tables import RIGHT_ALIGNED, Table

register = template.Library()

SPRITE = "vendor/bootstrap-icons/bootstrap-icons.svg"
SYMBOL = re.compile(r'<symbol class="[^"]*" viewBox="([^"]*)" id="([^"]*)">(.*?)</symbol>', re.DOTALL)
ORDINAL_LABELS = {"STT", "TT"}
# More columns than this cannot become cards on a phone: the table scrolls under its first columns instead.
MOST_CARD_COLUMNS = 7
MOST_PAGE_COLUMNS = 9
# One number a form that asks, so that two on a page never share an id.
FIRST_IDS = "id_%s"  # as Django gives them
ASK_IDS = count(1)
TONES = {"good", "warn", "bad", "info", "plain"}


@cache
def _drawings() -> dict[str, tuple[str, str]]:
    sprite = Path(finders.find(SPRITE)).read_text(encoding="utf-8")
    return {name: (box, drawing) for box, name, drawing in SYMBOL.findall(sprite)}


@cache
def _svg(name: str, label: str) -> str:
    box, drawing = _drawings()[name]
    meaning = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return mark_safe(f'<svg class="icon" viewBox="{box}" fill="currentColor" {meaning}>{drawing}</svg>')


@register.simple_tag
def icon(name, label=""):
    return _svg(name, label)


@register.simple_tag(takes_context=True)
def draw(context, name):
    """A part of a page in Jinja2 (`config.kit.drawing` says why), which knows what the page knows."""
    return _drawn(name, context.flatten())


def _drawn(name: str, context: Mapping[str, Any]) -> str:
    return mark_safe(loader.get_template(name, using="jinja2").render(context))


@register.inclusion_tag("components/action.html")
def action(
    *,
    url,
    label,
    refusals=(),
    method="post",
    style="primary",
    icon="",
    confirm="",
    fields=None,
    form=None,
    reason="",
    reason_name="reason",
    word="",
    small=False,
):
    """A button for one act. `form`, `reason` and `word` ask for more before it is sent."""
    reasons = [str(refusal) for refusal in refusals or ()]
    ask_id = next(ASK_IDS)
    if form is not None:
        form.auto_id = f"id{ask_id}_%s"
    return {
        "url": url,
        "label": label,
        "reasons": reasons,
        "all_reasons": " ".join(reasons),
        "method": method,
        "style": style,
        "icon_name": icon,
        "confirm": confirm,
        "fields": (fields or {}).items(),
        "form": form,
        "reason": reason,
        "reason_name": reason_name,
        "word": word,
        "ask_id": ask_id,
        "asks": bool(form or reason or word),
        "small": small,
    }


@register.inclusion_tag("components/submit.html")
def submit(label, *, refusals=(), style="primary", icon="", name="", value="", confirm=""):
    reasons = [str(refusal) for refusal in refusals or ()]
    return {
        "label": label,
        "reasons": reasons,
        "all_reasons": " ".join(reasons),
        "style": style,
        "icon_name": icon,
        "name": name,
        "value": value,
        "confirm": confirm,
    }


@register.simple_tag(takes_context=True)
def form(context, form):
    """The fields of a form with its errors, without <form>, without buttons.

    Forms with the same fields stand on one page: from the second on, ids get a number of their own, for otherwise a
    label operates the field of another form.
    """
    if form.auto_id == FIRST_IDS and (request := context.get("request")):
        drawn = request.__dict__.setdefault("_ids_drawn", set())
        names = {str(form.add_prefix(name)) for name in form.fields}
        if names & drawn:
            form.auto_id = f"id{next(ASK_IDS)}_%s"
        drawn |= names
    helper = getattr(form, "helper", None) or _plain_helper(form)
    fields = render_crispy_form(form, helper, context={"form_error_title": "Chưa lưu được"})
    return format_html("{}{}{}", form_key(), as_read(form), fields)


@register.simple_tag
def form_key():
    """The key of one drawing of a form: what it creates is created once (`config.kit.once`)."""
    return format_html('<input type="hidden" name="{}" value="{}">', once.FIELD, once.new_key())


@register.simple_tag
def as_read(form):
    """What an editing form, or the stored values of a page that is no single form, was read as."""
    is_values = isinstance(form, Mapping)
    named = (edits.FIELD, edits.stamp(form)) if is_values else getattr(form, "as_read", None)
    return format_html('<input type="hidden" name="{}" value="{}">', *named) if named else ""


@register.simple_tag(takes_context=True)
def title_mark(context):
    """“Lỗi: ” in front of the title of a page that a form came back to: what a screen reader says first."""
    shown = (value for value in context.flatten().values() if isinstance(value, BaseForm))
    return "Lỗi: " if any(form.is_bound and form.errors for form in shown) else ""


def _plain_helper(form):
    helper = FormHelper(form)
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


@register.simple_tag
def field(bound_field):
    return as_crispy_field(bound_field)


@register.inclusion_tag("components/data_table.html")
def data_table(table, *, title=True, empty="Chưa có dữ liệu"):
    """A `config.kit.tables.Table`: a grid on a desk, cards or a sideways scroll on a phone."""
    places = [_place(index, column, table) for index, column in enumerate(table.columns)]
    rows = table.drawn()
    for row in rows:
        for cell, place in zip(row["cells"], places, strict=True):
            cell["place"] = place
    return {
        "table": table,
        "heads": [
            {
                "label": column.label,
                "place": place,
                "is_number": column.kind in RIGHT_ALIGNED,
            }
            for column, place in zip(table.columns, places, strict=True)
        ],
        "rows": rows,
        "width": len(table.columns),
        "has_title": title,
        "empty": empty,
        "is_cards": len(table.columns) <= MOST_CARD_COLUMNS,
        "is_wide": len(table.columns) > MOST_PAGE_COLUMNS,
    }


def _place(index: int, column, table: Table) -> str:
    """What a cell is on a phone's card: its ordinal, its title, or one of its figures."""
    has_ordinal = table.columns[0].label in ORDINAL_LABELS
    if index == 0 and has_ordinal:
        return "ordinal"
    return "name" if index == int(has_ordinal) and column.kind == "text" else "value"


@register.simple_tag
def year_line(groups):
    """The year as one line: groups of steps, the step we are at, and its number for a narrow screen."""
    steps = [step for group in groups for step in group["steps"]]
    here = next((place for place, step in enumerate(steps, 1) if step["state"] == "now"), 0)
    return _drawn(
        "components/year_line.jinja",
        {
            "groups": [{**group, "state": _state_of(group["steps"])} for group in groups],
            "number": here or len(steps),
            "total": len(steps),
            "label": steps[here - 1]["label"] if here else "Đã khép lại",
        },
    )


def _state_of(steps: Sequence[Mapping[str, str]]) -> str:
    states = {step["state"] for step in steps}
    if "now" in states or states == {"done", "todo"}:
        return "now"
    return "done" if states == {"done"} else "todo"


# Small and many on a list: drawn here, not each by a template of its own.
@register.simple_tag
def tag(text, tone="plain"):
    return format_html('<span class="tag {}">{}</span>', tone if tone in TONES else "plain", text)


@register.simple_tag
def progress(n, of, *, label="", text=True):
    return format_html(
        '<span class="measure{}"><progress value="{}" max="{}" aria-label="{}{} trên {}"></progress>{}</span>',
        " full" if of and n >= of else "",
        n,
        of or 1,
        f"{label}: " if label else "",
        n,
        of,
        format_html('<span class="num">{}/{}</span>', n, of) if text else "",
    )


@register.inclusion_tag("components/empty.html")
def empty(text="Chưa có dữ liệu", *, icon="inbox"):
    return {"text": text, "icon_name": icon}


@register.inclusion_tag("components/illustrative.html")
def illustrative(thing):
    is_made_up = getattr(thing, "is_illustrative", False) or getattr(thing, "is_demo", False)
    return {"is_made_up": is_made_up}


@register.filter
def points(value):
    return figures.points_text(value)


@register.filter
def measure(value, unit=""):
    return figures.measure_text(value, unit)


@register.filter
def money(value):
    return figures.money_text(value)


@register.filter
def day(value):
    return text.day(value)


@register.filter
def long_day(value):
    return text.long_day(value) if value else ""


@register.filter
def moment(value):
    return text.moment(value)


@register.filter
def starts_with(value, beginning):
    return bool(beginning) and str(value).startswith(str(beginning))
