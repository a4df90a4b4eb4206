"""What waits for each reader of two full counties is found by the kept statement as by one that is written for them."""

from __future__ import annotations

from dataclasses import replace

from reports.needs import together
from teams.foundation import kept
from tests.crawl.conftest import World
from tests.factories.authorities import NOW


def test_what_waits_is_the_same_in_sql_that_many_have_in_common(world: World):
    kinds_of_readers, lines = set(), 0
    for county in (world.fenshire, world.moorland):
        people = sorted(person.pk for person in county.people.values())
        with county.inside():
            for who in county.users:
                for covers in (frozenset(), frozenset(people[:1]), frozenset(people[:2])):
                    reader = replace(county.as_(who, today=NOW.date()), covers=covers)
                    kinds = tuple(together.kinds_of(reader))
                    if not kinds or reader.person_id is None:
                        continue
                    plain = list(together._asked.build(reader, kinds))
                    assert together._asked(reader, kinds) == plain, (who, covers)
                    assert together._asked._of(kept.alike(reader)[0], kinds) is not None, "it is kept"
                    kinds_of_readers.add(len(kinds))
                    lines += sum(len(rows or []) for row in plain for rows in row)
    assert len(kinds_of_readers) > 3
    assert lines > 20, "there is something to compare"
