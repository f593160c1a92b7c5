"""`python -m workbench` is the command line."""
