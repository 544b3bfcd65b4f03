"""Notices by e-mail, over SMTP."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

import structlog

from bot.gateway.notice_messages import NoticeFailed, NoticeMessage

STEP = 10.0
"""Seconds that the server may take for one answer."""
DEADLINE = 30.0
"""Seconds for everything; `casework.notifications.LEASE` is longer."""
PORTS = {"starttls": 587, "ssl": 465, "none": 25}

_log = structlog.get_logger()


@dataclass(frozen=True)
class MailServer:
    """Where mails are handed in; `security` is `starttls`, `ssl` or `none`."""

    host: str
    port: int
    security: str = "starttls"
    user: str = ""
    password: str = ""


class Mail:
    """Sends notices from one address to some others."""

    name = "email"

    def __init__(
        self, server: MailServer, sender: str, recipients: Sequence[str], tls: ssl.SSLContext | None = None
    ) -> None:
        self._server = server
        self._sender = sender
        self._recipients = tuple(recipients)
        self._tls = tls or ssl.create_default_context()

    async def send(self, message: NoticeMessage) -> None:
        """Hand the message in. Raises `NoticeFailed`."""
        mail = self._mail(message)
        try:
            async with asyncio.timeout(DEADLINE):
                await asyncio.to_thread(self._send, mail)
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            raise NoticeFailed(type(error).__name__, self._explain(error)) from error

    def _mail(self, message: NoticeMessage) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = self._sender
        mail["To"] = ", ".join(self._recipients)
        mail["Subject"] = message.subject
        mail["Date"] = formatdate()
        mail["Message-ID"] = make_msgid(domain=_domain(self._sender))
        mail["Auto-Submitted"] = "auto-generated"
        if message.is_alarm:
            mail["Importance"] = "high"
        mail.set_content(message.text, cte="base64")
        return mail

    def _send(self, mail: EmailMessage) -> None:
        """Speak with the server; blocking, each step at most `STEP` seconds."""
        server = self._server
        name = _domain(self._sender)  # for the greeting; without it the library would ask the name service for ours
        opened = (
            smtplib.SMTP_SSL(server.host, server.port, local_hostname=name, timeout=STEP, context=self._tls)
            if server.security == "ssl"
            else smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=STEP)
        )
        with opened as smtp:
            if server.security == "starttls":
                smtp.starttls(context=self._tls)
            if server.user:
                smtp.login(server.user, server.password)
            refused = smtp.send_message(mail)
        if refused:  # the others have it: sending again would give it to them twice
            _log.warning("notice.recipients_refused", count=len(refused))

    def _explain(self, error: Exception) -> str:
        where = f"{self._server.host}:{self._server.port}"
        match error:
            case TimeoutError():
                return f"{where} does not answer in time: look at SMTP_HOST, SMTP_PORT, SMTP_SECURITY and the firewall"
            case ssl.SSLCertVerificationError():
                return f"the certificate of {where} is not valid for this name, or its issuer is not known here"
            case ssl.SSLError():
                return f"{where} does not speak TLS as expected: port 465 needs SMTP_SECURITY=ssl, port 587 starttls"
            case UnicodeError():
                return "SMTP_USER, SMTP_PASSWORD and the addresses may hold letters, digits and signs of ASCII only"
            case smtplib.SMTPAuthenticationError():
                return "SMTP_USER or SMTP_PASSWORD is wrong; many providers want an app password made for this"
            case smtplib.SMTPNotSupportedError():
                return f"{where} does not offer STARTTLS or signing in: look at SMTP_SECURITY and SMTP_PORT"
            case smtplib.SMTPSenderRefused():
                return f"{where} does not send for NOTIFY_EMAIL_FROM (code {error.smtp_code})"
            case smtplib.SMTPRecipientsRefused():
                return f"{where} refuses every address of NOTIFY_EMAIL_TO"
            case smtplib.SMTPServerDisconnected():
                return f"{where} hung up or stopped answering: look at SMTP_PORT and SMTP_SECURITY"
            case smtplib.SMTPResponseException():
                return f"{where} refuses with code {error.smtp_code}"
            case _:
                return f"{where} cannot be reached: look at SMTP_HOST, SMTP_PORT, the network, the firewall"


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
