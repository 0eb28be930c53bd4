"""The printing process: takes documents as JSON on its standard input and answers with PDF on its standard output.

It is started with the path of its template and of its typefaces and then shuts itself in: a bounded memory, and not
one file, socket or process that it could still open. It imports nothing of Lienlac and knows no secret, so whatever a
document may hold, there is nothing here to be had. Each answer is one byte (1 made, 0 not) and a length before it.
"""

from __future__ import annotations

import resource
import struct
import sys
from pathlib import Path
from typing import BinaryIO

import typst

STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
"""PDF/A-2a, which archives ask for, and PDF/UA-1, which screen readers can follow."""
FIRST = b'#set text(font: "Be Vietnam Pro", fallback: false)\n' + b"\n".join(
    f"#text({cut})[x]".encode()
    for cut in ("weight: 400", "weight: 600", "weight: 700", 'style: "italic"', 'font: "DejaVu Sans Mono"')
)
"""Uses each cut of the typeface once, so that all are in memory before the door closes."""


def main(template: str, typefaces: str, empty_folder: str, memory_bytes: str) -> None:
    """Warm up, shut in, and answer until the input ends."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[typefaces])
    source = Path(template).read_bytes()
    compiler = typst.Compiler(
        font_paths=fonts, root=empty_folder, package_path=empty_folder, package_cache_path=empty_folder
    )
    compiler.compile(FIRST)
    for bound, value in (
        (resource.RLIMIT_AS, int(memory_bytes)),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(bound, (value, value))
    answer(compiler, source, sys.stdin.buffer, sys.stdout.buffer)


def answer(compiler: typst.Compiler, source: bytes, asked: BinaryIO, told: BinaryIO) -> None:
    """One document after another; a closed input ends it."""
    while len(head := asked.read(12)) == 12:
        size, seconds = struct.unpack(">IQ", head)
        data = asked.read(size)
        try:
            made = compiler.compile(
                source, sys_inputs={"document": data.decode()}, pdf_standards=STANDARDS, timestamp=seconds
            )
            good, content = 1, made if isinstance(made, bytes) else b"".join(made or [])
        except (RuntimeError, ValueError, MemoryError) as error:
            good, content = 0, str(error).encode()
        told.write(struct.pack(">BI", good, len(content)) + content)
        told.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
