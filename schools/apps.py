from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    """Schools, contacts, figures, placements, agreements and money."""

    name = "schools"

    def ready(self) -> None:
        from schools import panels, permissions, receivers  # noqa: F401, PLC0415  (models exist only now)
        from schools.actions.left_open import declare_kinds  # noqa: PLC0415
        from schools.actions.set_up import declare_steps  # noqa: PLC0415
        from schools.models import SchoolContact  # noqa: PLC0415
        from schools.views.agreements import OWN_LINES_KIND  # noqa: PLC0415
        from schools.views.links import agreement_by_link  # noqa: PLC0415
        from schools.views.share_answers import share_question_by_link  # noqa: PLC0415
        from schools.views.what_if_typing import KINDS  # noqa: PLC0415
        from teams.foundation import drafts, hats, links  # noqa: PLC0415

        permissions.register()
        panels.register()
        declare_steps()
        declare_kinds()
        hats.declare(SchoolContact.objects.are_several_for)
        links.declare(permissions.SIGN_LINK, agreement_by_link)
        links.declare(permissions.SHARE_LINK, share_question_by_link)
        for kind in (OWN_LINES_KIND, *KINDS):
            drafts.declare(kind)
