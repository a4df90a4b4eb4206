from django.urls import URLPattern, path

from supervision.views import months, patterns

urlpatterns: list[URLPattern] = [
    path("set-up/how-often/", patterns.HowOftenPage.as_view(), name="how_often"),
    # The manager's month.
    path("supervision/", months.MonthPage.as_view(), name="supervision"),
    path("supervision/sets/", months.SetsPage.as_view(), name="supervision_sets"),
    path("supervision/<int:year>/<int:month>/", months.MonthPage.as_view(), name="supervision_month"),
    path("supervision/<int:year>/<int:month>/plan/", months.MonthPlanPage.as_view(), name="supervision_plan"),
]
