"""What a person may do: check the role, call one step, write the audit line."""
