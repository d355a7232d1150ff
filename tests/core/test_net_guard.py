"""Nobody reaches our own network through an address they give us."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.net_guard import UnsafeAddress, check, is_public

PUBLIC = "93.184.216.34"


def answering(*addresses: str):
    return lambda host, port: addresses


@pytest.mark.parametrize(
    ("url", "host", "port", "shown"),
    [
        ("https://example.org", "example.org", 443, "https://example.org/"),
        ("http://example.org/hook?a=1#part", "example.org", 80, "http://example.org/hook?a=1"),
        ("https://EXAMPLE.org:8443/x", "example.org", 8443, "https://example.org:8443/x"),
        ("https://example.org./x", "example.org", 443, "https://example.org/x"),
        ("https://schüle.example/x", "schüle.example", 443, "https://schüle.example/x"),
    ],
)
def test_a_public_address_is_pinned(url, host, port, shown):
    destination = check(url, resolve=answering(PUBLIC, "2606:2800:220:1::1"))
    assert (destination.host, destination.port, destination.url) == (host, port, shown)
    assert destination.address == PUBLIC


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.10",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "fe80::1",
        "fec0::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::a9fe:a9fe",
        "2001:db8::1",
    ],
)
def test_an_address_inside_is_refused(address):
    assert not is_public(ip_address(address))
    with pytest.raises(UnsafeAddress, match="private network"):
        check("https://innocent.example/", resolve=answering(PUBLIC, address))


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_an_address_outside_is_taken(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "not a web address"),
        ("example.org", "not a web address"),
        ("ftp://example.org/", "not a web address"),
        ("file:///etc/passwd", "not a web address"),
        ("gopher://example.org", "not a web address"),
        ("javascript:alert(1)", "not a web address"),
        ("https://", "not a web address"),
        ("https://exa mple.org/", "not a web address"),
        ("https://example.org\\@127.0.0.1/", "not a web address"),
        ("https://example.org/\r\nHost: x", "not a web address"),
        ("https://example.org:99999/", "not a web address"),
        ("https://[::1/", "not a web address"),
        ("https://ex..ample.org/", "not a web address"),
        ("https://exa$mple.org/", "not a web address"),
        ("https://user:secret@example.org/", "user name"),
        ("https://@example.org/", "user name"),
        ("https://example.org:25/", "port 25"),
        ("https://example.org:22/", "port 22"),
        ("https://example.org:0/", "port 0"),
        ("https://" + "a" * 3000, "not a web address"),
    ],
)
def test_what_is_no_address_of_the_web(url, says):
    with pytest.raises(UnsafeAddress, match=says):
        check(url, resolve=answering(PUBLIC))


@pytest.mark.parametrize(
    "url", ["http://2130706433/", "http://0x7f000001/", "http://127.1/", "http://[::1]/", "http://localhost:5000/", "http://0/"]
)
def test_disguises_of_this_machine_are_resolved_for_real(url):
    with pytest.raises(UnsafeAddress):
        check(url)


def test_a_name_that_nobody_knows():
    def unknown(host, port):
        raise OSError

    with pytest.raises(UnsafeAddress, match=r"nowhere\.example"):
        check("https://nowhere.example/", resolve=unknown)
    with pytest.raises(UnsafeAddress, match=r"nowhere\.example"):
        check("https://nowhere.example/", resolve=answering())


def test_an_allowed_origin_is_exact():
    allowed = {"http://127.0.0.1:8001", "http://[::1]:80"}
    assert check("http://127.0.0.1:8001/x", allowed_origins=allowed).address == "127.0.0.1"
    assert check("http://[::1]/x", allowed_origins=allowed).origin == "http://[::1]:80"
    for other in ("http://127.0.0.1:8002/", "https://127.0.0.1:8001/", "http://127.0.0.2:8001/"):
        with pytest.raises(UnsafeAddress):
            check(other, allowed_origins=allowed)


@given(
    st.ip_addresses(v=4, network="10.0.0.0/8")
    | st.ip_addresses(v=4, network="127.0.0.0/8")
    | st.ip_addresses(v=4, network="169.254.0.0/16")
)
def test_no_ipv6_form_hides_a_private_address(address: IPv4Address):
    number = int(address)
    for hidden in (0xFFFF << 32 | number, 0x2002 << 112 | number << 80, 0x0064FF9B << 96 | number):
        assert not is_public(IPv6Address(hidden))


@given(st.text(max_size=60))
def test_any_text_is_refused_or_pinned(text):
    try:
        destination = check(text, resolve=answering(PUBLIC))
    except UnsafeAddress:
        return
    assert destination.scheme in {"http", "https"}
