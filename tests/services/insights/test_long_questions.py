"""What asks for too much of the insights service holds it up for nobody else (C-11)."""

from services.insights import queries
from services.insights import store as store_module
from services.insights.app import close, make_app
from services.insights.settings import Settings


def test_a_question_that_takes_too_long_gives_its_thread_back(core, insights_database, monkeypatch):
    monkeypatch.setattr(store_module, "LONGEST_STATEMENT", 1)
    monkeypatch.setattr(queries, "_SUMS", "SELECT pg_sleep(60)")
    settings = Settings(database_url=insights_database, jwks_url=core.jwks_url, kafka_bootstrap="", kafka_config={})
    app = make_app(settings)
    try:
        answer = app.test_client().get("/api/v1/analytics/dashboard", headers=core.headers(1))
    finally:
        close(app)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
