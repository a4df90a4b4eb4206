"""The questionnaires that come with the product, in English. An authority's own words are further editions and rows.

Whoever changes a question or a word here raises the edition: rounds that run keep what they began with, and the next one
has the new words (a test holds the words of each edition).

The young person's words are short and plain (a test holds them at a reading age of nine or below). {worker}, {manager}
and {school} are filled in by whoever draws the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

YOUNG, PARENT, PULSE = "young-person", "parent", "pulse"
FACES = ["yes", "partly", "no"]


@dataclass(frozen=True)
class Shipped:
    """An edition: its questions, and its words in English."""

    code: str
    edition: int
    questions: list[dict[str, Any]]
    words: dict[str, Any]


_SCREENS_FOR_THE_YOUNG = {
    "title": "How is it going?",
    "skip_or_stop": "You can skip any question. You can stop.",
    "language": "Choose a language",
    "aloud": "Read aloud",
    "step_away": "{worker}, please step away now.",
    "named": "With my name",
    "named_promise": "{worker} and {manager} read what you say. They know it is you.",
    "unnamed": "Keep my name off",
    "unnamed_promise": "They do not know it is you. They see answers from five or more people, added up.",
    "count": "Question {number} of {all}",
    "skip": "Skip",
    "next": "Next",
    "back": "Back",
    "stop": "Stop",
    "ready": "That was the last one",
    "ready_hint": "Shall we send it?",
    "send": "Send",
    "quote": "You can show my words, but not my name.",
    "not_an_answer": "Press one of the pictures, or press Skip.",
    "too_long": "That is too long to send. Make it a bit shorter. Your words are still here.",
    "thanks": "Thank you. It is sent.",
    "thanks_hint": "You can close this page.",
    "hand_back": "Now give this back to {worker}.",
    "sign_in": "For {worker}: sign in again",
    "we_did": "You said, we did",
    "stopped": "You stopped. Nothing was sent.",
    "stopped_hint": "That is fine. You can start again if you want to.",
    "again": "Start again",
    "used": "This has been sent.",
    "used_hint": "You can say it one time each term. Thank you.",
    "too_old": "This link is too old.",
    "too_old_hint": "Ask {worker} for a new one.",
    "closed": "This is over now.",
    "closed_hint": "It ended on {day}. We can not count new answers. You can still say it with your name on.",
    "closed_named": "Start again with my name on",
    "elsewhere": "You did not start this here.",
    "elsewhere_hint": "You can start again here. Then that one stops.",
    "safe": "Worried or not safe?",
    "safe_now": "Tell a grown-up here now.",
    "safe_ring": "Ring Childline. It is free, day and night.",
    "safe_danger": "In danger now? Ring 999.",
    "safe_back": "Go back to the questions",
    "find": "Ask {lead} to find me today",
    "find_hint": "{lead} will learn who you are. You can still ring.",
    "finding": "We are asking {lead} to find you.",
    "finding_hint": "If no one comes by {time}, tell any grown-up or ring.",
    "found": "{owner} said: I have this.",
    "found_hint": "That was at {found_at} on {found_on}. Not found yet? Ask again, or ring.",
    "asked_before": "You asked at {asked_at} on {asked_on}.",
    "asked_before_hint": "No one has said they will come. Do not wait. Tell any grown-up or ring.",
    "no_one": "No one at school can be asked from here now.",
    "school_closed": "School is closed now. No one there can see this.",
}
_SCREENS_FOR_ADULTS = {
    "title": "What do you think?",
    "skip_or_stop": "Four short questions. You can skip any of them, and you can stop.",
    "language": "Choose a language",
    "aloud": "Read aloud",
    "step_away": "{worker}, please step away now.",
    "named": "With my name",
    "named_promise": "{worker} and {manager} read your answers, and know that they are yours.",
    "unnamed": "Keep my name off",
    "unnamed_promise": "They do not learn who you are. They see the answers of five or more people, added up.",
    "count": "Question {number} of {all}",
    "skip": "Skip",
    "next": "Next",
    "back": "Back",
    "stop": "Stop",
    "ready": "That was the last question",
    "ready_hint": "Nothing has been sent yet.",
    "send": "Send",
    "quote": "My words may be shown to others, without my name.",
    "not_an_answer": "Choose one of the answers, or skip the question.",
    "too_long": "That is more than we can take. Make it shorter: your words are still here.",
    "thanks": "Thank you. Your answers have been sent.",
    "thanks_hint": "You can close this page.",
    "hand_back": "Please give this back to {worker}.",
    "sign_in": "For {worker}: sign in again",
    "we_did": "You said, we did",
    "stopped": "You stopped. Nothing was sent.",
    "stopped_hint": "That is fine. You can start again if you want to.",
    "again": "Start again",
    "used": "This link has done its work. Your answers were sent.",
    "used_hint": "Each term you can answer once. Thank you.",
    "too_old": "This link is too old.",
    "too_old_hint": "Ask {worker} for a new one.",
    "closed": "This round is over.",
    "closed_hint": "It ended on {day}, so an answer without a name can no longer be counted. You can still say it with your name.",
    "closed_named": "Begin again with my name",
    "elsewhere": "This was begun on another phone or computer.",
    "elsewhere_hint": "You can begin again here. What was begun there is then forgotten.",
    "safe": "Worried about somebody’s safety?",
    "safe_now": "Tell somebody at the school now.",
    "safe_ring": "Children can ring Childline, free, day and night.",
    "safe_danger": "Is somebody in danger now? Ring 999.",
    "safe_back": "Back to the questions",
    "ring_me": "Ring me instead",
    "ring_me_hint": "Leave a number, and {worker} will ring you.",
    "ring_me_number": "Your telephone number",
    "ring_me_send": "Ask {worker} to ring",
    "ring_me_thanks": "{worker} can see your number now.",
    "ring_me_wrong": "Enter a telephone number, like 01632 960 001.",
}

YOUNG_PERSONS = Shipped(
    YOUNG,
    2,
    [
        {"code": "heard", "kind": "pictures", "options": FACES},
        {"code": "useful", "kind": "pictures", "options": FACES},
        {"code": "safe", "kind": "pictures", "options": FACES},
        {"code": "changed", "kind": "pictures", "options": ["better", "same", "worse"]},
        {"code": "words", "kind": "text"},
    ],
    _SCREENS_FOR_THE_YOUNG
    | {
        "questions": {
            "heard": {
                "ask": "Does {worker} listen to you?",
                "options": {"yes": "Yes", "partly": "At times", "no": "No"},
            },
            "useful": {"ask": "Does it help you?", "options": {"yes": "Yes", "partly": "A bit", "no": "No"}},
            "safe": {
                "ask": "Can you say what you think?",
                "options": {"yes": "Yes", "partly": "At times", "no": "No"},
            },
            "changed": {
                "ask": "How are things now?",
                "options": {"better": "Better", "same": "The same", "worse": "Worse"},
            },
            "words": {"ask": "Do you want to say more?"},
        }
    },
)
PARENTS = Shipped(
    PARENT,
    2,
    [
        {"code": "heard", "kind": "pictures", "options": FACES},
        {"code": "useful", "kind": "pictures", "options": FACES},
        {"code": "reached", "kind": "pictures", "options": FACES},
        {"code": "changed", "kind": "pictures", "options": ["better", "same", "worse"]},
        {"code": "words", "kind": "text"},
    ],
    _SCREENS_FOR_ADULTS
    | {
        "questions": {
            "heard": {
                "ask": "Does {worker} listen to you?",
                "options": {"yes": "Yes", "partly": "Sometimes", "no": "No"},
            },
            "useful": {
                "ask": "Does it help your family?",
                "options": {"yes": "Yes", "partly": "A bit", "no": "No"},
            },
            "reached": {
                "ask": "Can you reach {worker} when you need to?",
                "options": {"yes": "Yes", "partly": "Sometimes", "no": "No"},
            },
            "changed": {
                "ask": "How are things now?",
                "options": {"better": "Better", "same": "The same", "worse": "Worse"},
            },
            "words": {"ask": "Is there anything you want to say?"},
        }
    },
)
_AGREE = ["4", "3", "2", "1"]
_AGREEING = {"4": "Agree", "3": "Mostly agree", "2": "Mostly disagree", "1": "Disagree"}
PULSES = Shipped(
    PULSE,
    2,
    # H91: one large team; who is in it and what they do; joint work (seen, for it is counted from records); skills
    # shared and used. H85: well supported.
    [
        {"code": "one_team", "kind": "scale", "options": _AGREE},
        {"code": "who_is_who", "kind": "scale", "options": _AGREE},
        {"code": "joint_work", "kind": "scale", "options": _AGREE},
        {"code": "skills", "kind": "scale", "options": _AGREE},
        {"code": "supported", "kind": "scale", "options": _AGREE},
    ],
    _SCREENS_FOR_ADULTS
    | {
        "title": "How is the team working?",
        "skip_or_stop": "Five short questions. You can skip any of them, and you can stop.",
        "named_promise": "The team’s manager reads your answers.",
        "unnamed_promise": "Nobody learns who you are. Answers are shown from five people on, added up.",
        "questions": {
            code: {"ask": ask, "options": _AGREEING}
            for code, ask in {
                "one_team": "We work as one large team.",
                "who_is_who": "I know who is in the team and what each of them does.",
                "joint_work": "I see people of the team working together.",
                "skills": "The skills of the team are shared and used.",
                "supported": "I am well supported.",
            }.items()
        },
    },
)
SHIPPED = {each.code: each for each in (YOUNG_PERSONS, PARENTS, PULSES)}
