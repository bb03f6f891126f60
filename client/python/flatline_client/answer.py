"""
What is known after a liquidation was requested. The answer is the liquidator's own JSON, key by key as it was sent;
the outcome says whether there is one, and what happens without one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Optional, TypedDict


class AnswerError(TypedDict, total=False):
    code: str
    message: str
    heading: str
    symbol: str
    known: str
    exchange_code: int
    http_status: int


class RemainingPosition(TypedDict):
    symbol: str
    position_side: str
    amount: str
    notional: str
    protective_orders: Optional[int]


class Remaining(TypedDict):
    """The result of the last read, at `seen_at`. `verified` False: incomplete, or something was sent after it."""

    verified: bool
    seen_at: Optional[str]
    positions: list[RemainingPosition]
    orders: int


class MarketAnswer(TypedDict):
    """One market of the account. `flat` None: nothing was proven; `positions`, `orders` None: not known."""

    market: Literal["usdm", "coinm"]
    title: str
    covered: bool
    flat: Optional[bool]
    positions: Optional[int]
    orders: Optional[int]


class Answer(TypedDict, total=False):
    """The liquidator's answer; amounts are decimal strings. docs/calling.md, "The answer", explains each key."""

    headline: str
    state: Literal["idle", "in_progress", "completed", "partial", "failed", "skipped"]
    success: bool
    correlation_id: Optional[str]
    bot_id: Optional[str]
    trigger: Optional[str]
    positions_closed: int
    positions_failed: int
    orders_cancelled: int
    total_realized_pnl: Optional[str]
    realized_pnl: dict[str, str]
    pnl_is_estimate: bool
    commissions: dict[str, str]
    duration_seconds: float
    rounds: int
    errors: list[AnswerError]
    warnings: list[AnswerError]
    remaining: Remaining
    markets: list[MarketAnswer]
    replayed: bool
    dry_run: bool
    plan: list[dict[str, Any]]
    attempt: int
    started_at: str
    finished_at: str


@dataclass(frozen=True)
class Outcome:
    """
    kind       answered   the liquidator said what it did: `answer`
               queued     no answer, but AWS has the call and runs it by itself
               marked     not queued, but a mark in the bot's row makes the watchdog liquidate at its next run
               unreached  AWS could not be reached; the watchdog liquidates after the bot's deadline
    flat       True only when the liquidator has seen it: of the whole account, or of the symbols that were named
    sentence   the result for people, for a log
    """

    kind: Literal["answered", "queued", "marked", "unreached"]
    flat: bool
    correlation_id: str
    sentence: str
    answer: Optional[Answer] = None
