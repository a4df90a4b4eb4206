"""Schools, their figures and contacts, and the placements, shares and agreements that bring workers into them."""

from schools.models.agreements import Agreement, AgreementVersion, Charge, Question, Signature
from schools.models.funding import FundingStream, Share
from schools.models.imports import FileImport, StagedRow
from schools.models.placements import Placement
from schools.models.schools import Figures, School, SchoolContact, SchoolLink
from schools.models.wording import Clause

__all__ = [
    "Agreement",
    "AgreementVersion",
    "Charge",
    "Clause",
    "Figures",
    "FileImport",
    "FundingStream",
    "Placement",
    "Question",
    "School",
    "SchoolContact",
    "SchoolLink",
    "Share",
    "Signature",
    "StagedRow",
]
