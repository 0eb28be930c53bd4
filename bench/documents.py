"""Papers: one message, a whole request, a package; against the two seconds that a person waits without asking.

The press is the real one, warm, in its own process; documents are laid out anew each time. The first paper pays for
starting the process. Wall time, best of several rounds.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from _claims import Claims, in_turns
from lienlac.documents.desk import Press
from lienlac.documents.document import Both, Column, Document, Facts, Heading, Line, Marks, Row, Table, at_three_times
from lienlac.exchange.log.code import code_of
from lienlac.hotline.pages.spoken import Spoken

if TYPE_CHECKING:
    from lienlac.documents.document import Block

AT = datetime(2026, 11, 23, 3, 5, tzinfo=UTC)
TEXT = "Nạn nhân bị lừa chuyển tiền vào sàn ngoại hối giả; tiền đã được chuyển tiếp qua ba tài khoản. "
SAYS = Spoken()


def message() -> tuple[Block, ...]:
    """About what one message with its receipt says: thirty facts, ten of them codes, two instants, a page of text."""
    label = Both("Nội dung vụ việc", "Facts of the case")
    rows = [Row(label=label, lines=(Line(Both("Cần bảo toàn", "To be preserved"), "strong"),)) for _ in range(18)]
    rows += [Row(label=label, lines=(Line("ab12" * 16, "mono"),)) for _ in range(10)]
    rows += [Row(label=label, lines=at_three_times(AT, SAYS.both)) for _ in range(2)]
    rows.append(Row(label=label, lines=(Line(TEXT * 25),), note="UN 40.15: summary of the relevant facts"))
    return (Heading(label), Facts(tuple(rows)))


def paper(messages: int) -> Document:
    """A document of so many messages, with its history when there are several."""
    label = Both("Diễn biến", "What was said and done")
    cell = (Line("23/11/2026 10:05", "small"),)
    history = Table((Column(label), Column(label), Column(label)), tuple((cell, cell, cell) for _ in range(messages)))
    blocks = [block for _ in range(messages) for block in message()]
    return Document(
        title=Both("Tạm dừng giao dịch, phong toả tài khoản", "Freeze a payment"),
        kind=Both("Lập yêu cầu", "Request opened"),
        reference="US-2026-000412",
        issuer=Both("Cục An ninh mạng", "Cyber department"),
        marks=Marks(tlp="amber", others=("PAP:AMBER", "H1")),
        at=AT,
        code=code_of("ab12" * 16),
        blocks=tuple(blocks if messages == 1 else [history, *blocks]),
    )


def main() -> None:
    claims = Claims(__doc__)
    rounds, times = (3, 3) if claims.quick else (10, 5)
    press = Press(SAYS.both)
    try:
        started = time.perf_counter()
        press.print(paper(1))
        claims.at_most(
            "the first paper, with the start of the press", (time.perf_counter() - started) * 1000, "ms", 2000
        )
        best = in_turns(
            {
                "one": lambda: press.print(paper(1)),
                "whole": lambda: press.print(paper(10)),
                "package": lambda: [press.print(paper(10)), *(press.print(paper(1)) for _ in range(10))],
                "long": lambda: press.print(paper(100)),
            },
            rounds=rounds,
            times=times,
        )
        claims.at_most("one message with its receipt", best["one"] * 1000, "ms", 300)
        claims.at_most("a request of ten messages, whole", best["whole"] * 1000, "ms", 300)
        claims.at_most("eleven papers of a package of ten messages", best["package"] * 1000, "ms", 2000)
        claims.at_most("a request of a hundred messages, whole", best["long"] * 1000, "ms", 2000)
    finally:
        press.close()
    claims.close()


if __name__ == "__main__":
    main()
