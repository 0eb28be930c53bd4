"""`python -m lienlac.ui.vendor --check`: exit 0 when every vendored file is as listed, else 1."""

from __future__ import annotations

import sys

from lienlac.ui.vendor import check, folder


def main() -> int:
    """Print the findings; their absence is the exit code 0."""
    findings = check(folder())
    for finding in findings:
        sys.stderr.write(finding + "\n")
    return 1 if findings else 0


if __name__ == "__main__":
    raise SystemExit(main())
