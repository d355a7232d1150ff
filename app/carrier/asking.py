"""One HTTP request to a carrier, in the house's own exceptions: nothing is redirected, and nothing is sent twice."""

import ssl

import certifi
import urllib3

from app.carrier.gateway import CarrierBusy, CarrierUnreachable

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
SERVER_ERROR = 500
TOO_MANY = 429


def check(status: int, retry_after: str | None) -> None:
    """Tell apart what the carrier surely did not take, and what nobody knows."""
    if status == TOO_MANY:
        raise CarrierBusy(_seconds(retry_after))
    if status >= SERVER_ERROR:
        raise CarrierUnreachable(f"the carrier answered {status}")


def ask(
    pool: urllib3.HTTPConnectionPool, method: str, path: str, *, body: str | None = None, headers: dict[str, str], stream: bool = False
) -> urllib3.BaseHTTPResponse:
    """One request: what never left is CarrierBusy, anything unclear CarrierUnreachable."""
    try:
        return pool.urlopen(
            method, path, body=body, headers=headers, redirect=False, retries=False, assert_same_host=False, preload_content=not stream
        )
    except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError, urllib3.exceptions.SSLError) as error:
        raise CarrierBusy(is_away=True) from error
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise CarrierUnreachable(type(error).__name__) from error


def connections(most: int) -> urllib3.PoolManager:
    """Up to `most` connections to each host, which stay open."""
    return urllib3.PoolManager(
        num_pools=8,
        maxsize=most,
        retries=False,
        timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
        ssl_context=trust(),
    )


def trust() -> ssl.SSLContext:
    """The machine's own authorities (and SSL_CERT_FILE), and those that come with the libraries where it has none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _seconds(retry_after: str | None) -> float | None:
    try:
        return min(max(float(retry_after or ""), 0.0), 600.0)
    except ValueError:
        return None
