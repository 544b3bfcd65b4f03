"""The composition root of the gateway and of the console: settings in, running applications out."""

from __future__ import annotations

import asyncio

import httpx
from fastapi import APIRouter, FastAPI

from bot.channels.visitor import Allowance, Visitors
from bot.channels.web import WebChat
from bot.channels.web_attachments import WebAttachments
from bot.channels.web_documents import WebDocuments
from bot.console.admin import DepartmentPages, StaffPages
from bot.console.app import build_console
from bot.console.attachments import AttachmentPages
from bot.console.call_backs import CallBackPages
from bot.console.canned import CannedPages
from bot.console.case_lists import CaseLists
from bot.console.case_pages import CasePages
from bot.console.cases import CaseListPages
from bot.console.conversation_pages import ConversationPages
from bot.console.events import EventPages
from bot.console.inbox_pages import InboxPages, Lists
from bot.console.live import ConsoleLive
from bot.console.metrics import metrics_router
from bot.console.notes import NoteRoutes
from bot.console.ratings import RatingPages
from bot.console.suggestions import SearchClient, SuggestionRoutes
from bot.console.upkeep import ConsoleUpkeep
from bot.gateway.app import Health, build_app
from bot.gateway.desk import Desk
from bot.gateway.dialogue import Dialogue, DialogueClient
from bot.gateway.insight import Insight
from bot.gateway.live import Live
from bot.gateway.notices import Notices
from bot.gateway.patrol import Rounds
from bot.gateway.pump import Pump
from bot.gateway.service import Gateway
from bot.gateway.turns import FollowUp, Turns
from bot.gateway.upkeep import Upkeep
from bot.notice_targets import build_targets, webhook_client
from casework.attachment_talk import AttachmentTalk
from casework.attachments import Attachments
from casework.call_back_desk import CallBackDesk
from casework.call_backs import CallBacks
from casework.canned_answers import CannedAnswers
from casework.cases.desk import CaseDesk
from casework.cases.follow import CaseFollow
from casework.cases.rounds import CaseRounds
from casework.changes import ChangeWatcher
from casework.console_events import ConsoleFeed
from casework.conversations import Conversations
from casework.crypto import Keyring
from casework.database import Database
from casework.department_admin import DepartmentAdmin
from casework.department_names import DepartmentNames
from casework.documents.service import CaseDocuments
from casework.erasure import Erasure
from casework.hand_offs import HandOffs
from casework.inbox import Inbox
from casework.last_question import LastQuestions
from casework.notes import Notes
from casework.notifications import Notifications
from casework.passwords import Passwords
from casework.patrol import Patrol
from casework.procedures.evidence import FormFiles
from casework.procedures.library import Library
from casework.ratings import Ratings
from casework.search_index import SearchIndex
from casework.staff import StaffAccounts
from casework.staff_admin import StaffAdmin
from casework.staff_sessions import StaffSessions
from casework.wording import Wording
from knowledge_base.loader import load_good
from settings import ROOT, Settings

ATTACHMENTS_PER_MINUTE = 10
"""Photos, files, recordings and places that one visitor may send."""
DOCUMENTS_PER_MINUTE = 10
"""Drafts of her own cases that one visitor may fetch."""


