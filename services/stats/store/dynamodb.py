"""The numbers in one table of DynamoDB.

| pk | sk | attributes |
| --- | --- | --- |
| `PAGE#7` | `META` | owner_id, is_gone, and handle with its sequence: the index `by_handle` finds the page |
| `PAGE#7` | `TOTAL` | one number for each counter |
| `PAGE#7` | `DAY#2026-11-21` | the same, of a day |
| `EVENT#4711` | `EVENT` | nothing: that it is there says that the event was counted |
| `DEAD` | time and a random part | reason and body of a message that could not be read |

Events and what they add are written in one transaction, with the condition that none of the events is there: a
transaction that was written and not answered, or an event that comes again, adds nothing.
"""

import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, ClassVar

import boto3
from boto3.dynamodb.conditions import Key
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from services.contract.events import MOST_COUNTED, Unreadable
from services.stats.ingest import Effect
from services.stats.store.base import Page

#: The most that DynamoDB takes in one transaction.
MOST_ITEMS = 100
TRIES = 8
_KEYS = {"pk", "sk"}


class DynamoStore:
    """A table, found by boto3 where it looks by itself (`AWS_REGION`, `AWS_ENDPOINT_URL`, keys or a role)."""

    away: ClassVar[tuple[type[Exception], ...]] = (BotoCoreError, ClientError)

    def __init__(self, table: str) -> None:
        config = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "max_attempts": 4})
        resource = boto3.resource("dynamodb", config=config)
        self._client = resource.meta.client
        self._table = resource.Table(table)
        self.name = table

    def prepare(self) -> None:
        """Create the table, paid by request, with its index."""
        try:
            self._client.create_table(
                TableName=self.name,
                BillingMode="PAY_PER_REQUEST",
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
                AttributeDefinitions=[
                    {"AttributeName": name, "AttributeType": kind}
                    for name, kind in (("pk", "S"), ("sk", "S"), ("handle", "S"), ("sequence", "N"))
                ],
                GlobalSecondaryIndexes=[
                    {
                        "IndexName": "by_handle",
                        "KeySchema": [
                            {"AttributeName": "handle", "KeyType": "HASH"},
                            {"AttributeName": "sequence", "KeyType": "RANGE"},
                        ],
                        "Projection": {"ProjectionType": "ALL"},
                    }
                ],
            )
        except self._client.exceptions.ResourceInUseException:
            return
        self._client.get_waiter("table_exists").wait(TableName=self.name, WaiterConfig={"Delay": 1})

    def apply(self, effects: Sequence[Effect]) -> int:
        once = {effect.event_id: effect for effect in effects}
        for effect in once.values():
            self._learn(effect)
        return sum(self._write(portion) for portion in _portions(list(once.values())))

    def _learn(self, effect: Effect) -> None:
        """What is no number: told again, or late, it changes nothing by itself."""
        key = {"pk": f"PAGE#{effect.page_id}", "sk": "META"}
        if effect.is_gone:
            self._set(key, "SET is_gone = :true", {":true": True})
        if effect.owner_id is not None:
            self._set(key, "SET owner_id = :owner", {":owner": effect.owner_id})
        if effect.handle is not None:
            words = {":handle": effect.handle, ":new": effect.sequence}
            newer = "attribute_not_exists(#sequence) OR #sequence <= :new"
            self._set(key, "SET handle = :handle, #sequence = :new", words, newer, {"#sequence": "sequence"})

    def _set(
        self, key: dict[str, str], change: str, words: dict[str, Any], only_if: str = "", names: Any = None
    ) -> None:
        more = ({"ConditionExpression": only_if} if only_if else {}) | (
            {"ExpressionAttributeNames": names} if names else {}
        )
        try:
            self._table.update_item(Key=key, UpdateExpression=change, ExpressionAttributeValues=words, **more)
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # A later one is known.

    def _write(self, effects: list[Effect]) -> int:
        for number in range(TRIES):
            if not effects:
                return 0
            try:
                self._client.transact_write_items(TransactItems=[*self._marks(effects), *self._sums(effects)])
            except self._client.exceptions.TransactionCanceledException as error:
                reasons = [reason.get("Code") for reason in error.response["CancellationReasons"]]
                known = {index for index, code in enumerate(reasons) if code == "ConditionalCheckFailed"}
                if not known and number == TRIES - 1:
                    raise
                effects = [effect for index, effect in enumerate(effects) if index not in known]
                time.sleep(
                    0 if known else 0.05 * 2**number
                )  # Without one, others were writing the same at that moment.
            else:
                return len(effects)
        raise TimeoutError("DynamoDB did not take a transaction.")

    def _marks(self, effects: list[Effect]) -> list[dict[str, Any]]:
        return [
            {
                "Put": {
                    "TableName": self.name,
                    "Item": {"pk": f"EVENT#{effect.event_id}", "sk": "EVENT"},
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            }
            for effect in effects
        ]

    def _sums(self, effects: list[Effect]) -> Iterator[dict[str, Any]]:
        sums: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
        for effect in effects:
            for page, counts in effect.counts.items():
                for sk in ("TOTAL", f"DAY#{effect.day.isoformat()}"):
                    sums[page, sk].update(counts)
        for (page, sk), counts in sums.items():
            changed = {name: by for name, by in counts.items() if by}
            if changed:
                yield {
                    "Update": {
                        "TableName": self.name,
                        "Key": {"pk": f"PAGE#{page}", "sk": sk},
                        "UpdateExpression": "ADD " + ", ".join(f"#{name} :{name}" for name in changed),
                        "ExpressionAttributeNames": {f"#{name}": name for name in changed},
                        "ExpressionAttributeValues": {f":{name}": by for name, by in changed.items()},
                    }
                }

    def page(self, handle: str) -> Page | None:
        query = {
            "IndexName": "by_handle",
            "KeyConditionExpression": Key("handle").eq(handle),
            "ScanIndexForward": False,
        }
        for item in self._table.query(**query, Limit=10)["Items"]:
            if "owner_id" in item and not item.get("is_gone"):
                return Page(id=int(item["pk"].removeprefix("PAGE#")), owner_id=int(item["owner_id"]))
        return None

    def totals(self, page_id: int) -> dict[str, int]:
        key = {"pk": f"PAGE#{page_id}", "sk": "TOTAL"}
        return _numbers(self._table.get_item(Key=key, ConsistentRead=True).get("Item", {}))

    def days(self, page_id: int, since: date, until: date) -> dict[date, dict[str, int]]:
        span = Key("sk").between(f"DAY#{since.isoformat()}", f"DAY#{until.isoformat()}")
        query: dict[str, Any] = {
            "KeyConditionExpression": Key("pk").eq(f"PAGE#{page_id}") & span,
            "ConsistentRead": True,
        }
        found: dict[date, dict[str, int]] = {}
        while True:
            answer = self._table.query(**query)
            for item in answer["Items"]:
                found[date.fromisoformat(item["sk"].removeprefix("DAY#"))] = _numbers(item)
            if "LastEvaluatedKey" not in answer:
                return found
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def bury(self, letter: Unreadable) -> None:
        sk = f"{datetime.now(UTC).isoformat()}#{uuid.uuid4()}"
        self._table.put_item(Item={"pk": "DEAD", "sk": sk, "reason": str(letter), "body": letter.body[:100_000]})

    def dead_letters(self) -> int:
        try:
            answer = self._table.query(KeyConditionExpression=Key("pk").eq("DEAD"), Select="COUNT", Limit=MOST_COUNTED)
        except ClientError as error:
            raise ConnectionError(str(error)) from None
        return int(answer["Count"])

    def known(self) -> tuple[int | None, int | None]:
        return None, None  # Each mark is a partition of its own: to count them is to read all of the table.

    def close(self) -> None:
        self._client.close()


def _numbers(item: dict[str, Any]) -> dict[str, int]:
    return {name: int(value) for name, value in item.items() if name not in _KEYS}


def _portions(effects: list[Effect]) -> Iterator[list[Effect]]:
    """As many as fit into a transaction: each event is an item, and so is each row that one adds to."""
    portion: list[Effect] = []
    rows: set[tuple[int, str]] = set()
    for effect in effects:
        new = {(page, sk) for page in effect.counts for sk in ("TOTAL", effect.day.isoformat())}
        if len(portion) + 1 + len(rows | new) > MOST_ITEMS:
            yield portion
            portion, rows = [], set()
        portion.append(effect)
        rows |= new
    if portion:
        yield portion
