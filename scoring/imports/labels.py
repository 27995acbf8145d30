"""What may be chosen in a cell of a workbook to fill in, as people read it."""


def choices_of(part):
    """What may be chosen, as people read it → what the form sends."""
    if part.get("kind") not in ("select", "checks"):
        return {}
    if part["part"] == "is_repeat":
        return {"Có": "1"}
    return {label: value for value, label in part["options"] if value}
