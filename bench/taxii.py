"""TAXII: objects posted and read, filters and memory up to a million, beside medallion in the same run.

`lienlac serve` on a folder that `lienlac init` would make, as its own process, asked over loopback with one kept
connection and a token in HTTP Basic, as every client does; SQLite with `synchronous=FULL`, every object validated. The
peer is medallion 3.0.0 from PyPI with its memory backend, in a temporary environment of its own, given the same
envelopes: it validates nothing and keeps nothing on a disk. OpenTAXII's figures were measured on like machines.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from _claims import Claims, median
from _node import PASSPHRASE
from _pair import US
from idle import memory_mib, processor_s, settings_line, started
from lienlac.cli.app import run
from lienlac.client import Client
from lienlac.interface.intelligence import CollectionForm
from node_to_node import installed_pair

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

MEDALLION: Final = "medallion==3.0.0"
OPENTAXII: Final = {
    "POST, objects/s": "370 to 730",
    "GET, objects/s": "15,000 to 21,000",
    "filters, ms": "5 to 30",
    "memory, MiB": "240 to 260 up to 100,000",
}
"""OpenTAXII, git of November 2026, measured on like machines in that month; its releases do not run any more."""
TAXII: Final = "application/taxii+json;version=2.1"
PAGE: Final = 1_000
STEPS: Final = (1_000, 10_000, 100_000, 300_000, 1_000_000)
TYPES: Final = ("indicator", "malware", "attack-pattern", "campaign", "infrastructure")


def main() -> None:
    claims = Claims(__doc__, options=_options)
    most = 20_000 if claims.quick else claims.options.objects
    with tempfile.TemporaryDirectory(prefix="bench-", dir=claims.options.folder) as name:
        folder = Path(name)
        home = installed_pair(folder)[US]
        passphrase = folder / "passphrase"
        passphrase.write_text(PASSPHRASE, encoding="utf-8")
        token = _token(home, passphrase, folder)
        process, _ = started(home, passphrase)
        try:
            port = int(settings_line(home, "people_port"))
            theirs = None if claims.options.alone else _medallion(folder)
            ours = Server("127.0.0.1", port, "x", token)
            _measure(claims, process, ours, theirs, most)
            _bundle(claims, ours, process, folder, 10_000 if claims.quick else claims.options.bundle)
        finally:
            process.terminate()
            process.wait(30)
    for what, seen in OPENTAXII.items():
        print(f"  OpenTAXII, November 2026: {what}: {seen}")
    claims.close()


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--objects", type=int, default=1_000_000, help="how many")
    parser.add_argument("--bundle", type=int, default=300_000, help="how many in the file that is brought in")
    parser.add_argument("--folder", default=None, help="where everything is made")
    parser.add_argument("--alone", action="store_true", help="without the peer")


def _measure(claims: Claims, process: subprocess.Popen[bytes], ours: Server, theirs: Server | None, most: int) -> None:
    with Client(f"http://127.0.0.1:{ours.port}", ours.secret) as client:
        made = client.create_collection(CollectionForm(title="Bench", ceiling="red", writable=True))
    ours.path = f"/taxii2/intelligence/collections/{made.id}"
    first = list(_envelopes(1_000))
    if theirs is not None:
        _beside(claims, theirs, first)
    rates, done = [_small(claims, ours)], 0
    used = processor_s(process.pid)
    firsts: list[str] = []
    ids: list[str] = []
    for step in (one for one in STEPS if one <= most):
        spent, count = 0.0, step - done
        for body in _envelopes(count):
            began = time.perf_counter()
            answer = ours.post(body)
            spent += time.perf_counter() - began
            ids = [one["id"] for one in answer["successes"]]
            firsts.append(ids[0])
            if answer["success_count"] != PAGE:
                raise ValueError(answer)
        done = step
        rates += [count / spent] if step > PAGE else []
        cost_us = (processor_s(process.pid) - used) / count * 1e6
        used = processor_s(process.pid)
        claims.say(f"POST up to {done:,}", count / spent, "objects/s", f"{cost_us:.0f} us of the node's processor each")
        resident = memory_mib(process.pid, "VmRSS:", "status")
        claims.say(f"  memory at {done:,}", resident, "MiB")
    claims.at_least("POST of 1,000-object envelopes, slowest step", min(rates), "objects/s", 15_000)
    claims.at_least("  the last step beside the first", rates[-1] / rates[0], "times", 0.8)
    late = ours.after(firsts[-11] if len(firsts) > 10 else firsts[0])
    _read(claims, ours, done, late)
    _filters(claims, ours, ids, late)
    _caught_up(claims, ours, process)
    claims.at_most("memory after all of it (resident)", memory_mib(process.pid, "VmRSS:", "status"), "MiB", 200)


def _small(claims: Claims, ours: Server) -> float:
    """A thousand objects into an empty collection: the median of several, for one envelope alone says little."""
    whole, rates = ours.path, []
    with Client(f"http://127.0.0.1:{ours.port}", ours.secret) as client:
        for place in range(7):
            made = client.create_collection(CollectionForm(title=f"Small {place}", ceiling="red", writable=True))
            ours.path = f"/taxii2/intelligence/collections/{made.id}"
            body = next(_envelopes(PAGE))
            began = time.perf_counter()
            ours.post(body)
            rates.append(PAGE / (time.perf_counter() - began))
    ours.path = whole
    claims.say(
        "POST of 1,000 into an empty collection (median of 7)", median(rates), "objects/s", f"{rates[0]:.0f} cold"
    )
    return median(rates)


def _bundle(claims: Claims, ours: Server, process: subprocess.Popen[bytes], folder: Path, count: int) -> None:
    """A bundle of so many objects by the command, as an analyst brings one; both ends must stay small."""
    file, token = folder / "bundle.json", folder / "token"
    token.write_text(ours.secret, encoding="utf-8")
    with file.open("wb") as out:
        out.write(b'{"type":"bundle","id":"bundle--f431f809-377b-45e0-aa1c-6a4751cae5ff","objects":[')
        for place in range(count):
            out.write((b"," if place else b"") + _object(place))
        out.write(b"]}")
    url = f"http://127.0.0.1:{ours.port}"
    with Client(url, ours.secret) as client:
        made = client.create_collection(CollectionForm(title="Bundle", ceiling="red"))
    before = memory_mib(process.pid, "VmRSS:", "status")
    words = ["intel", "import", str(file), "--collection", made.id, "--url", url, "--token-file", str(token), "--json"]
    began = time.perf_counter()
    command = [sys.executable, "-m", "lienlac", "--lang", "en", *words]
    peak = 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ) as bringing:
        while bringing.poll() is None:
            with contextlib.suppress(OSError, ValueError):  # it has ended meanwhile
                peak = max(peak, memory_mib(bringing.pid, "VmRSS:", "status"))
            time.sleep(0.05)
        told = bringing.stdout.read() if bringing.stdout else b""
    spent = time.perf_counter() - began
    if json.loads(told)["new"] != count:
        raise ValueError(told)
    claims.say(f"a bundle of {count:,} by the command ({file.stat().st_size >> 20} MiB)", count / spent, "objects/s")
    claims.at_most("  memory of the command at its most", peak, "MiB", 150)
    grown = memory_mib(process.pid, "VmRSS:", "status") - before
    claims.at_most("  memory that the node took for it", grown, "MiB", 30)
    file.unlink()


def _caught_up(claims: Claims, ours: Server, process: subprocess.Popen[bytes]) -> None:
    """Until everything that was stored is in the index of identifiers too."""
    began, used = time.perf_counter(), processor_s(process.pid)
    with Client(f"http://127.0.0.1:{ours.port}", ours.secret) as client:
        first = behind = client.known("0912345678", "phone").behind
        while behind:
            time.sleep(0.5)
            behind = client.known("0912345678", "phone").behind
    more = f"{processor_s(process.pid) - used:.1f} s of processor; {first:,} or more waited"
    claims.say("everything in the index of identifiers after the last POST by", time.perf_counter() - began, "s", more)


def _beside(claims: Claims, theirs: Server, bodies: list[bytes]) -> None:
    """The peer at a thousand objects, where it is at its best."""
    began = time.perf_counter()
    for body in bodies:
        theirs.post(body, wait=True)
    claims.say("medallion: POST of the first 1,000", PAGE / (time.perf_counter() - began), "objects/s")
    began = time.perf_counter()
    seen = len(theirs.get(f"objects/?limit={PAGE}").get("objects", ()))
    claims.say("medallion: GET of them", seen / (time.perf_counter() - began), "objects/s")


def _read(claims: Claims, ours: Server, count: int, late: str) -> None:
    """Whole pages from the start and near the end; parsing is the client's business and is not timed."""
    for where, after in (("from the start", ""), ("near the end", late)):
        best = 0.0
        for _ in range(3):
            onward, seen, spent = after, 0, 0.0
            for _ in range(10):
                began = time.perf_counter()
                body = ours.raw("GET", f"objects/?limit={PAGE}{onward}")
                spent += time.perf_counter() - began
                page = json.loads(body)
                seen += len(page.get("objects", ()))
                if not page["more"]:
                    break
                onward = f"&next={page['next']}"
            best = max(best, seen / spent)
        claims.at_least(f"GET of pages of 1,000, {where} of {count:,}", best, "objects/s", 100_000)


