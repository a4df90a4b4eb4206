"""Cookies whose names promise a browser that no other host can set them. Only HTTPS can keep the promise."""

from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class HostCookieStorage(CookieStorage):
    cookie_name = "__Host-messages"


class MessageStorage(FallbackStorage):
    """Django's own, with the name above."""

    storage_classes = (HostCookieStorage, SessionStorage)
