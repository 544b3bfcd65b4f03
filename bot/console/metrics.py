"""`GET /metrics` for Prometheus: counted when it is asked for, and only for who asks on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.console.errors import ConsoleError
from casework.database import Database, now
from casework.load import Load, current_load

PRIORITIES = {0: "usual", 1: "urgent", 2: "alarm"}
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
"""Headers of a proxy: a request that carries one comes from outside."""


class LoadCollector(Collector):
    """Reads the numbers at each scrape; nothing is counted in between."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = now) -> None:
        self._database = database
        self._clock = clock

    def describe(self) -> list[Metric]:
        """Name nothing beforehand: registering must not ask the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield all gauges. Raises SQLAlchemy's errors."""
        moment = self._clock()
        load = current_load(self._database, moment)
        conversations = GaugeMetricFamily("niangjia_conversations", "Conversations by state", labels=["state"])
        for state, number in load.conversations.items():
            conversations.add_metric([state], number)
        messages = GaugeMetricFamily(
            "niangjia_messages_unhandled", "Messages of workers without an answer, or given up", labels=["handling"]
        )
        for handling, number in load.messages.items():
            messages.add_metric([handling], number)
        yield conversations
        yield messages
        yield GaugeMetricFamily(
            "niangjia_conversations_unanswered", "Conversations with staff whose latest message waits", load.unanswered
        )
        yield GaugeMetricFamily("niangjia_staff_present", "Staff who are there to take conversations", load.present)
        yield from _waiting(load, moment)


def metrics_router(database: Database, clock: Callable[[], datetime] = now) -> APIRouter:
    """Return the route; it needs no sign-in, as the port is this machine's own."""
    registry = CollectorRegistry()
    registry.register(LoadCollector(database, clock))
    ProcessCollector(registry=registry)

    def metrics(request: Request) -> Response:
        if any(name in request.headers for name in FORWARDED):
            raise ConsoleError("not_found")
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    router = APIRouter()
    router.add_api_route("/metrics", metrics, methods=["GET"])
    return router


def _waiting(load: Load, moment: datetime) -> Iterator[Metric]:
    numbers = GaugeMetricFamily(
        "niangjia_hand_offs_waiting", "Hand-offs that nobody has taken", labels=["topic", "priority"]
    )
    oldest = GaugeMetricFamily(
        "niangjia_hand_offs_oldest_seconds", "How long the oldest of them waits", labels=["topic", "priority"]
    )
    for each in load.waiting:
        labels = [each.topic, PRIORITIES.get(each.priority, str(each.priority))]
        numbers.add_metric(labels, each.number)
        oldest.add_metric(labels, max((moment - each.since).total_seconds(), 0.0))
    yield numbers
    yield oldest
