"""Effects in order, one module a verb. Systems, clock and signer arrive as Protocols; `running` is the only writer."""
