from django.urls import path

from teams import views

urlpatterns = [
    path("brand.css", views.brand, name="brand"),
    path("l/<str:token>/", views.open_link, name="link"),
]
