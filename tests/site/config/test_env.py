"""The environment: the embedded default, every variable, every malformed value in one clear line."""

from __future__ import annotations

import base64
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import env
from config.env import EnvironmentRefused, load

KEY = base64.b64encode(b"k" * 32).decode()
OUTSIDE = {
    "DATABASE_URL": "postgresql://goodword:secret@db.example:5432/goodword",
    "SECRET_KEY": "s" * 50,
    "FIELD_KEYS": f"k1:{KEY}",
}


def problems(environ: dict[str, str]) -> list[str]:
    with pytest.raises(EnvironmentRefused) as refusal:
        load(environ)
    return refusal.value.problems


def test_nothing_set_is_the_embedded_default(tmp_path: Path) -> None:
    read = load({"VAR_DIR": str(tmp_path)})
    assert read.is_embedded
    assert read.database_url == f"sqlite:///{tmp_path}/goodword.sqlite3"
    assert (read.site_url, read.port) == ("http://127.0.0.1:8000", 8000)
    assert (read.broker_url, read.cache_url, read.mail_url) == ("filesystem://", "locmem://", "outbox://")
    assert read.bulk_mail_url == read.mail_url
    assert not read.debug
    assert not read.demo
    assert not read.is_https


def test_without_a_folder_it_is_the_checkouts_own() -> None:
    assert load({**OUTSIDE}).var == env.ROOT / "var"


def test_everything_can_be_set(tmp_path: Path) -> None:
    read = load(
        {
            **OUTSIDE,
            "VAR_DIR": str(tmp_path),
            "SITE_URL": "https://www.juniper-row.example/",
            "PORT": "8123",
            "DEBUG": "no",
            "DEMO": "0",
            "BROKER_URL": "redis://broker.example:6379/0",
            "CACHE_URL": "redis://cache.example:6379/1",
            "MAIL_URL": "smtp://user:pass@mail.example:587?tls=starttls",
            "BULK_MAIL_URL": "smtps://bulk.example",
            "TRUSTED_PROXIES": "10.0.0.0/8, 192.0.2.7",
        }
    )
    assert not read.is_embedded
    assert read.site_url == "https://www.juniper-row.example"
    assert read.is_https
    assert read.hosts[0] == "www.juniper-row.example"
    assert read.trusted_proxies == ("10.0.0.0/8", "192.0.2.7")
    assert read.bulk_mail_url == "smtps://bulk.example"
    assert list(tmp_path.iterdir()) == []


def test_an_address_follows_the_port() -> None:
    assert load({**OUTSIDE, "PORT": "8123"}).site_url == "http://127.0.0.1:8123"


def test_letters_go_the_way_of_mail_unless_told_otherwise() -> None:
    assert load({**OUTSIDE, "MAIL_URL": "smtp://mail.example"}).bulk_mail_url == "smtp://mail.example"


MALFORMED = {
    ("PORT", "eighty"): "PORT must be a whole number from 1 to 65535.",
    ("PORT", "0"): "PORT must be a whole number from 1 to 65535.",
    ("PORT", "65536"): "PORT must be a whole number from 1 to 65535.",
    ("PORT", "-1"): "PORT must be a whole number from 1 to 65535.",
    ("PORT", "²"): "PORT must be a whole number from 1 to 65535.",
    ("PORT", "9" * 5000): "PORT must be a whole number from 1 to 65535.",
    ("DEBUG", "maybe"): "DEBUG must be 0 or 1.",
    ("DEMO", "2"): "DEMO must be 0 or 1.",
    ("SITE_URL", "www.example.org"): "SITE_URL must begin with one of: http://, https://.",
    ("SITE_URL", "https://"): "SITE_URL needs a host name, as in https://www.example.org.",
    ("SITE_URL", "https://a.example/b/"): "SITE_URL must be an address without a path, as in https://www.example.org.",
    ("SITE_URL", "http://[::1"): "SITE_URL is not a URL.",
    ("SITE_URL", "http://a.example:port"): "SITE_URL is not a URL.",
    ("DATABASE_URL", "mysql://db/x"): "DATABASE_URL must begin with one of: sqlite://, postgres://, postgresql://.",
    ("DATABASE_URL", "postgresql://db.example/"): (
        "DATABASE_URL needs a database's name, as in postgresql://user:password@host:5432/goodword."
    ),
    ("BROKER_URL", "redis:/x"): (
        "BROKER_URL must begin with one of: filesystem://, redis://, rediss://, amqp://, amqps://."
    ),
    ("CACHE_URL", "memcached://x"): "CACHE_URL must begin with one of: locmem://, redis://, rediss://.",
    ("MAIL_URL", "smtp://"): ("MAIL_URL needs a host, as in smtp://user:password@mail.example.org:587?tls=starttls."),
    ("MAIL_URL", "smtp://mail.example?tls=maybe"): (
        "MAIL_URL understands only ?tls=starttls, ?tls=implicit or ?tls=none."
    ),
    ("TRUSTED_PROXIES", "10.0.0.0/8, nonsense"): (
        "TRUSTED_PROXIES must be addresses or networks parted by commas, as in 10.0.0.0/8."
    ),
    ("SECRET_KEY", "short"): "SECRET_KEY must have at least 32 characters.",
    ("FIELD_KEYS", "k1"): "FIELD_KEYS must be id:key pairs parted by commas; a key is 32 bytes in base64.",
    ("FIELD_KEYS", f"k 1:{KEY}"): "FIELD_KEYS must be id:key pairs parted by commas; a key is 32 bytes in base64.",
    ("FIELD_KEYS", "k1:c2hvcnQ="): "FIELD_KEYS must be id:key pairs parted by commas; a key is 32 bytes in base64.",
    (
        "FIELD_KEYS",
        f"k1:{KEY[:-2]}!=",
    ): "FIELD_KEYS must be id:key pairs parted by commas; a key is 32 bytes in base64.",
    ("FIELD_KEYS", f"k1:{KEY},k1:{KEY}"): "FIELD_KEYS names one id twice.",
}


