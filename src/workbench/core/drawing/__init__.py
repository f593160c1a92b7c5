"""Data flow diagrams, pure: rules, levels, difference, places, DOT text, flow table and change ledger."""
