"""What a person can read in a file that was handed out: packed, laid out or plain."""

import io
import zipfile

from pypdf import PdfReader


def words_in(content: bytes) -> str:
    """Every text of a PDF, of a workbook or of an archive and all in it, without white space (lines break anywhere)."""
    if content.startswith(b"%PDF"):
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    elif content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            text = "".join(name + words_in(archive.read(name)) for name in archive.namelist())
    else:
        text = content.decode("utf-8", "ignore")
    return "".join(text.split())
