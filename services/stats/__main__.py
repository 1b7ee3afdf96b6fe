"""`python -m services.stats prepare`: make the table or the file, and leave what is there as it is."""

import sys
from contextlib import closing

from services.stats.settings import Settings
from services.stats.store import open_store

if __name__ == "__main__":
    if sys.argv[1:] != ["prepare"]:
        sys.exit("Usage: python -m services.stats prepare")
    settings = Settings()
    with closing(open_store(settings)) as store:
        store.prepare()
    print(f"Ready: {settings.dynamodb_table or settings.sqlite_path}")
