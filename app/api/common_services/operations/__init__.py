"""Handlers, one file for each noun of the contract; importing this package registers them all."""

import app.api.common_services.operations.status  # noqa: F401
