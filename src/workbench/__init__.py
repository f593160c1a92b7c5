"""The partner workbench."""
