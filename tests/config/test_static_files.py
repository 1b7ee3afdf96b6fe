"""Static files are collected when they are not those of the last time."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from innotter.config import static_files


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Path]:
    """A site whose only static file is this one."""
    file = tmp_path / "sources" / "style.css"
    file.parent.mkdir()
    file.write_text("p { color: red }")
    with override_settings(
        STATIC_ROOT=tmp_path / "collected",
        STATICFILES_DIRS=[file.parent],
        STATICFILES_FINDERS=["django.contrib.staticfiles.finders.FileSystemFinder"],
        STORAGES=settings.STORAGES
        | {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}},
    ):
        yield file


def collected() -> str:
    return (Path(settings.STATIC_ROOT) / "style.css").read_text()


def test_a_new_installation_collects(source: Path) -> None:
    assert static_files.collect()
    assert collected() == "p { color: red }"


def test_a_second_start_does_not_collect_again(source: Path) -> None:
    static_files.collect()
    assert not static_files.collect()


def test_a_changed_file_is_collected(source: Path) -> None:
    static_files.collect()
    source.write_text("p { color: tan }")  # As long as before: an upgrade may change a single letter.
    os.utime(source, ns=(1, 1))
    assert static_files.collect()
    assert collected() == "p { color: tan }"


def test_a_new_file_is_collected(source: Path) -> None:
    static_files.collect()
    (source.parent / "more.css").write_text("")
    assert static_files.collect()
    assert (Path(settings.STATIC_ROOT) / "more.css").exists()


def test_what_was_interrupted_is_done_again(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    static_files.collect()
    source.write_text("p { color: rebeccapurple }")

    def fail(*_arguments: object, **_options: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(static_files, "call_command", fail)
        with pytest.raises(OSError, match="space"):
            static_files.collect()
    assert static_files.collect()
    assert collected() == "p { color: rebeccapurple }"
