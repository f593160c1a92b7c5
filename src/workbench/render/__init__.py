"""Edge: pictures and pages."""
