"""A node at rest: from starting the process to its first answer, and the memory it holds when nobody asks for anything.

`lienlac serve` on a folder that `lienlac init` would make, with one paired peer, as its own process; asked over plain
HTTP for the sign-in page, as a browser would.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _claims import Claims
from _node import PASSPHRASE
from _pair import US
from node_to_node import installed_pair

REST_S = 6
PSS = "Pss:"


def main() -> None:
    claims = Claims(__doc__)
    starts, used, resident, alone = [], [], [], []
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        home = installed_pair(Path(name))[US]
        passphrase = Path(name, "passphrase")
        passphrase.write_text(PASSPHRASE, encoding="utf-8")
        for _ in range(2 if claims.quick else 6):
            process, seconds = started(home, passphrase)
            try:
                starts.append(seconds)
                used.append(processor_s(process.pid))
                time.sleep(REST_S)
                resident.append(memory_mib(process.pid, "VmRSS:", "status"))
                alone.append(memory_mib(process.pid, PSS, "smaps_rollup"))
            finally:
                process.terminate()
                process.wait(30)
    claims.say("start to first answer, slowest", max(starts), "s")
    claims.at_most("start to first answer, best", min(starts), "s", 1.5)
    claims.say("  processor time of it, best", min(used), "s")
    claims.say("memory at rest, shared libraries counted in part", max(alone), "MiB")
    claims.at_most("memory at rest (resident)", max(resident), "MiB", 120)
    claims.close()


def started(home: Path, passphrase: Path) -> tuple[subprocess.Popen[bytes], float]:
    """The running node, and seconds until it answered."""
    port = int(settings_line(home, "people_port"))
    command = [sys.executable, "-m", "lienlac", "serve", str(home), "--passphrase-file", str(passphrase)]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)
    while time.perf_counter() - began < 60:
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/sign-in")
            answer = connection.getresponse()
            answer.read()
            if answer.status == http.client.OK:
                return process, time.perf_counter() - began
        time.sleep(0.005)
    process.kill()
    raise TimeoutError


def processor_s(process: int) -> float:
    """Processor time that a process has used, in seconds, on all cores together."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def settings_line(home: Path, name: str) -> str:
    lines = (home / "node.toml").read_text(encoding="utf-8").splitlines()
    return next(line.partition(" = ")[2] for line in lines if line.startswith(name))


def memory_mib(process: int, name: str, file: str) -> float:
    """A figure that the kernel keeps for a process, in MiB."""
    lines = Path(f"/proc/{process}/{file}").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024


if __name__ == "__main__":
    main()
