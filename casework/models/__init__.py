"""Young people, in their smallest form. The one module that gathers names, because Django looks here."""

from casework.models.worries import AskedInstead, Worry
from casework.models.young_people import Decision, YoungPerson

__all__ = ["AskedInstead", "Decision", "Worry", "YoungPerson"]
