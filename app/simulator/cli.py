"""The command that starts the pretend phone network on its own."""

from dataclasses import replace

import click

from app.simulator.settings import settings_from


@click.command("simulator")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; other machines need 0.0.0.0.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(1, 65535))
@click.option("--inbound-url", default="", help="Where texts from handsets go, unless their number says.")
def simulator(host: str, port: int, inbound_url: str) -> None:
    """Run a pretend phone network with handsets on a page. It reaches no real phone."""
    from app.simulator.server import serve  # noqa: PLC0415  # an application server only for who serves

    settings = settings_from(port=port)
    if inbound_url:
        settings = replace(settings, inbound_url=inbound_url)
    click.echo(f"Phone simulator on http://{host}:{port}/  (account {settings.account_sid}, texts kept in {settings.database})")
    serve(settings, host, port)
