"""RabbitMQ is cut off while every hand is busy, and comes back: work goes on by itself."""

import os
import signal
import time

from tests.cli.test_outages import hold_hands, worker_of
from tests.running import Running, wait_until


def test_work_goes_on_after_rabbitmq_was_cut_off_while_every_hand_was_busy(rabbitmq, tmp_path):
    product = Running(tmp_path / "data", CELERY_BROKER_URL=rabbitmq.address, STATISTICS_URL="", INSIGHTS_URL="").start()
    try:
        worker = worker_of(product)
        held = hold_hands(product, worker)
        rabbitmq.shut()
        for process in held:
            os.kill(process, signal.SIGCONT)
        time.sleep(2)
        rabbitmq.open()

        body = {"email": "a@example.org", "password": "correct-horse-7"}
        assert product.ask("POST", "/api/register/", body)[0] == 201
        wait_until(lambda: product.mails_to("a@example.org"), seconds=10, what="work")
        assert worker_of(product) == worker, "it came back by itself"
    finally:
        product.stop()
        product.discard()
