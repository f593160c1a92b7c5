"""What can go wrong, grouped by what the caller does next.

* WorkbenchError                 root of everything raised on purpose; `exit_code` is what the command line ends with
  * UsageError            (2)    the call cannot be meant like this: correct it and call again
    * ConfigurationError         files under `config/` are wrong: every mistake at once, with file and line
    * UnknownName                a name that does not exist, with the nearest one that does
  * WaitingForApproval    (3)    nothing was written: a person has to approve first
  * PartlyFailed          (4)    some lines were written, others were not: read the Integration Log
  * Failed                (5)    the work could not be done; nothing is half-written
    * Refused                    a safety check said no (gate, tampering, wrong instance, superseded plan)
    * Unavailable                a system does not answer, with what was tried
      * AccessDenied             a system answers, but not to these credentials
    * IncompleteRead             a read that ended early: it is no snapshot
  * LockHeld              (6)    somebody else is running this integration: wait, or look who
  * CheckFailed           (7)    a readiness check found blockers
"""

from __future__ import annotations

import difflib
import errno
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MOST_NAMES = 20
"""How many right names a message lists at most."""


class WorkbenchError(Exception):
    """Root of every error that the workbench raises on purpose."""

    exit_code = 5


class UsageError(WorkbenchError):
    """The call cannot be meant like this: correct it and call again."""

    exit_code = 2


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in one place of a configuration file."""

    file: str
    line: int
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}" + (f"; {self.remedy}" if self.remedy else "")


class ConfigurationError(UsageError):
    """Files under `config/` are wrong; `problems` holds every mistake, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        count = len(self.problems)
        heading = f"{count} mistake{'s' if count != 1 else ''} in the configuration; nothing was started"
        super().__init__("\n".join([heading, *(f"  {problem}" for problem in self.problems)]))


class UnknownName(UsageError):
    """A name that does not exist; the message offers the nearest one that does."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        self.name, self.known = name, tuple(sorted(known))
        super().__init__(f"there is no {what} {name!r}; {nearest(name, self.known)}")


def nearest(name: str, known: Iterable[str]) -> str:
    """The remedy for a mistyped name: the nearest right one, else all of them."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return f"known: {', '.join(names[:MOST_NAMES])}{more}" if names else "none is configured"


class WaitingForApproval(WorkbenchError):
    """Nothing was written: a person has to approve first."""

    exit_code = 3


class PartlyFailed(WorkbenchError):
    """Some lines were written, others were not; the Integration Log names each with its cause."""

    exit_code = 4


class Failed(WorkbenchError):
    """The work could not be done; nothing is half-written."""


class Refused(Failed):
    """A safety check said no; the message names the check, what was measured and what to do."""


class Unavailable(Failed):
    """A system does not answer; the message names it and what was tried."""


class AccessDenied(Unavailable):
    """A system answers, but not to these credentials or not with these permissions."""


class IncompleteRead(Failed):
    """A read ended before its last page; what arrived is no snapshot and was thrown away."""


class LockHeld(WorkbenchError):
    """Somebody else is running this integration."""

    exit_code = 6


class CheckFailed(WorkbenchError):
    """A readiness check found blockers."""

    exit_code = 7


def unusable(error: OSError, place: str = "") -> str:
    """What the operating system refused about a file or folder, and what to do about it."""
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        remedy = "let this account write there, or start in a folder of yours"
    elif error.errno in (errno.ENOSPC, errno.EDQUOT):
        remedy = "make room on that disk, then give the same command again"
    elif isinstance(error, FileExistsError | NotADirectoryError):
        remedy = "a file stands where a folder is needed: move it away"
    else:
        remedy = "see that it is there and can be used, or start in a folder of yours"
    return f"{place or error.filename or 'a file'} cannot be used ({error.strerror}); {remedy}"


@contextmanager
def writing_into(folder: Path) -> Iterator[None]:
    """Raises Failed, in words, where the operating system lets nothing be written in a folder."""
    try:
        yield
    except OSError as error:
        if error.filename is None or not Path(error.filename).is_relative_to(folder):
            raise
        raise Failed(unusable(error, str(folder))) from error
