"""Most installations under test begin with what one first start has made: each is one of its own all the same."""

import os
import shutil

import pytest

from innotter.config.data_dir import DataDir
from tests.prepared import prepare


@pytest.fixture
def places(tmp_path):
    """Two data folders, whose servers go with the test: root's lie elsewhere."""
    made = [DataDir(tmp_path / name) for name in ("first", "second")]
    yield made
    for place in made:
        shutil.rmtree(place.servers)


def test_what_begins_prepared_has_databases_and_nothing_that_two_must_not_share(places):
    servers = "servers_id" if os.geteuid() == 0 else "servers"
    for place in places:
        prepare(place.root)
        assert {path.name for path in place.root.iterdir()} == {"static", servers}
        assert {path.name for path in place.servers.iterdir()} == {"postgres"}
        assert not (place.servers / "postgres" / "postmaster.pid").exists()
    assert places[0].servers != places[1].servers
