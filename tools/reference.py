"""Writes docs/reference from the code: settings, commands, messages, error codes, limits, lifecycle.

Run by `./dev docs`; with --check nothing is written, and it fails where a page says something else than the code.
tests/test_docs.py holds the same. What the code cannot say (the sentence about a setting) stands here; a setting
without one is an error.
"""

from __future__ import annotations

import argparse
import ast
import dataclasses
import inspect
import itertools
import json
import re
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from lienlac import assembly, errors, settings, vocabulary
from lienlac.assembly import doors
from lienlac.clock import SystemClock
from lienlac.delegations.shape import DELEGATION_KINDS
from lienlac.duty.kinds import DUTY_KINDS
from lienlac.emergencies.kinds import EMERGENCY_KINDS
from lienlac.flash.kinds import FLASH_KINDS
from lienlac.hotline import lifecycle
from lienlac.hotline.kinds import HOTLINE_KINDS, REQUEST_KINDS, grounds_of
from lienlac.hotline.kinds.field import Shape
from lienlac.hotline.kinds.shared import COMMON, HEADER
from lienlac.ids import SystemChance
from lienlac.installation import WEB_SECRET_FILE
from lienlac.intelligence.sharing.kinds import INTELLIGENCE_KINDS
from lienlac.keys.card import make_card
from lienlac.keys.suite import NodeKeys
from lienlac.lessons.shape import LESSON_KINDS
from lienlac.methods.kinds import METHOD_KINDS
from lienlac.programmes.kinds import PROGRAMME_KINDS
from lienlac.stix import extension
from lienlac.storage.database import Database
from lienlac.ui.interface import document
from lienlac.wire.kinds import CONTROL_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from litestar import Litestar

    from lienlac.hotline.kinds.field import Field
    from lienlac.wire.kinds import Kind

SLICE_KINDS = (*HOTLINE_KINDS, *DUTY_KINDS, *EMERGENCY_KINDS, *FLASH_KINDS, *INTELLIGENCE_KINDS)
PROJECT = Path(__file__).resolve().parents[1]
REFERENCE = PROJECT / "docs" / "reference"
MADE = "<!-- Made by ./dev docs from the code; do not edit here. -->\n\n"

SETTINGS = {
    "folder": "The node's folder: `node.toml`, the key file and, by default, the database. Given on the command line.",
    "node_id": "The node's id, given once by `lienlac init` (protocol clause 1.1).",
    "name_vi": "The authority's name in Vietnamese, on the node card.",
    "name_en": "The authority's name in English, on the node card.",
    "country": "ISO 3166 code of the authority's country.",
    "database_url": "`sqlite:///path` or `postgresql+psycopg://user@host/name`. Empty: a SQLite file in the folder.",
    "people_host": "Address on which officers' browsers are served.",
    "people_port": "Port of the same.",
    "people_url": "The address that officers type, where it differs (behind a proxy). Empty: made of host and port.",
    "certificates_host": "Address on which programs with a certificate are served (TAXII over mutual TLS).",
    "certificates_port": "Port of the same. 0: there is no such door. It needs `--tls-certificate` and `--tls-key`.",
    "certificates_url": "The address that they call, where it differs; `https://`. Empty: made of host and port.",
    "peers_host": "Address on which peers' nodes are served, over mutual TLS.",
    "peers_port": "Port of the same.",
    "peers_url": "The address on the node card. Empty: made of host and port.",
    "language": "Language of what the node says without being asked by a person: `vi` or `en`.",
    "time_zone": "Time zone for the same.",
    "attachments_folder": "Where attached files are kept, sealed. Empty: `attachments` in its folder. Back it up.",
    "attachments_gb": "What attached files may take together, in GB (10^9 bytes).",
    "attachments_per_peer_gb": "What files from one peer may take, in GB; what does not fit waits.",
    "attachments_free_gb": "What stays free on that disk for everything else, in GB.",
    "scan_command": "A program that looks into every file, such as `clamdscan --no-summary -`: it gets the content on "
    "its standard input; any exit code but 0 puts the file under lock. Empty: none.",
    "drill": "Everything on this node is a drill: screens and messages say so.",
    "smtp_host": "The mail server that takes notices. Empty: no e-mail is sent, and e-mail channels are seen to fail.",
    "smtp_port": "Its port.",
    "smtp_security": "`starttls` (demanded, never only tried), `tls` from the start, or `none` (in the clear).",
    "smtp_user": "The user name with which this node signs in there. Empty: it does not sign in.",
    "smtp_password_file": "The file that holds the password. Empty: the credential `lienlac-smtp-password`.",
    "smtp_sender": "The address that notices come from.",
    "notice_ca_file": "Certificates (PEM) that prove the mail server and webhooks, besides the machine's own.",
    "webhook_hosts": "Origins in our own network that webhooks may call: `hooks.intranet http://10.1.2.3:8080`. "
    "Only an origin named with `http://` may be plain HTTP.",
    "apprise_services": "Apprise services that officers may use, by spaces: `tgram signal`. Empty: none.",
    "feed_hosts": "Hosts that feeds may call, and no other: `taxii.example misp.intranet=10.1.2.0/24`. Without a "
    "network a host must lie in the open network, with one in that network. Plain HTTP only where it is written so, "
    "with its network: `http://10.1.2.3:8080=10.1.2.3/32`.",
    "feed_ca_file": "Certificates (PEM) that feeds believe besides the machine's own, such as our own network's.",
    "passkey_domain": "The domain that passkeys belong to: the host of `people_url`, or a domain above it. Empty: that "
    "host. Whoever changes it makes every passkey worthless.",
    "oidc_file": "Describes other sign-in services (OIDC; docs/howto/sign-in-services.md). Empty: `oidc.toml` in its "
    "folder, where there is one.",
    "secure_cookies": "Send cookies over HTTPS only. Set it to true wherever the screens are behind TLS.",
}


