"""Most installations under test begin with what one first start has made: each is one of its own all the same."""

import os

from innotter.config.data_dir import DataDir
from tests.prepared import prepare


def test_what_begins_prepared_has_databases_and_nothing_that_two_must_not_share(tmp_path):
    servers = "servers_id" if os.geteuid() == 0 else "servers"
    first, second = (DataDir(tmp_path / name) for name in ("first", "second"))
    for place in (first, second):
        prepare(place.root)
        assert {path.name for path in place.root.iterdir()} == {"static", servers}
        assert {path.name for path in place.servers.iterdir()} == {"postgres"}
        assert not (place.servers / "postgres" / "postmaster.pid").exists()
    assert first.servers != second.servers
