"""The look of help pages: the library's own panels, with the few words that it would say in English only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cyclopts.help import DefaultFormatter
from rich.text import Text

from lienlac.cli.words import say

if TYPE_CHECKING:
    from cyclopts.help import HelpPanel
    from rich.console import Console, ConsoleOptions


class Bilingual(DefaultFormatter):
    """Usage line and the mark of required parameters in the present language."""

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        """One panel."""
        for entry in panel.entries:
            if entry.required:
                entry.required = False  # type: ignore[misc]  # a plain field at run time
                entry.description.append(Text(f"[{say('required')}]", "red"))
        super().__call__(console, options, panel)

    def render_usage(self, console: Console, options: ConsoleOptions, usage: Any) -> None:
        """The usage line."""
        del options
        text = str(usage).strip()
        for word in ("COMMAND", "[OPTIONS]", "[ARGS]"):
            text = text.replace(word, say(f"usage-{word.strip('[]').lower()}"))
        console.print(Text(say("usage", usage=text) + "\n", style="bold"))