@pytest.mark.parametrize(("variable", "value"), MALFORMED)
def test_a_malformed_value_is_one_clear_line(variable: str, value: str) -> None:
    said = MALFORMED[variable, value]
    name = "BULK_" if variable == "MAIL_URL" else ""
    expected = [said, f"{name}{said}"] if name else [said]
    assert problems({**OUTSIDE, variable: value}) == expected


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_KEYS"])
def test_secrets_are_demanded_where_the_database_is_elsewhere(name: str) -> None:
    environ = {key: value for key, value in OUTSIDE.items() if key != name}
    assert problems(environ) == [f"{name} is needed with DATABASE_URL; set it, or {name}_FILE."]


def test_all_that_is_malformed_is_told_at_once() -> None:
    said = problems({**OUTSIDE, "PORT": "x", "DEBUG": "x", "SECRET_KEY": "x"})
    assert [line.split()[0] for line in said] == ["PORT", "DEBUG", "SECRET_KEY"]


def test_the_process_does_not_start_and_tells_neither_trace_nor_secret() -> None:
    environ = {"PATH": os.environ["PATH"], **OUTSIDE, "SECRET_KEY": "hunter2", "PORT": "many"}
    answer = subprocess.run(
        [sys.executable, str(env.ROOT / "manage.py"), "check"], env=environ, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 1
    assert answer.stderr.splitlines() == [
        "Goodword cannot start. PORT must be a whole number from 1 to 65535.",
        "Goodword cannot start. SECRET_KEY must have at least 32 characters.",
    ]


SECRETS = [*OUTSIDE, "MAIL_URL", "BULK_MAIL_URL", "BROKER_URL", "CACHE_URL"]


@pytest.mark.parametrize("name", SECRETS)
def test_each_secret_may_stand_in_a_file(name: str, tmp_path: Path) -> None:
    values = {**OUTSIDE, "MAIL_URL": "outbox://", "BULK_MAIL_URL": "outbox://"}
    values |= {"BROKER_URL": "redis://b.example", "CACHE_URL": "redis://c.example"}
    path = tmp_path / "secret"
    path.write_text(values[name] + "\n")
    by_value = load(values)
    del values[name]
    assert load({**values, f"{name}_FILE": str(path)}) == by_value


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    environ = {key: value for key, value in OUTSIDE.items() if key != "SECRET_KEY"}
    said = problems({**environ, "SECRET_KEY_FILE": str(tmp_path / "none")})
    assert said[0] == "SECRET_KEY_FILE cannot be read: No such file or directory."
    (tmp_path / "noise").write_bytes(b"\xff\xfe\xff")
    assert problems({**environ, "SECRET_KEY_FILE": str(tmp_path / "noise")})[0].startswith("SECRET_KEY_FILE cannot be")


def test_a_value_and_its_file_are_one_too_many(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x" * 50)
    assert problems({**OUTSIDE, "SECRET_KEY_FILE": str(tmp_path / "secret")}) == [
        "SECRET_KEY and SECRET_KEY_FILE are both set; keep one of them."
    ]


@pytest.mark.parametrize("name", ["MAIL_URL", "BULK_MAIL_URL"])
def test_the_demo_sends_mail_to_this_machine_only(name: str) -> None:
    assert load({**OUTSIDE, "DEMO": "1", name: "smtp://127.0.0.1:2525"}).demo
    said = problems({**OUTSIDE, "DEMO": "1", "BULK_MAIL_URL": "outbox://", name: "smtp://mail.example"})
    assert f"{name}: with DEMO=1 mail goes to this machine only (127.0.0.1)." in said


def test_the_demo_is_on_this_machine_only() -> None:
    assert problems({**OUTSIDE, "DEMO": "1", "SITE_URL": "https://www.juniper-row.example"}) == [
        "SITE_URL: with DEMO=1 the site is on this machine only (127.0.0.1)."
    ]
    assert load({**OUTSIDE, "DEMO": "1", "SITE_URL": "http://localhost:8123"}).demo


def test_an_empty_file_is_told_and_not_taken_for_nothing(tmp_path: Path) -> None:
    empty = tmp_path / "secret_key"
    empty.write_text("\n")
    assert "SECRET_KEY_FILE names an empty file." in problems(
        {"VAR_DIR": str(tmp_path / "var"), "SECRET_KEY_FILE": str(empty)}
    )


def test_a_folder_that_cannot_hold_the_keys_is_told(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")
    found = problems({"VAR_DIR": str(tmp_path / "var")})
    assert [line.partition(":")[0] for line in found] == ["VAR_DIR", "VAR_DIR"]
    assert all(line.endswith("can be neither read nor made: Not a directory.") for line in found)


def test_a_kept_key_that_is_not_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "secret_key").write_bytes(b"\xff\xfe\xff")
    assert problems({"VAR_DIR": str(tmp_path)})[0].endswith("can be neither read nor made: it is not text.")


def test_the_folder_is_the_same_for_every_process_wherever_it_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load({**OUTSIDE, "VAR_DIR": "elsewhere"}).var == tmp_path / "elsewhere"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SITE_URL", "https://a b"),
        ("SITE_URL", "https://user:word@www.juniper-row.example"),
        ("DATABASE_URL", "sqlite://"),
    ],
)
def test_an_address_that_leads_nowhere_is_told(tmp_path: Path, variable: str, value: str) -> None:
    (line,) = problems({"VAR_DIR": str(tmp_path), variable: value})
    assert line.startswith(f"{variable} ")


