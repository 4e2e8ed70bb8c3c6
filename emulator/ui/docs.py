"""The documentation page: every document in Swagger UI, from assets that ship with the package."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Flask
from flask_swagger_ui import get_swaggerui_blueprint

from emulator.stage.stages import Stages

DOCS = "/_emulator/docs"
_DOCUMENTS = "/_emulator/openapi.json"


def add_docs(app: Flask, stages: Stages) -> None:
    """Serve the page at /_emulator/docs/, one entry for each document, the vendor's first."""
    names = sorted(stages.contract.documents, key=lambda name: (name == "control", name))
    app.register_blueprint(get_swaggerui_blueprint(DOCS, _DOCUMENTS, config=_config(names)))


def _config(names: list[str]) -> dict[str, Any]:
    return {
        "app_name": "trendyol-emulator",
        "urls": [{"name": name, "url": f"{_DOCUMENTS}?name={quote(name)}"} for name in names],
        "validatorUrl": None,
        "showExtensions": True,
        "showCommonExtensions": True,
        "displayOperationId": True,
        "persistAuthorization": True,
        "defaultModelsExpandDepth": 0,
        "docExpansion": "list",
    }
