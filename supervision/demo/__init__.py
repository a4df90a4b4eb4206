"""Supervision in the made-up counties: months of it, and what was said and is brought. Declared in apps.py."""
