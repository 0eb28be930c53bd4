"""The opening process: one file on its standard input, the texts in it as JSON on its standard output.

It is started for one file, loads the one library that the file needs, and then shuts itself in: bounded memory and
processor time, and not one file, socket or process that it could still open. It imports nothing of Lienlac and knows no
secret, so whatever a file does to the library that reads it, there is nothing here to be had. Whoever started it ends
it when it takes too long.
"""

from __future__ import annotations

import codecs
import csv
import email
import email.policy
import html.parser
import io
import json
import resource
import sys
import zipfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_ENCODINGS = (
    "utf-8", "utf-8-sig", "utf-7", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "ascii",
    "charmap", "latin-1", "iso-8859-1", "iso-8859-2", "iso-8859-5", "iso-8859-7", "iso-8859-9", "iso-8859-11",
    "iso-8859-15", "tis-620", "mac-roman", "cp437", "cp850", "cp874", "cp932", "cp949", "cp950", "cp1250", "cp1251",
    "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "koi8-r", "koi8-u", "gb2312", "gbk",
    "gb18030", "big5", "shift_jis", "euc-jp", "iso-2022-jp", "euc-kr", "iso-2022-kr", "unicode-escape",
    "raw-unicode-escape", "quopri", "base64", "uu", "hex", "idna", "punycode",
)  # fmt: skip
"""Loaded before the door closes: later no module can be read any more."""
_HEADERS = ("From", "Reply-To", "Return-Path", "To", "Subject", "Date", "X-Originating-IP")


class _TooMuchError(Exception):
    """The file holds more than anybody reads."""


class _Sheet:
    """Collects texts up to a bound."""

    def __init__(self, most_chars: int) -> None:
        self.texts: list[str] = []
        self._left = most_chars
        self.cut = False

    def add(self, text: str) -> bool:
        """Whether there is room for more."""
        if len(text) > self._left:
            text, self.cut = text[: self._left], True
        self._left -= len(text)
        if text.strip():
            self.texts.append(text)
        return self._left > 0


