"""The two routes of a search: the form's, which sends the browser on, and the address where it is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import get, post

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from litestar import Response
    from litestar.params import FromPath

    from lienlac.ui.page import Ask


def make_search(
    path: str, opt: Mapping[str, Any], answer: Callable[[Ask], Response[str]], *, home: str
) -> tuple[Any, Any]:
    """By POST, so that no account number stands in an address or an access log; `home`: where it can be asked again."""

    @post(path, opt=opt, sync_to_thread=True, include_in_schema=False)
    def search(ask: Ask) -> Response[str]:
        return ask.search()

    @get(f"{path}/{{asked:str}}", opt=opt, sync_to_thread=True, include_in_schema=False)
    def found(ask: Ask, asked: FromPath[str]) -> Response[str]:
        return answer(ask) if ask.recall(asked) else ask.forgotten(home)

    return search, found
