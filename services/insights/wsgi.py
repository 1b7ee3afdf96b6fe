"""What a web server loads."""

import atexit

from services.insights.app import close, make_app

app = make_app()
atexit.register(close, app)
