"""Reading a list of people, and writing only what is different."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from teams.actions.authorities import add_professions
from teams.actions.people import load_people
from teams.actions.people_comparison import compare
from teams.foundation.access import Role
from teams.foundation.audit import AuditEvent
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.spreadsheets import text_of
from teams.models import Employment, LineManagement, Membership, Person, Post, PostTerms, Profession, User
from teams.rules.people_file import checked, read, tree
from tests.factories.authorities import NOW, TODAY
from tests.told import story

HEADINGS = "Name,E-mail,Role,Job,Profession,Team,Manager's e-mail,Hours,Grade,Point,Starts\n"
BOSS = "Bea Marrow,bea@fenshire.example,Senior manager,Head of service,,,,,,,\n"
MANAGER = "Cai Quill,cai@fenshire.example,Team manager,,,East 1 team Fenshire,bea@fenshire.example,,,,01/09/2024\n"
WORKER = (
    "Dot Osk,dot@fenshire.example,Worker,,CSF worker,East 1 team Fenshire,cai@fenshire.example,37,L6,14,01/09/2025\n"
)
OTHER = (
    "Eli Tarn,eli@fenshire.example,,,pupil-support,east 1 team fenshire,cai@fenshire.example,22.5,L6,14,2025-09-01\n"
)
WHOLE = HEADINGS + BOSS + MANAGER + WORKER + OTHER


def sentences(file):
    return [(odd.name, odd.sentence) for odd in file.odd]


class TestReading:
    def test_headings_are_known_in_any_order_and_case(self):
        file = read("MANAGER EMAIL;Surname;FORENAME;work e-mail;Payroll no\nbea@x.example;Osk;Dot;DOT@X.example;17\n")
        (row,) = file.rows
        assert (row.name, row.email, row.manager_email) == ("Dot Osk", "dot@x.example", "bea@x.example")
        assert file.unknown_headings == ["Payroll no"]

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_rows_are_known_by_any_delimiter(self, delimiter):
        file = read(f"name{delimiter}email\nDot Osk{delimiter}dot@x.example\n")
        assert [row.email for row in file.rows] == ["dot@x.example"]

    def test_every_cell_becomes_a_plain_value(self):
        row = read(HEADINGS + WORKER).rows[0]
        assert (row.hours, row.grade, row.point, row.starts_on) == (Decimal("37.00"), "L6", 14, date(2025, 9, 1))
        assert row.role == Role.WORKER

    @pytest.mark.parametrize("typed", ["01/09/2025", "2025-09-01", "1 September 2025", "01-09-2025", "1 Sep 2025"])
    def test_days_are_read_as_people_write_them(self, typed):
        assert read(f"name,email,start date\nDot Osk,dot@x.example,{typed}\n").rows[0].starts_on == date(2025, 9, 1)

    def test_a_cell_may_hold_a_line_break_and_lines_are_counted_as_in_the_file(self):
        file = read('name,email,job\nDot Osk,dot@x.example,"Support\nworker"\n\nEli Tarn,nowhere,\n')
        assert file.rows[0].job == "Support\nworker"
        assert [(bad.line, bad.reason) for bad in file.unreadable] == [(5, "“nowhere” is not an e-mail address.")]

    @pytest.mark.parametrize(
        ("cells", "reason"),
        [
            (",dot@x.example,,,,", "There is no name."),
            ("Dot Osk,,,,,", "There is no e-mail address."),
            ("Dot Osk,dot@x.example,Emperor,,,", "The role “Emperor” is not known."),
            ("Dot Osk,dot@x.example,Headteacher,,,", "Add the people of schools under “School contacts”."),
            ("Dot Osk,dot@x.example,,61,,", "The hours “61” are not a number from 0.01 to 60."),
            ("Dot Osk,dot@x.example,,nan,,", "The hours “nan” are not a number from 0.01 to 60."),
            ("Dot Osk,dot@x.example,,,top,", "The pay point “top” is not a whole number."),
            ("Dot Osk,dot@x.example,,,,soon", "The start “soon” is not a date like 01/09/2026."),
        ],
    )
    def test_a_row_that_cannot_be_read_says_why_and_costs_only_itself(self, cells, reason):
        file = read(f"name,email,role,hours,point,starts\n{cells}\nEli Tarn,eli@x.example,,,,\n")
        assert [row.name for row in file.rows] == ["Eli Tarn"]
        assert reason in file.unreadable[0].reason
        assert file.unreadable[0].line == 2

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("", "empty"),
            ("   \n\n", "empty"),
            ("School,URN\nOakfield,990001\n", "no_headings"),
            ("Name,Telephone\nDot,1\n", "no_headings"),
            ("Name,E-mail\n", "no_people"),
        ],
    )
    def test_what_is_no_list_of_people_gets_one_clear_sentence(self, text, code):
        with pytest.raises(Refusal) as refused:
            read(text)
        assert refused.value.code == code
        assert refused.value.message.endswith(".")

    def test_files_are_read_whatever_wrote_them(self):
        words = "Name,E-mail\nZoë Osk,zoe@x.example\n"
        for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
            assert read(text_of(words.encode(encoding))).rows[0].name == "Zoë Osk"

    @pytest.mark.parametrize("data", [b"PK\x03\x04xl/workbook", b"%PDF-1.7", b"\xd0\xcf\x11\xe0", b"a\0b"])
    def test_a_workbook_is_refused_with_the_way_on(self, data):
        with pytest.raises(Refusal, match="CSV"):
            text_of(data)


class TestOddOnes:
    def test_nobody_above_is_odd_for_a_worker_and_not_for_the_head_of_service(self):
        file = checked(
            read("name,email,role,manager email\nDot,dot@x.example,worker,\nBea,bea@x.example,senior manager,\n")
        )
        assert sentences(file) == [("Dot", "Has no manager.")]

    def test_managing_oneself_is_listed_and_loaded_without_a_manager(self):
        file = checked(read("name,email,manager email\nDot,dot@x.example,DOT@x.example\n"))
        assert sentences(file) == [("Dot", "Manages herself or himself. Loaded without a manager.")]
        assert file.rows[0].manager_email == ""

    def test_a_manager_who_is_neither_in_the_file_nor_here_is_listed(self):
        text = "name,email,manager email\nDot,dot@x.example,bea@x.example\n"
        assert "The manager’s address is not in the file: bea@x.example" in checked(read(text)).odd[0].sentence
        assert checked(read(text), known={"bea@x.example"}).odd == []

    def test_an_address_that_is_twice_is_loaded_once(self):
        file = checked(read("name,email\nDot,dot@x.example\nDora,DOT@x.example\n"))
        assert [row.name for row in file.rows] == ["Dot"]
        assert sentences(file) == [("Dora", "This address is twice: dot@x.example. Line 2 is loaded, this one is not.")]

    def test_a_circle_of_managers_is_broken_and_said(self):
        text = "name,email,manager email\nAnn,a@x.example,c@x.example\nBob,b@x.example,a@x.example\n"
        text += "Cai,c@x.example,b@x.example\n"
        file = checked(read(text))
        assert [odd.name for odd in file.odd] == ["Ann"]
        assert [branch.name for branch in tree(file.rows)] == ["Ann"]

    def test_the_tree_shows_who_manages_whom(self):
        top, *others = tree(checked(read(WHOLE)).rows)
        assert top.name == "Bea Marrow"
        assert [branch.name for branch in top.people] == ["Cai Quill"]
        assert [branch.name for branch in top.people[0].people] == ["Dot Osk", "Eli Tarn"]
        assert others == []

    def test_a_manager_who_was_here_before_stands_in_the_tree_by_name(self):
        file = checked(read("name,email,manager email\nDot,dot@x.example,bea@x.example\n"), known={"bea@x.example"})
        (top,) = tree(file.rows, known={"bea@x.example": "Bea Marrow"})
        assert (top.name, top.is_in_file, [branch.name for branch in top.people]) == ("Bea Marrow", False, ["Dot"])


@story
def county(fenshire):
    """Fenshire with the three professions and their past titles."""
    with fenshire.inside():
        Profession.objects.update(code="before", name="Before")
        add_professions()
    return fenshire


def load(county, text, *, by=None):
    with county.inside():
        return load_people(read(text), by=by or county.as_("admin"), at=NOW, today=TODAY)


@pytest.mark.django_db
class TestLoading:
    def test_people_come_with_account_role_manager_and_post(self, county):
        found = load(county, WHOLE)
        assert (len(found.new), len(found.changed), found.unchanged) == (4, 0, 0)
        with county.inside():
            dot = Person.objects.get(email="dot@fenshire.example")
            assert not dot.user.has_usable_password()
            assert dot.memberships.get().role == Role.WORKER
            assert dot.memberships.get().team == county.team
            assert dot.managed_by.get().manager.name == "Cai Quill"
            post = dot.employments.get().post
            assert post.name == "Pupil support worker 1, East 1 team Fenshire"
            terms = post.terms.get()
            assert (terms.grade, terms.point, terms.hours_per_week) == ("L6", 14, Decimal("37.00"))
            assert terms.term_time_only
            assert terms.starts_on == date(2025, 9, 1)
            assert Person.objects.get(email="bea@fenshire.example").employments.count() == 0

    def test_a_past_title_and_a_code_lead_to_the_same_profession(self, county):
        load(county, WHOLE)
        with county.inside():
            names = Post.objects.filter(profession__code="pupil-support").values_list("name", flat=True)
            assert set(names) == {f"Pupil support worker {n}, East 1 team Fenshire" for n in (1, 2)}

    def test_one_event_tells_of_the_whole_list_without_names(self, county):
        load(county, WHOLE)
        with county.inside():
            event = AuditEvent.objects.get(verb="people.load")
            assert event.reason == "4 new, 0 changed, 0 unchanged"
            assert len(event.subject_ids) == 4

    def test_the_same_list_again_writes_nothing(self, county, queries):
        load(county, WHOLE)
        with county.inside():
            before = [model.objects.count() for model in (Person, Membership, LineManagement, Post, Employment)]
        with queries() as seen:
            found = load(county, WHOLE)
        assert found.is_empty
        assert found.unchanged == 4
        assert not [sql for sql in seen if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
        with county.inside():
            assert [m.objects.count() for m in (Person, Membership, LineManagement, Post, Employment)] == before
            assert AuditEvent.objects.filter(verb="people.load").count() == 1

    def test_a_newer_list_shows_only_what_is_different(self, county):
        load(county, WHOLE)
        newer = (
            HEADINGS
            + MANAGER.replace("bea@", "senior@")
            + WORKER.replace("37,L6,14", "30,L6,15").replace("Dot Osk", "Dot Oskar")
        )
        with county.inside():
            found = compare(read(newer), today=TODAY)
            said = [
                (each.person.name, change.what, change.before, change.after)
                for each in found.changed
                for change in each.changes
            ]
        assert said == [
            ("Cai Quill", "Manager", "Bea Marrow", "Sena Fenshire"),
            ("Dot Osk", "Name", "Dot Osk", "Dot Oskar"),
            (
                "Dot Osk",
                "Grade and hours",
                "L6 point 14, 37 hours a week, term time",
                "L6 point 15, 30 hours a week, term time",
            ),
        ]
        assert {person.name for person in found.missing} >= {"Bea Marrow", "Eli Tarn"}

    def test_a_change_holds_from_today_and_the_past_stays(self, county):
        load(county, WHOLE)
        load(county, HEADINGS + MANAGER.replace("bea@", "senior@") + WORKER.replace("37,L6,14", "30,L6,15"))
        with county.inside():
            cai = Person.objects.get(email="cai@fenshire.example")
            spans = [(row.manager.name, row.starts_on, row.ends_on) for row in cai.managed_by.order_by("starts_on")]
            assert spans == [
                ("Bea Marrow", date(2024, 9, 1), date(2026, 9, 7)),
                ("Sena Fenshire", TODAY, None),
            ]
            terms = Post.objects.get(employments__person__email="dot@fenshire.example").terms.order_by("starts_on")
            assert [(each.point, each.starts_on) for each in terms] == [(14, date(2025, 9, 1)), (15, TODAY)]
            assert AuditEvent.objects.filter(verb="post.pay").count() == 1

    def test_another_role_ends_the_one_before(self, county):
        load(county, WHOLE)
        load(county, HEADINGS + WORKER.replace("Worker", "Senior practitioner", 1))
        with county.inside():
            roles = Membership.objects.filter(person__email="dot@fenshire.example").order_by("starts_on")
            assert [(each.role, each.ends_on) for each in roles] == [
                ("worker", date(2026, 9, 7)),
                ("senior_practitioner", None),
            ]

    def test_no_list_takes_an_administrators_role_away(self, county):
        load(county, "Name,E-mail,Role\nAda Fenshire,admin@fenshire.example,Worker\n")
        with county.inside():
            held = Membership.objects.on(TODAY).filter(person=county.people["admin"])
            assert set(held.values_list("role", flat=True)) == {"administrator", "worker"}

    def test_an_empty_cell_and_a_missing_column_say_nothing(self, county):
        load(county, WHOLE)
        assert load(county, "Name,E-mail,Job\nCai Quill,cai@fenshire.example,\n").is_empty

    def test_who_has_a_manager_here_is_not_odd_in_a_list_that_does_not_say_it(self, county):
        load(county, WHOLE)
        found = load(county, "Name,E-mail,Manager email\nDot Osk,dot@fenshire.example,\n")
        assert found.odd == []
        assert found.is_empty

    def test_a_contact_of_a_school_becomes_a_colleague_with_the_same_row(self, county):
        found = load(county, "Name,E-mail,Role\nLena Fenshire,lead@fenshire.example,Worker\n")
        assert [change.what for change in found.changed[0].changes] == ["Role"]
        with county.inside():
            assert set(county.people["lead"].memberships.values_list("role", flat=True)) == {"in_school_lead", "worker"}

    def test_an_unknown_team_or_profession_is_listed_and_the_rest_is_loaded(self, county):
        text = (
            HEADINGS
            + "Dot,dot@fenshire.example,,,Astronaut,Moon,,37,L6,14,\n"
            + "Eli,eli@fenshire.example,,,Family worker,,,37,L6,14,\n"
        )
        found = load(county, text)
        said = {odd.sentence for odd in found.odd}
        assert "The team “Moon” is not in your list of teams. Loaded without a team." in said
        assert "The profession “Astronaut” is not known. Loaded without a post." in said
        assert "Loaded without a post: a post takes a team, hours, a grade and a point." in said
        with county.inside():
            assert Person.objects.filter(email__in=["dot@fenshire.example", "eli@fenshire.example"]).count() == 2

    def test_more_hours_than_whole_time_are_said_and_make_no_post(self, county):
        load(county, WHOLE)
        text = (
            HEADINGS
            + WORKER.replace(",37,", ",40,")
            + "Fin,fin@fenshire.example,,,Family worker,East 1 team Fenshire,,37.5,L6,14,\n"
            + "Gus,gus@fenshire.example,,,Family worker,East 1 team Fenshire,,37,L6,14,\n"
        )
        found = load(county, text)
        assert [(odd.name, odd.sentence) for odd in found.odd if "whole time" in odd.sentence] == [
            (
                "Dot Osk",
                "40 hours a week are more than whole time, which is 37 here. No post is made or changed from it.",
            ),
            (
                "Fin",
                "37.5 hours a week are more than whole time, which is 37 here. No post is made or changed from it.",
            ),
        ]
        assert not [odd for odd in found.odd if "Loaded without a post" in odd.sentence]
        with county.inside():
            assert not Employment.objects.filter(person__email="fin@fenshire.example").exists()
            assert Employment.objects.filter(person__email="gus@fenshire.example").exists()
            terms = PostTerms.objects.get(post__employments__person__email="dot@fenshire.example")
            assert terms.hours_per_week == Decimal("37.00")

    def test_a_role_that_is_to_end_still_ends_when_its_team_changes(self, county):
        load(county, WHOLE)
        ends_on = date(2026, 12, 31)
        with county.inside():
            Membership.objects.filter(person__email="dot@fenshire.example").update(ends_on=ends_on)
        load(county, HEADINGS + WORKER.replace("East 1 team", "West 1 team"))
        with county.inside():
            held = Membership.objects.filter(person__email="dot@fenshire.example").order_by("starts_on")
            assert [(each.team.name, each.ends_on) for each in held] == [
                ("East 1 team Fenshire", date(2026, 9, 7)),
                ("West 1 team Fenshire", ends_on),
            ]

    def test_a_regrade_that_is_planned_is_not_undone_by_todays_list(self, county):
        load(county, WHOLE)
        planned = {"grade": "L7", "point": 20, "hours_per_week": Decimal(30)}
        with county.inside():
            post = Post.objects.get(employments__person__email="dot@fenshire.example")
            PostTerms.objects.create(post=post, starts_on=date(2027, 4, 1), **planned)
        assert load(county, WHOLE).is_empty
        load(county, HEADINGS + WORKER.replace("L6,14", "L6,15"))
        with county.inside():
            rows = post.terms.order_by("starts_on").values_list("starts_on", "point")
            assert list(rows) == [(date(2025, 9, 1), 14), (TODAY, 15), (date(2027, 4, 1), 20)]

    def test_comparing_takes_as_many_queries_for_few_as_for_many(self, county, queries):
        def size(rows):
            text = HEADINGS + "".join(f"P{n},p{n}@fenshire.example,,,,,,,,,\n" for n in range(rows))
            with county.inside(), queries() as seen:
                compare(read(text), today=TODAY)
            load(county, text)
            with county.inside(), queries() as again:
                compare(read(text), today=TODAY)
            return len(seen), len(again)

        assert size(2) == size(60)

    def test_nobody_but_an_administrator_loads_a_list(self, county):
        with pytest.raises(NotAllowed):
            load(county, WHOLE, by=county.as_("manager"))
        with county.inside():
            assert not Person.objects.filter(email="dot@fenshire.example").exists()

    def test_the_other_authority_sees_nothing_of_it(self, county, moorland):
        load(county, WHOLE)
        with moorland.inside():
            assert not Person.objects.filter(email__endswith="@fenshire.example").exists()

    def test_one_account_serves_two_authorities(self, county, moorland):
        load(county, WHOLE)
        with moorland.inside():
            load_people(
                read("Name,E-mail\nDot Osk,dot@fenshire.example\n"), by=moorland.as_("admin"), at=NOW, today=TODAY
            )
        assert User.objects.filter(email="dot@fenshire.example").count() == 1
