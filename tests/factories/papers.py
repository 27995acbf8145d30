"""Papers without their typesetting, which costs most where only who reads them matters."""

import contextlib
from collections.abc import Iterator

import pytest
import weasyprint


class Blank:
    """What a laid out paper has to answer."""

    pages = ()

    def copy(self, pages):
        return self

    def write_pdf(self, **_):
        return b"%PDF-1.7"


@contextlib.contextmanager
def blank_papers() -> Iterator[None]:
    """Let every PDF be the same few bytes while the block runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(weasyprint.HTML, "__init__", lambda self, **_: None)
        patch.setattr(weasyprint.HTML, "render", lambda self, **_: Blank())
        yield
