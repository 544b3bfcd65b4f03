"""The composition root of the action server: rasa-sdk's web app, on loopback, behind a shared secret."""

from __future__ import annotations

import hmac
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Request
from sanic.response import HTTPResponse, json

from actions.answer_policy import ActionAnswerPolicy
from actions.cards import AnswerCards
from actions.guard import Guarded
from actions.recall_staff import ActionRecallStaff
from actions.search import Search
from casework.database import Database
from casework.ledger import Ledger
from casework.wording import Wording
from knowledge_base import KnowledgeBase, artefact
from knowledge_base.loader import load_good
from settings import ROOT, Settings


class Executor(ActionExecutor):  # type: ignore[misc]  # rasa-sdk publishes no types
    """Runs actions without the domain: rasa-sdk 3.21 insists on one, which Rasa 3.6 leaves out when told to."""

    def update_and_return_domain(self, payload: dict[str, Any], _action_name: str) -> dict[str, Any]:
        """Return the domain that came with the call, or an empty one."""
        return payload.get("domain") or {}


def executor(settings: Settings, knowledge_base: KnowledgeBase) -> ActionExecutor:
    """Return all actions, each with its collaborators and in the wrapper."""
    wording = Wording.from_domain(ROOT / "domain.yml")
    ledger = Ledger(Database(settings.database))
    cards = AnswerCards(knowledge_base, wording)
    actions = [
        ActionAnswerPolicy(knowledge_base, cards, ledger),
        ActionRecallStaff(knowledge_base, cards, wording),
    ]
    registered = Executor()
    for action in actions:
        registered.register_action(Guarded(action, wording))
    return registered


def encoder_in_use(settings: Settings) -> str:
    """Return the encoder that is set, or the project's own that fits the policies as they are."""
    return artefact.choose(settings.encoder, settings.var_dir / "encoder", load_good(settings.kb_source)[0])


def build_server(registered: ActionExecutor, search: Search, token: str) -> Any:
    """Put the Sanic server together; every path but `/health` needs the token (rasa-sdk itself asks for none)."""
    app = create_app(registered, cors_origins=[])
    app.add_route(search.handle, "/search", methods=["POST"])

    @app.on_request  # type: ignore[untyped-decorator]  # rasa-sdk gives the app without its type
    async def check_token(request: Request) -> HTTPResponse | None:
        given = request.args.get("token", "")
        if request.path == "/health" or hmac.compare_digest(given.encode(), token.encode()):
            return None
        return json({"error": "token"}, status=401)

    return app


def serve(settings: Settings) -> None:
    """Serve until told to stop."""
    knowledge_base = KnowledgeBase.open(settings.index_dir, encoder_in_use(settings))
    knowledge_base.search("你好")  # the first search loads the encoder, which takes longer than a turn may
    registered = executor(settings, knowledge_base)
    server = build_server(registered, Search(knowledge_base), settings.actions_token.get_secret_value())
    server.run(host="127.0.0.1", port=settings.actions_port, single_process=True, access_log=False, motd=False)
