from django.urls import URLPattern, path

from supervision.views import patterns

urlpatterns: list[URLPattern] = [
    path("set-up/how-often/", patterns.HowOftenPage.as_view(), name="how_often"),
]
