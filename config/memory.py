"""How the server lets Python collect garbage."""

import gc


def settle() -> None:
    """Once the site is loaded: what is there now stays, so the collector need not go through it again.

    A table of a bloc makes thousands of short-lived rows; looking for cycles after every 700 of them, as Python does
    by itself, takes a tenth of the page.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
