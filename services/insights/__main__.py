"""`python -m services.insights migrate`: bring the database to the state that this version needs."""

import sys

from services.insights.migrate import migrate
from services.insights.settings import Settings

if __name__ == "__main__":
    if sys.argv[1:] != ["migrate"]:
        sys.exit("Usage: python -m services.insights migrate")
    migrate(Settings().database_url)
