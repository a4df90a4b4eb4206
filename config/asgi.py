"""The entry point for a server that speaks ASGI; the product itself is served through config/wsgi.py."""

import os

from django.core.asgi import get_asgi_application

from config.credentials import refuse_bypassing_credentials

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

refuse_bypassing_credentials()
application = get_asgi_application()
