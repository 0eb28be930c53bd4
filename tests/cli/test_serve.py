"""A served node from outside: who may shake hands with the partners' listener, what the log says, what is in use."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from litestar.testing import TestClient

from lienlac import assembly, settings
from lienlac.assembly import doors
from lienlac.clock import SystemClock
from lienlac.keys import keyfile, tls
from lienlac.keys.card import parse_card
from tests.cli.conftest import PASSPHRASE, Command, Folder, Served

LONGEST_S = 30


def certificates(folder: Path) -> tuple[str, ...]:
    return parse_card((folder / "card.json").read_bytes()).tls_certificates


def head(served: Served, context: ssl.SSLContext) -> httpx2.Response:
    address = f"https://127.0.0.1:{served.peers_port}"
    with httpx2.Client(base_url=address, verify=context, trust_env=False, timeout=10) as client:
        return client.get("/exchange/v1/head")


def test_a_stranger_gets_no_answer(served: Served) -> None:
    stranger = tls.make_certificate("us-stranger", SystemClock().now())
    with pytest.raises((httpx2.HTTPError, OSError)):
        head(served, tls.client_context(stranger, certificates(served.folder)))


def test_a_caller_without_a_certificate_gets_no_answer(served: Served) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with pytest.raises((httpx2.HTTPError, OSError)):
        head(served, context)


def test_older_tls_is_not_spoken(served: Served) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_connection(("127.0.0.1", served.peers_port), timeout=10) as plain, pytest.raises(ssl.SSLError):
        context.wrap_socket(plain)


def test_a_partner_paired_while_the_node_runs_is_let_in(
    served: Served, lienlac: Command, new_folder: Callable[..., Folder], tmp_path: Path
) -> None:
    us = new_folder("us-two")
    keys = keyfile.read(us.path / "keys.json", PASSPHRASE)
    context = tls.client_context(keys.tls, certificates(served.folder))
    with pytest.raises((httpx2.HTTPError, OSError)):
        head(served, context)
    here = ("--node", str(served.folder), "--passphrase-file", str(served.passphrase_file))
    invitation, acceptance = str(tmp_path / "invitation.json"), str(tmp_path / "acceptance.json")
    lienlac("peer", "invite", "--out", invitation, *here)
    fingerprint = parse_card((served.folder / "card.json").read_bytes()).fingerprint
    us("peer", "accept", invitation, "--fingerprint", fingerprint, "--out", acceptance)
    lienlac("peer", "accept", acceptance, "--fingerprint", us.fingerprint, "--delivery", "courier", *here)
    give_up = time.monotonic() + LONGEST_S
    while True:
        try:
            answer = head(served, context)
            break
        except (httpx2.HTTPError, OSError):
            assert time.monotonic() < give_up, "the listener never learned of its new partner"
    assert answer.status_code == 200
    assert answer.text.startswith("lienlac/vn-served/1\n")
    assert "server" not in answer.headers
    assert us("log", "verify", "--ask-partner", "--json").json["partners"]["vn-served"]["size"] > 0
    refuse_a_log_that_was_put_back(us, lienlac, here, tmp_path)


def refuse_a_log_that_was_put_back(us: Folder, lienlac: Command, here: tuple[str, ...], tmp_path: Path) -> None:
    """Our own log was sound and shorter: only the partner, who holds our receipt, knows that it was once longer."""
    saved, database = tmp_path / "saved.db", us.path / "lienlac.sqlite"
    shutil.copyfile(database, saved)
    lienlac("peer", "suspend", "us-two", "--reason", "so that something is receipted", *here)
    there, back = str(tmp_path / "there.lienlac"), str(tmp_path / "back.lienlac")
    lienlac("courier", "pack", "us-two", "--out", there, *here)
    us("courier", "unpack", there)
    us("courier", "pack", "vn-served", "--out", back)
    lienlac("courier", "unpack", back, *here)
    us("log", "verify", "--ask-partner")
    shutil.copyfile(saved, database)
    us("log", "verify")
    said = us("log", "verify", "--ask-partner", "--json", ok=5).json
    assert not said["sound"]
    assert said["partners"]["vn-served"]["code"] == "check-failed"


def test_the_log_holds_no_query_and_every_line_is_json(served: Served) -> None:
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"{served.url}/api/requests?words=0071000918273", timeout=10)
    with urllib.request.urlopen(f"{served.url}/sign-in", timeout=10) as answer:
        assert answer.status == 200
        assert "server" not in answer.headers
    text = served.log.read_text(encoding="utf-8")
    assert "0071000918273" not in text
    for line in text.splitlines():
        assert {"event", "level", "timestamp"} <= set(json.loads(line))


def test_3_an_address_that_is_in_use(new_folder: Callable[..., Folder], lienlac: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        folder = new_folder("vn-late", people_port=str(taken.getsockname()[1]))
        said = lienlac("serve", str(folder.path), "--passphrase-file", str(folder.passphrase), ok=3)
    assert "address-in-use" in said.err


def test_3_a_certificate_without_its_key(folder: Folder, lienlac: Command, tmp_path: Path) -> None:
    certificate = tmp_path / "certificate.pem"
    certificate.write_text(tls.make_certificate("vn-one", SystemClock().now()).certificate_pem)
    words = ("serve", str(folder.path), "--passphrase-file", str(folder.passphrase))
    assert "tls-files" in lienlac(*words, "--tls-certificate", str(certificate), ok=3).err
    wrong = ("--tls-certificate", str(certificate), "--tls-key", str(certificate))
    assert "tls-files" in lienlac(*words, *wrong, ok=3).err


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "node.example"])
def test_3_passwords_are_never_asked_for_in_the_clear_over_a_network(
    new_folder: Callable[..., Folder], lienlac: Command, host: str
) -> None:
    folder = new_folder("vn-open", people_host=host)
    said = lienlac("serve", str(folder.path), "--passphrase-file", str(folder.passphrase), ok=3)
    assert "people-in-clear" in said.err


def test_served_over_tls_cookies_stay_on_tls_whatever_the_setting_says(folder: Folder) -> None:
    node = assembly.open_node(settings.load(folder.path), PASSPHRASE)
    try:
        assert not node.settings.secure_cookies
        with TestClient(doors.people_app(node, tls=True), base_url="https://node.test") as client:
            answer = client.get("/sign-in")
        assert "strict-transport-security" in answer.headers
        assert all("__Host-" in line and "Secure" in line for line in answer.headers.get_list("set-cookie"))
    finally:
        node.close()
