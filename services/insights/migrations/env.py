"""How Alembic finds the database: the command that calls it says where it is."""

from alembic import context
from sqlalchemy import NullPool, create_engine, text

from services.insights.patience import OPTIONS

url = context.config.attributes["database_url"]

# Nothing is asked often enough to be planned once, and a pooler may not know what that means.
with create_engine(url, poolclass=NullPool, connect_args=OPTIONS | {"prepare_threshold": None}).connect() as connection:
    connection.execute(text("CREATE SCHEMA IF NOT EXISTS insights"))
    connection.commit()
    context.configure(connection=connection, version_table_schema="insights")
    with context.begin_transaction():
        context.run_migrations()
