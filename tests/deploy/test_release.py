"""`make release`: a tagged commit becomes a wheel that has the whole product in it, with the tag as its version."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def clone(tmp_path):
    """A copy of the repository, with nothing of this folder that is not committed."""
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, tmp_path / "clone"], check=True)
    run(tmp_path / "clone", "git", "config", "user.email", "you@example.org")
    run(tmp_path / "clone", "git", "config", "user.name", "You")
    return tmp_path / "clone"


def run(folder, *words):
    known = os.environ | {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, env=known)


def release(folder):
    return run(folder, sys.executable, ROOT / "tools" / "release.py")


def tag(folder, version="9.8.7"):
    changes = folder / "CHANGELOG.md"
    changes.write_text(changes.read_text().replace("## Unreleased", f"## {version} – 2026-11-28", 1))
    run(folder, "git", "commit", "--quiet", "--all", "--message", f"Release {version}")
    run(folder, "git", "tag", f"v{version}")


def test_the_tag_is_the_version_and_the_wheel_has_everything_that_is_needed_to_start(clone):
    tag(clone)
    (clone / "innotter" / "left_over.py").write_text("")
    done = release(clone)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(clone / "dist" / "innotter-9.8.7-py3-none-any.whl") as wheel:
        names = set(wheel.namelist())
    tracked = run(clone, "git", "ls-files", "innotter", "services", "telemetry", "bufferedwsgi", "csvcleaning").stdout
    assert set(tracked.split("\n")) - {""} <= names
    assert "innotter/left_over.py" not in names, "what is built is the tag, whatever else lies there"
    assert not any(name.startswith(("tests/", "benchmarks/", "findings/")) for name in names)
    with tarfile.open(clone / "dist" / "innotter-9.8.7.tar.gz") as source:
        assert "innotter-9.8.7/pyproject.toml" in source.getnames()


def test_what_has_no_tag_or_is_not_committed_is_no_release(clone):
    assert "Tag it first" in release(clone).stderr
    tag(clone)
    (clone / "README.md").write_text("Changed")
    assert "not committed" in release(clone).stderr
    assert not (clone / "dist").exists()


def test_a_version_that_the_changelog_does_not_name_is_no_release(clone):
    run(clone, "git", "tag", "v9.8.7")
    assert "CHANGELOG.md has no section 9.8.7" in release(clone).stderr
