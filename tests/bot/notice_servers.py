"""A group robot's server and a mail server on loopback, that answer as a test wants them to."""

from __future__ import annotations

import base64
import datetime
import ipaddress
import json
import socketserver
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Request:
    """What was posted."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Answer:
    """What a robot answers: WeCom's and DingTalk's yes, unless a test wants another."""

    body: bytes = b'{"errcode":0,"errmsg":"ok"}'
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    after: float = 0.0


class Robot:
    """A group robot; `answers` are given one after another, then a yes each time."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.answers: list[Answer] = []
        robot = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                robot.requests.append(Request(self.path, dict(self.headers.items()), body))
                answer = robot.answers.pop(0) if robot.answers else Answer()
                time.sleep(answer.after)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *_arguments: object) -> None:
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/robot/send?key=0815"
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.02])
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()


@dataclass
class Mailing:
    """A mail that was handed in."""

    sender: str
    recipients: list[str]
    text: str
    over_tls: bool
    user: str


@dataclass
class MailRules:
    """How a mail server behaves."""

    offers_starttls: bool = True
    over_ssl: bool = False
    login: tuple[str, str] | None = None
    refuses: tuple[str, ...] = ()
    refuses_sender: bool = False
    silent: bool = False
    greets: bytes = b"220 mail.test ESMTP\r\n"


class _MailSession(socketserver.BaseRequestHandler):
    """One client, as RFC 5321 has it, with STARTTLS and AUTH PLAIN."""

    server: _MailTcp

    def finish(self) -> None:
        if hasattr(self, "_lines"):
            self._lines.close()
        self.request.close()

    def handle(self) -> None:
        rules, self._user, self._tls = self.server.rules, "", False
        if rules.over_ssl:
            self._wrap()
        if rules.silent:
            time.sleep(3)
            return
        self.request.sendall(rules.greets)
        sender, recipients = "", list[str]()
        self._lines = self.request.makefile("rb")
        while line := self._lines.readline():
            command, _, rest = line.decode().strip().partition(" ")
            match command.upper():
                case "EHLO":
                    self._say(*self._offers())
                case "STARTTLS":
                    self._say("220 go ahead")
                    self._lines.close()
                    self._wrap()
                    self._lines = self.request.makefile("rb")
                case "AUTH":
                    self._authenticate(rest)
                case "MAIL":
                    sender = rest[5:].split(">")[0].strip("<")
                    self._say("550 not yours" if rules.refuses_sender else "250 ok")
                case "RCPT":
                    recipient = rest[3:].split(">")[0].strip("<")
                    refused = recipient in rules.refuses
                    recipients += [] if refused else [recipient]
                    self._say("550 nobody of that name" if refused else "250 ok")
                case "DATA":
                    self._say("354 end with a dot")
                    text = b""
                    while (part := self._lines.readline()) not in (b".\r\n", b""):
                        text += part
                    mail = Mailing(sender, recipients, text.decode(), self._tls, self._user)
                    self.server.mails.append(mail)
                    self._say("250 taken")
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    recipients = []
                    self._say("250 ok")

    def _offers(self) -> list[str]:
        offers = ["250-mail.test"]
        if self.server.rules.offers_starttls and not self._tls:
            offers.append("250-STARTTLS")
        if self.server.rules.login:
            offers.append("250-AUTH PLAIN")
        return [*offers, "250 8BITMIME"]

    def _authenticate(self, rest: str) -> None:
        _nobody, user, password = base64.b64decode(rest.split(" ")[1]).decode().split("\0")
        fits = (user, password) == self.server.rules.login
        self._user = user if fits else ""
        self._say("235 welcome" if fits else "535 wrong")

    def _wrap(self) -> None:
        self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        self._tls = True

    def _say(self, *lines: str) -> None:
        self.request.sendall("".join(f"{line}\r\n" for line in lines).encode())


class _MailTcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    rules: MailRules
    mails: list[Mailing]
    tls: ssl.SSLContext

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet: clients that hang up are what tests are about."""


class Post:
    """A mail server."""

    def __init__(self, certificate: Certificate, rules: MailRules) -> None:
        self._server = _MailTcp(("127.0.0.1", 0), _MailSession)
        self._server.rules, self._server.mails, self._server.tls = rules, [], certificate.server
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.02])
        self._thread.start()

    @property
    def mails(self) -> list[Mailing]:
        return self._server.mails

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()


class Certificate:
    """A certificate for 127.0.0.1 that only `client` trusts."""

    def __init__(self, folder: Path) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
        moment = datetime.datetime.now(datetime.UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(moment - datetime.timedelta(days=1))
            .not_valid_after(moment + datetime.timedelta(days=1))
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
            )
            .sign(key, hashes.SHA256())
        )
        public, private = folder / "certificate.pem", folder / "key.pem"
        public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.server.load_cert_chain(public, private)
        self.client = ssl.create_default_context(cafile=str(public))
