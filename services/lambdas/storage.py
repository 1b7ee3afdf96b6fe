"""Where files and rows lie: S3 and DynamoDB. `local.py` has the same on one machine."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any, Protocol

import boto3
from boto3.dynamodb.conditions import Key
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

#: The most that DynamoDB takes at a time.
PORTION = 25
#: The most of a row that a table has: DynamoDB keeps 400 kB as one item, with the names and what we add.
MOST_ROW_BYTES = 390_000
#: Retries for items that DynamoDB did not accept, and the first pause in seconds, which doubles.
TRIES, FIRST_PAUSE = 8, 0.05

#: How long S3 and DynamoDB are waited for, in seconds: an upload must be answered before its function is ended.
PATIENCE = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2})
#: What is raised when they do not answer, or let nobody in.
AWAY = (BotoCoreError, ClientError, TimeoutError)

Item = dict[str, Any]


@dataclass(frozen=True)
class Upload:
    """A file that was taken in; `version` changes with its content."""

    key: str
    version: str
    body: IO[bytes]


class Files(Protocol):
    """Keeps files under keys."""

    def put(self, key: str, body: bytes, *, media_type: str) -> None:
        """Keep a file; one of the same key is replaced."""

    def get(self, key: str) -> Upload | None:
        """The file, if there is one."""

    def move(self, key: str, to: str, *, reason: str) -> None:
        """Put a file somewhere else, with the reason beside it."""


class Rows(Protocol):
    """Keeps rows by `pk` and `sk`; one of the same keys is replaced."""

    def get(self, pk: str, sk: str) -> Item | None:
        """A row, if there is one."""

    def write(self, items: Iterator[Item]) -> int:
        """Keep rows; says how many there were. When this returns, all are kept."""

    def drop(self, pk: str, *, first: str, last: str) -> None:
        """Keep no rows of one `pk` whose `sk` is from the first to the last."""


class Bucket:
    """A bucket on S3."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._client = boto3.client("s3", config=PATIENCE)

    def put(self, key: str, body: bytes, *, media_type: str) -> None:
        self._client.put_object(Bucket=self.name, Key=key, Body=body, ContentType=media_type)

    def get(self, key: str) -> Upload | None:
        try:
            found = self._client.get_object(Bucket=self.name, Key=key)
        except self._client.exceptions.NoSuchKey:
            return None
        return Upload(key, found["ETag"].strip('"'), found["Body"])

    def move(self, key: str, to: str, *, reason: str) -> None:
        source = {"Bucket": self.name, "Key": key}
        self._client.copy_object(Bucket=self.name, Key=to, CopySource=source)
        self.put(f"{to}.reason.json", json.dumps({"reason": reason}).encode(), media_type="application/json")
        self._client.delete_object(**source)


class Table:
    """A table in DynamoDB."""

    def __init__(self, name: str) -> None:
        self.name = name
        resource = boto3.resource("dynamodb", config=PATIENCE)
        self._client, self._table = resource.meta.client, resource.Table(name)

    def get(self, pk: str, sk: str) -> Item | None:
        found: Item | None = self._table.get_item(Key={"pk": pk, "sk": sk}, ConsistentRead=True).get("Item")
        return found

    def write(self, items: Iterator[Item]) -> int:
        count = 0
        while portion := list(islice(items, PORTION)):
            self._ask([{"PutRequest": {"Item": item}} for item in portion])
            count += len(portion)
        return count

    def drop(self, pk: str, *, first: str, last: str) -> None:
        of_those = Key("pk").eq(pk) & Key("sk").between(first, last)
        wish = {"KeyConditionExpression": of_those, "ProjectionExpression": "pk, sk", "Limit": PORTION}
        while found := self._table.query(ConsistentRead=True, **wish)["Items"]:
            self._ask([{"DeleteRequest": {"Key": key}} for key in found])

    def _ask(self, wishes: Sequence[Item]) -> None:
        left: Any = {self.name: wishes}
        for number in range(TRIES):
            left = self._client.batch_write_item(RequestItems=left).get("UnprocessedItems")
            if not left:
                return
            time.sleep(FIRST_PAUSE * 2**number)
        raise TimeoutError(f"DynamoDB did not take {len(left[self.name])} rows.")
