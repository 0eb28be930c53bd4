"""The press: the same bytes in any process, marks on every page, Vietnamese as text, bounded in every way."""

from __future__ import annotations

import io
import threading
from typing import Any

import pypdf
import pytest
from msgspec import structs

from lienlac import limits
from lienlac.documents.desk import Press
from lienlac.documents.document import Both, Column, Facts, Heading, Line, Marks, Paragraph, Row, Table, at_three_times
from lienlac.errors import NotAllowed
from lienlac.hotline.pages.spoken import Spoken
from tests.documents.reading import AT, DIGEST, bare, document, pages, whole

SAYS = Spoken()
VIETNAMESE = "Đặng Thị Hồng chuyển khoản; kẻ lừa đảo giả danh Công an, yêu cầu giữ bí mật – ngưỡng 812.000.000 ₫."


def long(rows: int = 120) -> tuple[Any, ...]:
    label = Both("Nội dung", "Content")
    return (
        Heading(label),
        Facts(tuple(Row(label=label, lines=(Line(f"{VIETNAMESE} {number}"),)) for number in range(rows))),
        Table((Column(label, 2), Column(label)), tuple(((Line("x"),), (Line("y", "small"),)) for _ in range(rows))),
        Paragraph(label, "muted"),
    )


def test_two_processes_give_the_same_bytes(press: Press) -> None:
    other = Press(SAYS.both)
    try:
        assert press.print(document(blocks=long())) == other.print(document(blocks=long()))
        assert press.print(document()) == press.print(document())
    finally:
        other.close()


def test_vietnamese_comes_out_as_text(press: Press) -> None:
    said = whole(press.print(document(blocks=long(1))))
    assert bare(VIETNAMESE) in bare(said)
    assert bare("Phong toả tài khoản") in bare(said)
    assert "Freeze a payment" in said


@pytest.mark.parametrize("tlp", ["red", "amber+strict", "amber", "green", "clear"])
def test_marks_and_number_stand_at_head_and_foot_of_every_page(press: Press, tlp: str) -> None:
    marks = Marks(tlp=tlp, others=("PAP:RED", "H2"))
    read = pages(press.print(document(blocks=long(), marks=marks)))
    assert len(read) > 5
    for number, text in enumerate(read, start=1):
        assert text.count(f"TLP:{tlp.upper()}") == 2
        assert text.count("PAP:RED") == 2
        assert bare(f"Trang·Page{number}/{len(read)}") in bare(text)
        assert document().code in text


def test_a_drill_is_marked_across_every_page_and_nothing_else_is(press: Press) -> None:
    for text in pages(press.print(document(blocks=long(), drill=True))):
        assert text.count("DIỄN TẬP") >= 3  # head, foot, and across
    assert "DIỄN TẬP" not in whole(press.print(document(blocks=long())))


def test_the_leading_language_stands_first(press: Press) -> None:
    for lead, first, second in (("vi", "Lập yêu cầu", "Request opened"), ("en", "Request opened", "Lập yêu cầu")):
        said = bare(whole(press.print(document(lead=lead))))
        assert said.index(bare(first)) < said.index(bare(second))


def test_three_times_are_right_in_summer_and_winter(press: Press) -> None:
    winter, summer = at_three_times(AT, SAYS.both), at_three_times(AT.replace(month=7), SAYS.both)
    assert [line.text for line in winter] == [
        "23/11/2026 10:05:00 Hà Nội / Hanoi (UTC+07)",
        "22/11/2026 22:05:00 Washington (UTC-05)",
        "23/11/2026 03:05:00 UTC",
    ]
    assert [line.text for line in summer] == [
        "23/07/2026 10:05:00 Hà Nội / Hanoi (UTC+07)",
        "22/07/2026 23:05:00 Washington (UTC-04)",
        "23/07/2026 03:05:00 UTC",
    ]


def test_it_is_dated_by_what_it_speaks_of_and_is_an_archive_copy_that_can_be_read_aloud(press: Press) -> None:
    read = pypdf.PdfReader(io.BytesIO(press.print(document())))
    assert read.metadata is not None
    assert read.metadata.creation_date == AT
    assert read.metadata.title == "Phong toả tài khoản – US-2026-000001"
    xmp = read.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"] is True or bool(read.trailer["/Root"]["/MarkInfo"]["/Marked"])


def test_another_digest_is_another_paper(press: Press) -> None:
    assert press.print(document()) != press.print(structs.replace(document(), code="", digest=DIGEST))


def test_too_much_is_refused_before_it_is_printed(press: Press) -> None:
    facts = Facts((Row(label=Both("a", "b"), lines=(Line("ơ " * limits.DOCUMENT_INPUT_MAX_BYTES),)),))
    with pytest.raises(NotAllowed) as caught:
        press.print(document(blocks=(facts,)))
    assert caught.value.code == "document-too-large"


def test_a_document_that_takes_too_long_is_stopped_and_the_next_one_is_made() -> None:
    hasty = Press(SAYS.both, seconds=0.0)
    try:
        with pytest.raises(NotAllowed) as caught:
            hasty.print(document(blocks=long(5000)))
        assert caught.value.code == "document-failed"
        hasty._seconds = limits.DOCUMENT_MAKE_MAX_S
        assert hasty.print(document()).startswith(b"%PDF")
    finally:
        hasty.close()


def test_many_officers_print_at_once(press: Press) -> None:
    expected = press.print(document(blocks=long(20)))
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(press.print(document(blocks=long(20))))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [expected] * 8


def test_a_process_that_died_is_replaced(press: Press) -> None:
    other = Press(SAYS.both)
    try:
        first = other.print(document())
        assert other._worker is not None
        other._worker._process.kill()
        other._worker._process.wait()
        with pytest.raises(NotAllowed) as caught:
            other.print(document())
        assert caught.value.code == "document-failed"
        assert other.print(document()) == first
    finally:
        other.close()


def test_without_the_extra_it_says_so(monkeypatch: pytest.MonkeyPatch, press: Press) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(NotAllowed) as caught:
        press.print(document())
    assert caught.value.code == "documents-not-installed"