def settings_page() -> str:
    """Every field of `Settings`."""
    rows = []
    for field in dataclasses.fields(settings.Settings):
        default = "none" if field.default is dataclasses.MISSING else f"`{field.default!r}`".replace("'", '"')
        rows.append((f"`{field.name}`", str(field.type), default, SETTINGS[field.name]))
    return (
        "# Settings\n\nA node's settings stand in `node.toml` in its folder, written by `lienlac init`. Each may be "
        f"overridden in the environment: `{settings.ENVIRONMENT_PREFIX}` and the name in capitals, such as "
        f"`{settings.ENVIRONMENT_PREFIX}PEOPLE_PORT`.\nThe passphrase of the key file is no setting: it comes from a "
        f"prompt, from the file named in `{settings.ENVIRONMENT_PREFIX}PASSPHRASE_FILE`, or from the service manager's "
        f"credential `{settings.PASSPHRASE_CREDENTIAL}`.\nWhat the two sides agreed is no setting either: clocks and "
        "ceilings stand in the agreement.\n\n" + table(("setting", "type", "default", "what it is"), rows)
    )


def errors_page() -> str:
    """Every code with its sentences."""
    opening = (
        "# Error codes\n\n`refused`: somebody outside (peer, client, form) broke a rule. `not-allowed`: our own side "
        "asked for something that rules, rights or the present state forbid. Codes are stable.\n"
    )
    parts = [opening]
    for code, entry in sorted(errors.catalogue().items()):
        parts.append(f"## {code}\n\n*{entry['family']}*\n\n- {entry['en']}\n- {entry['vi']}\n")
    return "\n".join(parts)


def limits_page() -> str:
    """Every bound with its reason, by part."""
    parts: dict[str, list[tuple[str, ...]]] = {}
    for file in sorted((PROJECT / "src" / "lienlac" / "limits").rglob("*.py")):
        _limits_of(file.read_text(encoding="utf-8"), parts)
    tables = [
        f"## {part[0].upper()}{part[1:]}\n\n" + table(("bound", "value", "why"), rows) for part, rows in parts.items()
    ]
    return "# Limits\n\nNothing is unbounded. Units stand in the names.\n\n" + "\n".join(tables)


