"""Who a web visitor is: a random id in a signed, http-only cookie, and how much she may send."""

from __future__ import annotations

import secrets
import time

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web_errors import WebError

COOKIE = "niangjia_visitor"
MAX_AGE = 180 * 24 * 3600
"""Seconds that a browser keeps the cookie, and that we accept it."""


class Visitors:
    """Makes and reads the visitor's cookie."""

    def __init__(self, signing_keys: list[bytes]) -> None:
        """`signing_keys` are all accepted; the last one signs."""
        self._serializer = URLSafeTimedSerializer(signing_keys, salt="visitor")
        self._newest = URLSafeTimedSerializer(signing_keys[-1], salt="visitor")

    def identify(self, request: Request) -> str | None:
        """Return the visitor's id, or None when the cookie is missing, forged or too old."""
        return _read(self._serializer, request)

    def known(self, request: Request) -> str:
        """Return the visitor's id. Raises `WebError` when there is none."""
        visitor = self.identify(request)
        if visitor is None:
            raise WebError("no_visitor")
        return visitor

    def welcome(self, request: Request, response: Response) -> None:
        """Give a visitor without a valid cookie a new one, and sign her own anew where an older key signed it."""
        if _read(self._newest, request) is None:
            value = self._newest.dumps(self.identify(request) or secrets.token_urlsafe(18))
            response.set_cookie(
                COOKIE,
                str(value),
                max_age=MAX_AGE,
                path="/chat",
                httponly=True,
                samesite="lax",
                secure=request.url.scheme == "https",
            )

    def forget(self, response: Response) -> None:
        """Take the cookie away."""
        response.delete_cookie(COOKIE, path="/chat", httponly=True, samesite="lax")


def _read(serializer: URLSafeTimedSerializer, request: Request) -> str | None:
    try:
        visitor = serializer.loads(request.cookies.get(COOKIE, ""), max_age=MAX_AGE)
    except BadData:
        return None
    return visitor if isinstance(visitor, str) else None


class Allowance:
    """A token bucket a visitor: `per_minute` on average, `at_once` (twice that if not said) without a pause."""

    def __init__(self, per_minute: int, at_once: int | None = None) -> None:
        self._per_second = per_minute / 60
        self._most = float(at_once or per_minute * 2)
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, visitor: str) -> bool:
        """Count one message; tell whether it is still within the allowance."""
        moment = time.monotonic()
        left, since = self._left.get(visitor, (self._most, moment))
        left = min(self._most, left + (moment - since) * self._per_second)
        if len(self._left) > 10_000:
            self._drop_full(moment)
        self._left[visitor] = (max(left - 1, 0.0), moment)
        return left >= 1

    def _drop_full(self, moment: float) -> None:
        """Forget visitors whose bucket is full again."""
        self._left = {
            visitor: (left, since)
            for visitor, (left, since) in self._left.items()
            if left + (moment - since) * self._per_second < self._most
        }
