"""Papers and the runs that make them."""

from reports.models.documents import Document, DocumentItem, DocumentRun
from reports.models.large_print import LargePrint
from reports.models.record_papers import RecordPaper, ReviewPaper, SealedPaper

__all__ = ["Document", "DocumentItem", "DocumentRun", "LargePrint", "RecordPaper", "ReviewPaper", "SealedPaper"]
