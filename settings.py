"""The settings of every process, read once from the environment and `.env` by the composition roots.

Errors: `SettingsError` with one line that names the setting and says what to do.
"""

from __future__ import annotations

import base64
import ipaddress
import os
import re
import secrets
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent
"""The folder of the checkout: where `config.yml` and `domain.yml` are."""


class SettingsError(Exception):
    """A setting is missing or wrong; the message is one line for the operator."""


class Settings(BaseSettings):
    """What can be set; every field is a variable of the same name in capitals (see `.env.example`)."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True)

    var_dir: Path = Field(default=ROOT / "var", description="What the system makes while running")
    database_url: str = Field(default="", description="SQLAlchemy address; empty: SQLite in VAR_DIR")
    data_key: SecretStr = Field(
        default=SecretStr(""), description="32 bytes in base64; empty: made in VAR_DIR at the first run"
    )
    data_key_previous: SecretStr = Field(
        default=SecretStr(""), description="The key before DATA_KEY, while keys are changed; empty: VAR_DIR, if there"
    )
    bot_host: str = Field(default="127.0.0.1", description="Address on which the public port listens")
    bot_port: int = Field(default=8000, ge=1, le=65535)
    console_port: int = Field(default=8001, ge=1, le=65535)
    rasa_port: int = Field(default=5005, ge=1, le=65535)
    actions_port: int = Field(default=5055, ge=1, le=65535)
    rasa_token: SecretStr = Field(default=SecretStr(""), description="Gateway to Rasa; empty: made in VAR_DIR")
    actions_token: SecretStr = Field(
        default=SecretStr(""), description="Between Rasa and the action server; empty: made in VAR_DIR"
    )
    encoder: str = Field(default="", description="SentenceTransformer path or name; empty: our own")
    kb_source: Path = Field(default=ROOT / "knowledge_base" / "policies")
    kb_index: Path | None = Field(default=None, description="Folder of the index; empty: in VAR_DIR")
    retention_days: int = Field(default=180, ge=1, description="Days until a silent conversation is erased")
    messages_per_minute: int = Field(default=600, ge=1, description="What a visitor may send in a minute")
    log_level: str = Field(default="INFO")
    console_url: str = Field(default="", description="Where staff open the console; notices link to it")
    notify_webhook_url: SecretStr = Field(default=SecretStr(""), description="Group robot or own service")
    notify_webhook_format: Literal["", "wecom", "dingtalk", "feishu", "json"] = ""
    notify_webhook_secret: SecretStr = Field(default=SecretStr(""), description="Signs what is sent there")
    smtp_host: str = ""
    smtp_port: int | None = Field(default=None, ge=1, le=65535, description="Empty: as SMTP_SECURITY has it")
    smtp_security: Literal["starttls", "ssl", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    notify_email_from: str = ""
    notify_email_to: str = Field(default="", description="Addresses, with commas between them")

    @field_validator("console_url", "notify_webhook_url")
    @classmethod
    def _safe_address(cls, value: str | SecretStr) -> str | SecretStr:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if not text:
            return value
        try:
            parts = urlsplit(text)
            host, _port = parts.hostname, parts.port
        except ValueError as error:
            raise ValueError("is no address") from error
        if parts.scheme not in {"http", "https"} or not host or re.search(r"\s", text):
            raise ValueError("must begin with https://")
        if parts.scheme == "http" and not is_loopback(host):
            raise ValueError("must begin with https://, http:// is for this machine only")
        return value.rstrip("/") if isinstance(value, str) else value

    @field_validator("notify_email_from", "notify_email_to")
    @classmethod
    def _email_addresses(cls, value: str) -> str:
        addresses = [each.strip() for each in value.split(",")] if value else []
        if not all(re.fullmatch(r"[^\s@,<>]+@[^\s@,<>]+", each) for each in addresses):
            raise ValueError("must be e-mail addresses such as duty@example.org, with commas between them")
        return ",".join(addresses)

    @model_validator(mode="after")
    def _complete_webhook(self) -> Settings:
        address, secret = self.notify_webhook_url.get_secret_value(), self.notify_webhook_secret.get_secret_value()
        if address and not self.notify_webhook_format:
            raise ValueError("NOTIFY_WEBHOOK_FORMAT must be wecom, dingtalk, feishu or json for NOTIFY_WEBHOOK_URL")
        if not address and (self.notify_webhook_format or secret):
            raise ValueError(
                "NOTIFY_WEBHOOK_URL is missing: the other NOTIFY_WEBHOOK settings are of no use without it"
            )
        if secret and self.notify_webhook_format == "wecom":
            raise ValueError("NOTIFY_WEBHOOK_SECRET must be empty for wecom, whose robots have no secret")
        return self

    @model_validator(mode="after")
    def _complete_mail(self) -> Settings:
        needed = {"NOTIFY_EMAIL_FROM": self.notify_email_from, "NOTIFY_EMAIL_TO": self.notify_email_to}
        missing = [name for name, value in needed.items() if not value]
        if self.smtp_host and missing:
            raise ValueError(f"{' and '.join(missing)} must be set for SMTP_HOST")
        if not self.smtp_host and len(missing) < 2:
            raise ValueError("SMTP_HOST is missing: without it no e-mail is sent")
        if "," in self.notify_email_from:
            raise ValueError("NOTIFY_EMAIL_FROM must be one address")
        if bool(self.smtp_user) != bool(self.smtp_password.get_secret_value()):
            raise ValueError("SMTP_USER and SMTP_PASSWORD must be set together")
        if self.smtp_user and self.smtp_security == "none" and not is_loopback(self.smtp_host):
            raise ValueError("SMTP_SECURITY must be starttls or ssl: with none the password could be read on the way")
        return self

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value.startswith("postgres://"):
            value = "postgresql://" + value.removeprefix("postgres://")
        if value.startswith("postgresql://"):
            value = "postgresql+psycopg://" + value.removeprefix("postgresql://")
        if value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value

    @model_validator(mode="after")
    def _distinct_ports(self) -> Settings:
        ports = {
            "BOT_PORT": self.bot_port,
            "CONSOLE_PORT": self.console_port,
            "RASA_PORT": self.rasa_port,
            "ACTIONS_PORT": self.actions_port,
        }
        if len(set(ports.values())) < len(ports):
            raise ValueError(f"{', '.join(ports)} must be four different numbers")
        return self

    @property
    def data_keys(self) -> tuple[str, str]:
        """`DATA_KEY`, and the one before it or nothing, as `Keyring.from_data_key` takes them."""
        return self.data_key.get_secret_value(), self.data_key_previous.get_secret_value()

    @property
    def database(self) -> str:
        """The SQLAlchemy address in use."""
        return self.database_url or f"sqlite:///{self.var_dir / 'niangjia.db'}"

    @property
    def index_dir(self) -> Path:
        """The folder of the knowledge base's index in use."""
        return self.kb_index or self.var_dir / "index"

    @property
    def files_dir(self) -> Path:
        """The folder of what workers send: photos, documents, recordings, encrypted."""
        return self.var_dir / "attachments"

    @property
    def rasa_url(self) -> str:
        """Rasa's address, always on loopback."""
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        """The action server's address, always on loopback."""
        return f"http://127.0.0.1:{self.actions_port}"


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine itself, by its name or number."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def load_settings(env_file: Path | None = ROOT / ".env", **overrides: Any) -> Settings:
    """Read the settings; `overrides` win over the environment, the environment over the file.

    Raises `SettingsError` for a file that cannot be parsed and for a value that cannot be used.
    """
    if env_file is not None and env_file.exists():
        _check_env_file(env_file)
    try:
        return Settings(_env_file=env_file, **overrides)
    except ValidationError as error:
        raise SettingsError("; ".join(_in_words(detail) for detail in error.errors())) from error


