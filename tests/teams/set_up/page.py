"""The pages of setting a county up, as tests open and read them."""

from __future__ import annotations

from django.utils import timezone

from teams.rules.calendar import school_year_of
from teams.rules.terms import offered_terms

YEAR = school_year_of(timezone.localdate())
NAME = {
    "live_line": "on",
    "name": "Fenshire County Council",
    "service_name": "Pupil Support",
    "telephone": "01632 960000",
    "la_code": "999",
    "colour": "#1d70b8",
    "manager_limit": "40,000.00",
    "whole_time_hours": "37",
    "term_time_weeks": "39",
    "term_time_days_off": "34",
}
PEOPLE = (
    "Name,E-mail,Role,Job,Team,Manager's e-mail\n"
    "Bea Marrow,bea@fenshire.example,Senior manager,Head of service,,\n"
    "Cai Quill,cai@fenshire.example,Team manager,Team manager,East 1 team Fenshire,bea@fenshire.example\n"
    "Dot Osk,dot@fenshire.example,Worker,Support worker,East 1 team Fenshire,dot@fenshire.example\n"
    "Eli Tarn,eli@fenshire.example,Emperor,,,\n"
)
PAGES = (
    "set-up/",
    "set-up/name/",
    "set-up/terms/",
    f"set-up/terms/{YEAR}/",
    "set-up/areas-and-teams/",
    "set-up/pay/",
    "set-up/doors/",
    "set-up/remove/",
    "set-up/wording/",
    "people/",
    "people/?at=schools",
    "people/add/",
    "people/list/",
)


def get(admin, path, **query):
    return admin.get(f"/fenshire/{path}", query)


def post(admin, path, **data):
    return admin.post(f"/fenshire/{path}", data)


def words(answer):
    """The page as one line of text, as far as tests care."""
    return " ".join(answer.content.decode().replace("&#39;", "'").split())


def typed_terms(**other):
    """The boxes of a school year as they are offered."""
    boxes = {}
    for term in offered_terms(YEAR):
        for name in ("starts_on", "half_term_starts_on", "half_term_ends_on", "ends_on"):
            day = getattr(term, name)
            for box in ("day", "month", "year"):
                boxes[f"{term.season}_{name}_{box}"] = str(getattr(day, box))
    return boxes | other
