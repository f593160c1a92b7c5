"""Vocabulary: frozen values and ports. No input, no output (docs/glossary.md defines the words)."""