def _limits_of(source: str, parts: dict[str, list[tuple[str, ...]]]) -> None:
    """The bounds of one file, put under their headings."""
    heading = re.compile(r"^# --- (.+?) -+$", re.MULTILINE)
    starts = [(source.count("\n", 0, found.start()) + 1, found[1]) for found in heading.finditer(source)]
    body = ast.parse(source).body
    for node, after in itertools.pairwise(body):
        if not isinstance(node, ast.AnnAssign) or node.value is None:
            continue
        reason = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else ""
        part = next(name for line, name in reversed(starts) if line < node.lineno)
        value = f"`{source_of(source, node.value)}`"
        parts.setdefault(part, []).append((f"`{ast.unparse(node.target)}`", value, " ".join(str(reason).split())))


def messages_page() -> str:
    """Every kind with its body."""
    kinds = sorted(
        {
            kind.name: kind
            for kind in (
                *CONTROL_KINDS,
                *HOTLINE_KINDS,
                *DUTY_KINDS,
                *EMERGENCY_KINDS,
                *FLASH_KINDS,
                *INTELLIGENCE_KINDS,
                *METHOD_KINDS,
                *PROGRAMME_KINDS,
                *DELEGATION_KINDS,
                *LESSON_KINDS,
            )
        }.values(),
        key=lambda kind: kind.name,
    )
    rows = [
        (
            f"[`{kind.name}`](#{anchor(kind.name)})",
            str(kind.version),
            kind.lane.value,
            role(kind),
            first_line(kind.body),
        )
        for kind in kinds
    ]
    parts = ["# Message kinds\n\nOne row for each kind; its body's fields stand below.\n", table(KIND_HEAD, rows)]
    nested: dict[str, type[Any]] = {}
    parts += [f"## {kind.name}\n\n{paragraph(kind.body)}\n\n{fields_table(kind.body, nested)}" for kind in kinds]
    parts.append("# Types inside bodies\n")
    done: set[str] = set()
    while waiting := sorted(set(nested) - done):
        for name in waiting:
            done.add(name)
            parts.append(f"## {name}\n\n{paragraph(nested[name])}\n\n{fields_table(nested[name], nested)}")
    return "\n".join(parts)


KIND_HEAD = ("kind", "version", "lane", "role", "what it says")


def role(kind: Kind) -> str:
    """Control, opening, follow-up, or a statement that belongs to no request."""
    stands_alone = any(kind is one for one in DUTY_KINDS)
    return "control" if kind.control else "opening" if kind.opening else "statement" if stands_alone else "follow-up"


def fields_table(body: type[Any], nested: dict[str, type[Any]]) -> str:
    """The fields of one struct; structs inside are noted in `nested`."""
    rows = []
    for field in msgspec.structs.fields(body):
        for inner in structs_in(field.type):
            nested.setdefault(inner.__name__, inner)
        needed = "yes" if field.required else f"no, `{plain_default(field)}`"
        rows.append((f"`{field.encode_name}`", type_text(msgspec.inspect.type_info(field.type)), needed))
    return table(("field", "type", "required"), rows)


def structs_in(field_type: Any) -> Iterable[type[Any]]:
    """Every struct type inside an annotation."""
    found: list[type[Any]] = []

    def walk(info: Any) -> None:
        if isinstance(info, msgspec.inspect.StructType):
            found.append(info.cls)
            return
        for part in (getattr(info, name, None) for name in ("type", "item_type", "key_type", "value_type")):
            if isinstance(part, msgspec.inspect.Type):
                walk(part)
        for several in (getattr(info, name, None) for name in ("types", "item_types")):
            for part in several or ():
                walk(part)

    walk(msgspec.inspect.type_info(field_type))
    return found


def type_text(info: Any) -> str:
    """An annotation in words: kind of value and its bounds."""
    kind = type(info).__name__.removesuffix("Type").lower()
    match kind:
        case "metadata":
            return type_text(info.type)
        case "struct":
            return f"[{info.cls.__name__}](#{anchor(info.cls.__name__)})"
        case "enum":
            return "one of " + ", ".join(f"`{member.value}`" for member in info.cls)
        case "union":
            return " or ".join(type_text(part) for part in info.types)
        case "vartuple" | "list":
            return f"list of {type_text(info.item_type)}{bounds(info)}"
        case "tuple":
            return "list of " + ", ".join(type_text(part) for part in info.item_types)
        case "dict":
            return f"object from {type_text(info.key_type)} to {type_text(info.value_type)}"
        case "none":
            return "null"
        case "str":
            return f"text{bounds(info)}"
        case "int":
            return f"whole number{bounds(info)}"
        case "bool":
            return "true or false"
        case "datetime":
            return "instant"
    return kind


