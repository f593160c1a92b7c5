"""Edge: one database holds everything that must survive; one concrete class a noun."""
