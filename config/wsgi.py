"""The entry point of the web server."""

import os

from django.core.wsgi import get_wsgi_application

from config.credentials import refuse_bypassing_credentials

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

refuse_bypassing_credentials()
application = get_wsgi_application()
