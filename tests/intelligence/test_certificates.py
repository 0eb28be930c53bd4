"""TAXII over mutual TLS: who is let in by a certificate, and the attacks on that; with real handshakes."""

from __future__ import annotations

import ssl
from base64 import b64encode
from typing import TYPE_CHECKING

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from lienlac import limits
from lienlac.errors import LienlacError
from lienlac.intelligence.collection import Draft
from lienlac.keys.outer import clients
from lienlac.people import tokens
from lienlac.people.certificates import desk
from lienlac.people.store import account
from tests.intelligence.certified import CertifiedDoor, Made, rsa_key
from tests.intelligence.scene import indicator
from tests.intelligence.served import TAXII, Server, envelope
from tests.security.house import House, make_template

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from lienlac.people.certificates.store import Bound

COLLECTIONS = "/taxii2/intelligence/collections/"
SIGNS = (x509.BasicConstraints(True, None), True)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def house(template: dict[str, Path], tmp_path: Path) -> Iterator[House]:
    folder = tmp_path / "house"
    folder.mkdir()
    made = House(template, folder)
    yield made
    made.shut()


@pytest.fixture
def door(house: House, tmp_path: Path) -> Iterator[CertifiedDoor]:
    made = CertifiedDoor(house, tmp_path)
    yield made
    made.stop()


def token(house: House, login: str = "giang", scope: tokens.Scope = "write") -> tokens.NewToken:
    return house.database.write(
        lambda connection: tokens.create(
            connection, house[login], label="SIEM", scope=scope, now=house.clock.now(), chance=house.node.chance
        )
    )


def bind(house: House, made: Made, login: str = "giang", scope: tokens.Scope = "write", token_id: str = "") -> Bound:
    name = token_id or token(house, login, scope).id
    return house.database.write(
        lambda connection: desk.bind(connection, house[login], name, made.pem, house.clock.now())
    )


def refused(house: House, made: Made, **more: str) -> str:
    with pytest.raises(LienlacError) as caught:
        bind(house, made, **more)  # type: ignore[arg-type]
    return caught.value.code


@pytest.fixture
def ours(house: House, door: CertifiedDoor) -> Made:
    """A certificate that stands for a token of an analyst's."""
    made = Made()
    bind(house, made)
    door.trust.look()
    return made


def test_a_certificate_opens_what_its_token_opens(house: House, door: CertifiedDoor, ours: Made) -> None:
    collection = house.node.intelligence.create(house["giang"], _draft())
    with door.caller(ours) as caller:
        found = caller.get(COLLECTIONS).json()["collections"]
        assert collection.id in {one["id"] for one in found}
        path = f"{COLLECTIONS}{collection.id}/objects/"
        body = envelope(indicator(1))
        answer = caller.post(path, content=body, headers={"Content-Type": TAXII})
        assert (answer.status_code, answer.json()["success_count"]) == (202, 1)
        assert caller.get(path).json()["objects"]
        assert caller.get("/taxii2/").json()["api_roots"] == [f"{door.url}/taxii2/intelligence/"]


def _draft() -> Draft:
    return Draft(title="Nguồn SIEM", writable=True)


def test_a_token_that_reads_does_not_write_by_certificate_either(house: House, door: CertifiedDoor) -> None:
    made = Made()
    bind(house, made, scope="read")
    door.trust.look()
    collection = house.node.intelligence.create(house["giang"], _draft())
    path = f"{COLLECTIONS}{collection.id}/objects/"
    with door.caller(made) as caller:
        assert caller.get(path).status_code == 200
        answer = caller.post(path, content=envelope(indicator(1)), headers={"Content-Type": TAXII})
        assert answer.status_code in {403, 404}


def test_without_a_certificate_the_answer_says_what_is_asked_for(door: CertifiedDoor, house: House) -> None:
    with door.caller() as caller:
        answer = caller.get(COLLECTIONS)
        assert (answer.status_code, "www-authenticate" in answer.headers) == (401, True)
        secret = token(house).secret
        assert caller.get(COLLECTIONS, auth=("x", secret)).status_code == 200  # a token does here too


