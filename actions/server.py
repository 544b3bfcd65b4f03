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
from actions.check_case import ActionCheckCase
from actions.follow import Follower
from actions.form_cards import FormCards
from actions.guard import Guarded
from actions.procedures import ActionAskProcedureStep, ActionBeginProcedure, ValidateProcedureForm
from actions.recall_staff import ActionRecallStaff
from actions.search import Search
from casework.cases import MyCases
from casework.crypto import Keyring
from casework.database import Database
from casework.ledger import Ledger
from casework.local_figures import LocalFigures
from casework.procedures.calculating import Calculation
from casework.procedures.library import Library
from casework.procedures.membership import MembershipCheck
from casework.procedures.papers import Papers
from casework.procedures.service import Ending, Procedures
from casework.wording import Wording
from knowledge_base import KnowledgeBase
from knowledge_base.keeper import Keeper
from settings import ROOT, Settings


class Executor(ActionExecutor):  # type: ignore[misc]  # rasa-sdk publishes no types
    """Runs actions without the domain: rasa-sdk 3.21 insists on one, which Rasa 3.6 leaves out when told to."""

    def update_and_return_domain(self, payload: dict[str, Any], _action_name: str) -> dict[str, Any]:
        """Return the domain that came with the call, or an empty one."""
        return payload.get("domain") or {}


def executor(settings: Settings, knowledge_base: KnowledgeBase) -> ActionExecutor:
    """Return all actions, each with its collaborators and in the wrapper."""
    wording = Wording.from_domain(ROOT / "domain.yml")
    database = Database(settings.database)
    keyring = Keyring.from_data_key(*settings.data_keys)
    ledger = Ledger(database)
    figures = LocalFigures(database)
    cards = AnswerCards(knowledge_base, wording, figures)
    endings: dict[str, Ending] = {
        "calculation": Calculation(wording, figures),
        "membership": MembershipCheck(keyring, wording),
    }
    procedures = Procedures(
        database, keyring, Library.from_folder(), wording, knowledge_base.region_named, endings, Papers(wording)
    )
    form_cards = FormCards(wording, settings.retention_days)
    answer = ActionAnswerPolicy(knowledge_base, cards, ledger)
    actions = [
        answer,
        ActionRecallStaff(knowledge_base, cards, wording),
        ActionBeginProcedure(procedures, form_cards, answer, cards.told("utter_button_expired")),
        ValidateProcedureForm(procedures, form_cards),
        ActionAskProcedureStep(procedures, form_cards),
        ActionCheckCase(MyCases(database, wording)),
    ]
    registered = Executor()
    for action in actions:
        registered.register_action(Guarded(action, wording))
    return registered


def keeper_of(settings: Settings) -> Keeper:
    """Return the keeper of the index that is to be served."""
    return Keeper(
        source=settings.kb_source,
        folder=settings.index_dir,
        setting=settings.encoder,
        trained=settings.var_dir / "encoder",
        policies=settings.kb_source,
    )


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
    """Serve until told to stop, always from the index that was published last."""
    follower = Follower(keeper_of(settings))
    knowledge_base = follower.knowledge_base
    registered = executor(settings, knowledge_base)
    server = build_server(registered, Search(knowledge_base), settings.actions_token.get_secret_value())
    follower.start()
    try:
        server.run(host="127.0.0.1", port=settings.actions_port, single_process=True, access_log=False, motd=False)
    finally:
        follower.stop()
