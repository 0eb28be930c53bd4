"""Full text on both products: found is what a plain reading finds, also after some was forgotten."""

from __future__ import annotations

import random

import sqlalchemy as sa

from lienlac.intelligence.store.reading import texts
from lienlac.storage.database import Database
from lienlac.storage.texts import Term

VOCABULARY = [
    *("dang", "dan", "danh", "thi", "hong", "0071", "00710", "~321", "~3217", "~yindicator", "~yindicator-x", "~c1"),
    *("~c11", "and", "or", "not", "near", "中国", "中国人", "ß", "đ", "a", "null", "select"),
]
"""Words that begin like others, that either product knows as commands, signs, letters of other scripts."""


def found(database: Database, groups: list[list[Term]]) -> list[int]:
    with database.read() as connection:
        source = texts.source(connection, groups)
        query = sa.select(source.number).select_from(source.table).where(source.found)
        return [int(number) for number in connection.execute(query.order_by(source.number.desc())).scalars()]


def read(bodies: dict[int, list[str]], groups: list[list[Term]]) -> list[int]:
    def holds(body: list[str], term: Term) -> bool:
        word, begins = term
        return any(one.startswith(word) if begins else one == word for one in body)

    fitting = (
        number for number, body in bodies.items() if all(any(holds(body, term) for term in group) for group in groups)
    )
    return sorted(fitting, reverse=True)


def test_words_find_what_a_plain_reading_finds(database: Database) -> None:
    source = random.Random(7)
    bodies = {number * 7 + 2**50: source.sample(VOCABULARY, source.randint(1, 6)) for number in range(300)}
    rows = [(number, " ".join(body)) for number, body in bodies.items()]
    database.write(lambda connection: texts.put(connection, rows))
    asked = [
        [
            [(source.choice(VOCABULARY), source.random() < 0.5) for _ in range(source.randint(1, 2))]
            for _ in range(source.randint(1, 3))
        ]
        for _ in range(120)
    ]
    assert all(found(database, groups) == read(bodies, groups) for groups in asked)
    assert sum(bool(read(bodies, groups)) for groups in asked) > 40, "most questions have an answer"
    gone = source.sample(sorted(bodies), 150)
    kept = database.write(lambda connection: texts.forget(connection, [*gone, 5]))
    assert sorted(kept) == sorted(gone)
    left = {number: body for number, body in bodies.items() if number not in set(gone)}
    assert all(found(database, groups) == read(left, groups) for groups in asked)
    again = [(number, "dang") for number in gone[:10]]
    database.write(lambda connection: texts.put(connection, again))
    assert set(gone[:10]) <= set(found(database, [[("dang", False)]]))


def test_what_was_forgotten_leaves_no_word_behind(sqlite_database: Database) -> None:
    """The index takes a word out by the text that stood there: were it another, the word would go on being found."""
    sqlite_database.write(lambda connection: texts.put(connection, [(1, "bi mat")]))
    sqlite_database.write(lambda connection: texts.forget(connection, [1]))
    checked = "INSERT INTO intel_text_words (intel_text_words, rank) VALUES ('integrity-check', 1)"
    sqlite_database.write(lambda connection: connection.exec_driver_sql(checked))
    assert found(sqlite_database, [[("mat", False)]]) == []
