"""Keeps addresses that others give us (webhooks, media, translation servers) from reaching into our own network.

The answer names the one address that was checked. Connect to that address, with the host name for TLS and the Host
header, and do not follow redirects: a second look-up may answer differently, and so may the place redirected to.
"""

import ipaddress
import re
import socket
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import SplitResult, urlsplit

from flask_babel import gettext as _

from app.core.errors import HomeroomError

LONGEST_URL = 2048
_DEFAULT_PORTS = {"http": 80, "https": 443}
_FIRST_FREE_PORT = 1024
_NEVER_IN_A_URL = re.compile(r"[\x00-\x20\x7f\\<>\"^`{|}]")
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?")
# Cloud services answer secrets here although the addresses are not private.
_METADATA = frozenset({IPv4Address("168.63.129.16"), IPv4Address("192.0.0.192"), IPv4Address("100.100.100.200")})
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

Resolve = Callable[[str, int], Iterable[str]]


class UnsafeAddress(HomeroomError):
    """The address may not be called from here."""

    code = "unsafe_address"


class UnknownHost(UnsafeAddress):
    """No server answers to the name: it may be so for a moment only."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A checked address: `url` for the request line and logs of our own, `address` to connect to."""

    url: str
    scheme: str
    host: str
    port: int
    address: str

    @property
    def origin(self) -> str:
        """Scheme, host and port, as in an allow-list."""
        return f"{self.scheme}://{_bracketed(self.host)}:{self.port}"


def check(url: str, *, allowed_origins: Collection[str] = (), resolve: Resolve | None = None) -> Destination:
    """Resolve `url` and return where to connect. Raises UnsafeAddress with advice for the field.

    `allowed_origins` (``http://127.0.0.1:8001``) skip the look at the network: for the simulator and for tests.
    Looking a name up may block for seconds, so never do it inside a transaction.
    """
    parts = _split(url)
    scheme, host = parts.scheme, (parts.hostname or "").rstrip(".")
    port = parts.port or _DEFAULT_PORTS[scheme]
    trusted = f"{scheme}://{_bracketed(host)}:{port}" in {_full_origin(origin) for origin in allowed_origins}
    if not trusted and (parts.port == 0 or (port not in _DEFAULT_PORTS.values() and port < _FIRST_FREE_PORT)):
        raise UnsafeAddress(_("This address uses port %(port)s. Use 443, 80 or one above 1023.", port=parts.port))
    addresses = [ipaddress.ip_address(address) for address in _resolved(host, port, resolve or _look_up)]
    if not trusted and not all(is_public(address) for address in addresses):
        raise UnsafeAddress(_("This address lies inside a private network. Use one that can be reached from the internet."))
    return Destination(_rebuilt(parts, host), scheme, host, port, str(addresses[0]))


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is out on the internet, whatever IPv6 form it hides in."""
    hidden = _hidden_ipv4(address) if isinstance(address, IPv6Address) else None
    if hidden is not None:
        return is_public(hidden)
    if address in _METADATA or address.is_multicast or address.is_reserved or address.is_unspecified:
        return False
    return address.is_global and not (isinstance(address, IPv6Address) and address.is_site_local)


def _hidden_ipv4(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that translators and tunnels would send an IPv6 packet to."""
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if address in _NAT64 or (int(address) >> 32 == 0 and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _split(url: str) -> SplitResult:
    if len(url) > LONGEST_URL or _NEVER_IN_A_URL.search(url):
        raise UnsafeAddress(_("This is not a web address. Write it like https://example.org/path."))
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise UnsafeAddress(_("This is not a web address. Write it like https://example.org/path.")) from error
    if parts.scheme not in _DEFAULT_PORTS or not host:
        raise UnsafeAddress(_("This is not a web address. Write it like https://example.org/path."))
    if parts.username is not None or parts.password is not None:
        raise UnsafeAddress(_("This address holds a user name or password. Leave it out."))
    return parts


def _resolved(host: str, port: int, resolve: Resolve) -> list[str]:
    name = host
    if ":" not in host:
        try:
            name = host.encode("idna").decode("ascii").lower()
        except UnicodeError as error:
            raise UnsafeAddress(_("This is not a web address. Write it like https://example.org/path.")) from error
        if not _HOST.fullmatch(name):
            raise UnsafeAddress(_("This is not a web address. Write it like https://example.org/path."))
    try:
        addresses = list(resolve(name, port))
    except (OSError, UnicodeError) as error:
        raise UnknownHost(_("No server answers to the name %(host)s. Check its spelling.", host=host)) from error
    if not addresses:
        raise UnknownHost(_("No server answers to the name %(host)s. Check its spelling.", host=host))
    return addresses


def _look_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]).partition("%")[0] for *_rest, sockaddr in found))


def _rebuilt(parts: SplitResult, host: str) -> str:
    port = f":{parts.port}" if parts.port else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{_bracketed(host)}{port}{parts.path or '/'}{query}"


def _full_origin(origin: str) -> str:
    parts = urlsplit(origin)
    return f"{parts.scheme}://{_bracketed(parts.hostname or '')}:{parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