def bounds(info: Any) -> str:
    """Length, range and pattern of a value, when there are any."""
    said = []
    if getattr(info, "pattern", None):
        said.append(f"`{info.pattern}`".replace("|", "\\|"))
    low, high = getattr(info, "min_length", None), getattr(info, "max_length", None)
    if high is not None:
        said.append(f"{low or 0} to {high}")
    elif low:
        said.append(f"at least {low}")
    if getattr(info, "ge", None) is not None or getattr(info, "le", None) is not None:
        said.append(f"{info.ge} to {info.le}")
    return f" ({', '.join(said)})" if said else ""


def plain_default(field: Any) -> str:
    """A default as JSON."""
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    return msgspec.json.encode(value).decode()


def request_kinds_page() -> str:
    """Every kind of request as it is declared: what its form and its result hold, and what it needs."""
    head = (
        "# Request kinds\n\nWhat each kind of request needs, asks and answers. Forms are JSON objects as in "
        "[examples](../../examples/README.md); every form also has `kind`, `to`, `urgency`, `purpose`, `legal_basis`, "
        "`legal_basis_text`, `typology`, `marks`, `addressees`, `case_id`, `phone` and the fields of all kinds below. "
        "The last column names the same thing in the forms of the conventions and of ETSI TS 103 120, from memory: "
        "verify it before an export is built.\n"
    )
    parts = [
        head,
        "## Fields of all kinds\n\n" + fields_of_form(COMMON),
        "## Elsewhere\n\n"
        + table(("here", "elsewhere"), [(f"`{name}`", elsewhere(un, etsi)) for name, (un, etsi) in HEADER.items()]),
    ]
    for kind in REQUEST_KINDS:
        word = vocabulary.request_kinds.get(kind.kind)
        facts = [
            ("group", kind.group),
            ("clocks", ", ".join(clock.value for clock in kind.clocks)),
            (
                "decision behind it",
                {"before": "needed", "later": "may follow in time", "nothing": "not needed"}[kind.needs],
            ),
            (
                "goes on from",
                ("must: " if kind.must_follow else "may: ") + ", ".join(kind.follows) if kind.follows else "-",
            ),
            ("purposes", ", ".join(kind.purposes)),
            ("urgencies", ", ".join(kind.urgencies)),
            ("rights looked at before accepting", "yes" if kind.considered else "no"),
            ("lasting outcomes", ", ".join(kind.holds) or "-"),
            ("grounds for return or refusal", ", ".join(grounds_of(kind))),
        ]
        parts.append(
            f"## {kind.name}\n\n{word.en}. {word.note_en}\n\n{table(('what', 'value'), facts)}\n"
            f"Form:\n\n{fields_of_form(tuple(kind.fields))}\nResult:\n\n{fields_of_form(kind.report_fields)}"
        )
    return "\n".join(parts)


def fields_of_form(fields: tuple[Field, ...]) -> str:
    """Declared fields as a table; what stands inside a part or a row follows it."""
    rows = []
    for field, name in itertools.chain.from_iterable(with_inner(one, one.name) for one in fields):
        needed = f"with {', '.join(field.with_outcome)}" if field.with_outcome else "no"
        if not field.with_outcome and field.required and field.standard is None:
            needed = "yes"
        choices = ", ".join(f"`{code}`" for code in field.choices) if len(field.choices) <= CHOICES_SHOWN else "…"
        value = f"{field.shape.value}: {choices}" if choices else field.shape.value
        rows.append((f"`{name}`", value, needed, field.label, elsewhere(field.un, field.etsi)))
    return table(("field", "value", "required", "what it is", "elsewhere"), rows)


