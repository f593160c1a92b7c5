"""How our own contract says no."""

from __future__ import annotations

from workbench.sandbox.wire import Response


class Refusal(Exception):
    """An answer that says no: status, code, message and, per field, what is wrong."""

    def __init__(self, status: int, code: str, message: str, errors: tuple[dict[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.response = Response.of_json({"code": code, "message": message, "errors": list(errors)}, status)


def wrong_value(name: str, code: str, message: str) -> dict[str, str]:
    """One thing that is wrong with a field."""
    return {"field": name, "code": code, "message": message}
