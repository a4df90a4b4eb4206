"""What a team sets out to reach in a year, and by what it is seen to get there (H53, H89 to H91). Values alone."""

from __future__ import annotations

from dataclasses import dataclass

# Whose views are asked for regularly (H90).
MEMBERS, COLLEAGUES, AGENCIES, SCHOOLS = "members", "colleagues", "agencies", "schools"
GROUPS = {
    MEMBERS: "Members of the team",
    COLLEAGUES: "Colleagues",
    AGENCIES: "Outside agencies",
    SCHOOLS: "Schools",
}


@dataclass(frozen=True)
class Criterion:
    """A criterion as it comes with Alongside. `groups` are asked about it each term."""

    text: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Indicator:
    """A standing indicator: said in a sentence, and read from one question of the pulse or counted from records.

    `question` is a question of the pulse, and `group` whose answers to it are read; `counts` says what is counted.
    """

    code: str
    text: str
    question: str = ""
    group: str = ""
    counts: str = ""


# The two of the first source, by the end of the school year (H89, H53).
SHIPPED = (
    Criterion(
        "Members, colleagues, outside agencies and schools see the team as one group that works well together, with "
        "aims that all of them know.",
        (MEMBERS, COLLEAGUES, AGENCIES, SCHOOLS),
    ),
    Criterion(
        "Members of the team know and value each other’s skills, and work towards one aim: better lives for children "
        "and families.",
        (MEMBERS,),
    ),
)
# What is looked at each term whatever was set (H91).
INDICATORS = (
    Indicator("one-team", "Most feel part of one large team", question="one_team", group=MEMBERS),
    Indicator(
        "who-is-who", "Colleagues know who is in the team and what they do", question="who_is_who", group=COLLEAGUES
    ),
    Indicator("joint-work", "Joint work is regular", counts="Joint visits and peer supervisions held in the term"),
    Indicator("skills", "Skills are shared and used", question="skills", group=MEMBERS),
)
# Of the answers to a statement of the pulse these say yes to it.
AGREES = frozenset({"4", "3"})  # agree, mostly agree


def share(counts: dict[str, int], options: frozenset[str] = AGREES) -> tuple[int, int]:
    """How many said one of these, out of how many who answered: of one question's counts."""
    return sum(number for option, number in counts.items() if option in options), sum(counts.values())
