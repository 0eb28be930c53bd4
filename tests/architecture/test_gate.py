"""One gate: who reads or writes what a node holds has asked `people.rights`, and lists are cut by a scope inside SQL.

These tests read the source; `tests/security/test_no_door_without_the_gate.py` shuts the gate and tries every door. Each
exception stands here with its reason, and the lists must be exactly true.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lienlac.cli.app import GROUPS, ROOT, every_command
from tests.architecture.house import Module, inside, listed, modules

GATE = frozenset({"require", "may", "shows", "scope_of", "in_scope"})
"""Calls by which a function asks the gate; it may also call another function of its file that does."""
HANDED_IN = frozenset({"_find"})
"""Calls of what was handed in to ask the gate: `hotline.desk.Hotline.find`."""

OWN_WORK = {
    "hotline.inbox.store.put_line": "the line is written for every message, whoever may see it",
    "hotline.inbox.store.set_restricted": "the need-to-know itself, written by records.access.desk behind the gate",
    "hotline.inbox.store.watched_us": "the watch's own memory",
    "hotline.inbox.store.look_again": "the watch's own memory",
    "hotline.inbox.store.to_watch": "time passes for every request",
    "hotline.inbox.store.next_watch": "time passes for every request",
    "emergencies.store.lines.put": "the line is written for every message, whoever may see it",
    "emergencies.store.lines.any_handed": "whether to ask each officer for themselves: nobody is told it",
    "emergencies.store.lines.watched_us": "the watch's own memory",
    "emergencies.store.lines.look_again": "the watch's own memory",
    "emergencies.store.lines.to_watch": "time passes for every channel",
    "emergencies.store.lines.open_with": "a bound on each side, whoever may see what it opened",
    "emergencies.store.lines.stamps": "duty's alarms look at every channel",
    "intelligence.store.collections.newest_us": "no instant is given out twice, whoever may know of what got it",
    "intelligence.store.collections.named": "for the node's own work: a feed, a peer's objects",
    "intelligence.store.collections.taken": "a title is taken whoever may know of it: it must be one's own",
    "intelligence.store.collections.full": "a bound on all of them",
    "intelligence.store.collections.insert": "made behind the gate by intelligence.desk",
    "intelligence.store.collections.change": "found behind the gate by intelligence.desk",
    "intelligence.store.collections.close": "found behind the gate by intelligence.desk",
    "intelligence.store.collections.count": "counts what was stored, whoever may see it",
    "intelligence.store.collections.numbered": "for the node's own work, and for what was found behind the gate",
    "methods.store.records.get": "the desk asks `visible` first; messages are taken whoever may see the record",
    "methods.store.records.add_version": "written behind the gate by methods.desk, or taken from its author",
    "methods.store.records.revoke": "found behind the gate by methods.desk, or taken from its author",
    "methods.store.records.count_of": "a bound on each partner, whoever may see what it shared",
    "methods.store.records.put_sent": "what became of a message, whoever may see its record",
    "methods.store.records.sent_message": "what became of a message, whoever may see its record",
    "methods.store.records.sent_of": "the desk has found the record behind the gate",
    "flash.store.lines.put": "the line is written for every message, whoever may see it",
    "flash.store.lines.look_again": "the watch's own memory",
    "flash.store.lines.to_watch": "time passes for every warning",
    "flash.store.lines.standing_with": "a bound on each side, whoever may see what it sent",
    "flash.store.lines.stamps": "duty's alarms look at every warning",
}
"""Functions of a list's SQL that no officer asks, and why."""
LISTS = (
    "hotline.inbox.store",
    "emergencies.store.lines",
    "intelligence.store.collections",
    "flash.store.lines",
    "methods.store.records",
)
"""Files whose SQL answers officers."""

