"""Papers without their typesetting, which costs most where only who reads them matters."""

import contextlib
from collections.abc import Iterator

import pytest
import weasyprint


class Plain:
    """What a laid out paper has to answer: pages that are the words they were made of."""

    def __init__(self, pages):
        self.pages = pages

    def copy(self, pages):
        return Plain(pages)

    def write_pdf(self, **_):
        return "".join(self.pages).encode()


@contextlib.contextmanager
def plain_papers() -> Iterator[None]:
    """Let every PDF be the words that it would be laid out from while the block runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            weasyprint.HTML, "__init__", lambda self, *, string, **_: setattr(self, "words", string)
        )
        patch.setattr(weasyprint.HTML, "render", lambda self, **_: Plain([self.words]))
        yield
