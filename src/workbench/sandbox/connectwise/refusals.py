"""How ConnectWise says no: one exception with the status and the error body of the vendor."""

from __future__ import annotations

from typing import Any

from workbench.sandbox.wire import Response


class Refused(Exception):
    """A call that ConnectWise refuses: status, code, message, and one entry for each mistake in a record."""

    def __init__(
        self, code: str, message: str, *, status: int = 400, errors: list[dict[str, Any]] | None = None
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.errors = errors

    def answer(self) -> Response:
        """The error as the answer to the call."""
        body: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.errors is not None or self.code == "Security":
            body["errors"] = self.errors
        return Response.of_json(body, self.status)


def not_a_name(name: str) -> Refused:
    """A condition, an order or a list of fields that names what is not there."""
    return Refused("ApiFindCondition", f"{name} is not a recognized name.")


def bad_condition(message: str) -> Refused:
    """A condition that cannot be read."""
    return Refused("ApiFindCondition", message)


def bad_body(message: str) -> Refused:
    """A body that the binder does not take."""
    return Refused("ConnectWiseApi", message)


def no_endpoint() -> Refused:
    """A path that leads nowhere."""
    return Refused("ConnectWiseApi", "The endpoint does not exist.", status=404)


def no_record(type_name: str, record_id: object) -> Refused:
    """A record that is not there."""
    return Refused("NotFound", f"{type_name} {record_id} not found", status=404)


def invalid(resource: str, errors: list[tuple[str, str, str]]) -> Refused:
    """A record that breaks rules: (code, field, message) each."""
    entries = [
        {"code": code, "message": message, "resource": resource, "field": field} for code, field, message in errors
    ]
    return Refused("InvalidObject", f"{resource} object is invalid", errors=entries)
