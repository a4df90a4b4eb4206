"""The ground floor's records. The one package whose `__init__` gathers names, because Django looks here."""

from teams.foundation.audit import AuditEvent
from teams.foundation.drafts import Draft
from teams.foundation.links import Link
from teams.foundation.mail import Notice
from teams.foundation.tokens import Token
from teams.models.absences import Absence
from teams.models.agencies import AgencyPerson
from teams.models.authorities import Authority
from teams.models.calendar import Term
from teams.models.commitments import Commitment
from teams.models.covers import Cover, CoverGrant, CoverGroupGrant
from teams.models.feeds import Feed
from teams.models.guidance import CountyQuestion, Guidance, GuidanceWithdrawn, Place
from teams.models.hand_overs import HandOver
from teams.models.occasions import Attendee, Audience, Occasion, Part
from teams.models.people import LineManagement, Membership, Person
from teams.models.places import Area, Profession, ProfessionTitle, Team
from teams.models.posts import Employment, PayRate, Post, PostTerms
from teams.models.remarks import Remark
from teams.models.users import User
from teams.questionnaires.models import Questionnaire, Wording

__all__ = [
    "Absence",
    "AgencyPerson",
    "Area",
    "Attendee",
    "Audience",
    "AuditEvent",
    "Authority",
    "Commitment",
    "CountyQuestion",
    "Cover",
    "CoverGrant",
    "CoverGroupGrant",
    "Draft",
    "Employment",
    "Feed",
    "Guidance",
    "GuidanceWithdrawn",
    "HandOver",
    "LineManagement",
    "Link",
    "Membership",
    "Notice",
    "Occasion",
    "Part",
    "PayRate",
    "Person",
    "Place",
    "Post",
    "PostTerms",
    "Profession",
    "ProfessionTitle",
    "Questionnaire",
    "Remark",
    "Team",
    "Term",
    "Token",
    "User",
    "Wording",
]
