"""Papers and the runs that make them, figures that are kept, and the county's packs."""

from reports.models.county_packs import CountyPack, PackCopy, PackPaper, PackWords
from reports.models.documents import Document, DocumentItem, DocumentRun
from reports.models.figures import Look, PrintedFigure, Reading, Sheet
from reports.models.large_print import LargePrint
from reports.models.questions import FigureQuestion
from reports.models.record_papers import ProposalPaper, RecordPaper, ReviewPaper, SealedPaper

__all__ = [
    "CountyPack",
    "Document",
    "DocumentItem",
    "DocumentRun",
    "FigureQuestion",
    "LargePrint",
    "Look",
    "PackCopy",
    "PackPaper",
    "PackWords",
    "PrintedFigure",
    "ProposalPaper",
    "Reading",
    "RecordPaper",
    "ReviewPaper",
    "SealedPaper",
    "Sheet",
]
