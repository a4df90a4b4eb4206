"""A browser's own long description of itself, in words that its owner knows."""

from __future__ import annotations

# The first that fits: nearly every browser also calls itself Safari, and an iPad calls itself a Mac.
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("FxiOS", "Firefox"),
    ("Firefox/", "Firefox"), ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
DEVICES = (
    ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "an Android phone or tablet"), ("Windows", "Windows"),
    ("CrOS", "a Chromebook"), ("Macintosh", "a Mac"), ("Linux", "Linux"),
)  # fmt: skip


def in_words(agent: str) -> str:
    """ "Chrome on Windows"; "A browser" where nothing is known."""
    browser = next((words for mark, words in BROWSERS if mark in agent), "A browser")
    device = next((words for mark, words in DEVICES if mark in agent), "")
    return f"{browser} on {device}" if device else browser