DESK_WITHOUT_THE_GATE = {
    "exchange.attachments.desk.AttachmentDesk.put": "ends an upload that `begin` has let in",
    "exchange.attachments.desk.AttachmentDesk.sent": "part of a message whose sender the slice's desk has let in",
    "hotline.proposals.desk.SecondOfficers.propose": "keeps a refusal of a request that `Hotline.act` has found",
    "hotline.inbox.desk.ForEmergencies.matter": "asks through `Hotline.show`",
    "intelligence.sharing.desk.Sharing.begin": "asks through `Intelligence.find`",
    "intelligence.sharing.desk.Sharing.note": "writes down what an act of sharing has let through",
    "intelligence.sharing.desk.Sharing.said": "part of what `Sharing.sight` or a release has let through",
    "intelligence.sharing.leaving.desk.Leaving.propose": "puts what `Sharing.share` has let through before `Releases`",
    "intelligence.sharing.leaving.desk.Leaving.propose_recall": "puts what `Recalls.recall` has let through before `Releases`",
    "intelligence.sharing.leaving.desk.Leaving.say": "part of what `Sharing.sight` has let through",
    "hotline.desk.Hotline.open": "asks at the counter: `leaving.desk.Counter.open`",
    "hotline.desk.Hotline.act": "asks at the counter: `leaving.desk.Counter.act`",
    "hotline.leaving.desk.Counter.check_second": "looks at roles that the agreement names, once the gate was asked",
    "hotline.leaving.approved.desk.Approved.typed_before": "asks through `Releases.own`",
    "hotline.files.desk.RequestFiles.keep": "asks through `AttachmentDesk.keep`",
    "hotline.inbox.desk.ForDuty.open_drill": "asks through `Hotline.open`",
    "hotline.inbox.desk.ForDuty.open_lines": "asks through `Hotline.inbox` and `Hotline.counts`",
    "hotline.desk.Hotline.inbox": "asks through `hotline.search.desk.page`",
    "hotline.files.desk.RequestFiles.tray": "hears from the page whether the gate lets the officer add files",
    "methods.desk.Methods.note": "writes down what an act that has asked does",
    "methods.leaving.desk.Counter.leave": "sends what `Methods` has let in, and proposes through `Releases`",
    "emergencies.leaving.desk.Counter.leave": "sends what `Emergencies` has let in, and proposes through `Releases`",
    "flash.leaving.desk.Counter.leave": "sends what `Warnings` has let in, and proposes through `Releases`",
    "emergencies.bridge.desk.ForCases.onward": "asks through `Emergencies.show`",
    "hotline.inbox.desk.ForCases.onward": "asks through `Hotline.show`",
    "cases.joining.desk.Joining.merge": "asks through `Reading.found`",
    "cases.joining.desk.Joining.ours": "asks through `Reading.found`",
    "cases.joining.desk.Joining.places": "asks through `Reading.found`",
    "cases.joining.desk.Joining.split": "asks through `Reading.found`",
    "cases.bridge.taking.desk.Bridge.add": "asks through `Reading.found` and `Shared.state`",
    "cases.bridge.taking.desk.Bridge.link": "asks through `Reading.found` and `Shared.state_with`",
    "cases.bridge.desk.ForEmergencies.link": "asks through `Bridge.link`",
    "emergencies.leaving.desk.Counter.case_before": "asks through `ForEmergencies.origin`",
    "cases.bridge.taking.desk.Bridge.open": "asks through `Shared.open`; what is taken over through `Bridge.look`",
    "cases.desk.Cases.change": "asks through `Shared.state`",
    "cases.desk.Cases.step": "asks through `Shared.state`",
    "cases.entities.desk.Entities.around": "asks through `Reading.elements` and `Reading.found`",
    "cases.entities.desk.Entities.decide": "asks through `Shared.state`",
    "cases.entities.desk.Entities.every": "asks through `Reading.elements`",
    "cases.entities.desk.Entities.graph": "asks through `Reading.elements`",
    "cases.entities.desk.Entities.place": "asks through `Reading.found`",
    "cases.entities.desk.Entities.proposals": "asks through `Reading.found`",
    "cases.evidence.desk.Exhibits.add": "asks through `Reading.found`",
    "cases.evidence.desk.Exhibits.check": "asks through `Reading.found`",
    "cases.evidence.desk.Exhibits.coming": "asks through `Reading.found`",
    "cases.evidence.desk.Exhibits.files": "asks through `Reading.found`",
    "cases.evidence.desk.Exhibits.pieces_of": "asks through `Holding.pieces_of`",
    "cases.evidence.desk.Exhibits.tray": "asks through `Holding.tray`",
    "cases.evidence.desk.Exhibits.write_down": "asks through `Reading.found`",
    "cases.outside.desk.Imports.take": "asks through `Reading.found`",
    "cases.outside.desk.Exports.of": "asks through `Reading.found`",
    "cases.timeline.desk.Timelines.rows": "asks through `Reading.elements`",
    "cases.timeline.desk.Timelines.take": "asks through `Reading.found`",
    "records.shared.desk.Shared.say": "part of an act of a subject's desk, which has found the record behind the gate",
    "records.shared.desk.Shared.let_go": "part of an act of a subject's desk, which has found the record behind the gate",
    "records.shared.leaving.desk.Counter.propose": "puts what `Shared` or `Partaking` has let in before `Releases`",
    "records.shared.leaving.desk.Counter.propose_facts": "as `Counter.propose`, for what `Shared` or `Partaking` let in",
    "records.shared.partaking.desk.Partaking.invite_approved": "part of a release that was decided behind the gate",
    "delegations.papers.desk.Papers.add": "asks through `Reading.found`",
    "delegations.papers.desk.Papers.tray": "asks through `Holding.tray`",
    "delegations.reminding.desk.ForNotices.due": "asks through `Delegations.reminders` and `Delegations.waiting`",
    "lessons.reminding.desk.ForNotices.due": "asks through `Lessons.due`",
    "intelligence.sharing.reminding.desk.ForNotices.due": "asks through `Sharing.need_a_hand`",
    "programmes.desk.Records.state": "asks through `Shared.state`",
    "programmes.desk.Programmes.sign": "asks through `Reading.found`, for the right to bind the authority",
    "programmes.desk.Programmes.signed": "asks through `Reading.found`",
    "programmes.desk.Programmes.stated": "asks through `Reading.found`",
    "duty.desk.Duty.measures": "asks through `ContactDesk.health`",
}
"""Public methods of desks that take an officer and do not ask themselves, and who does."""

