"""A foreign address is red only where it is certainly not there; what cannot be asked is left to the editor's eyes."""

from __future__ import annotations

import socket
import time

import pytest

from content.probing import keeping
from content.probing.addresses import is_public, looked_up
from content.probing.asking import Answer, Found, ask
from tests.services import foreign


@pytest.fixture
def web(settings):
    """Return the made-up web, asked in the place of the real one."""
    settings.PROBING = {"resolver": "tests.services.foreign.resolver", "opener": "tests.services.foreign.opener"}
    with foreign.served() as served:
        yield served


@pytest.mark.parametrize(
    ("address", "found", "why"),
    [
        ("http://good.example/", Found.THERE, ""),
        ("http://good.example", Found.THERE, ""),
        ("http://good.example/a b?c=d e#part", Found.THERE, ""),
        ("http://bücher.example/", Found.THERE, ""),
        ("http://good.example:80/", Found.THERE, ""),
        ("http://good.example/no-head/", Found.THERE, ""),
        ("http://good.example/head-lies/", Found.THERE, ""),
        ("http://good.example/to?/there", Found.THERE, ""),
        ("http://good.example/to?http://other.example/", Found.THERE, ""),
        ("http://good.example/status/404", Found.MISSING, "gone"),
        ("http://good.example/status/410", Found.MISSING, "gone"),
        ("http://good.example/to?/status/404", Found.MISSING, "gone"),
        ("http://nobody.gone/", Found.MISSING, "no_host"),
        ("http://good.example/to?http://nobody.gone/", Found.MISSING, "no_host"),
        ("http://good.example/status/403", Found.UNSURE, "odd"),
        ("http://good.example/status/401", Found.UNSURE, "odd"),
        ("http://good.example/status/500", Found.UNSURE, "odd"),
        ("http://good.example/status/304", Found.UNSURE, "odd"),
        ("http://good.example/status/503", Found.UNSURE, "odd"),
        ("http://nobody.mute/", Found.UNSURE, "refused"),
        ("http://good.example/garbage", Found.UNSURE, "refused"),
        ("https://good.example/", Found.UNSURE, "tls"),
        ("http://good.example/to?http://good.example/to?http://x.example/to?y", Found.UNSURE, "circle"),
    ],
)
def test_what_an_address_answers(address, found, why, web):
    if why == "circle":
        address = "http://good.example/to?" + "/to?" * 8
    told = ask(address, seconds=3)
    assert (told.found, told.why) == (found, why)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("ftp://good.example/", "odd_address"),
        ("file:///etc/passwd", "odd_address"),
        ("gopher://good.example/", "odd_address"),
        ("http:///nothing", "odd_address"),
        ("http://[::1", "odd_address"),
        ("http://good.example:99999/", "odd_address"),
        ("http://" + "x" * 300 + ".example/", "odd_address"),
        ("http://good.example/" + "x" * 3000, "odd_address"),
        ("http://user:secret@good.example/", "password"),
        ("http://user@good.example/", "password"),
        ("http://good.example:22/", "port"),
        ("http://good.example:8080/", "port"),
        ("https://good.example:80/", "port"),
    ],
)
def test_what_is_no_plain_web_address_is_not_asked(address, why, web):
    assert ask(address) == Answer(Found.UNSURE, why)
    assert web.looked_up == []
    assert web.opened == []


