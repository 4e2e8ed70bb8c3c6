"""Where the verbs that drive a client find their emulator: one that the call names, or one of their own."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import click

from contract_tests.cli.readiness import check_tls
from contract_tests.config.integration import ConfiguredIntegration
from contract_tests.stages.host import EmulatorHost, attaching_host, emulator_host


def emulator_place(
    integration: ConfiguredIntegration, options: dict[str, Any]
) -> AbstractContextManager[EmulatorHost]:
    """Have the emulator that the call names, or one that is started for it.

    Errors: MissingPackage.
    """
    if options["attach"]:
        check_attachable(integration, options["url"])
        return attaching_host(options["tunnel"])
    return emulator_host(
        in_process=integration.in_process, url=options["url"], control_token=options["control_token"]
    )


def check_attachable(integration: ConfiguredIntegration, url: str | None) -> None:
    """See that programs can be led to the worlds of this check.

    Errors: click.UsageError, MissingPackage.
    """
    if url:
        raise click.UsageError("--attach starts an emulator with what it needs: leave --url out.")
    if integration.in_process or integration.alone:
        raise click.UsageError("--attach is for commands: what runs already has its environment.")
    check_tls()
