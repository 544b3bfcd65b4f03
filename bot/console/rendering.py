"""Pages out of templates. Everything is escaped; a name that a template uses and nobody gives is an error."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.templating import Jinja2Templates

FOLDER = Path(__file__).parent / "templates"
ROLE_NAMES = {"agent": "接待员", "supervisor": "主管", "editor": "知识库编辑", "admin": "管理员"}


def make_templates(filters: Mapping[str, Any] | None = None) -> Jinja2Templates:
    """Return the templates, with further filters by name; `signed_in` is there in every one of them, or None."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(filters or {})
    environment.globals["role_names"] = ROLE_NAMES
    return Jinja2Templates(env=environment, context_processors=[_context])


def render(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """Return a page; `base.html` says which blocks it has."""
    templates: Jinja2Templates = request.app.state.templates
    return templates.TemplateResponse(request, template, context, status)


def _context(request: Request) -> dict[str, Any]:
    query = f"?{request.url.query}" if request.url.query else ""
    return {"signed_in": getattr(request.state, "signed_in", None), "here": request.url.path + query}
