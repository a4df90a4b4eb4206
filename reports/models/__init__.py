"""Papers and the runs that make them."""

from reports.models.documents import Document, DocumentItem, DocumentRun
from reports.models.large_print import LargePrint

__all__ = ["Document", "DocumentItem", "DocumentRun", "LargePrint"]
