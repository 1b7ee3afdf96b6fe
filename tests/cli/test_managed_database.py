"""A database that somebody else keeps and that speaks TLS only: its backup is made, and read again."""

import os
import pwd
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from innotter.cli import dumps
from innotter.config import doctor
from innotter.config.client_tools import folder_for, system_folders
from innotter.config.data_dir import DataDir
from tests.running import free_port, wait_until
from tests.servers import REQUIRED

USER = "nobody" if os.geteuid() == 0 else None


def write_certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    dated = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = dated.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    (folder / "server.crt").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.key").write_bytes(key.private_bytes(*form))
    (folder / "server.key").chmod(0o600)


@pytest.fixture(scope="module")
def managed():
    """The address of a PostgreSQL of this machine's packages, which lets nobody in without TLS."""
    programs = [found for found in system_folders() if (found / "postgres").exists()]
    if not programs:
        message = "no PostgreSQL with a server on this machine"
        pytest.fail(message) if REQUIRED else pytest.skip(message)
    home, port = Path(tempfile.mkdtemp(prefix="innotter-tls-", dir="/tmp")), free_port()
    as_user = (
        {"user": pwd.getpwnam(USER).pw_uid, "group": pwd.getpwnam(USER).pw_gid, "extra_groups": []} if USER else {}
    )
    if USER:
        shutil.chown(home, USER)
    made = [programs[0] / "initdb", "-D", home / "data", "-U", "owner", "--auth=trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(made, check=True, capture_output=True, cwd="/", **as_user)
    write_certificate(home / "data")
    (home / "data" / "pg_hba.conf").write_text("hostssl all all 127.0.0.1/32 trust\n")
    for file in ("server.crt", "server.key", "pg_hba.conf"):
        if USER:
            shutil.chown(home / "data" / file, USER)
    flags = ["-c", "ssl=on", "-c", "listen_addresses=127.0.0.1", "-c", f"port={port}", "-c", "fsync=off"]
    command = [programs[0] / "postgres", "-D", home / "data", "-k", home, *flags]
    server = subprocess.Popen(command, cwd="/", stderr=subprocess.DEVNULL, **as_user)
    address = f"postgresql://owner@localhost:{port}/postgres?hostaddr=127.0.0.1&sslmode=verify-full"
    address += f"&sslrootcert={home / 'data' / 'server.crt'}"
    home.chmod(0o755)
    shutil.copy(home / "data" / "server.crt", home / "root.crt")
    address = address.replace(str(home / "data" / "server.crt"), str(home / "root.crt"))

    def answers():
        try:
            psycopg.connect(address, connect_timeout=2).close()
        except psycopg.Error:
            return False
        return True

    try:
        wait_until(answers, what="a PostgreSQL with TLS")
        yield address
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(home, ignore_errors=True)


def test_a_backup_of_a_database_with_tls_is_made_and_read_again(managed, tmp_path):
    place = DataDir(tmp_path)
    with psycopg.connect(managed, autocommit=True) as connection:
        connection.execute("CREATE DATABASE empty")
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('Curiouser')")
    dump = dumps.dumped(place, tmp_path / "database.dump", managed, "--exclude-schema=insights")
    empty = managed.replace("/postgres?", "/empty?")
    dumps.check(place, dump, empty, schema="public")
    dumps.load(place, dump, empty)
    with psycopg.connect(empty) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("Curiouser",)


def test_the_doctor_knows_beforehand_whether_a_backup_can_be_made(managed, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", managed)
    assert doctor._backups().detail == f"would be made with {folder_for(managed)}"
    monkeypatch.setattr("innotter.config.client_tools.system_folders", list)
    finding = doctor._backups()
    assert not finding.is_well
    assert "apt install postgresql-client-" in finding.advice
