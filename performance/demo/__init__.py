"""What the made-up county shows of this floor: each story is declared in performance/apps.py."""
