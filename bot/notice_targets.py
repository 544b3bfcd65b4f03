"""Where notices to staff go, as the settings have it: part of the composition root."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from bot.gateway.notice_mail import PORTS, Mail, MailServer
from bot.gateway.notice_messages import Target
from bot.gateway.notice_webhook import Webhook
from settings import Settings, is_loopback


def webhook_client(settings: Settings) -> httpx.AsyncClient:
    """Return the client for the webhook; outside this machine it uses the proxy of the environment, if there is one."""
    host = urlsplit(settings.notify_webhook_url.get_secret_value()).hostname or ""
    return httpx.AsyncClient(trust_env=not is_loopback(host))


def build_targets(settings: Settings, http: httpx.AsyncClient) -> list[Target]:
    """Return the targets that are set up; `http` comes from `webhook_client`."""
    targets: list[Target] = []
    address = settings.notify_webhook_url.get_secret_value()
    if address:
        secret = settings.notify_webhook_secret.get_secret_value()
        targets.append(Webhook(http, address, settings.notify_webhook_format, secret))
    if settings.smtp_host:
        server = MailServer(
            settings.smtp_host,
            settings.smtp_port or PORTS[settings.smtp_security],
            settings.smtp_security,
            settings.smtp_user,
            settings.smtp_password.get_secret_value(),
        )
        targets.append(Mail(server, settings.notify_email_from, settings.notify_email_to.split(",")))
    return targets
