"""Workers' photos, files, recordings and places, for staff who may see the conversation."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from bot.console.errors import wants_json
from bot.console.security import Agent
from casework.attachments import Attachments, Place

MAP = "https://uri.amap.com/marker"
"""高德地图's address for a pin; it takes WGS 84 too (lbs.amap.com/api/uri-api/guide/mobile-web/point)."""

Number = Annotated[int, Path(gt=0, lt=2**31)]


class AttachmentPages:
    """Gives out what came with messages; that somebody opened it is in the audit log."""

    def __init__(self, attachments: Attachments) -> None:
        self._attachments = attachments

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(prefix="/attachments")
        router.add_api_route("/{number}", self.file, methods=["GET"])
        router.add_api_route("/places/{message}", self.place, methods=["GET"])
        return router

    def file(self, request: Request, signed_in: Agent, number: Number) -> Response:
        """Give a photo to be shown, anything else as a download; never as a page of this site.

        Photos are JPEG that we drew ourselves (`casework.file_kinds`).
        """
        file = self._attachments.for_staff(signed_in.actor, number)
        status, content, headers = file.part(request.headers.get("range"), inline=file.kind == "photo")
        return Response(content, status, media_type=file.media_type, headers=headers)

    def place(self, request: Request, signed_in: Agent, message: Number) -> Response:
        """Lead to the place in a message on a map; a script gets its degrees and the map's address."""
        place = self._attachments.location(signed_in.actor, message)
        if wants_json(request):
            return JSONResponse({"lat": place.lat, "lon": place.lon, "url": map_url(place)})
        return RedirectResponse(map_url(place), 303)


def map_url(place: Place) -> str:
    """Return the address of a map with this place on it."""
    position = f"{place.lon:.6f},{place.lat:.6f}"
    return f"{MAP}?{urlencode({'position': position, 'coordinate': 'wgs84', 'callnative': '0'}, safe=',')}"
