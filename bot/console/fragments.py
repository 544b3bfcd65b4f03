"""Parts of pages that scripts put into an open one: out of the same templates, escaped in the same way."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.templating import Jinja2Templates


def fragment(request: Request, template: str, **context: Any) -> str:
    """Return a template's HTML."""
    templates: Jinja2Templates = request.app.state.templates
    given = {"signed_in": request.state.signed_in, **context}
    return str(templates.get_template(template).render(given)).strip()
