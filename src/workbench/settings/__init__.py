"""Config and environment become Settings; everything that is wrong is said at once."""
