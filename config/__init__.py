"""Wiring only, no domain word. Nothing is imported here: `config.local` runs before any package is installed."""