def elsewhere(un: str, etsi: str) -> str:
    """The names of the same thing in other forms."""
    return "; ".join(filter(None, (un, f"ETSI {etsi}" if etsi else "")))


CHOICES_SHOWN = 20


def with_inner(field: Field, name: str) -> list[tuple[Field, str]]:
    """A field and what stands inside it, each with its path."""
    star = ".n" if field.shape is Shape.ROWS else ""
    inner = [pair for item in field.inside for pair in with_inner(item, f"{name}{star}.{item.name}")]
    return [(field, name), *inner]


def lifecycle_page() -> str:
    """The hotline's table as a diagram and in words."""
    theory = inspect.cleandoc(lifecycle.__doc__ or "").split("\n\n", 1)[1]
    theory = re.sub(r"^Theory of operation\n-+\n", "", theory)
    rows = [
        (f"`{step.value}`", " or ".join(sorted(side.value for side in lifecycle.WRITES[step])))
        for step in lifecycle.Step
    ]
    return f"# The lifecycle of a request\n\n{theory}\n\n```mermaid\n{lifecycle.diagram()}```\n\n" + table(
        ("step", "written by"), rows
    )


def commands_page() -> str:
    """Every command with its parameters, as the program says it."""
    from lienlac.cli.app import reference  # the command line needs more than the other pages

    return "# Commands\n\n[Tiếng Việt](commands-vi.md)\n\n" + reference("en").replace("### ", "## ")


def commands_page_vi() -> str:
    """The same in Vietnamese."""
    from lienlac.cli.app import reference

    return "# Các lệnh\n\n[English](commands.md)\n\n" + reference("vi").replace("### ", "## ")


# --- form ---------------------------------------------------------------------------------------------------------


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    columns = list(head)
    lines = [columns, ["---"] * len(columns), *[list(row) for row in rows]]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def first_line(body: type[Any]) -> str:
    """The first sentence of a type's docstring."""
    return " ".join(paragraph(body).split()).split(". ")[0].split("; ")[0].rstrip(".")


def paragraph(body: type[Any]) -> str:
    """A type's docstring."""
    return inspect.cleandoc(body.__doc__ or "").strip()


def anchor(title: str) -> str:
    """The anchor that a heading gets."""
    return re.sub(r"[^a-z0-9_-]", "", title.lower())


def source_of(source: str, node: ast.expr) -> str:
    """An expression as it is written."""
    return (ast.get_source_segment(source, node) or ast.unparse(node)).replace("|", "\\|")


def interface_page() -> str:
    """Every call of the interface for programs, as a node describes it to them."""
    with tempfile.TemporaryDirectory() as folder:
        app, database = an_app(Path(folder))
        made = document.make(app, "http://node.example")
        database.close()
    opening = (
        "# Interface for programs\n\nEvery call, made from the same declarations as the OpenAPI 3.1 document that a "
        f"node serves at `{document.OWN}` and as the page `/interface`. What calls mean, and how keys, lists and "
        "mistakes work: [requests over HTTP](requests-api.md), [duty over HTTP](duty-api.md). In Python: "
        "`lienlac.client`.\n"
    )
    parts = [opening]
    for tag in made["tags"]:
        rows = [
            (f"`{method.upper()} {path}`", one["summary"], body_of(one), answer_of(one), f"`{one['x-right']}`",
             one["security"][0]["token"][0])
            for path, methods in made["paths"].items()
            for method, one in methods.items()
            if tag["name"] in one["tags"]
        ]  # fmt: skip
        parts.append(f"## {tag['description']}\n\n" + table(CALL_HEAD, rows))
    parts.append("## Fields of what is sent\n")
    for name, schema in made["components"]["schemas"].items():
        if schema.get("additionalProperties") is False and "Form" not in name and schema.get("properties"):
            fields = [
                (f"`{field}`", "yes" if field in schema.get("required", ()) else "", one.get("description", ""))
                for field, one in schema["properties"].items()
            ]
            said = " ".join(schema.get("description", "").split())
            parts.append(f"### {name}\n\n{said}\n\n" + table(("field", "required", "what it is"), fields))
    return "\n".join(parts)


