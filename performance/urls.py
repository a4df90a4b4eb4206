from django.urls import URLPattern, path

from performance.views import head_parts, review_schools

urlpatterns: list[URLPattern] = [
    # What the schools say of the year.
    path("reviews/<uuid:public_id>/schools/", review_schools.ReviewSchoolsPage.as_view(), name="review_schools"),
    path("reviews/parts/<uuid:public_id>/", head_parts.HeadPartPage.as_view(), name="head_part"),
    path("reviews/parts/<uuid:public_id>/again/", review_schools.HeadPartAgainPage.as_view(), name="head_part_again"),
    path(
        "reviews/parts/<uuid:public_id>/without/",
        review_schools.HeadPartWithoutPage.as_view(),
        name="head_part_without",
    ),
]
