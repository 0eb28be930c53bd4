"""Another sign-in service as a real HTTPS server on loopback, with the mistakes and the malice that a test asks for."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import secrets
import threading
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from lienlac.people.oidc.provider import Provider
from tests.notices.scene import certificate, serving_tls


@cache
def _key(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


class Service:
    """One service: issues codes to whoever asks, and tokens for them. `claims` overrides what a token says."""

    def __init__(self, folder: Path, name: str = "moj") -> None:
        self.name = name
        self.secret = "geheim & mehr"
        self.key = _key(name)
        self.kid = "k1"
        self.subject = "abc-123"
        self.claims: dict[str, Any] = {}
        self.drop: set[str] = set()
        self.metadata: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.calls: list[str] = []
        self.token_answer: tuple[int, dict[str, str], bytes] | None = None
        self.sign: Any = self._sign
        self.time = 0.0
        self.ca_file = folder / f"{name}-ca.pem"
        self.ca_file.write_text(certificate("localhost")[0])
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                service._answer(self, service._get(self.path))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                service._answer(self, service._token(body, self.headers.get("authorization", "")))

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.socket = serving_tls(folder).wrap_socket(self.server.socket, server_side=True)
        self.issuer = f"https://localhost:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)

    def provider(self, **more: Any) -> Provider:
        values: dict[str, Any] = {
            "id": self.name,
            "name_vi": "Cổng của Bộ",
            "name_en": "Ministry",
            "issuer": self.issuer,
            "client_id": f"lienlac-{self.name}",
            "client_secret": self.secret,
            "ca_file": str(self.ca_file),
        }
        return Provider(**{**values, **more})

    def public(self) -> dict[str, Any]:
        return json.loads(RSAAlgorithm.to_jwk(self.key.public_key())) | {"kid": self.kid, "use": "sig", "alg": "RS256"}

    def authorize(self, location: str) -> dict[str, str]:
        """What the person does there: signs in. The parameters that come back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(20)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def _get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        self.calls.append(path)
        if path == "/.well-known/openid-configuration":
            found = {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "authorization_response_iss_parameter_supported": True,
                **self.metadata,
            }
            return 200, {}, json.dumps(found).encode()
        if path == "/keys":
            return 200, {}, json.dumps({"keys": [self.public()]}).encode()
        return 404, {}, b"{}"

    def _token(self, body: str, authorization: str) -> tuple[int, dict[str, str], bytes]:
        self.calls.append("/token")
        if self.token_answer is not None:
            return self.token_answer
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self.codes.pop(sent["code"], None)
        if asked is None:
            return 400, {}, b'{"error":"invalid_grant"}'
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        right = (
            pair == f"lienlac-{self.name}:geheim%20%26%20mehr"
            and base64.urlsafe_b64encode(digest).decode().rstrip("=") == asked["code_challenge"]
            and sent["redirect_uri"] == asked["redirect_uri"]
        )
        if not right:
            return 401, {}, b'{"error":"invalid_client"}'
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": asked["client_id"],
            "nonce": asked["nonce"],
            "iat": int(self.time),
            "exp": int(self.time) + 300,
            "email": "admin@a05.example",
            "email_verified": True,
            "preferred_username": "admin",
            "name": "Lê Văn Nguồn",
            **self.claims,
        }
        told = {name: value for name, value in claims.items() if name not in self.drop}
        return 200, {}, json.dumps({"access_token": "x", "token_type": "Bearer", "id_token": self.sign(told)}).encode()

    def _sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": self.kid})

    def _answer(self, handler: BaseHTTPRequestHandler, found: tuple[int, dict[str, str], bytes]) -> None:
        status, headers, body = found
        handler.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)


def leave(browser: Any, name: str = "moj", onward: str = "/") -> str:
    """Press the button; where the browser is sent."""
    answer = browser.client.get(f"/sign-in/with/{name}?next={onward}", follow_redirects=False)
    assert answer.status_code == 303, said(answer)
    location: str = answer.headers["location"]
    return location


def come_back(browser: Any, name: str = "moj", **answer: str) -> Any:
    """The other service sends the browser back: from another site, so cookies that are Strict stay at home."""
    held = browser.client.cookies
    strict = [(one.name, one.value) for one in held.jar if one.name in ("lienlac-session", "lienlac-visit")]
    for cookie, _ in strict:
        held.delete(cookie)
    page = browser.client.get(f"/sign-in/with/{name}/back", params=answer, follow_redirects=False)
    if not held.get("lienlac-session"):
        for cookie, value in strict:
            held.set(cookie, value, domain="node.test", path="/")
    browser.page = page.text
    return page


def sign_in(browser: Any, service: Service, **other: str) -> Any:
    """The whole way, in one browser."""
    answer = service.authorize(leave(browser, service.name)) | other
    return come_back(browser, service.name, **answer)


def said(page: Any) -> str:
    found = re.search(r'id="problem">(.*?)</div>', page.text, re.DOTALL)
    return html.unescape(found[1]) if found else ""
