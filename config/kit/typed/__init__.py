"""One reader for what people type and paste: text, figures, days, tables. Pure, and knows no domain word.

Forms, cells of a card, workbooks and pasted columns all read through here, so that one thing typed in two places
means the same. Each reader gives the value, or raises ValueError with a sentence that says what to type.
"""

from config.kit.typed.days import day, moment
from config.kit.typed.figures import figure, whole, written
from config.kit.typed.tables import MOST_LINES, body_of, cells_of, is_index, is_signature, is_total, one_line
from config.kit.typed.texts import clean, composed, printable, readable, tidy

__all__ = [
    "MOST_LINES",
    "body_of",
    "cells_of",
    "clean",
    "composed",
    "day",
    "figure",
    "is_index",
    "is_signature",
    "is_total",
    "moment",
    "one_line",
    "printable",
    "readable",
    "tidy",
    "whole",
    "written",
]
