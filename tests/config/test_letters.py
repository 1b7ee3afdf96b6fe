"""Search in any script needs a database that knows its letters; `innotter doctor` says where one does not."""

import psycopg
import pytest
from django.db import connection

from innotter.config import doctor


@pytest.fixture
def database_of_ascii(db):
    """A database as some operators of clusters make it: LC_CTYPE is C."""
    known = {"host": connection.settings_dict["HOST"], "port": connection.settings_dict["PORT"] or 5432}
    known |= {"user": connection.settings_dict["USER"], "password": connection.settings_dict["PASSWORD"]}
    name = f"{connection.settings_dict['NAME']}_ascii"
    with psycopg.connect(**known, dbname="postgres", autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}"')
        server.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
        with psycopg.connect(**known, dbname=name) as found:
            yield found
        server.execute(f'DROP DATABASE "{name}"')


def test_the_doctor_says_that_a_database_knows_no_letters_but_english(database_of_ascii, monkeypatch):
    assert doctor._letters().is_well
    monkeypatch.setattr(doctor, "connection", database_of_ascii)
    finding = doctor._letters()
    assert not finding.is_well
    assert "LC_CTYPE" in finding.advice