def _filters(claims: Claims, ours: Server, ids: list[str], late: str) -> None:
    one = iter(lambda: random.choice(ids), None)  # which one says nothing
    asked: dict[str, Callable[[], str]] = {
        "match[id]": lambda: f"objects/?match[id]={next(one)}",
        "match[type], 20 of them": lambda: "objects/?match[type]=malware&limit=20",
        "two types and a version": lambda: "objects/?match[type]=malware,campaign&match[version]=first&limit=20",
        "added_after, 20 of them": lambda: f"objects/?limit=20{late}",
        "manifest of 20": lambda: "manifest/?limit=20",
        "manifest of one": lambda: f"manifest/?match[id]={next(one)}",
        "versions of one": lambda: f"objects/{next(one)}/versions/",
        "one object": lambda: f"objects/{next(one)}/",
    }
    for name, path in asked.items():
        times = []
        for _ in range(60):
            onward = path()
            began = time.perf_counter()
            ours.raw("GET", onward)
            times.append((time.perf_counter() - began) * 1e3)
        claims.at_most(f"{name} (p50)", median(times), "ms", 2)


class Server:
    """One server's collection, over one kept connection."""

    def __init__(self, host: str, port: int, name: str, secret: str, path: str = "") -> None:
        self.port, self.secret, self.path = port, secret, path
        self._connection = http.client.HTTPConnection(host, port, timeout=600)
        basic = base64.b64encode(f"{name}:{secret}".encode()).decode()
        self._headers = {"Authorization": f"Basic {basic}", "Accept": TAXII}

    def raw(self, method: str, onward: str, body: bytes | None = None) -> bytes:
        """One call; the body of a good answer."""
        headers = self._headers if body is None else {**self._headers, "Content-Type": TAXII}
        self._connection.request(method, f"{self.path}/{onward}", body, headers)
        answer = self._connection.getresponse()
        told = answer.read()
        if answer.status >= 400:
            raise ValueError(f"{answer.status} {onward}: {told[:300]!r}")
        return told

    def get(self, onward: str) -> Any:
        """One answer, read."""
        return json.loads(self.raw("GET", onward))

    def post(self, body: bytes, *, wait: bool = False) -> Any:
        """An envelope in; the status. `wait`: everything must be decided."""
        told = json.loads(self.raw("POST", "objects/", body))
        if wait and told["success_count"] + told.get("failure_count", 0) < told["total_count"]:
            raise ValueError(told)
        return told

    def after(self, object_id: str) -> str:
        """Goes on after this object."""
        return f"&added_after={self.get(f'manifest/?match[id]={object_id}')['objects'][0]['date_added']}"


