"""`lienlac` and `python -m lienlac`."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    from lienlac import limits

    gc.set_threshold(limits.COLLECTED_IN_A_COMMAND)
    from lienlac.cli.app import run

    code = run(sys.argv[1:])
    gc.freeze()  # all that stands ends with the process: nobody needs to look through it for rings first
    sys.exit(code)


if __name__ == "__main__":
    main()
