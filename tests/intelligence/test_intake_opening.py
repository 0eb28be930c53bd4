"""Files that strangers made: what they say, and that none of them can do more than be refused."""

from __future__ import annotations

import io
import zipfile
import zlib
from email.message import EmailMessage

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lienlac import limits
from lienlac.errors import Refused
from lienlac.identifiers import vietqr
from lienlac.identifiers.accounts import VnAccount
from lienlac.intelligence.intake.opening.desk import opened
from lienlac.intelligence.intake.opening.kinds import kind_of

CODE = vietqr.build(VnAccount(bin="970436", number="0071000123456"))


def pdf(text: str, *, pages: int = 1, mapped: bool = False) -> bytes:
    """A small PDF with the same line on each page; `mapped`: its letters are told by a map, as browsers write it."""
    stream = f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET".encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {pages} /Kids [{' '.join(['3 0 R'] * pages)}] >>".encode(),
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica%s >>" % (b" /ToUnicode 6 0 R" if mapped else b""),
    ]
    if mapped:
        told = b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <20> <7E> <0020> endbfrange"
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(told), told))
    out, places = io.BytesIO(b"%PDF-1.4\n"), []
    out.seek(0, io.SEEK_END)
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def sheet(rows: list[list[str]], *, bomb: int = 0) -> bytes:
    """A spreadsheet in the form of OOXML; `bomb` adds an entry that unpacks to so many bytes."""
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>" for row in rows
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{rels}"><Relationship Id="r1" Type="{office}/officeDocument"'
            ' Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets>'
            "</workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{rels}"><Relationship Id="r1" Type="{office}/worksheet"'
            ' Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'
        )
        if bomb:
            put_bomb(archive, out, "xl/media/image1.bin", bomb)
    return out.getvalue()