def test_own_secrets_are_made_once_and_kept_from_others(tmp_path: Path) -> None:
    first, second = load({"VAR_DIR": str(tmp_path)}), load({"VAR_DIR": str(tmp_path)})
    assert first == second
    assert len(first.secret_key) >= 50
    assert len(first.field_keys[0].secret) == 32
    for path in (tmp_path / "keys").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == ["field_keys", "secret_key"]


def test_two_first_starts_at_once_agree_on_the_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def beaten() -> str:
        (tmp_path / "keys" / "field_keys").write_text(f"first:{KEY}")
        return f"second:{KEY}"

    monkeypatch.setattr(env, "new_field_key", beaten)
    assert load({"VAR_DIR": str(tmp_path)}).field_keys[0].id == "first"


def test_two_installations_share_nothing(tmp_path: Path) -> None:
    one, other = load({"VAR_DIR": str(tmp_path / "a")}), load({"VAR_DIR": str(tmp_path / "b")})
    assert one.secret_key != other.secret_key
    assert one.field_keys != other.field_keys
    assert env.new_field_key() != env.new_field_key()


def test_field_keys_may_be_written_in_either_base64() -> None:
    secret = bytes(range(200, 232))
    spellings = [base64.b64encode(secret), base64.urlsafe_b64encode(secret), base64.b64encode(secret).rstrip(b"=")]
    for spelling in spellings:
        assert load({**OUTSIDE, "FIELD_KEYS": f"k1:{spelling.decode()}"}).field_keys[0].secret == secret


def test_what_is_secret_does_not_show_itself() -> None:
    shown = repr(load({**OUTSIDE, "MAIL_URL": "smtp://user:hidden@mail.example"}))
    for secret in ("secret@", "ssss", "kkkk", "hidden"):
        assert secret not in shown


VALUES = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=80)


@given(name=st.sampled_from(["SITE_URL", "PORT", "DEBUG", "DEMO", *SECRETS, "TRUSTED_PROXIES"]), value=VALUES)
def test_whatever_is_set_it_loads_or_says_which_variable_is_wrong(name: str, value: str) -> None:
    for line in complaints({**OUTSIDE, name: value}):
        assert name in line or (name == "DATABASE_URL" and "needed" in line)
        assert line.endswith(".")
        assert "\n" not in line


def complaints(environ: dict[str, str]) -> list[str]:
    """Return what is wrong with an environment, if anything."""
    try:
        load(environ)
    except EnvironmentRefused as refusal:
        return refusal.problems or ["refused without a word"]
    return []


class Recorder(dict[str, str]):
    """An environment that remembers what was asked of it."""

    def __init__(self) -> None:
        super().__init__(OUTSIDE)
        self.asked: set[str] = set()

    def get(self, key: str, default: str = "") -> str:  # type: ignore[override]
        self.asked.add(key)
        return super().get(key, default)


def test_the_reference_names_exactly_the_variables_that_are_read() -> None:
    environ = Recorder()
    load(environ)
    assert {name for name in environ.asked if not name.endswith("_FILE")} == set(env.VARIABLES)
    assert {f"{name}_FILE" for name in env.VARIABLES} == {name for name in environ.asked if name.endswith("_FILE")}
