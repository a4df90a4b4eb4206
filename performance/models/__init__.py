"""Performance's records. The one module that gathers names, because Django looks here."""
