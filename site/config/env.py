"""The environment, read once, typed and checked; nothing set at all is the embedded default."""

from __future__ import annotations

import base64
import binascii
import contextlib
import ipaddress
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from delivery import providers

ROOT = Path(__file__).resolve().parents[2]

MAIL_SCHEMES = ("outbox", "smtp", "smtps", *(f"{providers.PREFIX}{name}" for name in providers.PROVIDERS))
BROKER_SCHEMES = ("filesystem", "redis", "rediss", "amqp", "amqps")
CACHE_SCHEMES = ("locmem", "redis", "rediss")
DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql")
SHORTEST_SECRET = 20
_TO_STANDARD = str.maketrans("-_", "+/")

# Every variable: what it is without being set, and what it is for. docs/reference/environment.md is made from this.
VARIABLES: dict[str, tuple[str, str]] = {
    "SITE_URL": ("http://127.0.0.1:PORT", "The public address, without a path; links in mail begin with it."),
    "PORT": ("8000", "The port that `make run` serves on."),
    "DATABASE_URL": ("SQLite in VAR_DIR", "Where the truth is: postgresql://user:password@host:5432/name."),
    "BROKER_URL": ("filesystem:// in VAR_DIR", "What wakes the worker: redis://, rediss://, amqp:// or amqps://."),
    "CACHE_URL": ("locmem://", "The cache: redis:// or rediss:// where there are several web processes."),
    "MAIL_URL": (
        "outbox://",
        "How single messages leave: smtp://user:password@host:587?tls=starttls, smtps://host, anymail+postmark://KEY@.",
    ),
    "BULK_MAIL_URL": ("as MAIL_URL", "How letters leave."),
    "MAIL_HOOK_SECRET": (
        "none: no report is taken",
        "user:password that mail providers and servers give at /hooks/mail/…/; at least 20 characters.",
    ),
    "MAIL_HOOK_KEY": ("none", "The key with which the mail provider signs its reports, where it does."),
    "METRICS_TOKEN": (
        "none: only this machine may ask",
        "What shows the figures at /metrics to others, as Authorization: Bearer; at least 20 characters.",
    ),
    "SECRET_KEY": ("made once in VAR_DIR/keys/", "Signs links and sessions; demanded with DATABASE_URL."),
    "FIELD_KEYS": (
        "made once in VAR_DIR/keys/",
        "Seals fields: id:key pairs, the newest first; demanded as SECRET_KEY.",
    ),
    "TRUSTED_PROXIES": ("none", "Networks whose X-Forwarded-For is believed, parted by commas."),
    "VAR_DIR": ("var/ in the checkout", "Where everything that is made at run time lives."),
    "DEBUG": ("0", "1 shows errors with their places; for work on the sources only."),
    "DEMO": ("0", "1 makes a living demo: loopback only, sign-in without a password, no mail to the outside."),
}


class EnvironmentRefused(SystemExit):
    """One clear line for each malformed value; the process does not start."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(f"Goodword cannot start. {problem}" for problem in problems))


@dataclass(frozen=True)
class FieldKey:
    """One key of the field-encryption ring: its id (1-16 letters, digits, dashes) and 32 secret bytes."""

    id: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True)
class Environment:
    """What the outside decides. Every attribute is named after its variable (docs/reference/environment.md)."""

    var: Path
    site_url: str
    port: int
    debug: bool
    demo: bool
    secret_key: str = field(repr=False)
    field_keys: tuple[FieldKey, ...] = field(repr=False)
    database_url: str = field(repr=False)
    broker_url: str = field(repr=False)
    cache_url: str = field(repr=False)
    mail_url: str = field(repr=False)
    bulk_mail_url: str = field(repr=False)
    mail_hook_secret: str = field(default="", repr=False)
    mail_hook_key: str = field(default="", repr=False)
    metrics_token: str = field(default="", repr=False)
    trusted_proxies: tuple[str, ...] = ()

    @property
    def is_embedded(self) -> bool:
        """Whether the truth lives in SQLite under `var/`."""
        return self.database_url.startswith("sqlite")

    @property
    def hosts(self) -> list[str]:
        """Host names that may be asked for: the site's own, and loopback."""
        name = urlsplit(self.site_url).hostname or "localhost"
        return [name, *(host for host in ("localhost", "127.0.0.1", "[::1]") if host != name)]

    @property
    def is_https(self) -> bool:
        """Whether the public address is served over TLS."""
        return self.site_url.startswith("https://")


