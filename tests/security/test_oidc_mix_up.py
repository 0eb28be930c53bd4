"""Attack: come in with another service's answer: mixed up, injected, replayed, forged, expired, or for somebody else."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.people import accounts
from lienlac.people.officer import Role
from lienlac.people.oidc import desk as oidc
from lienlac.people.oidc import provider as providers
from tests.people.keyring import add_passkey, device, signed_in
from tests.people.sso import Service, come_back, leave, said, sign_in


@pytest.fixture
def services(tmp_path, node):
    made = [Service(tmp_path, "moj"), Service(tmp_path, "evil")]
    for one in made:
        one.time = node.clock.now().timestamp()
    node.providers = [one.provider() for one in made]
    yield made
    for one in made:
        one.stop()


@pytest.fixture
def moj(services):
    return services[0]


@pytest.fixture
def linked(node, moj):
    link(node, moj, "admin")
    return moj


def link(node, service, login):
    officer = node.people[login].officer
    node.database.write(
        lambda connection: oidc.add_link(
            connection,
            officer,
            issuer=service.issuer,
            subject=service.subject,
            now=node.clock.now(),
            chance=node.chance,
        )
    )


def who(browser):
    page = browser.get("/account")
    return page.text.split("<dd>")[1].split("<")[0] if page.status_code == 200 else None


def in_or_not(node, service, **other):
    browser = node.browser()
    page = sign_in(browser, service, **other)
    return page, who(browser)


def test_a_prepared_identity_comes_in_and_goes_where_it_wanted(node, linked):
    browser = node.browser()
    answer = linked.authorize(leave(browser, onward="/users"))
    page = come_back(browser, **answer)
    assert 'content="0;url=/users"' in page.text
    assert who(browser) == "admin"
    assert browser.get("/users").status_code == 200
    assert "?code" not in browser.get("/account").text


def test_it_is_no_proof_for_what_binds(node, linked):
    first = signed_in(node, "admin")
    assert add_passkey(first, device()).status_code == 303
    browser = node.browser()
    sign_in(browser, linked)
    browser.get("/account")
    assert browser.post("/account/tokens", {"label": "x", "scope": "read", "days": "3"}).status_code == 403


# --- who ----------------------------------------------------------------------------------------------------------


def test_an_address_or_a_name_links_nobody(node, moj):
    moj.claims = {"email": "admin@a05.example", "preferred_username": "admin", "name": "Nguyễn Thị Admin"}
    page, officer = in_or_not(node, moj)
    assert (page.status_code, officer) == (409, None)
    assert "linked to no account" in said(page)


def test_the_same_subject_at_another_service_is_somebody_else(node, services, linked):
    evil = services[1]
    evil.subject = linked.subject
    assert in_or_not(node, evil)[1] is None


def test_a_closed_account_stays_closed(node, linked):
    node.add("boss", Role.ADMINISTRATOR)
    browser = signed_in(node, "boss")
    browser.post(f"/users/{node.people['admin'].officer.id}/close", {"sure": "yes"})
    assert in_or_not(node, linked)[1] is None


# --- mix-up and injection -----------------------------------------------------------------------------------------


def test_mix_up_the_answer_of_one_service_at_the_address_of_another(node, services, linked):
    evil = services[1]
    browser = node.browser()
    answer = linked.authorize(leave(browser, "evil"))
    page = come_back(browser, "evil", **answer)
    assert page.status_code == 422
    assert "another service" in said(page)
    assert "/token" not in evil.calls, "the honest service's code was given to nobody"
    assert who(browser) is None


@pytest.mark.parametrize("iss", ["https://evil.test", "", "{issuer}/", "{issuer}x"])
def test_mix_up_an_issuer_that_is_not_exactly_ours(node, linked, iss):
    assert in_or_not(node, linked, iss=iss.format(issuer=linked.issuer))[1] is None


def test_mix_up_an_answer_without_an_issuer_from_a_service_that_always_says_it(node, linked):
    browser = node.browser()
    answer = linked.authorize(leave(browser))
    del answer["iss"]
    assert come_back(browser, **answer).status_code == 422
    assert who(browser) is None


def test_mix_up_a_flow_begun_with_one_service_ended_at_another(node, services, linked):
    browser = node.browser()
    location = leave(browser, "moj")
    answer = services[1].authorize(location) | {"iss": services[1].issuer}
    assert come_back(browser, "evil", **answer).status_code == 422


def test_code_injection_the_victims_code_in_the_thiefs_flow(node, linked):
    """PKCE and nonce: a code that was made for another flow buys nothing."""
    victim, thief = node.browser(), node.browser()
    stolen = linked.authorize(leave(victim))["code"]
    own = linked.authorize(leave(thief))
    page = come_back(thief, code=stolen, state=own["state"], iss=linked.issuer)
    assert page.status_code == 409
    assert who(thief) is None


def test_login_csrf_the_thiefs_answer_in_the_victims_browser(node, linked):
    thief, victim = node.browser(), node.browser()
    answer = linked.authorize(leave(thief))
    assert come_back(victim, **answer).status_code == 422
    leave(victim)
    assert come_back(victim, **answer).status_code == 422
    assert who(victim) is None


@pytest.mark.parametrize("state", ["", "x", "{state}x", "A" * 43])
def test_a_state_that_is_not_ours(node, linked, state):
    browser = node.browser()
    answer = linked.authorize(leave(browser))
    page = come_back(browser, **answer | {"state": state.format(state=answer["state"])})
    assert page.status_code == 422
    assert "/token" not in linked.calls


def test_the_same_answer_a_second_time(node, linked):
    browser = node.browser()
    location = leave(browser)
    kept = browser.client.cookies.get("lienlac-elsewhere")
    answer = linked.authorize(location)
    assert come_back(browser, **answer).status_code == 200
    thief = node.browser()
    thief.client.cookies.set("lienlac-elsewhere", kept)
    again = linked.authorize(location) | {"state": answer["state"]}
    assert come_back(thief, **again).status_code == 422
    assert who(thief) is None


def test_an_answer_that_took_too_long(node, linked):
    browser = node.browser()
    answer = linked.authorize(leave(browser))
    node.clock.turn(minutes=15)
    linked.time = node.clock.now().timestamp()
    assert come_back(browser, **answer).status_code == 422


def test_a_service_that_says_no(node, linked):
    browser = node.browser()
    state = linked.authorize(leave(browser))["state"]
    page = come_back(
        browser, error="access_denied", error_description="<script>alert(1)</script>", state=state, iss=linked.issuer
    )
    assert page.status_code == 409
    assert "<script>alert" not in page.text


# --- the token ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.test"},
        {"iss": ""},
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": []},
        {"aud": ["lienlac-moj", "another-client"]},
        {"aud": ["lienlac-moj", "another-client"], "azp": "another-client"},
        {"azp": "another-client"},
        {"nonce": "another"},
        {"nonce": ""},
        {"nonce": 5},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"exp": "soon"},
        {"exp": True},
    ],
    ids=str,
)
def test_a_token_with_a_wrong_claim(node, linked, claims):
    linked.claims = claims
    page, officer = in_or_not(node, linked)
    assert officer is None
    assert page.status_code == 422


@pytest.mark.parametrize("name", ["iss", "sub", "aud", "exp", "iat", "nonce"])
def test_a_token_that_keeps_a_claim_back(node, linked, name):
    linked.drop = {name}
    assert in_or_not(node, linked)[1] is None


@pytest.mark.parametrize(
    ("claims", "comes_in"),
    [
        ({"exp": -119}, True),
        ({"exp": -120}, False),
        ({"iat": 119}, True),
        ({"iat": 121}, False),
        ({"iat": -719}, True),
        ({"iat": -721}, False),
        ({"nbf": 121}, False),
    ],
    ids=str,
)
def test_times_count_with_two_minutes_of_skew_and_no_more(node, linked, claims, comes_in):
    linked.claims = {name: int(linked.time) + off for name, off in claims.items()}
    assert (in_or_not(node, linked)[1] is not None) == comes_in


def test_two_audiences_with_us_as_the_party(node, linked):
    linked.claims = {"aud": ["lienlac-moj", "another-client"], "azp": "lienlac-moj"}
    assert in_or_not(node, linked)[1] == "admin"


def encoded(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_alg_none(node, linked):
    for alg in ("none", "None", "NONE"):
        linked.sign = lambda claims, alg=alg: f"{encoded({'alg': alg, 'kid': 'k1'})}.{encoded(claims)}."
        assert in_or_not(node, linked)[1] is None


def test_hs256_with_the_public_key_as_the_secret(node, linked):
    import hashlib
    import hmac

    pem = linked.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )

    def forge(claims, secret):
        head = f"{encoded({'alg': 'HS256', 'kid': 'k1'})}.{encoded(claims)}"
        mac = hmac.new(secret, head.encode(), hashlib.sha256).digest()
        return f"{head}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"

    for secret in (pem, pem.strip(), linked.public()["n"].encode(), linked.secret.encode()):
        linked.sign = lambda claims, secret=secret: forge(claims, secret)
        assert in_or_not(node, linked)[1] is None


@pytest.mark.parametrize("headers", [{"kid": "k1"}, {"kid": "other"}, {}, {"kid": "k1", "crit": ["exp"]}], ids=str)
def test_another_key(node, linked, headers):
    wrong = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    linked.sign = lambda claims: jwt.encode(claims, wrong, algorithm="RS256", headers=headers)
    assert in_or_not(node, linked)[1] is None


def test_a_key_that_comes_with_the_token_is_not_looked_at(node, linked):
    wrong = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    numbers = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(wrong.public_key()))
    for header in ({"jwk": numbers, "kid": "k9"}, {"jku": "https://evil.test/keys", "kid": "k9"}):
        linked.sign = lambda claims, header=header: jwt.encode(claims, wrong, algorithm="RS256", headers=header)
        assert in_or_not(node, linked)[1] is None


@pytest.mark.parametrize("text", ["", "x", "a.b", "a.b.c", "é.é.é", "." * 300_000], ids=lambda text: text[:8])
def test_what_is_no_token(node, linked, text):
    linked.sign = lambda _claims: text
    assert in_or_not(node, linked)[1] is None


def test_a_new_key_is_fetched_once_and_made_up_names_cost_no_calls(node, linked):
    app = node.browser()
    assert sign_in(app, linked).status_code == 200
    linked.key, linked.kid = rsa.generate_private_key(public_exponent=65_537, key_size=2_048), "k2"
    first = linked.calls.count("/keys")
    for _ in range(3):
        sign_in(app, linked)
    assert linked.calls.count("/keys") == first, "not again within five minutes"
    node.clock.turn(minutes=5)
    linked.time = node.clock.now().timestamp()
    assert sign_in(app, linked).status_code == 200
    assert linked.calls.count("/keys") == first + 1
    assert linked.calls.count("/.well-known/openid-configuration") == 1


# --- calls --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize(
    "url",
    [
        "http://{host}/x",
        "https://evil.test/x",
        "https://{host}.evil.test/x",
        "https://{host}@evil.test/x",
        "https://169.254.169.254/latest",
        "https://127.0.0.1:1/x",
        "file:///etc/passwd",
        "//evil.test/x",
        "https:\\\\{host}\\x",
        7,
        None,
    ],
    ids=str,
)
def test_ssrf_endpoints_that_the_settings_do_not_allow(node, linked, name, url):
    host = linked.issuer.removeprefix("https://")
    linked.metadata = {name: url.format(host=host) if isinstance(url, str) else url}
    page = node.browser().client.get("/sign-in/with/moj", follow_redirects=False)
    assert page.status_code == 409
    assert "location" not in page.headers


def test_ssrf_a_redirect_is_not_followed(node, services, linked):
    linked.token_answer = (307, {"Location": f"{services[1].issuer}/token"}, b"")
    assert in_or_not(node, linked)[1] is None
    assert "/token" not in services[1].calls


def test_an_answer_without_end_is_cut_off(node, linked):
    linked.token_answer = (200, {}, b'{"id_token":"' + b"a" * 400_000 + b'"}')
    page, officer = in_or_not(node, linked)
    assert (page.status_code, officer) == (409, None)


def test_a_service_that_says_it_is_another(node, linked):
    linked.metadata = {"issuer": "https://evil.test"}
    assert node.browser().client.get("/sign-in/with/moj", follow_redirects=False).status_code == 409


def test_a_certificate_that_the_settings_do_not_trust(node, linked, tmp_path):
    node.providers = [linked.provider(ca_file="")]
    assert node.browser().client.get("/sign-in/with/moj", follow_redirects=False).status_code == 409


def test_a_service_that_nobody_described(node, services):
    assert node.browser().client.get("/sign-in/with/unknown", follow_redirects=False).status_code == 404


def test_strangers_who_flood_the_way_back_are_told_to_wait_and_a_known_browser_is_not(node, linked):
    known = node.browser()
    assert sign_in(known, linked).status_code == 200
    stranger = node.browser()
    linked.subject = "nobody"
    statuses = [sign_in(stranger, linked).status_code for _ in range(7)]
    assert statuses == [409] * 5 + [429] * 2
    linked.subject = "abc-123"
    assert sign_in(known, linked).status_code == 200


# --- roles --------------------------------------------------------------------------------------------------------

MAPPING = {
    "chief": frozenset({Role.SUPERVISOR}),
    "desk": frozenset({Role.DUTY_OFFICER}),
    "root": frozenset({Role.ADMINISTRATOR}),
}


def roles_of(node, login):
    with node.database.read() as connection:
        return accounts.by_login(connection, login).roles


@pytest.fixture
def mapped(node, moj):
    node.providers = [moj.provider(roles=MAPPING)]
    node.add("linh", Role.ANALYST)
    link(node, moj, "linh")
    return moj


def test_claims_give_what_the_settings_say_and_nothing_else(node, mapped):
    mapped.claims = {
        "groups": ["desk", "unknown", "administrator"],
        "roles": ["root"],
        "realm_access": {"roles": ["root"]},
    }
    assert in_or_not(node, mapped)[1] == "linh"
    assert roles_of(node, "linh") == {Role.ANALYST, Role.DUTY_OFFICER}


def test_a_claim_that_went_away_takes_its_role_and_ends_what_was_open(node, mapped):
    mapped.claims = {"groups": ["desk", "chief"]}
    browser = node.browser()
    sign_in(browser, mapped)
    mapped.claims = {"groups": ["desk"]}
    assert in_or_not(node, mapped)[1] == "linh"
    assert roles_of(node, "linh") == {Role.ANALYST, Role.DUTY_OFFICER}
    assert browser.get("/account").status_code == 303, "the session with the old roles is over"


def test_the_last_role_taken_closes_the_door(node, moj):
    node.providers = [moj.provider(roles=MAPPING)]
    node.add("linh", Role.DUTY_OFFICER)
    link(node, moj, "linh")
    page, officer = in_or_not(node, moj)
    assert (page.status_code, officer) == (409, None)
    assert roles_of(node, "linh") == frozenset()
    assert node.browser().sign_in("linh").headers.get("location") != "/users"


def test_two_roles_that_cannot_be_joined_are_not_given(node, mapped):
    mapped.claims = {"groups": ["desk", "root"]}
    assert in_or_not(node, mapped)[1] is None
    assert Role.ADMINISTRATOR not in roles_of(node, "linh")


def test_the_last_administrator_is_not_taken_away_by_a_claim(node, moj):
    node.providers = [moj.provider(roles=MAPPING)]
    link(node, moj, "admin")
    assert in_or_not(node, moj)[1] is None
    assert roles_of(node, "admin") == {Role.ADMINISTRATOR}


def test_nobody_is_provided_for_unless_the_settings_say_so_and_a_role_is_given(node, moj):
    for provider, groups in (
        (moj.provider(roles=MAPPING), ["desk"]),
        (moj.provider(roles=MAPPING, provision=True, unit="Cục A05"), ["unknown"]),
    ):
        node.providers, moj.claims = [provider], {"groups": groups}
        assert in_or_not(node, moj)[1] is None
    node.providers, moj.claims = [moj.provider(roles=MAPPING, provision=True, unit="Cục A05")], {"groups": ["desk"]}
    login = providers.login_of(node.providers[0], moj.subject)
    assert in_or_not(node, moj)[1] == login
    assert roles_of(node, login) == {Role.DUTY_OFFICER}
    # and such an account has no password that somebody could guess
    assert node.browser().sign_in(login, password="", code="000000").status_code == 401


# --- linking ------------------------------------------------------------------------------------------------------


def test_an_officer_links_an_identity_themselves_and_only_with_a_fresh_proof(node, moj):
    browser = signed_in(node, "duty")
    assert browser.post("/account/links/with/moj").status_code == 200
    page = come_back(browser, **moj.authorize(leave(browser)))
    assert 'url=/account/security"' in page.text
    assert in_or_not(node, moj)[1] == "duty"
    node.clock.turn(minutes=11)
    browser.get("/account")
    assert browser.post("/account/links/with/moj").status_code == 403


def test_an_identity_that_belongs_to_somebody_is_not_linked_again(node, linked):
    browser = signed_in(node, "duty")
    browser.post("/account/links/with/moj")
    assert come_back(browser, **linked.authorize(leave(browser))).status_code == 409
    assert in_or_not(node, linked)[1] == "admin"


def test_a_link_whose_session_ended_meanwhile_is_not_made(node, moj):
    browser = signed_in(node, "duty")
    browser.post("/account/links/with/moj")
    answer = moj.authorize(leave(browser))
    node.database.write(lambda connection: accounts.change(connection, closed(node)))
    assert come_back(browser, **answer).status_code in (401, 303, 409)
    assert in_or_not(node, moj)[1] is None


def closed(node):
    import dataclasses

    return dataclasses.replace(node.people["duty"].officer, active=False)


def test_an_invitation_links_once_and_only_in_time(node, moj):
    officer = node.people["duty"].officer
    invite = lambda connection: oidc.invite(connection, officer, now=node.clock.now(), chance=node.chance)  # noqa: E731
    code = node.database.write(invite)
    node.clock.turn(hours=73)
    moj.time = node.clock.now().timestamp()
    assert invited(node, moj, code)[1] is None
    code = node.database.write(invite)
    assert invited(node, moj, code)[1] == "duty"
    moj.subject = "somebody-else"
    assert invited(node, moj, code)[1] is None


def invited(node, moj, code):
    browser = node.browser()
    browser.get("/sign-in")
    page = browser.post("/sign-in/invited", {"invitation": code, "provider": "moj"})
    assert page.status_code == 200, page.text[:500]
    return come_back(browser, **moj.authorize(leave(browser))), who(browser)


@pytest.mark.parametrize("typed", ["", "x", "aaaaa-aaaaa", "aaaaa-aaaaa-aaaa1"])
def test_what_is_no_invitation(node, services, typed):
    browser = node.browser()
    browser.get("/sign-in")
    assert browser.post("/sign-in/invited", {"invitation": typed, "provider": "moj"}).status_code == 422


def test_another_officers_link_cannot_be_removed(node, linked):
    from lienlac.people.oidc import store as links

    with node.database.read() as connection:
        (found,) = links.links_of(connection, node.people["admin"].officer.id)
    browser = signed_in(node, "duty")
    assert browser.post(f"/account/links/{found.id}/remove").status_code == 404
    assert in_or_not(node, linked)[1] == "admin"


# --- the file -----------------------------------------------------------------------------------------------------

GOOD = """
[[provider]]
id = "moj"
name_vi = "Cổng"
name_en = "Gate"
issuer = "https://sso.example.vn/realms/a05"
client_id = "lienlac"
roles = { desk = ["duty-officer"] }
"""


def test_the_file_is_read():
    (found,) = providers.read(GOOD)
    assert found.roles == {"desk": frozenset({Role.DUTY_OFFICER})}
    assert found.allows("https://sso.example.vn/x")
    assert providers.read("") == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("https://sso", "http://sso"),
        ("https://sso", "https://user@sso"),
        ("realms/a05", "realms/a05?x=1"),
        ('"moj"', '"Moj"'),
        ('"moj"', '"a/b"'),
        ('"lienlac"', '""'),
        ('"duty-officer"', '"king"'),
        ("client_id", "clientid"),
        ("[[provider]]", "[provider]"),
        ("[[provider]]", "[[providers]]"),
        ('id = "moj"', 'id = "moj"\nprovision = true'),
        ('id = "moj"', 'id = "moj"\nprovision = "yes"'),
        ('id = "moj"', 'id = "moj"\nscopes = "profile"'),
        ('id = "moj"', 'id = "moj"\nhosts = "https://x"'),
        ("", "["),
    ],
)
def test_a_file_that_would_do_odd_things_is_refused(old, new):
    with pytest.raises((NotAllowed, Refused)) as caught:
        providers.read(GOOD.replace(old, new) if old else new)
    assert caught.value.code == "oidc-settings"


def test_two_services_with_one_name_or_one_issuer_are_refused():
    for text in (GOOD + GOOD, GOOD + GOOD.replace('"moj"', '"other"')):
        with pytest.raises(LienlacError):
            providers.read(text)


def test_a_flow_lasts_a_quarter_of_an_hour():
    from lienlac.people.oidc import flow

    assert timedelta(minutes=15) == flow._LASTS
