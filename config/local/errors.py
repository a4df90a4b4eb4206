"""What the person at the terminal is told."""


class CannotStart(Exception):
    """One plain sentence that says what is in the way and what to do. It is printed alone, without a traceback."""