def gateway(settings: Settings, dialogue: Dialogue | None = None) -> FastAPI:
    """Build the gateway with all that it needs, with Rasa unless another engine is given.

    The database must have its tables (`casework.migrate`).
    """
    database = Database(settings.database)
    keyring = Keyring.from_data_key(*settings.data_keys)
    wording = Wording.from_domain(ROOT / "domain.yml")
    notice = wording.bubble("utter_privacy_notice", days=settings.retention_days)
    conversations = Conversations(database, keyring)
    attachments = Attachments(database, keyring, settings.files_dir)
    erasure = Erasure(database, attachments)
    http = httpx.AsyncClient(limits=httpx.Limits(max_connections=32), trust_env=False)
    dialogue = dialogue or DialogueClient(
        http, settings.rasa_url, settings.rasa_token.get_secret_value(), settings.actions_url
    )
    desk = Desk(wording)
    form_files = FormFiles(database, Library.from_folder(), wording)
    follow_ups: list[FollowUp] = [
        CaseFollow(database, keyring, wording),  # before what is said to any photo
        form_files,
        AttachmentTalk(wording),
        CallBacks(database, keyring, wording),
        Ratings(database, wording),
    ]
    insight = Insight(conversations, dialogue)
    turns = Turns(
        conversations, dialogue, wording, desk, follow_ups, insight, notice, form_files.resuming, form_files.named
    )
    pump = Pump(conversations, turns)
    watcher = ChangeWatcher(database)
    live = Live(conversations, watcher)
    upkeep = Upkeep(erasure, settings.var_dir / "rasa" / "tracker.db", settings.retention_days)
    inbox = Gateway(conversations, pump, desk, insight, notice)
    visitors = Visitors(keyring.signing_keys)
    web = WebChat(inbox, live, conversations, erasure, visitors, Allowance(settings.messages_per_minute))
    allowance = Allowance(ATTACHMENTS_PER_MINUTE, at_once=ATTACHMENTS_PER_MINUTE)
    web_attachments = WebAttachments(inbox, conversations, attachments, visitors, allowance)
    web_documents = WebDocuments(CaseDocuments(database, keyring), visitors, Allowance(DOCUMENTS_PER_MINUTE))

    notice_http = webhook_client(settings)
    targets = build_targets(settings, notice_http)
    notifications = Notifications(database, [target.name for target in targets])
    notices = Notices(notifications, targets, settings.console_url)
    rounds = Rounds(Patrol(database, notifications, wording))
    case_rounds = Rounds(CaseRounds(database, wording), "case")

    async def close() -> None:
        await http.aclose()
        await notice_http.aclose()
        await asyncio.to_thread(watcher.close)
        database.close()

    return build_app(
        [web.router(), web_attachments.router(), web_documents.router()],
        Health(database, dialogue),
        [
            (_nothing, close),
            (live.start, live.stop),
            (pump.start, pump.stop),
            (upkeep.start, upkeep.stop),
            (notices.start, notices.stop),
            (rounds.start, rounds.stop),
            (case_rounds.start, case_rounds.stop),
        ],
    )


def console(settings: Settings) -> FastAPI:
    """Build the staff's console. The database must have its tables (`casework.migrate`)."""
    database = Database(settings.database)
    keyring = Keyring.from_data_key(*settings.data_keys)
    passwords = Passwords()
    wording = Wording.from_domain(ROOT / "domain.yml")
    inbox = Inbox(database, keyring)
    feed = ConsoleFeed(database)
    accounts = StaffAccounts(database, passwords=passwords)
    sessions = StaffSessions(database, passwords=passwords)
    live = ConsoleLive(feed, inbox, ChangeWatcher(database))
    upkeep = ConsoleUpkeep(SearchIndex(database), feed, accounts, live)
    search_http = httpx.AsyncClient(trust_env=False)
    search = SearchClient(search_http, settings.actions_url, settings.actions_token.get_secret_value())
    lists = Lists(inbox, DepartmentNames(database), feed)
    hand_offs = HandOffs(database, keyring, wording, Ratings(database, wording).ask_bubble)
    attachments = Attachments(database, keyring, settings.files_dir)
    cases = CaseLists(CaseDesk(database, keyring, wording), DepartmentNames(database), Library.from_folder(), feed)
    titles = {entry.id: entry.title for entry in load_good(settings.kb_source)[0]}
    routers: list[APIRouter] = [
        InboxPages(lists).router(),
        ConversationPages(lists, inbox, hand_offs, Notes(database), titles.get, cases=cases.beside).router(),
        EventPages(live, sessions).router(),
        AttachmentPages(attachments).router(),
        SuggestionRoutes(search, LastQuestions(database)).router(),
        CannedPages(CannedAnswers(database), inbox).router(),
        NoteRoutes(Notes(database)).router(),
        CallBackPages(CallBackDesk(database, keyring, wording)).router(),
        CaseListPages(cases).router(),
        CasePages(cases, attachments, CaseDocuments(database, keyring), wording).router(),
        RatingPages(Ratings(database, wording)).router(),
        DepartmentPages(DepartmentAdmin(database)).router(),
        StaffPages(StaffAdmin(database, accounts)).router(),
    ]

    async def close() -> None:
        await search_http.aclose()
        database.close()

    return build_console(
        accounts,
        sessions,
        routers,
        public=[metrics_router(database)],
        background=[(_nothing, close), (live.start, live.stop), (upkeep.start, upkeep.stop)],
    )


def _nothing() -> None:
    """Start nothing: only the end needs doing."""
