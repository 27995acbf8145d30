"""Codes that a telephone reads."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_code(url: str) -> SafeString:
    """An address of ours as a drawing that takes the size of its box."""
    drawing = segno.make(url, error="m").svg_inline(border=0, omitsize=True)
    return mark_safe(drawing)  # drawn here, from our own address
