"""What workers thought of hand-offs, for supervisors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.console import words
from bot.console.rendering import render
from bot.console.security import Supervisor
from bot.console.views import spoken
from casework.database import now
from casework.ratings import LOW, SCORES, Ratings


class RatingPages:
    """Serves the summary."""

    def __init__(self, ratings: Ratings, clock: Callable[[], datetime] = now) -> None:
        self._ratings = ratings
        self._clock = clock

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter()
        router.add_api_route("/ratings", self.page, methods=["GET"])
        return router

    def page(self, request: Request, signed_in: Supervisor) -> Response:
        """Show ratings by month and department."""
        moment = self._clock()
        return render(
            request,
            "ratings.html",
            groups=self._ratings.summary(signed_in.actor),
            scores=SCORES,
            low=LOW,
            names=words.SCORES,
            spoken=lambda at: spoken(at, moment),
        )
