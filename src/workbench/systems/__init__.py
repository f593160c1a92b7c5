"""Edge: every system of record behind the four calls of `model.ports.System`."""