def _envelopes(count: int) -> Iterator[bytes]:
    """Envelopes of a thousand objects like those of real feeds; made while nothing is timed."""
    for _ in range(count // PAGE):
        yield b'{"objects":[' + b",".join(_object(place) for place in range(PAGE)) + b"]}"


def _object(place: int) -> bytes:
    kind = TYPES[place % len(TYPES)]
    value = {
        "type": kind,
        "spec_version": "2.1",
        "id": f"{kind}--{uuid.uuid4()}",
        "created_by_ref": "identity--f431f809-377b-45e0-aa1c-6a4751cae5ff",
        "created": "2026-10-05T08:49:23.123Z",
        "modified": "2026-11-05T08:49:23.123Z",
        "name": f"Trang đầu tư giả số {place}",
        "description": "Mời nạp tiền qua ví điện tử, hứa lợi nhuận cố định, khoá tài khoản khi rút. " * 4,
        "object_marking_refs": ["marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"],
    }
    if kind == "indicator":
        value |= {
            "pattern": f"[domain-name:value = 'dau-tu-{uuid.uuid4().hex[:10]}.example']",
            "pattern_type": "stix",
            "valid_from": "2026-10-05T08:49:23Z",
            "indicator_types": ["malicious-activity"],
        }
    if kind == "malware":
        value["is_family"] = False
    return json.dumps(value, ensure_ascii=False).encode()


def _token(home: Path, passphrase: Path, folder: Path) -> str:
    """A token of an analyst, made as an administrator makes one."""
    out = folder / "account.json"
    place = ["--node", str(home), "--passphrase-file", str(passphrase)]
    if run(["--lang", "en", "unit", "add", "--name-vi", "Bench", "--name-en", "Bench", *place], {}) != 0:
        raise ValueError(home)
    with out.open("w", encoding="utf-8") as file, contextlib.redirect_stdout(file):
        names = ["an", "--name", "An", "--unit", "Bench", "--role", "analyst", "--token", "write", "--json"]
        if run(["--lang", "en", "user", "add", *names, *place], {}) != 0:
            raise ValueError(out.read_text(encoding="utf-8"))
    return str(json.loads(out.read_text(encoding="utf-8"))["token"])


# --- the peer ---------------------------------------------------------------------------------------------------------


def _medallion(folder: Path) -> Server | None:
    """Medallion in an environment of its own, with an empty collection; None where it cannot be had."""
    place = folder / "medallion"
    try:
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        subprocess.run([str(place / "bin" / "pip"), "install", "--quiet", MEDALLION], check=True)
    except subprocess.CalledProcessError as error:
        print(f"  the peer is left out: {error}", flush=True)
        return None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (place / "data.json").write_text(json.dumps(_PEERS_DATA), encoding="utf-8")
    settings = {
        "backend": {
            "module": "medallion.backends.memory_backend",
            "module_class": "MemoryBackend",
            "filename": str(place / "data.json"),
        },
        "users": {"bench": "bench"},
        "taxii": {"max_page_size": PAGE},
    }
    (place / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [
        str(place / "bin" / "medallion"),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        str(place / "settings.json"),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)
    _ENDING.append(process)
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return Server("127.0.0.1", port, "bench", "bench", f"/peer/collections/{_PEERS_COLLECTION}")
        time.sleep(0.1)
    print("  the peer is left out: it does not start", flush=True)
    return None


_ENDING: list[subprocess.Popen[bytes]] = []
_PEERS_COLLECTION: Final = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
_PEERS_DATA: Final = {
    "/discovery": {"title": "Bench", "default": "http://localhost/peer/", "api_roots": ["http://localhost/peer/"]},
    "peer": {
        "information": {
            "title": "Bench",
            "versions": ["application/taxii+json;version=2.1"],
            "max_content_length": 10**8,
        },
        "status": [],
        "collections": [
            {
                "id": _PEERS_COLLECTION,
                "title": "Bench",
                "can_read": True,
                "can_write": True,
                "media_types": ["application/stix+json;version=2.1"],
                "objects": [],
                "manifest": [],
                "responses": [],
            }
        ],
    },
}


if __name__ == "__main__":
    try:
        main()
    finally:
        for peer in _ENDING:
            peer.kill()
