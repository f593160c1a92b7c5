"""Where Chromium is: `python tests/browser/chromium.py` installs it by apt-get where that may be done, else says so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")


def found() -> str:
    """The path of the browser; ends with a sentence when there is none."""
    programs = (shutil.which(name) for name in NAMES)
    program = next(filter(None, programs), None)
    if program is None:
        sys.exit("chromium is not installed and could not be; install it: apt-get install chromium")
    return program


def install() -> None:
    """Install Debian's package where nothing is there yet and this account may do so."""
    if not any(map(shutil.which, NAMES)) and os.geteuid() == 0 and shutil.which("apt-get"):
        wanted = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
        for command in (["apt-get", "update", "-qq"], wanted):
            subprocess.run(command, stdout=subprocess.DEVNULL, check=False)


if __name__ == "__main__":
    install()
    found()