NODE_OPENED_ELSEWHERE = {
    "cli.console": "`opened` asks the gate before it gives the node to a command",
    "cli.groups.node": "`init` founds the node; before it there is nobody to ask about",
    "cli.groups.keys": "`rotate` needs the node alone; it asks by `console.admit`",
    "cli.serving.server": "serves both applications; the people's one stands behind the guard, the peers' one asks keys",
}
"""Files of the command line that open a node's database, and where the gate is."""

COMMANDS_WITHOUT_THE_GATE = {
    "init": "makes the node and its first administrator",
    "serve": "serves the doors; each of them asks",
    "demo": "runs the other commands as processes",
    "keys show": "reads the public card that partners have too",
    "log check": "reads a file that somebody was given; no node is needed",
    "convert check": "reads a file; no node is needed",
    "convert misp": "reads a file and writes one; no node is needed",
    "convert table": "likewise",
    "convert ftm": "likewise",
    "convert goaml": "likewise",
    "convert to-misp": "likewise",
    "convert to-ftm": "likewise",
    "convert to-goaml": "likewise",
}
"""Commands that neither open a node by `console.opened` or `console.admit` nor ask a running one with a token."""

STORES_OF_CASES = (
    "hotline.store", "hotline.inbox.store", "emergencies.store.facts", "emergencies.store.lines",
    "emergencies.store.links", "intelligence.store.collections", "intelligence.store.objects",
    "intelligence.store.quarantine",
    "flash.store.facts", "flash.store.lines", "methods.store.records",
)  # fmt: skip
KEEPERS = frozenset({"store", "arrivals", "desk", "watch"})
"""Files that may read cases without a scope: they are the node at work, or ask the gate themselves (tested above)."""


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Top-level functions."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def called(node: ast.AST) -> set[str]:
    """Last names of everything that is called inside."""
    return {
        call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
    }