PRIVATE = [
    *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.2.1", "198.18.0.1", "203.0.113.9", "240.0.0.1"),
    *("255.255.255.255", "224.0.0.1", "239.255.255.250", "168.63.129.16", "192.0.0.192"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "2002:7f00:1::", "2002:a00:1::1"),
    *("64:ff9b::a00:1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "::127.0.0.1", "not an address", ""),
]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_never_asked(address, web):
    assert not is_public(address)
    web.names["inside.example"] = [address]
    assert ask("http://inside.example/") == Answer(Found.UNSURE, "private")
    assert web.opened == []


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_a_public_address_is_asked(address, web):
    assert is_public(address)
    web.names["outside.example"] = [address]
    assert ask("http://outside.example/").found == Found.THERE
    assert web.opened == [(address, 80)]


def test_one_private_address_among_public_ones_shuts_the_host(web):
    web.names["mixed.example"] = [foreign.PUBLIC, "10.0.0.1"]
    assert ask("http://mixed.example/").why == "private"
    assert web.opened == []


def test_a_redirect_into_a_private_network_is_not_followed(web):
    web.names["inside.example"] = ["169.254.169.254"]
    assert ask("http://good.example/to?http://inside.example/latest/meta-data/").why == "private"
    assert web.opened == [(foreign.PUBLIC, 80)]


@pytest.mark.parametrize(
    "leads_to", ["file:///etc/passwd", "http://good.example:6379/", "http://a:b@good.example/", "javascript:alert(1)"]
)
def test_a_redirect_is_judged_like_any_address(leads_to, web):
    assert ask(f"http://good.example/to?{leads_to}").found == Found.UNSURE
    assert len(web.opened) == 1


def test_a_name_is_looked_up_once_and_the_judged_address_is_the_one_that_is_asked(web):
    """A name that leads elsewhere the second time (rebinding) gains nothing."""
    ask("http://good.example/no-head/")
    assert web.looked_up == ["good.example"]
    assert set(web.opened) == {(foreign.PUBLIC, 80)}


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "0"],
)
def test_no_way_of_writing_this_machine_reaches_it(host, settings):
    """Here with our own name service and connections: a real server listens, and nobody comes."""
    with foreign.served() as web, socket.create_server(("127.0.0.1", 0)):
        assert ask(f"http://{host}/", seconds=2).found != Found.THERE
        assert web.asked == []
    assert not any(is_public(one) for one in looked_up("127.0.0.1", 80))


def test_an_address_is_asked_bare(web):
    ask("http://good.example/to?/next")
    asked = web.headers[-1]
    assert not {"Cookie", "Referer", "Authorization", "Origin"} & set(asked)
    assert asked["User-Agent"] == "Goodword link check"
    assert [one[0] for one in web.asked] == ["HEAD", "HEAD"]
    assert asked["Host"] == "good.example"


@pytest.mark.parametrize("way", ["/drip"])
def test_a_site_that_drips_holds_nobody_up(way, web):
    begun = time.monotonic()
    assert ask(f"http://good.example{way}", seconds=0.4) == Answer(Found.UNSURE, "slow")
    assert time.monotonic() - begun < 2


def test_a_mute_server_is_slow(web):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        web.port = mute.getsockname()[1]
        assert ask("http://good.example/", seconds=0.3) == Answer(Found.UNSURE, "slow")
        assert ask("https://good.example/", seconds=0.3) == Answer(Found.UNSURE, "slow")


def test_a_shut_door_says_nothing_of_the_link(web):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        web.port = gone.getsockname()[1]
    assert ask("http://good.example/", seconds=1) == Answer(Found.UNSURE, "refused")


def test_answers_are_kept_and_asked_once(web):
    addresses = ["http://a.example/", "http://b.example/status/404", "http://a.example/"]
    first = keeping.ask_all(addresses, seconds=5)
    again = keeping.ask_all(addresses, seconds=5)
    assert first == again
    assert first["http://b.example/status/404"].found == Found.MISSING
    assert len(web.looked_up) == 2
    assert list(keeping.kept(["http://a.example/", "http://c.example/"])) == ["http://a.example/"]


def test_nobody_waits_longer_than_said(web):
    begun = time.monotonic()
    told = keeping.ask_all([f"http://good.example/drip?{n}" for n in range(20)] + ["http://a.example/"], seconds=0.5)
    assert time.monotonic() - begun < 3
    assert all(answer.found != Found.MISSING for answer in told.values())


def test_no_more_than_so_many_are_asked(web):
    told = keeping.ask_all([f"http://good.example/{n}" for n in range(keeping.MOST + 20)], seconds=20)
    assert len(told) == keeping.MOST
