"""Callbacks: what happened to a record, posted to whoever asked for it: signed, tried again, on this machine only.

A delivery is made after the answer's change is stored, by a thread of its own: a slow receiver holds nobody up.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from workbench.sandbox.connectwise.collections import BY_STORE
from workbench.sandbox.connectwise.fields import Collection
from workbench.sandbox.connectwise.tenant import Tenant
from workbench.sandbox.state import Record, State

TYPES = {
    "company/companies": "company",
    "company/contacts": "contact",
    "sales/opportunities": "opportunity",
    "service/tickets": "ticket",
}
RETRIED = {404, 409, 419, 429}
PAUSES = (2.0, 4.0)
TIMEOUT = 5.0
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def notify(tenant: Tenant, collection: Collection, record: Record, action: str) -> None:
    """Post the change to every callback that covers the record; the action is added, updated or deleted."""
    kind = TYPES.get(collection.path)
    if kind is None:
        return
    record_id = str(record["@id"])
    for callback in tenant.records(BY_STORE["system/callbacks"]):
        if _covers(callback, kind, record_id, record) and not callback.get("inactiveFlag"):
            body = _payload(tenant, collection, callback, (record, action))
            url = f"{callback['url']}{record_id}&action={action}"
            if urlsplit(url).hostname in LOOPBACK:
                sent = threading.Thread(target=_deliver, args=(url, body, signature(tenant.state, body)), daemon=True)
                sent.start()


def signing_key(state: State) -> str:
    """The tenant's signing key, the same for as long as its file lives."""
    instance = str(state.setting("identity", "instance"))
    return hashlib.sha256(f"callbacks of {instance}".encode()).hexdigest()


def signature(state: State, body: bytes) -> str:
    """The header x-content-signature: HMAC-SHA256 with the hash of the signing key."""
    key = hashlib.sha256(signing_key(state).encode()).digest()
    return base64.b64encode(hmac.new(key, body, hashlib.sha256).digest()).decode()


def _covers(callback: Mapping[str, Any], kind: str, record_id: str, record: Mapping[str, Any]) -> bool:
    if str(callback.get("type", "")).lower() != kind:
        return False
    level, wanted = str(callback.get("level", "")).lower(), str(callback.get("objectId"))
    if level == "owner":
        return True
    if level == kind:
        return wanted == record_id
    referred = record.get(level)
    return isinstance(referred, Mapping) and str(referred.get("id")) == wanted


def _payload(tenant: Tenant, collection: Collection, callback: Mapping[str, Any], change: tuple[Record, str]) -> bytes:
    record, action = change
    entity = None if action == "deleted" else json.dumps(tenant.written(collection, record), ensure_ascii=False)
    key_url = f"{tenant.base}/system/callbackkey?companyName={tenant.company}&id={uuid.uuid4()}"
    payload = {
        "MessageId": str(uuid.uuid4()),
        "FromUrl": urlsplit(tenant.base).netloc,
        "CompanyId": tenant.company,
        "MemberId": tenant.member,
        "Action": action,
        "Type": str(callback["type"]).lower(),
        "ID": int(record["@id"]),
        "CallbackObjectRecId": int(callback["@id"]),
        "Entity": entity,
        "Metadata": {"key_url": key_url},
        "ProductInstanceId": None,
        "PartnerId": None,
    }
    return json.dumps(payload, ensure_ascii=False).encode()


def _deliver(url: str, body: bytes, signed: str) -> None:
    headers = {"Content-Type": "application/json", "x-content-signature": signed}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for pause in (*PAUSES, None):
        try:
            with opener.open(urllib.request.Request(url, body, headers, method="POST"), timeout=TIMEOUT):
                return
        except urllib.error.HTTPError as failure:
            if failure.code not in RETRIED or pause is None:
                return
        except OSError:
            return  # nobody listens there; the vendor would count this towards switching the callback off
        time.sleep(pause)
