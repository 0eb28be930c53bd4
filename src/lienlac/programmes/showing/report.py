"""A quarter's joint report as a paper in both languages: the figures, what they are made of, who has signed. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lienlac.documents.document import Both, Column, Document, Facts, Heading, Line, Marks, Paragraph, Row, Table
from lienlac.identifiers.money import currency_of
from lienlac.programmes.showing import names
from lienlac.programmes.showing.rates import length, percent, rates
from lienlac.vocabulary import quarters, refusals, request_kinds
from lienlac.vocabulary.anchors import anchors

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.documents.document import Block, Say
    from lienlac.errors import Language
    from lienlac.records.shared.store.lines import Line as RecordLine
    from lienlac.vocabulary import Words
    from lienlac.wire import message
    from lienlac.wire.bodies.programmes import Direction, Report, Times


def N_(text: str) -> str:  # noqa: N802  # the name that message extraction looks for
    """Marks a msgid that is translated later, where both languages are known."""
    return text


KIND: Final = N_("Quarterly joint report")
SIGNED: Final = N_("Both authorities have computed these figures and signed them.")
ONE_SIDE: Final = N_("Computed and signed by one authority; not countersigned.")
QUARTER: Final = N_("Quarter (UTC)")
BY: Final = N_("Stated by")
COUNTER: Final = N_("Countersigned by")
DIGEST: Final = N_("Digest of the figures")
CRIMES: Final = N_("Kinds of crime")
ASKS: Final = N_("asks")
"""Between two authorities: whose requests to whom."""
SHARE: Final = N_("Share of them")
OF: Final = N_("Of")
FIGURE: Final = N_("Figure")
TIMES: Final = N_("Times")
MEASURE: Final = N_("Measure")
HALF: Final = N_("Half within")
MOST: Final = N_("Nine in ten within")
LONGEST: Final = N_("Longest")
INSIDE: Final = N_("Inside the clock")
MONEY: Final = N_("Money")
CURRENCY: Final = N_("Currency")
GROUNDS: Final = N_("Refusals by ground")
GROUND: Final = N_("Ground")
COUNT: Final = N_("Count")
REQUESTS: Final = N_("Requests")
DEFINED: Final = N_("What is counted")
PUBLISHED: Final = N_("Published figures for comparison")
VALUE: Final = N_("Value")
SOURCE: Final = N_("Source")
UNCHECKED: Final = N_("not verified")
OTHER_RULES: Final = N_("They were counted by other rules: a comparison, never a target.")
ALL_KINDS: Final = N_("All kinds of request")
REMARKS: Final = N_("Remarks")


def report_paper(
    line: RecordLine,
    report: Report,
    *,
    author: str,
    countersigned: tuple[str, ...],
    marks: message.Marks,
    node: Callable[[str], Both],
    typology: Callable[[str], Both],
    say: Say,
    lead: Language,
) -> Document:
    """The document; it speaks of the quarter's end, so that it says the same whenever it is printed."""
    figures = report.figures
    remarks = report.remarks
    return Document(
        title=Both(line.title_vi, line.title_en),
        kind=say(KIND),
        reference=f"{line.reference} {report.quarter}",
        issuer=node(author),
        marks=Marks(tlp=marks.tlp.value, others=(f"PAP:{marks.pap.value.upper()}",)),
        at=figures.until,
        lead=lead,
        drill=line.drill,
        blocks=(
            Paragraph(say(SIGNED if countersigned else ONE_SIDE), tone="plain" if countersigned else "warn"),
            Facts(
                rows=(
                    Row(
                        label=say(QUARTER),
                        lines=(Line(Both(quarters.said(report.quarter, "vi"), quarters.said(report.quarter, "en"))),),
                    ),
                    Row(label=say(CRIMES), lines=tuple(Line(typology(code)) for code in figures.typologies)),
                    Row(label=say(BY), lines=(Line(node(author)),)),
                    *(Row(label=say(COUNTER), lines=(Line(node(one)),)) for one in countersigned),
                    Row(label=say(DIGEST), lines=(Line(report.digest, "mono"),)),
                    *(
                        [Row(label=say(REMARKS), lines=(Line(_both(remarks.vi, remarks.en)),))]
                        if remarks.vi or remarks.en
                        else []
                    ),
                )
            ),
            *(block for direction in figures.directions for block in _direction(direction, node, say)),
            *_definitions(say),
            *_published(say),
        ),
    )


