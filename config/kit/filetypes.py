"""What a file is, by its content. Its name and what the browser says are never believed."""

from config.kit import packed
from config.kit.typed import clean

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"

EXTENSIONS = {
    PDF: "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/tiff": "tif",
    WORD: "docx",
    EXCEL: "xlsx",
    SLIDES: "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
}
# What a person calls them, where a workbook was asked for.
LABELS = {
    PDF: "tệp PDF",
    WORD: "văn bản Word",
    SLIDES: "bản trình chiếu PowerPoint",
    "application/vnd.oasis.opendocument.text": "văn bản OpenDocument (odt)",
    "application/vnd.oasis.opendocument.spreadsheet": "sổ tính OpenDocument (ods)",
}
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A browser may draw these beside our page; everything else is only downloaded.
SHOWN = {PDF, "image/jpeg", "image/png", "image/webp", "image/gif"}

_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
_PARTS = (("word/document.xml", WORD), ("xl/workbook.xml", EXCEL), ("ppt/presentation.xml", SLIDES))
_OPEN_DOCUMENTS = {kind for kind in EXTENSIONS if "opendocument" in kind}
_MACROS = ("vbaproject", "vbadata", "activex/", "embeddings/oleobject", "basic/")

ALLOWED = "Hãy gửi tệp PDF, ảnh (JPG, PNG) hoặc Word, Excel, PowerPoint (docx, xlsx, pptx)."


def content_type_of(content: bytes) -> str:
    """The type of a content; ValueError with a sentence when it may not be kept."""
    if not content:
        raise ValueError("Tệp này rỗng. Hãy chọn lại tệp.")
    # A PDF may begin with a few bytes of rubbish; an executable that hides one may not pass for it.
    if content[:5] == b"%PDF-":
        return PDF
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    if content[:4] == b"PK\x03\x04":
        return _office_type(content)
    if content.startswith(OLD_OFFICE):
        raise ValueError(
            f"Tệp Office kiểu cũ (doc, xls, ppt) có thể chứa macro. Hãy lưu lại thành docx, xlsx. {ALLOWED}"
        )
    raise ValueError(f"Không nhận loại tệp này. {ALLOWED}")


def _office_type(content: bytes) -> str:
    with packed.opened(content, packed.ATTACHMENT) as archive:
        names = [name.lower() for name in archive.namelist()]
        mimetype = ""
        if "mimetype" in names:
            with archive.open("mimetype") as stream:
                mimetype = stream.read(100).decode("ascii", "replace")
    if any(macro in name for name in names for macro in _MACROS):
        raise ValueError("Tệp này có macro. Hãy lưu lại thành tệp không có macro (docx, xlsx) hoặc PDF.")
    for part, kind in _PARTS:
        if part in names:
            return kind
    if mimetype in _OPEN_DOCUMENTS:
        return mimetype
    raise ValueError(f"Không nhận tệp nén. {ALLOWED}")


def safe_name(name: str, content_type: str) -> str:
    """A file name without folders or control characters, with the ending that fits the content.

    Composed (NFC): another system takes letters and their marks apart.
    """
    bare = "".join(
        c for c in clean(name).replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable() and c not in '"<>|:*?'
    )
    stem = bare.rsplit(".", 1)[0].strip(" .") if "." in bare else bare.strip(" .")
    return f"{(stem or 'tep')[:120]}.{EXTENSIONS[content_type]}"
