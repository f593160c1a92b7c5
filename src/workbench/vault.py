"""Edge: credentials, from the environment or the keyring."""