def an_app(folder: Path) -> tuple[Litestar, Database]:
    """The people's application of a node that was never started."""
    zero = datetime(2026, 1, 1, tzinfo=UTC)
    made = settings.Settings(folder=folder, node_id="vn-doc", name_vi="Nút", name_en="Node", country="VN")
    (folder / WEB_SECRET_FILE).write_bytes(b"w" * 32)
    keys = NodeKeys.generate("vn-doc", zero)
    card = make_card(
        keys, node_id="vn-doc", name_vi="Nút", name_en="Node", country="VN", url="https://node.example",
        created_at=zero,
    )  # fmt: skip
    database = Database.open(f"sqlite:///{folder}/node.db")
    node = assembly.build_node(made, database, keys, card.decode(), clock=SystemClock(), chance=SystemChance())
    return doors.people_app(node), database


def body_of(operation: dict[str, Any]) -> str:
    """What is sent: the type of the body, or the fields of the query."""
    content = operation.get("requestBody", {}).get("content", {})
    if "application/octet-stream" in content:
        return "the file"
    if content:
        return f"`{content['application/json']['schema']['$ref'].rpartition('/')[2]}`"
    asked = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]
    return " ".join(f"`{name}`" for name in asked)


def answer_of(operation: dict[str, Any]) -> str:
    """What comes back."""
    good = next(answer for code, answer in operation["responses"].items() if code.startswith("2"))
    (media, one), *_ = good["content"].items()
    return f"`{one['schema']['$ref'].rpartition('/')[2]}`" if "$ref" in one["schema"] else media


def stix_extension_page() -> str:
    """Our types of STIX observables, from their schema, their examples and their way to MISP."""
    parts = [
        "# STIX extension: money, telephones, messaging, apps\n",
        f"`{extension.EXTENSION_ID}`, version {extension.VERSION}, `new-sco`.\n\n{extension.INTENT}\n",
    ]
    definitions = extension.schema()["$defs"]
    for kind, said in extension.kinds().items():
        rows = []
        for name, form in definitions[kind]["properties"].items():
            whole = form | definitions.get(form.get("$ref", "").rpartition("/")[2], {})
            shape = whole.get("pattern") or ", ".join(whole.get("enum", ())) or whole["type"]
            marks = "id" if name in said.id else ""
            rows.append((f"`{name}`", f"`{shape}`".replace("|", "\\|"), marks, said.members.get(name, "")))
        example = json.dumps(extension.examples()[kind], indent=2, ensure_ascii=False)
        parts.append(f"## {kind}\n\n{definitions[kind]['description']} MISP object: `{said.misp}`.\n")
        parts.append(table(("member", "form", "part of", "MISP relation"), rows))
        parts.append(f"```json\n{example}\n```\n")
    parts.append(
        f"## The definition\n\n```json\n{json.dumps(extension.definition() | {'schema': '…'}, indent=2)}\n```\n"
    )
    return "\n".join(parts)


CALL_HEAD = ("call", "what it does", "sent", "answer", "right", "token")

PAGES: dict[str, Callable[[], str]] = {
    "settings": settings_page,
    "errors": errors_page,
    "limits": limits_page,
    "messages": messages_page,
    "lifecycle": lifecycle_page,
    "request-kinds": request_kinds_page,
    "interface": interface_page,
    "stix-extension": stix_extension_page,
    "commands": commands_page,
    "commands-vi": commands_page_vi,
}


def render(name: str) -> str:
    """One page as it should be."""
    return MADE + PAGES[name]().rstrip() + "\n"


def main() -> int:
    """Write the pages, or check them."""
    parser = argparse.ArgumentParser(prog="./dev docs", description="Write docs/reference from the code.")
    parser.add_argument("--check", action="store_true", help="change nothing; fail when a page is out of date")
    check = parser.parse_args().check
    stale = []
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name in PAGES:
        path, text = REFERENCE / f"{name}.md", render(name)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.relative_to(PROJECT))
            if not check:
                path.write_text(text, encoding="utf-8")
    for path in stale:
        print(f"{path} is out of date: run ./dev docs" if check else f"{path} written")
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.exit(main())
