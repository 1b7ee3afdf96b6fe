"""For supervisors and load balancers: is this process alive, and can it do its work?"""

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database and the cache answer, 503 with the one that does not."""
    parts = {"database": _database_answers(), "cache": _cache_answers()}
    is_ready = all(parts.values())
    body = {"status": "ok" if is_ready else "unavailable"} | {
        part: "ok" if ok else "down" for part, ok in parts.items()
    }
    return JsonResponse(body, status=200 if is_ready else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _cache_answers() -> bool:
    try:
        cache.get("health")
    except RedisError:
        return False
    return True