@pytest.mark.usefixtures("ours")
def test_the_certificate_of_another_is_refused_in_the_handshake(door: CertifiedDoor) -> None:
    """The same name, another key: who a certificate says it is decides nothing."""
    with door.caller(Made("siem.example")) as caller, pytest.raises((httpx2.TransportError, ssl.SSLError)):
        caller.get(COLLECTIONS)


def test_a_certificate_signed_by_a_bound_one_opens_nothing(door: CertifiedDoor, ours: Made) -> None:
    """Whoever holds a bound key makes no second identity with it, with the chain sent along or without."""
    child = Made("child.example", by=ours)
    for chain in (None, ours):
        with door.caller(child, chain=chain) as caller:
            try:
                status = caller.get(COLLECTIONS).status_code
            except (httpx2.TransportError, ssl.SSLError):
                continue
            assert status == 401


def test_let_go_it_opens_nothing_on_a_connection_that_stands(house: House, door: CertifiedDoor, ours: Made) -> None:
    """The handshake was before: the fingerprint is asked again on every request."""
    print_ = clients.fingerprint(ssl.PEM_cert_to_DER_cert(ours.pem))
    with door.caller(ours) as caller:
        assert caller.get(COLLECTIONS).status_code == 200
        house.database.write(lambda connection: desk.let_go(connection, house["giang"], print_))
        assert caller.get(COLLECTIONS).status_code == 401
    door.trust.look()
    with door.caller(ours) as caller, pytest.raises((httpx2.TransportError, ssl.SSLError)):
        caller.get(COLLECTIONS)


def test_it_ends_with_its_token(house: House, door: CertifiedDoor) -> None:
    made, name = Made(), token(house).id
    bind(house, made, token_id=name)
    door.trust.look()
    with door.caller(made) as caller:
        assert caller.get(COLLECTIONS).status_code == 200
        house.database.write(lambda connection: tokens.end(connection, house["giang"], name))
        assert caller.get(COLLECTIONS).status_code == 401
    assert refused(house, made, token_id=name) == "not-found"
    bind(house, made)  # it is free for another token


def test_it_ends_when_its_token_expires(house: House, door: CertifiedDoor, ours: Made) -> None:
    with door.caller(ours) as caller:
        house.clock.turn(31 * 86_400)
        assert caller.get(COLLECTIONS).status_code == 401


def test_an_officer_who_is_no_longer_active_calls_by_no_certificate(
    house: House, door: CertifiedDoor, ours: Made
) -> None:
    with door.caller(ours) as caller:
        house.database.write(lambda connection: _close(connection, house))
        assert caller.get(COLLECTIONS).status_code == 401


def _close(connection: Connection, house: House) -> None:
    connection.execute(account.update().where(account.c.id == house["giang"].id).values(active=False))


def test_an_expired_certificate_is_refused_by_the_rules_and_by_the_handshake(
    house: House, door: CertifiedDoor, ours: Made
) -> None:
    now = house.clock.now()
    old = Made(ends=now.replace(year=now.year - 1))
    early = Made(begins=now.replace(year=now.year + 1))
    assert [refused(house, one) for one in (old, early)] == ["client-certificate-dates"] * 2
    door.trust.tls.reload([ssl.PEM_cert_to_DER_cert(old.pem)])  # bound while it was valid, and still in the list
    with door.caller(old) as caller, pytest.raises((httpx2.TransportError, ssl.SSLError)):
        caller.get(COLLECTIONS)
    door.trust.tls.reload([ssl.PEM_cert_to_DER_cert(ours.pem)])
    with door.caller(ours) as caller:
        assert caller.get(COLLECTIONS).status_code == 200
        house.clock.turn(20 * 366 * 86_400)  # the connection stands while its time runs out
        assert caller.get(COLLECTIONS).status_code == 401


