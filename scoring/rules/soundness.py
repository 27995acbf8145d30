"""Whether the words beside stored points still say those points."""

import re
from decimal import Decimal

FIGURE = re.compile(r"\d[\d.]*(?:,\d+)?")


def names_points(explanation: str, points: Decimal) -> bool:
    """Whether an explanation holds the points as a figure; a loss is told without its sign."""
    said = (one.rstrip(".").replace(".", "").replace(",", ".") for one in FIGURE.findall(explanation))
    return abs(points) in {Decimal(figure) for figure in said} or (
        points == 0 and "không trừ điểm" in explanation
    )