def main(kind: str, memory_bytes: str, seconds: str, bounds: str) -> None:
    """Load, shut in, read, answer."""
    most: dict[str, int] = json.loads(bounds)
    for name in _ENCODINGS:
        codecs.lookup(name)
    library = LOADERS[kind]()
    for bound, value in (
        (resource.RLIMIT_AS, int(memory_bytes)),
        (resource.RLIMIT_CPU, int(seconds)),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(bound, (value, value))
    data = sys.stdin.buffer.read()
    sheet = _Sheet(most["chars"])
    try:
        notes = READERS[kind](library, data, sheet, most)
        answer: dict[str, Any] = {"texts": sheet.texts, "notes": [*notes, *(["cut"] if sheet.cut else [])]}
    except _TooMuchError as error:
        answer = {"refused": str(error)}
    except Exception as error:  # noqa: BLE001 — whatever a library makes of a broken file, it is a broken file
        answer = {"broken": f"{type(error).__name__} {error}"[:200]}
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()


# --- PDF ----------------------------------------------------------------------------------------------------------


def _load_pdf() -> Any:
    import pypdf
    import pypdf.filters
    import pypdf.generic

    return pypdf


def _pdf(library: Any, data: bytes, sheet: _Sheet, most: dict[str, int]) -> list[str]:
    reader = library.PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted:
        raise _TooMuchError("encrypted")
    if len(reader.pages) > most["pages"]:
        raise _TooMuchError("pages")
    empty = 0
    for page in reader.pages:
        text = page.extract_text() or ""
        empty += not text.strip()
        if not sheet.add(text):
            break
    return ["pages-without-text"] if empty else []


# --- e-mail -------------------------------------------------------------------------------------------------------


class _Words(html.parser.HTMLParser):
    """The words of a page, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"script", "style"}
        self.words += ["\n"] if tag in {"p", "br", "div", "tr", "li", "td"} else []
        self.words += [f" {value} " for name, value in attrs if name == "href" and value and tag == "a"]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"} and self._silent > 0

    def handle_data(self, data: str) -> None:
        self.words += [] if self._silent else [data]


def _load_mail() -> Any:
    import email._header_value_parser
    import email.contentmanager
    import email.feedparser
    import email.generator
    import email.headerregistry
    import email.iterators
    import email.parser

    return email


def _mail(library: Any, data: bytes, sheet: _Sheet, most: dict[str, int]) -> list[str]:
    message = library.message_from_bytes(data, policy=email.policy.default)
    head = "\n".join(f"{name}: {message[name]}" for name in _HEADERS if message[name])
    sheet.add(head)
    left = 0
    for number, part in enumerate(message.walk()):
        if number >= most["parts"]:
            raise _TooMuchError("parts")
        kind = part.get_content_type()
        if kind not in {"text/plain", "text/html"}:
            left += not part.is_multipart()
            continue
        text = _decoded(part)
        if kind == "text/html":
            words = _Words()
            words.feed(text)
            text = "".join(words.words)
        if not sheet.add(text):
            break
    return ["attachments-left"] if left else []


def _decoded(part: Any) -> str:
    data = part.get_payload(decode=True) or b""
    try:
        return str(data.decode(part.get_content_charset() or "utf-8", "replace"))
    except LookupError:
        return str(data.decode("utf-8", "replace"))


# --- tables -------------------------------------------------------------------------------------------------------


def _load_table() -> Any:
    import python_calamine

    return python_calamine


def _table(library: Any, data: bytes, sheet: _Sheet, most: dict[str, int]) -> list[str]:
    if data[:2] == b"PK":
        _check_zip(data, most)
    book = library.CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in book.sheet_names[: most["sheets"]]:
        if not _rows(book.get_sheet_by_name(name).iter_rows(), sheet, most):
            break
    return []


def _grid(library: Any, data: bytes, sheet: _Sheet, most: dict[str, int]) -> list[str]:
    """The first sheet as comma-separated text, cell by cell: what columns hold is somebody else's to say."""
    if data[:2] == b"PK":
        _check_zip(data, most)
    book = library.CalamineWorkbook.from_filelike(io.BytesIO(data))
    names = book.sheet_names
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for number, row in enumerate(book.get_sheet_by_name(names[0]).iter_rows() if names else ()):
        if number >= most["rows"] or len(row) > most["columns"] or out.tell() > most["chars"]:
            raise _TooMuchError("rows")
        writer.writerow([_cell(value) for value in row])
    sheet.add(out.getvalue())
    return ["sheets-left"] if len(names) > 1 else []


def _check_zip(data: bytes, most: dict[str, int]) -> None:
    """A few kilobytes may promise gigabytes: what a file says of its own size is added up before anything is opened."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
    if len(entries) > most["entries"] or sum(entry.file_size for entry in entries) > most["unpacked"]:
        raise _TooMuchError("unpacked")


def _load_csv() -> Any:
    return csv


def _csv(library: Any, data: bytes, sheet: _Sheet, most: dict[str, int]) -> list[str]:
    text = _text_of(data)
    try:
        dialect = library.Sniffer().sniff(text[:8192], delimiters=",;\t|")
    except library.Error:
        dialect = library.excel
    _rows(library.reader(io.StringIO(text), dialect), sheet, most)
    return []


def _rows(rows: Iterable[Iterable[Any]], sheet: _Sheet, most: dict[str, int]) -> bool:
    """Each row as `column: value; …`, so that the column's name stands beside its values; a blank line parts rows."""
    head: list[str] = []
    for number, row in enumerate(rows):
        cells = [_cell(value) for value in row][: most["columns"]]
        if number >= most["rows"]:
            raise _TooMuchError("rows")
        if not head:
            head = cells if any(cells) else []
            if any(any(sign.isdigit() for sign in cell) for cell in head):
                head = [""] * len(cells)  # no line of names: the first row is data
            else:
                continue
        names = [*head, *[""] * len(cells)]
        said = [f"{name}: {cell}" if name else cell for name, cell in zip(names, cells, strict=False) if cell]
        if said and not sheet.add("; ".join(said)):
            return False
    return True


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e19:
        return str(int(value))
    return "" if value is None else " ".join(str(value).split())


# --- pictures and texts -------------------------------------------------------------------------------------------


def _load_picture() -> Any:
    import zxingcpp
    from PIL import Image

    Image.preinit()
    Image.init()
    return Image, zxingcpp


def _picture(library: Any, data: bytes, sheet: _Sheet, most: dict[str, int]) -> list[str]:
    pictures, codes = library
    pictures.MAX_IMAGE_PIXELS = None  # asked below, before a single pixel is unpacked
    with pictures.open(io.BytesIO(data), formats=["PNG", "JPEG", "WEBP", "GIF", "BMP"]) as picture:
        if picture.width * picture.height > most["pixels"]:
            raise _TooMuchError("pixels")
        grey = picture.convert("L")
    found = [code.text for code in codes.read_barcodes(grey)][: most["codes"]]
    for text in found:
        sheet.add(text)
    return [] if found else ["no-code"]


def _text(library: Any, data: bytes, sheet: _Sheet, most: dict[str, int]) -> list[str]:
    del library, most
    sheet.add(_text_of(data))
    return []


def _text_of(data: bytes) -> str:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1258", "replace")


LOADERS: dict[str, Callable[[], Any]] = {
    "pdf": _load_pdf,
    "mail": _load_mail,
    "table": _load_table,
    "grid": _load_table,
    "csv": _load_csv,
    "picture": _load_picture,
    "text": lambda: None,
}
READERS: dict[str, Callable[[Any, bytes, _Sheet, dict[str, int]], list[str]]] = {
    "pdf": _pdf,
    "mail": _mail,
    "table": _table,
    "grid": _grid,
    "csv": _csv,
    "picture": _picture,
    "text": _text,
}


if __name__ == "__main__":
    main(*sys.argv[1:])
