"""A program for tests of the supervisor: it says what it is, and waits until it is stopped, or ends as it is told."""

import json
import os
import sys
import threading
import time
from pathlib import Path

OPEN = Path("/proc/self/fd")


def opened(descriptor):
    """What is open there; nothing for what was open while one was looking."""
    try:
        return str(descriptor.readlink())
    except FileNotFoundError:
        return ""


if __name__ == "__main__":
    print(
        json.dumps(
            {
                "arguments": sys.argv[1:],
                "name": __name__,
                "word": os.environ.get("WORD"),
                "parent": os.getppid(),
                "is_leader": os.getsid(0) == os.getpid(),
                "has_loaded": "innotter.config.celery" in sys.modules,
                "loaded_for_few": sorted({"boto3", "botocore", "confluent_kafka", "pandas", "pika"} & set(sys.modules)),
                "threads": threading.active_count(),
                "sockets": [name for name in map(opened, OPEN.iterdir()) if name.startswith("socket:")],
                "input": sys.stdin.read(),
            }
        ),
        flush=True,
    )
    print("a complaint", file=sys.stderr, flush=True)
    if sys.argv[1] == "wait":
        time.sleep(60)
    sys.exit(int(sys.argv[1]))
