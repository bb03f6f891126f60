"""
The settings of a bot. Every wrong value is an error here, at the start, when a person can read it; each names the
value, the rule and the remedy. Nothing raises later.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Literal, Optional

from .contract import BOT_ID_PATTERN, ENV_BOT_ID, ENV_BOTS_TABLE, ENV_LIQUIDATOR

_DEFAULT_HEARTBEAT_SECONDS = 10.0

AtExit = Literal["liquidate", "stop"]


@dataclass(frozen=True)
class Settings:
    bot_id: str
    bots_table: str
    liquidator: str
    heartbeat_seconds: float
    late_after_seconds: float
    dead_after_seconds: float
    proven_within_seconds: Optional[float]
    answer_within_seconds: float
    at_exit: AtExit
    # The bot has chosen its heartbeat itself; otherwise it takes the deployed one.
    keeps_heartbeat: bool = False


def read_settings(
    *,
    bot_id: Optional[str],
    bots_table: Optional[str],
    liquidator: Optional[str],
    heartbeat_seconds: Optional[float],
    late_after_seconds: float,
    dead_after_seconds: float,
    proven_within_seconds: Optional[float],
    answer_within_seconds: float,
    at_exit: AtExit,
) -> Settings:
    """Raises ValueError with all problems, a line each."""
    problems: list[str] = []

    def named(name: str, value: Optional[str], variable: str) -> str:
        found = value if value is not None else os.environ.get(variable)
        if isinstance(found, str) and found.strip():
            return found.strip()
        problems.append(f"{name} = {found!r}: must be given. Pass {name}=… or set {variable}.")
        return ""

    def seconds(name: str, value: object, least: float, most: float) -> float:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and least <= value <= most:
            return float(value)
        problems.append(f"{name} = {value!r}: must be {least:g} to {most:g} seconds. Choose a number between the two.")
        return least

    bot = named("bot_id", bot_id, ENV_BOT_ID)
    # The end of the text, not of its first line.
    if bot and re.fullmatch(BOT_ID_PATTERN[1:-1], bot) is None:
        problems.append(
            f"bot_id = {bot!r}: must be 1 to 40 lower-case letters, digits and hyphens. "
            "Use the ID of a [bot:ID] section of flatline's configuration."
        )
    table = named("bots_table", bots_table, ENV_BOTS_TABLE)
    function = named("liquidator", liquidator, ENV_LIQUIDATOR)
    # The limits are those of the configuration's own keys.
    chosen = _DEFAULT_HEARTBEAT_SECONDS if heartbeat_seconds is None else heartbeat_seconds
    heartbeat = seconds("heartbeat_seconds", chosen, 1, 60)
    late = seconds("late_after_seconds", late_after_seconds, 1, 86_400)
    dead = seconds("dead_after_seconds", dead_after_seconds, 1, 86_400)
    if not problems and not heartbeat < late < dead:
        problems.append(
            f"heartbeat_seconds = {heartbeat:g}, late_after_seconds = {late:g}, dead_after_seconds = {dead:g}: "
            "each must be less than the next. The defaults are 10, 30, 120."
        )
    proven = None if proven_within_seconds is None else seconds("proven_within_seconds", proven_within_seconds, 1, 86_400)
    within = seconds("answer_within_seconds", answer_within_seconds, 1, 900)
    if at_exit not in ("liquidate", "stop"):
        problems.append(
            f'at_exit = {at_exit!r}: must be "liquidate" or "stop". '
            '"liquidate" makes the account flat when the bot ends, "stop" leaves its positions open.'
        )
    if problems:
        raise ValueError("\n".join(problems))
    keeps = heartbeat_seconds is not None
    return Settings(bot, table, function, heartbeat, late, dead, proven, within, at_exit, keeps)
