"""Papers and the runs that make them."""

from reports.models.documents import Document, DocumentItem, DocumentRun

__all__ = ["Document", "DocumentItem", "DocumentRun"]