def with_secrets(settings: Settings) -> Settings:
    """Fill what is secret and not set from `VAR_DIR/secrets`, making it there at the first run, but no previous key.

    Several processes may do this at once: the first to create a file wins, the others read it.
    Raises `SettingsError` when the folder cannot be written or a key is no 32 bytes in base64.
    """
    folder = settings.var_dir / "secrets"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        filled = {
            name: SecretStr(_read_or_make(folder / name, make))
            for name, make in _MAKERS.items()
            if not getattr(settings, name).get_secret_value()
        }
        before = folder / "data_key_previous"
        if not settings.data_key_previous.get_secret_value() and before.exists():
            filled["data_key_previous"] = SecretStr(before.read_text(encoding="ascii").strip())
    except OSError as error:
        raise SettingsError(f"VAR_DIR {settings.var_dir} cannot be written ({error.strerror}): set VAR_DIR") from error
    complete = settings.model_copy(update=filled)
    key, previous = complete.data_keys
    _check_key("DATA_KEY", key)
    if previous:
        _check_key("DATA_KEY_PREVIOUS", previous)
    if key == previous:
        raise SettingsError("DATA_KEY_PREVIOUS is the same as DATA_KEY: leave it empty, or give DATA_KEY a new value")
    return complete


def _check_key(name: str, value: str) -> None:
    try:
        key = base64.b64decode(value, validate=True)
    except ValueError as error:
        raise SettingsError(f"{name} must be base64 of 32 bytes: openssl rand -base64 32") from error
    if len(key) != 32:
        raise SettingsError(f"{name} has {len(key)} bytes instead of 32: openssl rand -base64 32")


_MAKERS = {
    "data_key": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
    "rasa_token": lambda: secrets.token_urlsafe(32),
    "actions_token": lambda: secrets.token_urlsafe(32),
}


def _read_or_make(path: Path, make: Any) -> str:
    """Return the file's text; an empty file is one that was never finished and is made again."""
    if not path.exists() or not path.stat().st_size:
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(str(make()), encoding="ascii")
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            if not path.stat().st_size:
                draft.replace(path)
        draft.unlink(missing_ok=True)
    return path.read_text(encoding="ascii").strip()


def _check_env_file(env_file: Path) -> None:
    try:
        with env_file.open(encoding="utf-8") as stream:
            for binding in parse_stream(stream):
                if binding.error:
                    line = binding.original.string.strip().splitlines()[0]
                    name = line.split("=")[0][:40]
                    raise SettingsError(
                        f"{env_file.name} line {binding.original.line} cannot be read (near {name!r}): "
                        "write NAME=value, with quotes closed"
                    )
    except UnicodeDecodeError as error:
        raise SettingsError(f"{env_file.name} is not UTF-8: save it as UTF-8") from error
    except OSError as error:
        raise SettingsError(f"{env_file.name} cannot be opened ({error.strerror}): check its owner and mode") from error


def _in_words(detail: Any) -> str:
    name = "_".join(str(part) for part in detail["loc"]).upper()
    message = str(detail["msg"]).removeprefix("Value error, ")
    return f"{name + ': ' if name else ''}{message} (see .env.example)"
