from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Young people, families, activities, referrals. Its first records come with supervision and casework."""

    name = "casework"