@pytest.mark.parametrize(
    "header",
    [
        "X-Client-Certificate", "X-SSL-Client-Cert", "X-SSL-Client-Fingerprint", "X-Forwarded-Client-Cert", "SSL_CLIENT_CERT",
        "Client-Cert", "X-Client-Cert-Sha256", "client_certificate",
    ],
)  # fmt: skip
def test_a_header_that_speaks_of_a_certificate_is_never_believed(
    house: House, door: CertifiedDoor, ours: Made, header: str
) -> None:
    """Behind a proxy or past it, at the people's door and at this one."""
    der = ssl.PEM_cert_to_DER_cert(ours.pem)
    told = clients.fingerprint(der)
    server = Server(house)
    try:
        for value in (told, f"Hash={told}", ours.pem.strip().replace("\n", " ")):
            headers = {"Accept": TAXII, header: value}
            with httpx2.Client(base_url=server.url, trust_env=False, headers=headers) as caller:
                assert caller.get(COLLECTIONS).status_code == 401
            with door.caller() as caller:
                assert caller.get(COLLECTIONS, headers=headers).status_code == 401
    finally:
        server.stop()


@pytest.mark.parametrize("scheme", ["Bearer", "Basic"])
def test_a_fingerprint_is_no_secret_that_opens_anything(door: CertifiedDoor, ours: Made, scheme: str) -> None:
    """A fingerprint is public: said instead of shown, it is a token that nobody has."""
    told = clients.fingerprint(ssl.PEM_cert_to_DER_cert(ours.pem))
    said = told if scheme == "Bearer" else b64encode(f"x:{told}".encode()).decode()
    with door.caller() as caller:
        assert caller.get(COLLECTIONS, headers={"Authorization": f"{scheme} {said}"}).status_code == 401


def test_a_wrong_token_is_not_mended_by_a_good_certificate(door: CertifiedDoor, ours: Made) -> None:
    with door.caller(ours) as caller:
        assert caller.get(COLLECTIONS, auth=("x", "lienlac_" + "A" * 43)).status_code == 401


@pytest.mark.parametrize("path", ["/", "/sign-in", "/api/requests", "/account", "/taxii2x/", "/taxii2/../api/requests"])
def test_nothing_but_taxii_stands_behind_this_door(door: CertifiedDoor, ours: Made, path: str) -> None:
    with door.caller(ours) as caller:
        assert caller.get(path).status_code == 404


def test_one_certificate_stands_for_one_token(house: House) -> None:
    """Otherwise whose rights a call has would be a matter of luck."""
    made = Made()
    bind(house, made)
    assert refused(house, made) == "client-certificate-taken"
    assert refused(house, made, login="anh") == "client-certificate-taken"


def test_nobody_binds_to_or_lets_go_of_anothers(house: House) -> None:
    made = Made()
    bound = bind(house, made)
    assert refused(house, Made(), login="anh", token_id=bound.token_id) == "not-found"
    with pytest.raises(LienlacError) as caught:
        house.database.write(lambda connection: desk.let_go(connection, house["anh"], bound.fingerprint))
    assert caught.value.code == "not-found"


def test_weak_and_mighty_certificates_are_not_bound(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    signs = x509.KeyUsage(*([False] * 5), True, False, False, False)  # it has no names there
    wrong = [
        Made(extensions=(SIGNS,)),
        Made(extensions=((signs, True),)),
        Made(key=rsa_key(1_024)),
        Made(key=ec.generate_private_key(ec.SECP192R1())),
    ]
    assert {refused(house, made) for made in wrong} == {"client-certificate"}
    both = Made()
    both.pem += both.key_pem
    several = Made()
    several.pem += Made().pem
    none = Made()
    none.pem = "BEGIN"
    huge = Made()
    huge.pem += "\n" * limits.CLIENT_CERTIFICATE_MAX_CHARS
    assert {refused(house, made) for made in (both, several, none, huge)} == {"client-certificate"}
    bind(house, Made(key=rsa_key(2_048)))
    bind(house, Made(key=ec.generate_private_key(ec.SECP384R1())))
    monkeypatch.setattr(limits, "CLIENT_CERTIFICATES_PER_OFFICER", 2)
    assert refused(house, Made()) == "client-certificates-full"


def test_old_versions_of_tls_are_not_spoken(door: CertifiedDoor) -> None:
    assert door.trust.tls.context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert door.trust.tls.context.num_tickets == 0