def _direction(direction: Direction, node: Callable[[str], Both], say: Say) -> tuple[Block, ...]:
    here, there = node(direction.requester), node(direction.executor)
    asks = say(ASKS)  # an arrow is in no typeface of ours
    head = Heading(Both(f"{here.vi} {asks.vi} {there.vi}", f"{here.en} {asks.en} {there.en}"))
    shares = tuple(
        (
            (Line(say(names.RATES[rate.code])),),
            (Line("–" if rate.percent == "–" else f"{rate.percent} %"),),
            (Line(f"{rate.part} / {rate.whole}"),),
        )
        for rate in rates(direction)
    )
    first = ((Line(say(REQUESTS), "strong"),), (Line(str(direction.requests), "strong"),), (Line(""),))
    return (
        head,
        Table(columns=(Column(say(FIGURE), 4), Column(say(SHARE), 2), Column(say(OF), 2)), rows=(first, *shares)),
        *_times(direction.times, say),
        *_money(direction, say),
        *_grounds(direction, say),
    )


def _times(times: tuple[Times, ...], say: Say) -> tuple[Block, ...]:
    if not times:
        return ()
    rows = tuple(
        (
            (Line(say(names.MEASURES[one.measure])), Line(_kind(one.kind, say), "small")),
            (Line(length(one.p50_s) if one.count else "–"),),
            (Line(length(one.p90_s) if one.count else "–"),),
            (Line(length(one.most_s) if one.count else "–"), Line(f"n = {one.count}", "small")),
            (Line(_share(one.inside, one.clocked)), Line(f"{one.inside} / {one.clocked}", "small")),
        )
        for one in times
    )
    columns = (
        Column(say(MEASURE), 4), Column(say(HALF), 2), Column(say(MOST), 2), Column(say(LONGEST), 2),
        Column(say(INSIDE), 2),
    )  # fmt: skip
    return (Heading(say(TIMES), level=2), Table(columns=columns, rows=rows))


def _money(direction: Direction, say: Say) -> tuple[Block, ...]:
    if not direction.money:
        return ()
    rows = tuple(
        ((Line(one.currency),), *((Line(_amount(getattr(one, fate), one.currency)),) for fate in names.FATES))
        for one in direction.money
    )
    columns = (Column(say(CURRENCY), 1), *(Column(say(label), 2) for label in names.FATES.values()))
    return (Heading(say(MONEY), level=2), Table(columns=columns, rows=rows))


def _grounds(direction: Direction, say: Say) -> tuple[Block, ...]:
    if not direction.grounds:
        return ()
    rows = tuple(((Line(_word(refusals, one.code)),), (Line(str(one.count)),)) for one in direction.grounds)
    return (
        Heading(say(GROUNDS), level=2),
        Table(columns=(Column(say(GROUND), 5), Column(say(COUNT), 1)), rows=rows),
    )


def _definitions(say: Say) -> tuple[Block, ...]:
    every = {**names.MEASURES, **names.RATES}
    rows = [Row(label=say(every[code]), lines=(Line(say(names.DEFINITIONS[code])),)) for code in names.MEASURES]
    for label, code in (
        (INSIDE, "inside"),
        (names.RATES["refused"], "refused"),
        (names.RATES["hold"], "hold"),
        (MONEY, "money"),
    ):
        rows.append(Row(label=say(label), lines=(Line(say(names.DEFINITIONS[code])),)))
    return (Heading(say(DEFINED)), Facts(rows=tuple(rows)))


def _published(say: Say) -> tuple[Block, ...]:
    rows = tuple(
        (
            (Line(Both(one.vi, one.en)),),
            (
                Line(_either(one.said("vi"), one.said("en"))),
                *(() if one.verified else (Line(say(UNCHECKED), "small"),)),
            ),
            (Line(_either(one.read_in("vi"), one.read_in("en")), "small"),),
        )
        for one in anchors.all()
    )
    columns = (Column(say(FIGURE), 5), Column(say(VALUE), 2), Column(say(SOURCE), 3))
    return (Heading(say(PUBLISHED)), Paragraph(say(OTHER_RULES), tone="muted"), Table(columns=columns, rows=rows))


def _either(vi: str, en: str) -> Both | str:
    """Once, where both languages write the same."""
    return vi if vi == en else Both(vi, en)


def _share(part: int, whole: int) -> str:
    return f"{percent(part, whole)} %" if whole else "–"


def _kind(kind: str, say: Say) -> Both:
    return _word(request_kinds, kind) if kind else say(ALL_KINDS)


def _word(words: Words[Any], code: str) -> Both:
    return Both(words.label(code, "vi"), words.label(code, "en"))


def _amount(units: str, currency: str) -> str:
    """Digits of the smallest unit as an amount that both languages read: groups set apart by narrow spaces."""
    decimals = currency_of(currency).decimals
    digits = units.rjust(decimals + 1, "0")
    whole, rest = (digits[:-decimals], f".{digits[-decimals:]}") if decimals else (digits, "")
    return f"{int(whole):,}".replace(",", "\u202f") + rest


def _both(vi: str, en: str) -> Both:
    return Both(vi or en, en or vi)
