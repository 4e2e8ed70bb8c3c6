"""The session of a browser in the place of the control token."""

from __future__ import annotations

import hmac
from dataclasses import replace

from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.stage.session import ended_cookie, session_cookie
from emulator.stage.stage import Stage
from emulator.stage.stages import Stages


def open_session(call: Call, stages: Stages, stage: Stage) -> Reply:
    """Give a session for the token.

    Errors: control-token-required.
    """
    token = stages.settings.control_token
    if token is None:
        return json_reply({"open": False})
    if not hmac.compare_digest(call.body["token"].encode(), token.encode()):
        raise Refusal("control-token-required")
    return _reply(session_cookie(token, is_encrypted=call.is_encrypted), is_open=True)


def close_session(call: Call, stages: Stages, stage: Stage) -> Reply:
    """End the session."""
    token = stages.settings.control_token
    if token is None:
        return json_reply({"open": False})
    return _reply(ended_cookie(token, is_encrypted=call.is_encrypted), is_open=False)


def _reply(cookie: str, *, is_open: bool) -> Reply:
    return replace(json_reply({"open": is_open}), headers=(("Set-Cookie", cookie),))