def put_bomb(archive: zipfile.ZipFile, out: io.BytesIO, name: str, size: int) -> None:
    """An entry of so many zeros, as an attacker makes it: nobody packs two gigabytes, one packed piece is repeated."""
    piece, rest = b"\0" * 1_000_000, b"\0" * (size % 1_000_000)
    packed, checksum = packed_alone(piece) * (size // len(piece)) + packed_alone(rest) + LAST_BLOCK, 0
    for _ in range(size // len(piece)):
        checksum = zlib.crc32(piece, checksum)
    archive.writestr(name, packed, zipfile.ZIP_STORED)
    entry = archive.getinfo(name)
    entry.compress_type, entry.file_size, entry.CRC = zipfile.ZIP_DEFLATED, size, zlib.crc32(rest, checksum)
    out.seek(entry.header_offset)
    out.write(entry.FileHeader())  # the directory at the end is written when the archive closes


LAST_BLOCK = b"\x03\x00"
"""An empty block that says that nothing follows."""


def packed_alone(data: bytes) -> bytes:
    """Whole blocks that look back at nothing before them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)


def picture(text: str) -> bytes:
    out = io.BytesIO()
    segno.make(text).save(out, kind="png", scale=5)
    return out.getvalue()


def refused(data: bytes, name: str = "") -> str:
    with pytest.raises(Refused) as caught:
        opened(data, name)
    return caught.value.code


def said(data: bytes) -> str:
    """The code of the refusal, or that a bounded text was read."""
    try:
        text = opened(data).text
    except Refused as refusal:
        return refusal.code
    return "read" if len(text) <= limits.INTAKE_TEXT_MAX_CHARS else "too long"


def test_a_pdf_that_a_browser_printed_is_read() -> None:
    """Its letters are looked up in a codec that must be there before the process shuts itself in."""
    assert "STK 0071000123456" in opened(pdf("STK 0071000123456", mapped=True)).text


@pytest.mark.parametrize("charset", ["windows-1258", "gb2312", "iso-2022-jp", "windows-1251", "tis-620", "x-unknown"])
def test_a_letter_in_the_letters_of_another_country_is_read(charset: str) -> None:
    head = f"From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset={charset}"
    assert "STK 0071000123456" in opened(f"{head}\r\n\r\nSTK 0071000123456 VCB\r\n".encode(), "a.eml").text


def test_pdf() -> None:
    found = opened(pdf("STK 0071000123456 Vietcombank"))
    assert (found.kind, found.text.strip(), found.notes) == ("pdf", "STK 0071000123456 Vietcombank", ())


def test_a_spreadsheet_says_each_value_beside_its_column() -> None:
    found = opened(sheet([["STK", "Bank", "SĐT"], ["0071000123456", "VCB", "0912345678"]]))
    assert (found.kind, found.text) == ("table", "STK: 0071000123456; Bank: VCB; SĐT: 0912345678")


def test_csv_with_semicolons() -> None:
    found = opened("STK;Ngân hàng\n0071000123456;VCB\n".encode(), "list.csv")
    assert (found.kind, found.text) == ("csv", "STK: 0071000123456; Ngân hàng: VCB")


def test_mail_with_a_page_and_an_attachment() -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Kẻ gian <x@san-vang.com>", "Nộp tiền"
    mail.set_content("STK 0071000123456 Vietcombank")
    mail.add_alternative('<p>Bấm <a href="https://san-vang.com/a">vào đây</a><script>x()</script></p>', subtype="html")
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="a.pdf")
    found = opened(mail.as_bytes())
    assert found.kind == "mail"
    assert found.notes == ("attachments-left",)
    assert "x@san-vang.com" in found.text
    assert "https://san-vang.com/a" in found.text
    assert "x()" not in found.text


def test_a_picture_of_a_code() -> None:
    found = opened(picture(CODE))
    assert (found.kind, found.text) == ("picture", CODE)


def test_a_picture_without_a_code_says_so() -> None:
    out = io.BytesIO()
    Image.new("L", (200, 200), 255).save(out, "PNG")
    assert opened(out.getvalue()).notes == ("no-code",)


def test_plain_text_in_either_encoding() -> None:
    assert opened("Số tài khoản".encode("utf-16")).text == "Số tài khoản"
    assert opened("Số tài khoản".encode()).text == "Số tài khoản"


# --- attacks ------------------------------------------------------------------------------------------------------


def test_a_zip_bomb_in_a_spreadsheet() -> None:
    """Two hundred kilobytes that say they are a quarter of a gigabyte."""
    data = sheet([["a"]], bomb=limits.INTAKE_UNPACKED_MAX_BYTES + 1)
    assert len(data) < 1_000_000
    assert refused(data) == "intake-file-too-much"


def test_a_zip_bomb_that_lies_about_its_size() -> None:
    """The directory says a few bytes; what unpacks is bounded by the process's memory and time."""
    data = bytearray(sheet([["a"]], bomb=limits.INTAKE_UNPACKED_MAX_BYTES * 8))
    size = (limits.INTAKE_UNPACKED_MAX_BYTES * 8).to_bytes(4, "little")
    while (place := data.find(size)) >= 0:
        data[place : place + 4] = (10).to_bytes(4, "little")
    assert said(bytes(data)) in {"read", "intake-file-too-much", "intake-file-broken"}


def test_a_picture_of_ten_thousand_million_pixels() -> None:
    """A header alone, before a single pixel."""
    head = b"\x89PNG\r\n\x1a\n"

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    body = (100_000).to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    data = head + chunk(b"IHDR", body) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    assert refused(data) == "intake-file-too-much"


def test_a_pdf_of_too_many_pages() -> None:
    assert refused(pdf("x", pages=limits.INTAKE_PAGES_MAX + 1)) == "intake-file-too-much"


def test_a_pdf_whose_stream_unpacks_to_gigabytes() -> None:
    bomb = zlib.compress(b"\0" * 200_000_000, 9)
    bomb = zlib.compress(bomb, 9)
    data = pdf("x").replace(b"/Length", b"/Filter [/FlateDecode /FlateDecode] /Length", 1)
    start = data.index(b"stream\n") + 7
    data = data[:start] + bomb + data[data.index(b"\nendstream") :]
    assert said(data) in {"read", "intake-file-broken"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "intake-file-empty"),
        (b"  \n ", "intake-file-empty"),
        (b"\x7fELF\x02\x01\x01\x00\x00\x00", "intake-file-unknown"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "intake-file-unknown"),
        (b"PK\x03\x04" + b"\0" * 60, "intake-file-unknown"),
        (b"%PDF-1.7\n" + b"junk " * 50, "intake-file-broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "intake-file-broken"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "intake-file-broken"),
    ],
)
def test_what_is_no_report_is_refused(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_what_is_too_large_is_not_even_looked_at() -> None:
    assert refused(b"a" * (limits.INTAKE_FILE_MAX_BYTES + 1)) == "intake-file-too-large"


def test_a_mail_of_thousands_of_parts() -> None:
    parts = "".join(
        f"--x\r\nContent-Type: text/plain\r\n\r\n{number}\r\n" for number in range(limits.INTAKE_PARTS_MAX + 5)
    )
    mail = f'From: a@b.vn\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n{parts}--x--\r\n'
    assert refused(mail.encode()) == "intake-file-too-much"


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_telling_kinds_never_fails(data: bytes) -> None:
    codes = {"intake-file-empty", "intake-file-unknown"}
    try:
        kind = kind_of(data)
    except Refused as refusal:
        kind = refusal.code
    assert kind in {"pdf", "picture", "table", "mail", "csv", "text"} | codes
