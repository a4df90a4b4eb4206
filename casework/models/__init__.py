"""Young people, in their smallest form. The one module that gathers names, because Django looks here."""

from casework.models.worries import Worry
from casework.models.young_people import Decision, YoungPerson

__all__ = ["Decision", "Worry", "YoungPerson"]
