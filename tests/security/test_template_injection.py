"""Attack: text from an officer or from a peer that the typesetter takes for a program; and a worker that was taken over.

First wall: text is data. Second wall: even a template of the attacker's own can open no file and no connection.
"""

from __future__ import annotations

import base64
import json
import struct
import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienlac import limits
from lienlac.documents.desk import Press, typefaces
from lienlac.documents.document import Both, Column, Facts, Heading, Line, Paragraph, Row, Table
from lienlac.hotline.pages.spoken import Spoken
from tests.documents.reading import bare, document, pages, whole

TYPST = [
    '#read("/etc/passwd")',
    '#{ let x = read("document.typ"); x }',
    '#import "@preview/cetz:0.3.0"',
    "#while true { [x] }",
    "#let f(n) = f(n + 1); #f(0)",
    '#panic("no")',
    '#eval("1 + 1")',
    "#sys.inputs.document",
    "#set page(header: none, footer: none)",
    '#show regex("TLP"): none',
    "#pagebreak()",
    '#image("/etc/passwd")',
    '#link("https://evil.example")[press]',
    "= A heading\n- a list\n$ x^2 $ *bold* _it_ `raw` <label> @ref // comment",
    '\\u{202e} \\ " \' #"',
    "https://evil.example/?q=1",
    "{{ 7 * 7 }} ${7*7} <script>alert(1)</script>",
]
ABSURD = [
    "W" * 2_000,
    "\u202e" * 100 + "abc",
    "\u2066\u2067\u2068 hidden \u2069",
    "ký tự 中文 ไทย ខ្មែរ العربية עברית हिन्दी русский ελληνικά 한국어 日本語 🇻🇳👩‍👩‍👧",
    pytest.param("a" + "\u0301" * 400, marks=pytest.mark.slow),  # for whoever reads the page
    "\n" * 500,
    "x\x00y\x1b[31m\x7f",
    "\ufffe\uffff\U0010ffff",
]


@pytest.fixture(scope="module")
def press() -> Any:
    made = Press(Spoken().both)
    yield made
    made.close()


def everywhere(text: str) -> Any:
    """A document that holds the text wherever a text can stand."""
    both = Both(text, f"{text} ")
    return document(
        title=both,
        kind=both,
        reference=text,
        issuer=both,
        blocks=(
            Heading(both),
            Heading(both, 2),
            Facts(
                (
                    Row(label=both, lines=tuple(Line(text, style) for style in ("plain", "strong", "mono", "small")), note=text),
                    Row(label=both, inside=((Row(label=both, lines=(Line(both),)),),)),
                )
            ),
            Paragraph(text, "warn"),
            Table((Column(both, 1), Column(both, 3)), (((Line(text),), (Line(both, "mono"),)),)),
        ),
    )  # fmt: skip


@pytest.mark.parametrize("text", TYPST)
def test_a_program_is_printed_and_not_run(press: Press, text: str) -> None:
    pdf = press.print(everywhere(text))
    said = bare(whole(pdf))
    assert said.count(bare(text)) >= 10
    assert "root:" not in said
    assert b"/URI" not in pdf
    for page in pages(pdf):
        assert page.count("TLP:AMBER") >= 2, "marks stay whatever the text says"


@pytest.mark.parametrize("text", ABSURD, ids=range(len(ABSURD)))
def test_absurd_text_is_printed_whole(press: Press, text: str) -> None:
    for page in pages(press.print(everywhere(text))):
        assert page.count("TLP:AMBER") >= 2
        assert not set(page) & set("\u202e\u2066\u2067\u2068\u2069\x00\x1b")


def test_no_letter_leaves_the_page(press: Press) -> None:
    """A word of ten thousand wide letters is broken into lines: the reader finds every one of them."""
    said = bare(whole(press.print(document(blocks=(Paragraph("W" * 10_000),)))))
    assert said.count("W") == 10_000


