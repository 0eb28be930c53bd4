"""Files: put in, fetched through cuts, and never believed without their digest."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, TypeVar
from urllib.parse import quote, urlencode

import httpx2

from lienlac.errors import NotAllowed
from lienlac.interface.files import File, Files, Tray, Upload
from lienlac.interface.parts import Done

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from io import BufferedRandom
    from pathlib import Path


from lienlac.client.calls import Fetcher, refusal

T = TypeVar("T")
_PIECE_BYTES = 1_048_576


class FileCalls(Fetcher):
    """Calls about files."""

    # --- files ----------------------------------------------------------------------------------------------------

    def put_in(self, path: Path, progress: Callable[[int, int], None] | None = None) -> Upload:
        """Put a file in, to be named in a later step; it is read as it goes. Raises `NotAllowed("file-unreadable")`."""
        return self._stream_in(Upload, "/api/files", path, progress)

    def _stream_in(
        self,
        wanted: type[T],
        door: str,
        path: Path,
        progress: Callable[[int, int], None] | None,
        query: Mapping[str, str] | None = None,
    ) -> T:
        """A file as the body of a call, read as it goes. Raises `NotAllowed("file-unreadable")`."""
        try:
            with path.open("rb") as file:
                size = path.stat().st_size
                answer = self._client.post(
                    f"{door}?{urlencode(query)}" if query else door,
                    content=_pieces(file, size, progress),
                    headers={
                        "Content-Length": str(size),
                        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(path.name, safe='')}",
                    },
                )
        except httpx2.HTTPError as error:
            raise self._unreachable(error) from error
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise NotAllowed("file-unreadable", path=str(path), reason=reason) from error
        if not answer.is_success:
            raise refusal(answer)
        return self._typed(wanted, answer.content)

    def tray(self) -> Tray:
        """What this officer put in and has not sent."""
        return self._get(Tray, "/api/files")

    def discard(self, upload_id: str) -> Done:
        """Remove a file that was put in."""
        return self._typed(Done, self._call("DELETE", "/api/files/{upload_id}", upload_id=upload_id))

    def files(self, name: str) -> Files:
        """The files of a request, and how far each has come."""
        return self._get(Files, "/api/requests/{name}/files", name=name)

    def try_file_again(self, name: str, file_id: str) -> Done:
        """Try a file at once, or ask for one that failed once more."""
        return self._post(Done, "/api/requests/{name}/files/{file_id}/again", {}, name=name, file_id=file_id)

    def fetch(
        self, name: str, file: File, into: BufferedRandom, progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Write a file's content behind what `into` holds of it already, however often the line is cut.

        Raises `Refused("file-differs")` when what was written is not the file whose digest the request states.
        """
        self._fetch("GET", "/api/requests/{name}/files/{file_id}", file, into, progress, name=name, file_id=file.id)


def _pieces(file: BinaryIO, size: int, progress: Callable[[int, int], None] | None) -> Iterator[bytes]:
    """A file piece by piece, exactly as many bytes as were announced."""
    done = 0
    while done < size and (piece := file.read(min(_PIECE_BYTES, size - done))):
        yield piece
        done += len(piece)
        if progress is not None:
            progress(done, size)
