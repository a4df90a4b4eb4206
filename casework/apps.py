from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Young people in their smallest form. Families, activities and referrals come with casework."""

    name = "casework"

    def ready(self) -> None:
        from casework import demo, permissions, receivers  # noqa: F401, PLC0415  (models exist only now)
        from casework.actions import worries  # noqa: F401, PLC0415  (its letters are sent by workers)
        from casework.actions.left_open import declare_kinds  # noqa: PLC0415
        from casework.views.worries import worry_by_link  # noqa: PLC0415
        from schools.demo import more  # noqa: PLC0415
        from teams.foundation import links  # noqa: PLC0415

        permissions.register()
        declare_kinds()
        links.declare(permissions.WORRY_LINK, worry_by_link)
        more.declare(demo.play)