def asks_the_gate(node: ast.FunctionDef, module: Module) -> bool:
    """Whether a function asks, itself or through functions and methods of its own file."""
    local = {one.name: one for one in ast.walk(module.tree) if isinstance(one, ast.FunctionDef)}
    waiting, seen = [node], set[str]()
    while waiting:
        names = called(waiting.pop())
        if names & (GATE | HANDED_IN):
            return True
        waiting += [local[name] for name in names & local.keys() - seen]
        seen |= names
    return False


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, str]:
    """Names and annotations."""
    arguments = node.args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    return {one.arg: ast.unparse(one.annotation) if one.annotation else "" for one in every}


def by_name(name: str) -> Module:
    return next(module for module in modules() if module.name == name)


def test_whatever_is_listed_or_counted_takes_a_scope() -> None:
    """Every public function on the tables of the inbox, but those of the node's own work."""
    without = {
        f"{module.name}.{node.name}"
        for module in map(by_name, LISTS)
        for node in functions(module.tree)
        if not node.name.startswith("_") and "connection" in parameters(node) and "scope" not in parameters(node)
    }
    assert without == set(OWN_WORK)


def test_a_scope_that_is_taken_is_used() -> None:
    """A parameter that is passed by would be worse than none."""
    idle = [
        node.name
        for module in map(by_name, LISTS)
        for node in functions(module.tree)
        if "scope" in parameters(node) and not filters(node, module) and not asks_beforehand(node, module)
    ]
    assert not idle, listed(idle)


def test_every_question_that_is_compiled_for_scopes_is_filtered_by_one() -> None:
    made = {
        f"{module.name}.{name}": filters(builder, module)
        for module in modules()
        for name, builder in questions(module).items()
    }
    assert len(made) > 10, "the search finds them"
    assert all(made.values()), listed([name for name, filtered in made.items() if not filtered])


def filters(node: ast.AST, module: Module) -> bool:
    """Whether SQL is filtered by a scope here, or in functions of the same file that this one hands its scope to."""
    local = {one.name: one for one in functions(module.tree) if "scope" in parameters(one)}
    names = called(node)
    return bool(names & {"seen", "in_scope"}) or any(
        filters(local[name], module) for name in names & local.keys() if local[name] is not node
    )


def questions(module: Module) -> dict[str, ast.AST]:
    """The file's `Scoped` statements, each with the function that builds it."""
    local = {one.name: one for one in functions(module.tree)}
    found: dict[str, ast.AST] = {}
    for node in module.tree.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or not isinstance(node.value, ast.Call):
            continue
        if ast.unparse(node.value.func) == "Scoped":
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            built = node.value.args[0]
            found[ast.unparse(target)] = local[built.id] if isinstance(built, ast.Name) else built
    return found


def asks_beforehand(node: ast.AST, module: Module) -> bool:
    """Whether it asks a `Scoped` statement of its own file, with the scope that it was given."""
    known = questions(module)
    return any(
        isinstance(call, ast.Call)
        and ast.unparse(call.func) in known
        and len(call.args) > 1
        and ast.unparse(call.args[1]) == "scope"
        for call in ast.walk(node)
    )


def test_every_act_of_a_desk_asks_the_gate() -> None:
    """Public methods of every desk that take an officer."""
    silent, seen = set(), 0
    for module in modules():
        if module.name.split(".")[-1] != "desk" or module.name.startswith("people"):
            continue
        for made in (node for node in module.tree.body if isinstance(node, ast.ClassDef)):
            if "Protocol" in {ast.unparse(base) for base in made.bases}:
                continue
            for method in made.body:
                if not isinstance(method, ast.FunctionDef) or method.name.startswith("_"):
                    continue
                if parameters(method).get("officer") != "Officer":
                    continue
                seen += 1
                if not asks_the_gate(method, module):
                    silent.add(f"{module.name}.{made.name}.{method.name}")
    assert seen > 20, "the search finds them"
    assert silent == set(DESK_WITHOUT_THE_GATE)


