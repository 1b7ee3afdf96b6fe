"""The door that the web server opens."""

import os

from django.core.wsgi import get_wsgi_application

from telemetry import reporting

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "innotter.config.settings")
reporting.start("innotter-web", "django.DjangoInstrumentor", "celery.CeleryInstrumentor")
application = get_wsgi_application()
