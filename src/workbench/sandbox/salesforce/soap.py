"""SOAP login(), as old integrations still use it: three shapes of envelope, `sf:` faults, gone from v65."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from workbench.sandbox.salesforce import sessions
from workbench.sandbox.salesforce.setup import organization_id
from workbench.sandbox.state import State
from workbench.sandbox.wire import Request, Response

PARTNER = "urn:partner.soap.sforce.com"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
PATH = re.compile(r"/+services/+soap/+u/+(\d{1,2})(?:\.0)?(?:/.*)?", re.IGNORECASE)
FIRST_WITHOUT, FIRST_VERSION = 65, 31
BAD_LOGIN = "Invalid username, password, security token; or user locked out."


def login(request: Request, state: State) -> Response | None:
    """`POST /services/Soap/u/{version}`, None for any other path."""
    path = PATH.fullmatch(request.raw_path)
    if path is None:
        return None
    if request.method != "POST":
        return _fault("INVALID_TYPE", "SOAP needs POST")
    version = int(path[1])
    if not FIRST_VERSION <= version < FIRST_WITHOUT:
        return _fault("UNSUPPORTED_API_VERSION", f"login() is not available in API version {version}.0")
    said = _said(request.body)
    if said is None:
        return _fault("INVALID_TYPE", "No operation available for this request")
    try:
        user_id = sessions.check_password(state, *said)
    except sessions.Denied:
        return _fault("INVALID_LOGIN", BAD_LOGIN)
    return _granted(request, state, user_id, version)


def _said(body: bytes) -> tuple[str, str] | None:
    """User name and password (with token) of a login call, by local names: every client has its own prefixes."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        return None
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError, LookupError):
        return None
    call = root.find(f".//{{{PARTNER}}}login")
    if call is None:
        return None
    return call.findtext(f"{{{PARTNER}}}username", ""), call.findtext(f"{{{PARTNER}}}password", "")


def _granted(request: Request, state: State, user_id: str, version: int) -> Response:
    token = sessions.open_session(
        state, user_id, LoginType="Other Apex API", ApiType="SOAP Partner", ApiVersion=f"{version}.0"
    )
    org_id = organization_id(state)
    user = state.get("salesforce", "User", user_id) or {}
    server = f"{request.origin}/services/Soap/u/{version}.0/{org_id[:15]}"
    result = (
        f"<metadataServerUrl>{escape(server.replace('/u/', '/m/'))}</metadataServerUrl>"
        f"<passwordExpired>false</passwordExpired><sandbox>true</sandbox><serverUrl>{escape(server)}</serverUrl>"
        f"<sessionId>{escape(token)}</sessionId><userId>{user_id}</userId><userInfo>"
        f"<organizationId>{org_id}</organizationId><userFullName>{escape(str(user.get('Name') or ''))}</userFullName>"
        f"<userId>{user_id}</userId><userName>{escape(str(user.get('Username') or ''))}</userName></userInfo>"
    )
    return _envelope(f'<loginResponse xmlns="{PARTNER}"><result>{result}</result></loginResponse>', 200)


def _fault(code: str, message: str) -> Response:
    body = (
        f'<soapenv:Fault xmlns:sf="urn:fault.partner.soap.sforce.com"><faultcode>sf:{code}</faultcode>'
        f"<faultstring>{code}: {escape(message)}</faultstring><detail><sf:LoginFault>"
        f"<sf:exceptionCode>{code}</sf:exceptionCode><sf:exceptionMessage>{escape(message)}</sf:exceptionMessage>"
        "</sf:LoginFault></detail></soapenv:Fault>"
    )
    return _envelope(body, 500)


def _envelope(content: str, status: int) -> Response:
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{ENVELOPE}">'
        f"<soapenv:Body>{content}</soapenv:Body></soapenv:Envelope>"
    )
    return Response(status, {"Content-Type": "text/xml;charset=UTF-8"}, text.encode())
