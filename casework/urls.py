from django.urls import URLPattern, path

from casework.views import worries
from casework.views import young_people as views

urlpatterns: list[URLPattern] = [
    path("young-people/", views.YoungPeoplePage.as_view(), name="young_people"),
    path("young-people/new/", views.NewYoungPersonPage.as_view(), name="young_person_new"),
    path("young-people/<uuid:public_id>/", views.YoungPersonPage.as_view(), name="young_person"),
    path(
        "young-people/<uuid:public_id>/change/",
        views.YoungPersonChangePage.as_view(),
        name="young_person_change",
    ),
    path("young-people/<uuid:public_id>/end/", views.YoungPersonEndPage.as_view(), name="young_person_end"),
    path(
        "schools/<uuid:public_id>/young-people/hand-over/",
        views.YoungPeopleHandOverPage.as_view(),
        name="young_people_hand_over",
    ),
    path("worries/<uuid:public_id>/", worries.WorryPage.as_view(), name="worry"),
]
