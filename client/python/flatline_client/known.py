"""
Whether the deployed configuration knows the bot. The table accepts the heartbeats of any bot, but the watchdog checks only
those that it knows: a bot with a wrong ID seems armed, and is not protected. The liquidator's preflight refuses it.
"""

from __future__ import annotations

import json
from typing import Any, Optional

from .aws import Aws
from .contract import HEADLINE_REFUSED
from .settings import Settings

# A preflight event is valid by construction, except for the bot's ID.
_REFUSED_EVENT = "EVENT_INVALID"


def why_unknown(aws: Aws, settings: Settings) -> Optional[str]:
    """
    The liquidator's own words, where the deployment does not know the bot. None where it does, and where the answer says
    something else. Raises what botocore raises.
    """
    event = json.dumps({"action": "preflight", "bot_id": settings.bot_id}).encode()
    response = aws.invoke(FunctionName=settings.liquidator, Payload=event)
    return refusal_in(json.loads(response["Payload"].read()))


def refusal_in(answer: Any) -> Optional[str]:
    if not isinstance(answer, dict) or "checks" in answer or answer.get("headline") != HEADLINE_REFUSED:
        return None
    errors = [error for error in answer.get("errors") or [] if isinstance(error, dict)]
    if not any(error.get("code") == _REFUSED_EVENT for error in errors):
        return None
    return " ".join(str(error.get("message", "")) for error in errors).strip()
