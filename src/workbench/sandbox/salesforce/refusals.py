"""How Salesforce says no: one exception that carries the status and the error body."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A call or one row that Salesforce refuses, with HTTP status, error code, message and the fields named."""

    def __init__(self, code: str, message: str, *, status: int = 400, fields: tuple[str, ...] | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.fields = fields
        self.details: dict[str, Any] = {}
        self.column: int | None = None
        self.locked_by: str | None = None

    def at(self, column: int) -> Refused:
        """The same refusal, knowing where in the query its cause stands."""
        self.column = column
        return self

    def body(self) -> dict[str, Any]:
        """The element of the error array that a single-record call answers."""
        error: dict[str, Any] = {"message": self.message, "errorCode": self.code}
        if self.fields is not None:
            error["fields"] = list(self.fields)
        return error | self.details

    def row(self) -> dict[str, Any]:
        """The element of a row's `errors` in a Collections answer, where the code is called statusCode."""
        return {"statusCode": self.code, "message": self.message, "fields": list(self.fields or ())}


def malformed_query(message: str) -> Refused:
    """A query that does not parse or that breaks a rule of the language."""
    return Refused("MALFORMED_QUERY", message)


def not_found(message: str = "The requested resource does not exist") -> Refused:
    """A path or record that is not there."""
    return Refused("NOT_FOUND", message, status=404)


REFERENCE = "Please reference your WSDL or the describe call for the appropriate names."


def unknown_object(name: str) -> Refused:
    """An object that the org does not have, or that this door does not show."""
    return Refused(
        "INVALID_TYPE",
        f"sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append the "
        f"'__c' after the entity name. {REFERENCE}",
    )


def no_such_column(name: str, on: str) -> Refused:
    """A field that the object does not have, or that the caller may not read: the two look the same."""
    return Refused(
        "INVALID_FIELD",
        f"No such column '{name}' on entity '{on}'. If you are attempting to use a custom field, be sure to append the "
        f"'__c' after the custom field name. {REFERENCE}",
    )


def unknown_relationship(code: str, name: str, where: str) -> Refused:
    """A relationship that leads nowhere."""
    return Refused(
        code,
        f"Didn't understand relationship '{name}' in {where}. If you are attempting to use a custom relationship, be "
        f"sure to append the '__r' after the custom relationship name. {REFERENCE}",
    )
