"""Builds a release of the commit that is checked out: `make release`.

The version is the commit's tag (`v1.2.3`). What is built is the tag's content, whatever else lies in the folder. The
wheel and the source distribution go into `dist/`; images are built where there is a container engine.
"""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from poetry.core.masonry.api import build_sdist, build_wheel

TAG = re.compile(r"v(?P<version>\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?)")
IMAGES = {
    "innotter": "deploy/docker/Dockerfile",
    "innotter-stats": "services/stats/Dockerfile",
    "innotter-insights": "services/insights/Dockerfile",
}


def main() -> None:
    root = Path(git("rev-parse", "--show-toplevel"))
    tag = tag_here()
    version = tag.removeprefix("v")
    dist = root / "dist"
    dist.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        export(tag, Path(folder))
        check_changelog(Path(folder), version)
        set_version(Path(folder), version)
        for file in build(Path(folder), dist):
            print(f"built {file}")
        build_images(Path(folder), version)


def tag_here() -> str:
    """The tag of the commit; refuses to build what has none, or what differs from it."""
    if changed := git("status", "--porcelain", "--untracked-files=no"):
        sys.exit(f"There are changes that are not committed:\n{changed}")
    tags = [tag for tag in git("tag", "--points-at", "HEAD").splitlines() if TAG.fullmatch(tag)]
    if not tags:
        sys.exit("This commit is no release. Tag it first, for example: git tag v1.2.3")
    return tags[-1]


def export(tag: str, folder: Path) -> None:
    """Put the content of a tag into a folder."""
    archive = subprocess.run(["git", "archive", "--format=tar", tag], check=True, capture_output=True).stdout
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        files.extractall(folder, filter="data")


def check_changelog(folder: Path, version: str) -> None:
    """Refuse a version of which the changelog says nothing."""
    if not re.search(rf"^## \[?{re.escape(version)}\b", (folder / "CHANGELOG.md").read_text(), re.MULTILINE):
        sys.exit(f"CHANGELOG.md has no section {version}. Rename “Unreleased”, and tag the commit that does so.")


def set_version(folder: Path, version: str) -> None:
    """Write the version where the build reads it; in the repository it stands nowhere else than in the tag."""
    path = folder / "pyproject.toml"
    path.write_text(
        re.sub(r'^version = ".*"$', f'version = "{version}"', path.read_text(), count=1, flags=re.MULTILINE)
    )


def build(folder: Path, dist: Path) -> list[Path]:
    """Build the distributions; gives their files."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        return [dist / build_sdist(str(dist)), dist / build_wheel(str(dist))]
    finally:
        os.chdir(before)


def build_images(folder: Path, version: str) -> None:
    """Build the images, with the version as their tag."""
    engine = next(filter(shutil.which, ("docker", "podman")), None)
    if engine is None or subprocess.run([engine, "info"], capture_output=True, check=False).returncode:
        print("no images: there is no container engine here")
        return
    for name, file in IMAGES.items():
        subprocess.run([engine, "build", "--file", file, "--tag", f"{name}:{version}", "."], cwd=folder, check=True)


def git(*words: str) -> str:
    return subprocess.run(["git", *words], check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main()