def test_screens_and_interfaces_read_cases_only_within_a_scope() -> None:
    """Pages, interfaces and commands call a case store's function only where it takes a scope."""
    scoped = {
        f"{name}.{node.name}"
        for name in STORES_OF_CASES
        for node in functions(by_name(name).tree)
        if "scope" in parameters(node)
    }
    known = {f"{name}.{node.name}" for name in STORES_OF_CASES for node in functions(by_name(name).tree)}
    guilty = []
    for module in modules():
        if module.name.split(".")[-1] in KEEPERS or ".store." in module.name:
            continue
        aliases = aliases_of(module)
        for call in ast.walk(module.tree):
            if isinstance(call, ast.Call):
                name = full_name(call.func, aliases)
                if name in known - scoped:
                    guilty.append(f"{module.place}:{call.lineno} calls {name}")
    assert scoped, "the search finds them"
    assert not guilty, listed(guilty)


def aliases_of(module: Module) -> dict[str, str]:
    """What names of this file mean, below `lienlac`."""
    found = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None and (base := inside(node.module)) is not None:
            for alias in node.names:
                found[alias.asname or alias.name] = f"{base}.{alias.name}" if base else alias.name
    return found


def full_name(function: ast.expr, aliases: dict[str, str]) -> str:
    if isinstance(function, ast.Name):
        return aliases.get(function.id, "")
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return f"{aliases.get(function.value.id, '')}.{function.attr}"
    return ""


def test_the_command_line_opens_a_node_only_behind_the_gate() -> None:
    opening = {
        module.name
        for module in modules()
        if module.name.startswith("cli") and called(module.tree) & {"open_node", "build_node"}
    }
    assert opening == set(NODE_OPENED_ELSEWHERE)


def test_every_command_names_the_actions_that_it_needs_or_asks_a_running_node() -> None:
    """The command tree, walked: each command, with the helpers of its file that it calls."""
    silent = {name for name in every_command() if not asks(name)}
    assert silent == set(COMMANDS_WITHOUT_THE_GATE)


def asks(name: str) -> bool:
    """Whether a command opens the node with actions named, admits itself, or goes through a running node's door."""
    group, _, command = name.rpartition(" ")
    function = GROUPS[group][command] if group else ROOT[command]
    module = by_name(function.__module__.removeprefix("lienlac."))
    # also those that a factory makes for several groups
    local = {node.name: node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef)}
    waiting, seen = [function.__name__], set[str]()
    while waiting:
        current = waiting.pop()
        if current in seen or current not in local:
            continue
        seen.add(current)
        for call in ast.walk(local[current]):
            if not isinstance(call, ast.Call):
                continue
            target = ast.unparse(call.func)
            actions = [one for one in call.args if ast.unparse(one).startswith("Action.")]
            if target in ("console.opened", "console.admit") and actions:
                return True
            if target == "client_of":
                return True
            waiting.append(target)
    return False


def test_nobody_decides_about_a_right_elsewhere() -> None:
    """Roles are looked at in `people`, and otherwise only to be shown or to be given to the console."""
    looking = {
        "cli.console": "the console's own roles",
        "cli.groups.node": "the first administrator",
        "duty.alarms.watch": "whom an alarm climbs to; what they see they ask the gate for",
        "duty.approvals.watch": "which supervisors hear that nobody decides; what they see they ask the gate for",
        "ui.home.cards": "which card stands first",
        "duty.pages.home": "whose day begins with this card",
        "hotline.pages.home": "whose day begins with this card",
        "emergencies.pages.home": "whose day begins with this card",
        "flash.pages.home": "whose day begins with this card",
        "intelligence.picture.pages.home": "whose day begins with this card",
        "delegations.pages.home": "whose day begins with this card",
        "lessons.pages.home": "whose day begins with this card",
        "ui.links.home": "whose day begins with this card",
        "ui.log.home": "whose day begins with this card",
        "ui.releases.home": "whose day begins with this card",
        "ui.users.home": "whose day begins with this card",
        "ui.users.changes": "says what was changed",
        "ui.users.matrix": "shows the table",
        "ui.users.pages": "shows and takes the choice of roles",
    }
    found = {
        module.name
        for module in modules()
        if not module.name.startswith("people")
        and any(isinstance(node, ast.Name) and node.id == "Role" for node in ast.walk(module.tree))
    }
    assert found == set(looking)
