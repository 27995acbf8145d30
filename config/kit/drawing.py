"""Long tables of the screen, and what stands on every page, drawn by Jinja2.

Its templates are compiled: a table of forty criteria takes a fifth of the time that Django's own take. Pages,
forms, papers and mail stay Django templates; a page names such a part of itself by `{% draw %}`.
"""

from typing import Any

from django.urls import reverse
from jinja2 import Environment, StrictUndefined

from config.kit import figures, text
from config.kit.templatetags.kit import icon, tag


def url(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def rows_at(name: str, *args: Any) -> str:
    """The address that all rows of a table share: each writes its key and a slash behind it."""
    return url(name, *args, 0).removesuffix("0/")


def environment(**options: Any) -> Environment:
    """What these parts may use: a name that the page does not know is an error, never a blank."""
    env = Environment(**{**options, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True})
    env.globals |= {"icon": icon, "tag": tag, "url": url, "rows_at": rows_at}
    env.filters |= {"points": figures.points_text, "day": text.day, "moment": text.moment}
    return env
