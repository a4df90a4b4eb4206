"""Reading the government's files about schools. Values in, values out: no database, no web, memory for one row.

`reading` opens a file, `kinds` knows the files by their headings, `values` and `register` read cells, `rows` are what
comes out, `parsing` puts them together: `for row in parse(source): ...`.
"""

from schools.files.parsing import Reading, Row, parse
from schools.files.reading import NotSuchAFile
from schools.files.rows import FiguresRow, Head, Link, LinkRow, SchoolRow, Unreadable, leads_on
from schools.files.values import Figure, Marked

__all__ = [
    "Figure",
    "FiguresRow",
    "Head",
    "Link",
    "LinkRow",
    "Marked",
    "NotSuchAFile",
    "Reading",
    "Row",
    "SchoolRow",
    "Unreadable",
    "leads_on",
    "parse",
]
