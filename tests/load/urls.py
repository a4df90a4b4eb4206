"""The product's addresses and two more."""

from django.urls import path

from config.urls import *  # noqa: F403
from config.urls import urlpatterns
from tests.load.plain import PlainPage, bare_page

urlpatterns = [path("plain/", PlainPage.as_view(), name="plain"), path("bare/", bare_page, name="bare"), *urlpatterns]
