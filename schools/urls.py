from django.urls import URLPattern, path

from schools.views import wording

urlpatterns: list[URLPattern] = [
    path("set-up/wording/", wording.WordingPage.as_view(), name="wording"),
]
