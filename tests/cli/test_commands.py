"""Each command as people start it: as a process of its own, on an installation and where there is none."""

import os
import re

import pytest
from click.testing import CliRunner

from innotter.cli.main import main
from tests.pictures import picture
from tests.running import ROOT, Running

REDIS = "redis://127.0.0.1:1/0"
NEEDING = [
    ["doctor"],
    ["status"],
    ["logs"],
    ["backup"],
    ["rotate-keys"],
    ["stats", "replay"],
    ["insights", "replay"],
    ["manage", "check"],
    ["import-articles", ".", "--page", "x"],
    ["csv", "upload", str(ROOT / "pyproject.toml")],
    ["createadmin", "--username", "a", "--email", "a@example.org", "--password", "correct-horse-7"],
]


@pytest.fixture
def product(tmp_path):
    found = Running(tmp_path / "data")
    found.environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # Of the tests in a browser.
    yield found
    found.discard()


@pytest.mark.parametrize("words", NEEDING, ids=lambda words: words[0])
def test_where_there_is_no_installation_a_command_says_so_and_makes_nothing(product, words):
    done = product.run(*words)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: There is no Innotter in {product.data_dir}.")
    assert "Traceback" not in done.stderr
    assert not product.data_dir.exists()


def test_tables_are_kept_in_the_folder_of_everything_else(product, tmp_path):
    """Also where it is written as in a `.env` file, which no shell reads."""
    (tmp_path / "home" / "innotter").mkdir(parents=True)
    (tmp_path / "home" / "innotter" / "secret_key").write_text("a key")
    (tmp_path / "harvest.csv").write_text("bed,kg\nnorth,12\n")
    product.environment |= {"HOME": str(tmp_path / "home"), "DATA_DIR": "~/innotter"}
    done = product.run("csv", "upload", str(tmp_path / "harvest.csv"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "home" / "innotter" / "csv" / "rows.sqlite").exists()


def test_every_command_that_the_documentation_names_works(product, tmp_path):
    blog = tmp_path / "blog"
    blog.mkdir()
    (blog / "pic.png").write_bytes(picture().read())
    (blog / "a.md").write_text("---\ntitle: P\ndate: 2014-01-01\n---\n![a](pic.png)")
    (tmp_path / "harvest.csv").write_text("bed,kg\nnorth,12\n")
    product.start()
    token = product.register("alice")
    assert product.ask("POST", "/api/pages/", {"name": "Mine", "uuid": "my-page"}, token)[0] == 201
    port = product.environment.pop("PORT")
    archive = str(tmp_path / "monday.tar.gz")
    articles = ["import-articles", str(blog), "--page", "my-page"]
    said = {}
    for words in (
        ["doctor"],
        ["status"],
        ["logs", "--lines", "1"],
        [*articles, "--dry-run"],
        articles,
        ["createadmin", "--username", "ada", "--email", "ada@example.org", "--password", "correct-horse-7"],
        ["stats", "replay"],
        ["insights", "replay", "--since", "2026-01-01"],
        ["csv", "upload", str(tmp_path / "harvest.csv")],
        ["manage", "check", "--deploy"],
        ["backup", archive],
        ["rotate-keys"],
        ["rotate-keys", "--forget"],
    ):
        done = product.run(*words)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        assert "Traceback" not in done.stderr
        said[" ".join(words)] = done.stdout
    assert "ok  web: reached" in said["doctor"], f"it listens on {port}, and nobody has said so"
    assert "1 new" in said[" ".join(articles)]
    product.stop()
    stopped = product.run("doctor")
    assert stopped.returncode == 1
    assert stopped.stderr.startswith("Error: Innotter is not running on ")
    assert stopped.stdout == ""
    elsewhere = Running(tmp_path / "elsewhere")
    assert elsewhere.run("restore", archive).returncode == 0
    elsewhere.discard()
    tried = {words.split()[0] for words in said} | {"restore", "up"}
    texts = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    named = {name for text in texts for name in re.findall(r"\binnotter ([a-z][a-z-]+)", text.read_text())}
    commands = set(re.findall(r"^  ([a-z-]+) ", product.run("--help").stdout, re.MULTILINE))
    assert named & commands <= tried | {"demo"}, "a command that the documentation names is not tried here"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else for a moment")
@pytest.mark.parametrize("words", [["up"], *NEEDING], ids=lambda words: words[0])
def test_whom_the_folder_does_not_let_in_is_told_so(tmp_path, monkeypatch, words):
    """An operator who is signed in as somebody else read a traceback."""
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / "secret_key").write_text("a key")
    tmp_path.chmod(0o755)
    for name in ("DATABASE_URL", "SECRET_KEY", "TOKEN_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    main.get_command(None, words[0])  # Loaded as who may read it.
    os.seteuid(65534)
    try:
        done = CliRunner().invoke(main, words)
    finally:
        os.seteuid(0)
    assert (done.exit_code, done.exception.__class__) == (1, SystemExit)
    assert done.output.startswith(f"Error: {tmp_path / 'data'} is not yours to write: work as its owner")


@pytest.mark.parametrize(
    "words", [["up"], ["doctor"], ["stats", "replay"], ["manage", "check"]], ids=lambda words: words[0]
)
@pytest.mark.parametrize(("name", "value"), [("SITE_URL", "forum.example.org"), ("TOKEN_KEY", "no key")])
def test_a_setting_that_cannot_be_is_one_sentence_by_its_name(tmp_path, words, name, value):
    servers = {"DATABASE_URL": "postgres://127.0.0.1:1/x", "CACHE_URL": REDIS, "CELERY_BROKER_URL": REDIS}
    product = Running(tmp_path / "data", **servers, **{name: value})
    done = product.run(*words)
    assert done.returncode == 1
    assert name in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can take somebody else's folder")
@pytest.mark.parametrize("words", [["up"], *NEEDING], ids=lambda words: words[0])
def test_root_is_shown_no_empty_site_in_the_place_of_somebody_elses(tmp_path, monkeypatch, words):
    """Root's database lies elsewhere: `sudo make run` began anew, and its owner could read the folder no more."""
    cluster = tmp_path / "data" / "servers" / "postgres"
    cluster.mkdir(parents=True)
    (tmp_path / "data" / "secret_key").write_text("a key")
    os.chown(cluster, 65534, 65534)
    for name in ("DATABASE_URL", "SECRET_KEY", "TOKEN_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    before = sorted(tmp_path.rglob("*"))
    done = CliRunner().invoke(main, words)
    assert (done.exit_code, sorted(tmp_path.rglob("*"))) == (1, before)
    owner = cluster.owner()
    assert done.output.startswith(
        f"Error: {tmp_path / 'data'} is {owner}'s, and so is its database. Do this as {owner}"
    )
