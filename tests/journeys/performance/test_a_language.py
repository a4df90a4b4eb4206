"""A language is added (0011): the words go out as a list, come back, are looked at, and a child chooses it at 320 px."""

from __future__ import annotations

import pytest

from performance.models import Sheet, Ticket
from teams.questionnaires.shipped import SHIPPED
from teams.questionnaires.words_file import as_csv, lines_of
from tests.factories.authorities import County
from tests.performance.asked import asked, ready
from tests.teams.test_questionnaires import other_words

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy, pytest.mark.usefixtures("tuesday")]


@pytest.fixture
def county(fenshire) -> County:
    ready(fenshire)
    return fenshire


def test_from_the_list_of_words_to_a_child_who_is_asked_in_it(county, visitor):
    shipped = SHIPPED["young-person"]
    with county.inside():
        token = asked(county, Ticket.Channel.CODE)
        lines = lines_of(county.rows["wave"].questionnaire.asked, shipped.words)
    words = other_words(shipped.words)
    admin = visitor().sign_in(county, "admin").goto("/fenshire/set-up/")
    admin.follow("Languages").reads("English alone so far").check("languages-none")
    admin.goto("/fenshire/set-up/languages/young-person/").check("language-add")
    admin.page.get_by_label("Which language is it?").select_option("ur")
    admin.fill("Who has checked it?", "Ola Nowak")
    admin.fill("Or paste the rows here", as_csv(lines, words | {"send": "", "named_promise": "yes"}))
    admin.press("Look at it").reads("2 lines cannot be used yet").check("language-wrong")
    admin.follow("Give the list again")
    admin.fill("Or paste the rows here", as_csv(lines, words))
    admin.press("Look at it").reads("Read each line with Ola Nowak, then use it.").check("language-check")
    admin.press("Use these words").reads("Urdu is in use", "Checked by Ola Nowak").check("languages")

    phone = visitor(scripts=False)
    phone.page.set_viewport_size({"width": 320, "height": 568})
    phone.goto(f"/fenshire/q/{token}/").follow("اردو").reads(words["unnamed"])
    phone.press(words["unnamed"], exact=True)
    for question in ("heard", "useful", "safe", "changed"):
        phone.press(next(iter(words["questions"][question]["options"].values())), exact=True)
    phone.press(words["send"], exact=True).reads(words["thanks"])
    with county.inside():
        assert Sheet.objects.get().answers["heard"] == "yes"
