"""What lies in a backup, under which names; and what does not."""

import os
from pathlib import Path

from innotter.config.data_dir import SECRET_KEYS, TOKEN_KEYS, DataDir

#: Goes up when a backup of before can no longer be read.
FORMAT = 1
KEYS = (SECRET_KEYS, TOKEN_KEYS)
DATABASE, INSIGHTS, STATISTICS, MANIFEST = "database.dump", "insights.dump", "statistics.sqlite", "manifest.json"
FOLDERS = ("media", "csv")
#: Files of the data folder, by their names in the archive.
FILES = (*KEYS, *FOLDERS, STATISTICS)
#: The rows of tables: a SQLite file, and what SQLite keeps beside such a file while it is written.
ROWS = "csv/rows.sqlite"
BESIDE = ("-wal", "-shm", "-journal")
#: What a file system of its own has in its first folder. It is the system's.
OF_THE_DISK = "lost+found"
#: The variables that let a part lie elsewhere, and what is then said of it.
ELSEWHERE = {
    "MEDIA_S3_BUCKET": "uploads lie in a bucket",
    "STATS_DYNAMODB_TABLE": "statistics lie in DynamoDB",
    "STATISTICS_URL": "statistics are counted elsewhere",
    "INSIGHTS_URL": "insights are kept elsewhere",
}
#: What knows of events outside of the backup: it may know more than has happened now.
KNOWN_ELSEWHERE = {
    "STATS_DYNAMODB_TABLE": "innotter stats replay",
    "STATISTICS_URL": "innotter stats replay",
    "INSIGHTS_URL": "innotter insights replay",
}


def place_of(name: str, place: DataDir) -> Path:
    """Where a file of the archive lies in an installation: in the data folder, unless it is the numbers' own file."""
    other = os.environ.get("STATS_SQLITE_PATH") if name == STATISTICS else ""
    return Path(other) if other else place.root / name


def elsewhere() -> list[str]:
    """What is said of the parts of this installation that lie elsewhere."""
    return [said for name, said in ELSEWHERE.items() if os.environ.get(name)]
