"""Whether the files we took from others are still the ones we took. `python -m lienlac.ui.vendor --check`.

`static/vendor/VENDOR.json` names each package with version, licence, the registry's digest of the whole package, and
the digest of every file. A file that is changed, missing or unlisted is a finding.
"""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


class Package(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One package that files were taken from. Digests are in subresource-integrity form."""

    package: str
    version: str
    licence: str
    integrity: str
    files: dict[str, str]


def folder() -> Traversable:
    """Where the files are."""
    return resources.files("lienlac.ui").joinpath("static", "vendor")


def integrity(data: bytes) -> str:
    """`sha512-…` of some bytes."""
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


def check(where: Traversable) -> list[str]:
    """One sentence for each finding; empty when all is well."""
    packages = msgspec.json.decode(where.joinpath("VENDOR.json").read_bytes(), type=list[Package])
    listed = {name: digest for package in packages for name, digest in package.files.items()}
    present = {f"{part.name}/{file.name}": file for part in where.iterdir() if part.is_dir() for file in part.iterdir()}
    findings = [f"{name} is missing" for name in sorted(listed.keys() - present.keys())]
    findings += [f"{name} is not listed" for name in sorted(present.keys() - listed.keys())]
    for name in sorted(listed.keys() & present.keys()):
        if integrity(present[name].read_bytes()) != listed[name]:
            findings.append(f"{name} has changed")
    return findings
