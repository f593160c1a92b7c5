"""Run one suite and print its time beside its budget: `budget.py SECONDS NAME COMMAND [ARGUMENT …]`.

The budget is a promise to the people who wait; a suite that breaks it is reported, never failed, because a busy
machine is no bug.
"""

from __future__ import annotations

import subprocess
import sys
import time


def main() -> int:
    """Run the command; its exit code is ours."""
    budget, name, *command = sys.argv[1:]
    started = time.monotonic()
    code = subprocess.run(command, check=False).returncode
    spent = time.monotonic() - started
    verdict = "over budget" if spent > float(budget) else "ok" if code == 0 else "failed"
    print(f"[{name}] {spent:.0f} s of {budget} s: {verdict if code == 0 else 'failed'}", flush=True)
    return code


if __name__ == "__main__":
    raise SystemExit(main())
