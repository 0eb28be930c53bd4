"""A package is the same bytes for the same files, and its list names each of them rightly."""

from __future__ import annotations

import hashlib
import io
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from lienlac.documents.packing import listed, pack, readable_json

files = st.dictionaries(st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8})?\.json", fullmatch=True), st.binary(max_size=500))


@given(files)
def test_the_same_files_give_the_same_bytes_and_come_out_again(content: dict[str, bytes]) -> None:
    whole = pack(content)
    assert whole == pack(dict(content))
    with zipfile.ZipFile(io.BytesIO(whole)) as read:
        assert read.testzip() is None
        assert {name: read.read(name) for name in read.namelist()} == content
        assert {entry.date_time for entry in read.infolist()} <= {(1980, 1, 1, 0, 0, 0)}


@given(files)
def test_the_list_says_name_size_and_digest(content: dict[str, bytes]) -> None:
    for entry in listed(content):
        data = content[entry["path"]]
        assert (entry["size_bytes"], entry["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())


def test_json_is_for_people_too() -> None:
    assert readable_json({"b": "Đặng", "a": [1]}).decode() == '{\n  "b": "Đặng",\n  "a": [\n    1\n  ]\n}\n'
