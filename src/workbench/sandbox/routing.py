"""From a call to what goes onto the wire: latency, fault, protocol, request log."""

from __future__ import annotations

import time

from workbench.sandbox import admin, faults
from workbench.sandbox.damage import damaged, run_due
from workbench.sandbox.protocols import ask, guarded
from workbench.sandbox.request_log import logged
from workbench.sandbox.routes import system_of
from workbench.sandbox.state import State
from workbench.sandbox.wire import Delivery, Request


def deliver(request: Request, state: State) -> Delivery:
    """Answer one call: wait as the latency says, let a fault have its way, ask the system's protocol, log it."""
    run_due(state, lambda system, late: ask(system, late, state))
    system = system_of(request.raw_path)
    if system == "admin":
        return Delivery(guarded(admin.answer, request, state))
    with logged(state, system, request) as entry:
        latency = state.setting("latency", system, 0)
        if latency:  # sleeping for no time at all would still give the processor away
            time.sleep(latency / 1000)
        fault = faults.take(state, system, request)
        if fault is None:
            delivery = Delivery(ask(system, request, state))
        else:
            entry.fault = fault.kind
            delivery = damaged(fault, request, state, lambda sent: ask(system, sent, state))
        entry.status = None if delivery.silent else delivery.response.status
    return delivery
