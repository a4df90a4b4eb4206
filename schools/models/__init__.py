"""Schools, their figures and contacts, and the placements, shares and agreements that bring workers into them."""

from schools.models.agreements import Agreement
from schools.models.contacts import SchoolContact
from schools.models.figures import Figures
from schools.models.funding import FundingStream, Share
from schools.models.imports import FileImport, StagedRow
from schools.models.need import NeedWeights
from schools.models.next_year import NextYear
from schools.models.placements import Placement
from schools.models.school_days import SchoolDay
from schools.models.school_links import SchoolLink
from schools.models.schools import School
from schools.models.share_questions import ShareQuestion
from schools.models.signatures import Question, Signature
from schools.models.time_away import TimeAway
from schools.models.versions import AgreementVersion, Charge
from schools.models.what_if import ProposalCopy, WhatIf, WhatIfChange
from schools.models.what_if_parts import WhatIfPart
from schools.models.wording import Clause

__all__ = [
    "Agreement",
    "AgreementVersion",
    "Charge",
    "Clause",
    "Figures",
    "FileImport",
    "FundingStream",
    "NeedWeights",
    "NextYear",
    "Placement",
    "ProposalCopy",
    "Question",
    "School",
    "SchoolContact",
    "SchoolDay",
    "SchoolLink",
    "Share",
    "ShareQuestion",
    "Signature",
    "StagedRow",
    "TimeAway",
    "WhatIf",
    "WhatIfChange",
    "WhatIfPart",
]