@settings(max_examples=20, deadline=None)
@given(text=st.text(min_size=1, max_size=400))
def test_any_text_makes_a_document_twice_the_same(press: Press, text: str) -> None:
    assert press.print(everywhere(text)) == press.print(everywhere(text))


# --- the second wall ------------------------------------------------------------------------------------------------


def run_template(template: Path, folder: Path) -> tuple[int, str]:
    """What the worker answers for a template of the attacker's own."""
    worker = str(resources.files("lienlac.documents").joinpath("worker.py"))
    data = json.dumps({}).encode()
    done = subprocess.run(
        [sys.executable, "-I", worker, str(template), str(typefaces()), str(folder), str(2 << 30)],
        input=struct.pack(">IQ", len(data), 0) + data,
        capture_output=True, env={}, timeout=60, check=True,
    )  # fmt: skip
    good, size = struct.unpack(">BI", done.stdout[:5])
    return good, done.stdout[5 : 5 + size].decode(errors="replace")


@pytest.mark.parametrize(
    "source",
    [
        '#read("/etc/passwd")',
        '#read("../../../../../../etc/passwd")',
        '#read("secret.txt")',
        '#import "@preview/cetz:0.3.0"',
        '#import "@local/own:1.0.0"',
        '#image("secret.txt")',
        '#plugin("secret.txt")',
        '#include "secret.txt"',
    ],
)
def test_a_worker_that_was_taken_over_opens_nothing(tmp_path: Path, source: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "secret.txt").write_text("the secret")
    template = tmp_path / "attack.typ"
    template.write_text(source)
    good, said = run_template(template, root)
    assert good == 0
    assert "the secret" not in said
    assert "root:" not in said


def test_the_same_file_could_be_read_were_it_not_for_the_wall(tmp_path: Path) -> None:
    """The attack is a real one: the typesetter itself would have read it."""
    import typst

    (tmp_path / "secret.txt").write_text("the secret")
    made = typst.compile(b'#read("secret.txt")', root=str(tmp_path), format="svg")
    assert made


def test_the_worker_takes_no_more_memory_than_it_may(tmp_path: Path) -> None:
    template = tmp_path / "attack.typ"
    template.write_text("#let a = range(100000000)\n#let b = a.map(str)\n#b.join()")
    worker = str(resources.files("lienlac.documents").joinpath("worker.py"))
    with subprocess.Popen(
        [sys.executable, "-I", worker, str(template), str(typefaces()), str(tmp_path), str(512 << 20)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={},
    ) as started:  # fmt: skip
        assert started.stdin is not None
        assert started.stdout is not None
        started.stdin.write(struct.pack(">IQ", 2, 0) + b"{}")
        started.stdin.close()
        said = started.stdout.read()
    assert not said.startswith(b"\x01")


def test_the_worker_is_given_no_environment_and_no_secret() -> None:
    made = Press(Spoken().both)
    try:
        made.print(document())
        assert made._worker is not None
        pid = made._worker._process.pid
        environment = Path(f"/proc/{pid}/environ")
        if environment.exists():
            assert environment.read_bytes() in (b"", b"LC_CTYPE=C.UTF-8\x00")
            text = Path(f"/proc/{pid}/limits").read_text()
            hard = {line[:25].strip(): line[25:].split()[1] for line in text.splitlines()[1:]}
            assert hard["Max open files"] == hard["Max file size"] == hard["Max core file size"] == "0"
            assert hard["Max address space"] == str(limits.DOCUMENT_MEMORY_MAX_BYTES)
    finally:
        made.close()


def test_base64_of_a_pdf_is_no_way_out() -> None:
    """The data is one JSON string in the typesetter's inputs: no length and no quotation mark ends it."""
    hostile = base64.b64encode(b'"})#read("x")').decode() + '"})\n#read("/etc/passwd")\n#("'
    made = Press(Spoken().both)
    try:
        assert "root:" not in whole(made.print(everywhere(hostile)))
    finally:
        made.close()
