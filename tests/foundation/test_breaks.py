"""On a phone an address breaks before its "@" and its dots, a telephone number nowhere; and neither lets markup in."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from teams.foundation.breaks import breaks

WHOLE = '<span class="alongside-whole">{}</span>'


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("head@oakfield.example", "head<wbr>@oakfield<wbr>.example"),
        ("To a.b+c@x-y.sch.uk.", "To a.b+c<wbr>@x-y<wbr>.sch<wbr>.uk."),
        ("h••••@oakfield.example", "h••••<wbr>@oakfield<wbr>.example"),
        ("Ring 01632 960100.", f"Ring {WHOLE.format('01632 960100')}."),
        ("020 7946 0018 or +44 20", f"{WHOLE.format('020 7946 0018')} or +44 20"),
        ("07:00 to 18:00, 22 November 2026, £14,145.00 a year", "07:00 to 18:00, 22 November 2026, £14,145.00 a year"),
        ("<b>x@y.example</b> & co", "&lt;b&gt;x<wbr>@y<wbr>.example&lt;/b&gt; &amp; co"),
        ("Nobody", "Nobody"),
    ],
)
def test_addresses_and_numbers(text, drawn):
    assert breaks(text) == drawn


def test_markup_stays_as_it_is():
    link = Markup('<a href="mailto:x@y.example">x</a>')
    assert breaks(link) is link
