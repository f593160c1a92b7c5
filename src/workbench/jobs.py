"""One notebook, one run: strict parameters, papermill, atomic output, manifest, exit code."""
