from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """How often, visits, sessions, agreeing, peer supervision. Its first records come with the supervision issue."""

    name = "supervision"
