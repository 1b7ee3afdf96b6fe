"""An installation is kept in one file, and comes back from it as it was: accounts, pictures, keys and numbers."""

import os
import shutil
import tarfile

import pytest

from tests.pictures import picture
from tests.running import Running, wait_until


@pytest.fixture
def running(tmp_path):
    started = []

    def make(name, **environment):
        started.append(Running(tmp_path / name, **environment))
        return started[-1]

    yield make
    for product in started:
        product.stop() if product.process else None
        product.discard()


def totals(product, token):
    status, answer = product.ask("GET", "/api/pages/wonder/statistics/", token=token)
    return answer["totals"] if status == 200 else {}


def test_a_backup_of_a_running_innotter_restored_after_a_wipe_is_the_same_site(running, tmp_path):
    before = running("before").start()
    alice, bob = before.register("alice"), before.register("bob")
    before.ask("POST", "/api/pages/", {"name": "Wonderland", "uuid": "wonder"}, alice)
    _status, post = before.ask("POST", "/api/posts/", {"page": "wonder", "content": "Curiouser"}, alice)
    before.ask("POST", "/api/pages/wonder/follow/", token=bob)
    assert before.send_picture("/api/pages/wonder/image/", picture().read(), alice) == 200
    address = before.ask("GET", "/api/pages/wonder/")[1]["image"]
    wait_until(lambda: totals(before, alice).get("followers") == 1, what="the numbers")

    file = tmp_path / "kept.tar.gz"
    done = before.run("backup", str(file))
    assert done.returncode == 0, done.stderr
    assert oct(file.stat().st_mode)[-3:] == "600"
    assert not list(tmp_path.glob("*.part"))
    with tarfile.open(file) as archive:
        names = set(archive.getnames())
    assert {"manifest.json", "database.dump", "insights.dump", "statistics.sqlite", "secret_key", "media"} <= names
    again = before.run("backup", str(file))
    assert (again.returncode, "is there already" in again.stderr) == (1, True)
    refused = before.run("restore", str(file))
    assert (refused.returncode, "Stop it, or choose another DATA_DIR" in refused.stderr) == (1, True)
    before.stop()
    refused = before.run("restore", str(file))
    assert (refused.returncode, "is not empty" in refused.stderr) == (1, True)

    # All of it is gone, and comes back.
    before.discard()
    shutil.rmtree(before.data_dir)
    after = running("before", SITE_URL=before.address)
    done = after.run("restore", str(file), timeout=120)
    assert done.returncode == 0, done.stderr
    after.start()
    assert after.ask("GET", "/api/users/me/", token=alice)[1]["username"] == "alice", "keys are the same"
    assert after.ask("GET", f"/api/posts/{post['id']}/")[1]["content"] == "Curiouser"
    assert after.ask("GET", "/api/pages/wonder/")[1]["image"] == address
    assert after.fetch(address.removeprefix(before.address)).startswith(b"RIFF")
    wait_until(lambda: totals(after, alice).get("followers") == 1, what="the numbers")
    _status, tokens = after.ask("POST", "/api/login/", {"email": "bob", "password": "correct-horse-7"})
    assert after.ask("DELETE", "/api/pages/wonder/follow/", token=tokens["access"])[0] == 204
    wait_until(lambda: totals(after, alice).get("followers") == 0, what="what happens from now on")


def test_what_is_no_backup_is_refused_and_leaves_nothing(running, tmp_path):
    (tmp_path / "x.tar.gz").write_bytes(os.urandom(100))
    product = running("empty")
    done = product.run("restore", str(tmp_path / "x.tar.gz"))
    assert done.returncode == 1
    assert "is not a backup of Innotter" in done.stderr
    assert [path.name for path in product.data_dir.iterdir() if path.name not in {"innotter.lock", "servers_id"}] == []
