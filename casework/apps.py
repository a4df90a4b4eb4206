from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Young people in their smallest form. Families, activities and referrals come with casework."""

    name = "casework"

    def ready(self) -> None:
        from casework import demo, permissions  # noqa: PLC0415  (models exist only now)
        from casework.actions.left_open import declare_kinds  # noqa: PLC0415
        from schools.demo import more  # noqa: PLC0415

        permissions.register()
        declare_kinds()
        more.declare(demo.play)
