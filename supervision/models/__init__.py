"""Supervision's records. The one module that gathers names, because Django looks here."""

from supervision.models.sessions import Correction, OwnNote, Session, SessionCopy, SessionPart, SessionPerson
from supervision.models.visits import Visit

__all__ = ["Correction", "OwnNote", "Session", "SessionCopy", "SessionPart", "SessionPerson", "Visit"]
