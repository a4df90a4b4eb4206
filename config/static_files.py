"""Static files by names that carry their digest, so that a browser keeps them for good: scripts' imports too.

Django rewrites imports between scripts only when it is told to; else a script that has just changed would come with
what it imports from a cache, and a page would ask for each of them again after a minute.
"""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(ManifestStaticFilesStorage):
    """For a machine of one's own: without the compression, which takes ten times as long."""

    support_js_module_import_aggregation = True


class HashedCompressedFiles(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True
