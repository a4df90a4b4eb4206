from django.apps import AppConfig


class PerformanceConfig(AppConfig):
    """Reviews, objectives, feedback, success criteria. Its first records come with the review issue."""

    name = "performance"