class Reader:
    """Reads variables, collecting one line for each that is malformed."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        """Return the variable `name`, or the contents of the file that `NAME_FILE` names, or `default`."""
        value = self.environ.get(name, "").strip()
        path = self.environ.get(f"{name}_FILE", "").strip()
        if value and path:
            self.problems.append(f"{name} and {name}_FILE are both set; keep one of them.")
        if not value and path:
            try:
                value = Path(path).read_text().strip()
            except (OSError, ValueError) as error:
                why = error.strerror if isinstance(error, OSError) else "it is not text"
                self.problems.append(f"{name}_FILE cannot be read: {why}.")
            else:
                if not value:
                    self.problems.append(f"{name}_FILE names an empty file.")
        return value or default

    def flag(self, name: str) -> bool:
        """Return whether `name` is on; only 0 and 1 (or false/true, no/yes) are understood."""
        value = self.text(name, "0").lower()
        if value not in {"0", "1", "false", "true", "no", "yes"}:
            self.problems.append(f"{name} must be 0 or 1.")
        return value in {"1", "true", "yes"}

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """Return a whole number between `low` and `high`."""
        value = self.text(name, str(default))
        if not re.fullmatch(r"[0-9]{1,9}", value) or not low <= int(value) <= high:
            self.problems.append(f"{name} must be a whole number from {low} to {high}.")
            return default
        return int(value)

    def url(self, name: str, default: str, schemes: tuple[str, ...], check: Callable[[str], str] | None = None) -> str:
        """Return a URL whose scheme is one of `schemes`; `check` may return what else is wrong with it."""
        value = self.text(name, default)
        try:
            parts = urlsplit(value)
            _ = parts.port
        except ValueError:
            self.problems.append(f"{name} is not a URL.")
            return default
        if parts.scheme not in schemes or "://" not in value:
            self.problems.append(f"{name} must begin with one of: {', '.join(f'{scheme}://' for scheme in schemes)}.")
            return default
        complaint = check(value) if check else ""
        if complaint:
            self.problems.append(f"{name} {complaint}")
        return value


def load(environ: Mapping[str, str] | None = None) -> Environment:
    """Read and check the environment.

    Args:
        environ: variable name → value; the process's own when None.

    Returns:
        The typed environment; with nothing set, the embedded default.

    Raises:
        EnvironmentRefused: with one line for each malformed value.
    """
    read = Reader(os.environ if environ is None else environ)
    var = Path(read.text("VAR_DIR", str(ROOT / "var"))).absolute()
    port = read.number("PORT", 8000, 1, 65535)
    database_url = read.url(
        "DATABASE_URL", f"sqlite:///{var / 'goodword.sqlite3'}", DATABASE_SCHEMES, _database_complaint
    )
    embedded = database_url.startswith("sqlite")
    mail_url = read.url("MAIL_URL", "outbox://", MAIL_SCHEMES, _mail_complaint)
    env = Environment(
        var=var,
        site_url=read.url("SITE_URL", f"http://127.0.0.1:{port}", ("http", "https"), _site_complaint).rstrip("/"),
        port=port,
        debug=read.flag("DEBUG"),
        demo=read.flag("DEMO"),
        secret_key=_secret_key(read, var, embedded=embedded),
        field_keys=_field_keys(read, var, embedded=embedded),
        database_url=database_url,
        broker_url=read.url("BROKER_URL", "filesystem://", BROKER_SCHEMES),
        cache_url=read.url("CACHE_URL", "locmem://", CACHE_SCHEMES),
        mail_url=mail_url,
        bulk_mail_url=read.url("BULK_MAIL_URL", mail_url, MAIL_SCHEMES, _mail_complaint),
        mail_hook_secret=_hook_secret(read),
        mail_hook_key=read.text("MAIL_HOOK_KEY"),
        metrics_token=_metrics_token(read),
        trusted_proxies=_networks(read),
    )
    if env.demo:
        if urlsplit(env.site_url).hostname not in providers.LOOPBACK:
            read.problems.append("SITE_URL: with DEMO=1 the site is on this machine only (127.0.0.1).")
        for name, value in (("MAIL_URL", env.mail_url), ("BULK_MAIL_URL", env.bulk_mail_url)):
            if value.startswith(("smtp", "anymail")) and urlsplit(value).hostname not in providers.LOOPBACK:
                read.problems.append(f"{name}: with DEMO=1 mail goes to this machine only (127.0.0.1).")
    if read.problems:
        raise EnvironmentRefused(read.problems)
    return env


def _site_complaint(value: str) -> str:
    parts = urlsplit(value)
    if not re.fullmatch(r"[A-Za-z0-9.-]+|[0-9A-Fa-f:.]+", parts.hostname or ""):
        return "needs a host name, as in https://www.example.org."
    if "@" in parts.netloc:
        return "must be an address without user and password, as in https://www.example.org."
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        return "must be an address without a path, as in https://www.example.org."
    return ""


def _database_complaint(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme.startswith("postgres") and not parts.path.strip("/"):
        return "needs a database's name, as in postgresql://user:password@host:5432/goodword."
    if parts.scheme == "sqlite" and not parts.path.strip("/"):
        return "needs a file, as in sqlite:////srv/goodword/goodword.sqlite3."
    return ""


def _mail_complaint(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme.startswith("smtp") and not parts.hostname:
        return "needs a host, as in smtp://user:password@mail.example.org:587?tls=starttls."
    if providers.name_in(value):
        return providers.complaint(value)
    if parts.query and not re.fullmatch(r"tls=(starttls|implicit|none)", parts.query):
        return "understands only ?tls=starttls, ?tls=implicit or ?tls=none."
    return ""


def _hook_secret(read: Reader) -> str:
    value = read.text("MAIL_HOOK_SECRET")
    if value and (":" not in value.strip(":") or len(value) < SHORTEST_SECRET):
        read.problems.append("MAIL_HOOK_SECRET must be user:password with at least 20 characters.")
    return value


def _metrics_token(read: Reader) -> str:
    value = read.text("METRICS_TOKEN")
    if value and (len(value) < SHORTEST_SECRET or not value.isascii() or " " in value):
        read.problems.append("METRICS_TOKEN must have at least 20 letters, digits and signs, and no blanks.")
    return value


def _networks(read: Reader) -> tuple[str, ...]:
    entries = tuple(part.strip() for part in read.text("TRUSTED_PROXIES").split(",") if part.strip())
    for entry in entries:
        try:
            ipaddress.ip_network(entry, strict=False)
        except ValueError:
            read.problems.append("TRUSTED_PROXIES must be addresses or networks parted by commas, as in 10.0.0.0/8.")
            break
    return entries


def _secret_key(read: Reader, var: Path, *, embedded: bool) -> str:
    value = read.text("SECRET_KEY")
    if value and len(value) < 32:
        read.problems.append("SECRET_KEY must have at least 32 characters.")
    if not value:
        value = _kept(read, var, "secret_key", "SECRET_KEY", lambda: secrets.token_urlsafe(64), embedded=embedded)
    return value


def _field_keys(read: Reader, var: Path, *, embedded: bool) -> tuple[FieldKey, ...]:
    value = read.text("FIELD_KEYS")
    if not value:
        value = _kept(read, var, "field_keys", "FIELD_KEYS", new_field_key, embedded=embedded)
    keys: list[FieldKey] = []
    for part in value.split(",") if value else []:
        key_id, _, encoded = part.strip().partition(":")
        try:
            padded = encoded.translate(_TO_STANDARD) + "=" * (-len(encoded) % 4)
            secret = base64.b64decode(padded, validate=True)
        except (binascii.Error, ValueError):
            secret = b""
        if not re.fullmatch(r"[A-Za-z0-9-]{1,16}", key_id) or len(secret) != 32:
            read.problems.append("FIELD_KEYS must be id:key pairs parted by commas; a key is 32 bytes in base64.")
            return ()
        keys.append(FieldKey(key_id, secret))
    if len({key.id for key in keys}) != len(keys):
        read.problems.append("FIELD_KEYS names one id twice.")
    return tuple(keys)


def new_field_key() -> str:
    """Return a fresh `id:key` pair, the id being random so that two installations never share one."""
    return f"k{secrets.token_hex(3)}:{base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}"


def _kept(read: Reader, var: Path, filename: str, name: str, make: Callable[[], str], *, embedded: bool) -> str:
    """Return the secret kept in `var/keys/`, made on first use; demanded from outside where the database is."""
    if not embedded:
        read.problems.append(f"{name} is needed with DATABASE_URL; set it, or {name}_FILE.")
        return ""
    path = var / "keys" / filename
    try:
        return _read_or_made(path, make)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        read.problems.append(f"VAR_DIR: {path} can be neither read nor made: {why}.")
        return ""


def _read_or_made(path: Path, make: Callable[[], str]) -> str:
    folder = path.parent
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        own = folder / f"{path.name}.{os.getpid()}"
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(make())
        with contextlib.suppress(FileExistsError):  # two processes at a first start: the first one's secret stands
            path.hardlink_to(own)
        own.unlink()
    return path.read_text().strip()
