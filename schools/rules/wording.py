"""The wording a new authority starts with, and the boxes that are a school's own.

Eight parts of domain C.1, in plain English. An authority changes it by date; final papers never change. The clauses of
BR-01 (support while waiting) and confidentiality are what school and worker accept before the worker may start (BR-02).
"""

from __future__ import annotations

from typing import NamedTuple


class Wording(NamedTuple):
    part: str
    position: int
    text: str
    is_locked: bool = True


class OwnLines(NamedTuple):
    """A box of the school's own. `part` is where it is printed."""

    name: str
    part: str
    label: str
    hint: str


OWN_LINES = (
    OwnLines("focus", "2-service", "What the worker does here", "What this school most wants help with."),
    OwnLines("room", "2-service", "Room and practical things", "The room, keys, telephone, who to report to."),
    OwnLines("other", "8-change", "Anything else agreed with this school", "Leave empty if there is nothing."),
)

# On the head's first screen: what it buys, and what it does not, in a few words each (journey H1).
WHAT_IT_BUYS = (
    "One named worker in your school on the days above",
    "Supervision in your school with the manager, with you or whom you name",
    "Work with pupils and parents, at school and at home",
    "Training, cover arrangements and line management by the council",
    "A paper each term with the days given and the cost",
)
WHAT_IT_DOES_NOT = (
    "Specialist treatment. While a young person waits for a specialist service the worker gives low-level support only, "
    "and only when everybody concerned has agreed.",
    "A secret keeper. What a young person says stays private unless somebody is at risk; then it is passed on.",
)

WAITING_RULE = (
    "When a young person has been referred to a specialist service that has a waiting list, the worker gives only support "
    "that fits the worker's own role, such as check-ins, routines, groups and talking with parents. The worker does not "
    "do the specialist's work."
)

DEFAULT_WORDING = (
    Wording("1-parties", 1, "The council employs and manages the worker. The school pays its share and works with them day by day."),
    Wording("1-parties", 2, "The headteacher speaks for the school. The team manager speaks for the council. Each names somebody to ask when they are away."),
    Wording("2-service", 1, "The worker helps children, young people and families early, so that fewer need specialist services."),
    Wording("2-service", 2, "The school and the worker agree together which young people to work with. Parents are told and agree, and so does the young person where they are old enough to decide."),
    Wording("2-service", 3, "The school provides a private room, a telephone, the internet, a key, and a place in staff briefings. It names an in-school lead."),
    Wording("2-service", 4, "The manager, the worker and the school meet in the school for supervision every second month. In the months between, workers supervise each other with the manager present."),
    Wording("3-cost", 1, "The council and the school each pay their share. The school's share is charged once a term and paid within 30 days."),
    Wording("3-cost", 2, "When pay awards, grades or shares change, the council sends a new cost sheet before the change. What has been charged is never changed afterwards."),
    Wording("4-absence", 1, "The worker takes leave in the school holidays. When the worker is ill, the school is told the same morning. The reason is private."),
    Wording("4-absence", 2, "After ten school days without the worker, the manager and the school agree cover or a credit."),
    Wording("4-absence", 3, "When the post is empty, the school is asked how it should be filled and joins the interviews."),
    Wording("5-away", 1, "Some of the worker's time is away from the school: team meetings, training, peer supervision, home visits. Each time has a purpose and a benefit to the school, and the school is told the same day."),
    Wording("6-waiting", 1, WAITING_RULE),
    Wording("6-waiting", 2, "This support goes on only while the worker, the manager, the school, the parents, the young person and the specialist service know of it and agree. Anybody can end it. The manager then plans with the worker how to say goodbye."),
    Wording("6-waiting", 3, "Nothing in this part ever keeps anybody from acting when a child is in danger."),
    Wording("7-confidentiality", 1, "What a young person or a parent tells the worker is private to the council's service. The school is told what it needs to help the young person in school."),
    Wording("7-confidentiality", 2, "When somebody is at risk of harm, the worker tells the school's safeguarding lead at once. Young people and parents are told this at the start."),
    Wording("7-confidentiality", 3, "The council and the school each answer for the records they hold. A loss or leak of information is reported to the other within 24 hours."),
    Wording("7-confidentiality", 4, "Records are shared only through safe ways: never by ordinary e-mail, never on a private telephone."),
    Wording("8-change", 1, "A change is agreed in writing and signed by all three. Until then the last signed version holds."),
    Wording("8-change", 2, "Either side can end this agreement by telling the other one full term before. If a fund ends, the council says so as soon as it knows."),
    Wording("8-change", 3, "If we disagree, the headteacher and the team manager talk first, then the head of service."),
    Wording("8-change", 4, "When the work ends, the manager, the worker and the school agree who goes on with each young person."),
)  # fmt: skip
