"""Bringing the database to the state that this version needs."""

from pathlib import Path
from urllib.parse import urlsplit

from alembic import command
from alembic.config import Config


def migrate(database_url: str) -> None:
    """Run the migrations that have not been run. The tables lie in a schema of their own, `insights`."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["database_url"] = urlsplit(database_url)._replace(scheme="postgresql+psycopg").geturl()
    command.upgrade(config, "head")
