"""The application, as WSGI knows it."""

import atexit

from services.contract.request_log import set_up_log
from services.insights.app import close, make_app
from telemetry import reporting

set_up_log()
app = make_app()
reporting.start("innotter-insights", "flask.FlaskInstrumentor", app=app)
atexit.register(close, app)
