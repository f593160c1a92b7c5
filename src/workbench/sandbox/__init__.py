"""The systems as local servers: protocols, data, faults, request log. Imports nothing of the product."""
