"""Supervision's records. The one module that gathers names, because Django looks here."""

from supervision.models.booking import CalledOff, Slot
from supervision.models.bring import Bring, BroughtYoungPerson
from supervision.models.mileage import MileageDay
from supervision.models.opinions import SessionOpinion
from supervision.models.patterns import Pattern, SetPlace
from supervision.models.peers import GoodPractice, PeerGroup, PeerGroupPerson, PeerPerson, PeerSupervision
from supervision.models.sessions import Correction, OwnNote, Session, SessionCopy, SessionPart, SessionPerson
from supervision.models.visits import Visit

__all__ = [
    "MileageDay",
    "Bring",
    "BroughtYoungPerson",
    "CalledOff",
    "Correction",
    "GoodPractice",
    "OwnNote",
    "Pattern",
    "PeerGroup",
    "PeerGroupPerson",
    "PeerPerson",
    "PeerSupervision",
    "Session",
    "SessionCopy",
    "SessionOpinion",
    "SessionPart",
    "SessionPerson",
    "SetPlace",
    "Slot",
    "Visit",
]
