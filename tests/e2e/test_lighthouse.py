"""Lighthouse, as it looks at pages on a telephone and on a desk: speed, accessibility, practices, and search engines.

What it counts as speed is worked out from what a page loads and how much there is to do, for a slow telephone.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.people import open_page, publish, register
from tests.e2e.test_blog import begin
from tests.e2e.test_tasks import write_task
from tests.servers import REQUIRED

HERE = Path(__file__).parent / "lighthouse"
#: Of 100, in each of its four categories.
LEAST = 98
#: A machine that is busy with other tests takes longer for the same: the best of so many looks counts.
LOOKS = 3


@pytest.fixture(scope="module")
def tool(tmp_path_factory):
    """Lighthouse from npm, in the versions of its lock."""
    npm = shutil.which("npm")
    if npm is None:
        message = "no npm on this machine: install Node.js, and Lighthouse looks at the pages"
        pytest.fail(message) if REQUIRED else pytest.skip(message)
    folder = tmp_path_factory.mktemp("lighthouse")
    for file in HERE.iterdir():
        shutil.copy(file, folder)
    quiet = ["--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run([npm, "ci", *quiet], cwd=folder, check=True, capture_output=True, timeout=300)
    return folder / "run.mjs"


@pytest.fixture
def keeper(open_browser):
    """Somebody who has written a bit of everything, at the article; and their task."""
    page = open_browser()
    register(page, "lighthouse-keeper")
    open_page(page, "The lighthouse", "the-lighthouse")
    publish(page, "The lamp is lit #lamps")
    write_task(page, "Trim the wick")
    task = page.url
    begin(page)
    page.get_by_label("Title").fill("On lamps")
    page.get_by_label("Text").fill("## Oil\n\nIt burns.\n\n## Light\n\n" + "It is seen from far away. " * 60)
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("heading", name="On lamps").wait_for()
    return page, task


def look(tool, chromium, page, form, addresses):
    """What Lighthouse finds on each of these pages, seen by the person to whom this window belongs."""
    cookie = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
    command = ["node", str(tool), chromium, cookie, form, *addresses]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120 * len(addresses))
    return json.loads(done.stdout)


def below(found):
    """The categories of a page that are not good enough."""
    names = ("performance", "accessibility", "best-practices", "seo")
    return {name: found[name] for name in names if found[name] < LEAST}


def test_lighthouse_finds_nothing_to_say(tool, chromium, product, keeper):
    page, task = keeper
    paths = ["/", "/@the-lighthouse/", "/tasks/", "/tasks/?view=board"]
    everywhere = [page.url, task, *(f"{product.address}{path}" for path in paths)]
    for form, addresses in (("mobile", everywhere), ("desktop", everywhere[-1:])):
        found = {}
        for _look in range(LOOKS):
            again = [address for address in addresses if address not in found or below(found[address])]
            found |= look(tool, chromium, page, form, again) if again else {}
        assert {address: seen["at"] for address, seen in found.items()} == {address: address for address in addresses}
        assert {address: seen for address, seen in found.items() if below(seen)} == {}, form
