"""
The fastest way to flat, and the fallbacks when the liquidator does not answer.

    invoke, wait for the answer ─┬─ answered
                                 └─ late or failed ─┬─ put the event into Lambda's queue, same ID
                                                    └─ mark the row: the watchdog's next run liquidates
    flat after a mark ── the mark of this call is withdrawn before the result is returned

The same ID acts once, however often it is sent. The call ends after `answer_within_seconds` and FALLBACK_SECONDS,
whatever hangs; withdrawing a mark takes at most SETTLE_SECONDS more. A late answer is still used.
"""

from __future__ import annotations

import json
import queue
import secrets
import time
from dataclasses import replace
from typing import Any, Callable, Literal, NamedTuple, Optional, Protocol, cast

from .answer import Answer, Outcome
from .aws import Aws, why
from .bounded import call_within, start_call, take
from .clock import steady_seconds
from .contract import TRIGGERS, reason_that_fits
from .repeated import until_done
from .settings import Settings

# With the default of seven seconds for the answer it fits into the ten that Docker gives a container to stop
# (docs.docker.com, "docker container stop").
FALLBACK_SECONDS = 2.5
SETTLE_SECONDS = 5.0


class Request(NamedTuple):
    """`fails`: the row is marked at once, not only when the liquidator does not answer."""

    trigger: str
    reason: Optional[str] = None
    symbols: Optional[list[str]] = None
    dry_run: bool = False
    fails: bool = False

    @property
    def whole(self) -> bool:
        """Whether it means the account as it is, so that the watchdog, which knows no other, may do it instead."""
        return self.symbols is None and not self.dry_run


def read_request(trigger: object, reason: object, symbols: object, dry_run: object, fails: bool = False) -> Request:
    """Accepts any value: a typing error in a shutdown path must not keep an account open."""
    named = next((known for known in TRIGGERS if known.lower() == str(trigger).lower()), None)
    texts = [] if reason is None else [str(reason)]
    if named is None:
        texts.append(f"(trigger {str(trigger)[:40]!r} is unknown; treated as manual)")
    listed: Optional[list[str]] = None
    if isinstance(symbols, str):
        listed = [symbols]
    elif symbols is not None:
        listed = [str(symbol) for symbol in cast("list[object]", symbols)]
    return Request(named or "manual", reason_that_fits(" ".join(texts)) or None, listed, bool(dry_run), fails)


class Marks(Protocol):
    """The bot's row, as far as a liquidation writes into it. Both may raise what botocore raises."""

    # The mark stays whatever the result of this call: the bot itself requested the trip.
    keeps: bool

    def mark(self, reason: str, call_id: str) -> bool: ...

    def withdraw(self, call_id: str) -> bool: ...


def liquidate(aws: Aws, marks: Marks, settings: Settings, request: Request) -> Outcome:
    """
    Blocks for at most `answer_within_seconds` + FALLBACK_SECONDS, and SETTLE_SECONDS if a mark must be withdrawn; raises
    nothing that is expected.
    """
    return _Call(aws, marks, settings, request).act()


class _Call:
    def __init__(self, aws: Aws, marks: Marks, settings: Settings, request: Request) -> None:
        self.aws, self.marks, self.settings, self.request = aws, marks, settings, request
        self.began = steady_seconds()
        self.answer_until = self.began + settings.answer_within_seconds
        self.deadline = self.answer_until + FALLBACK_SECONDS
        self.correlation_id = new_correlation_id(aws.clock.now_seconds())
        self.results: queue.SimpleQueue[tuple[str, object]] = queue.SimpleQueue()
        # The results by step. Missing: not started, or not finished.
        self.known: dict[str, object] = {}
        self.begun: set[str] = set()

    def act(self) -> Outcome:
        self._begin("answer", self._ask)
        if self.request.fails and self.request.whole:
            self._begin("mark", self._mark)
        self._collect(self.answer_until, until=lambda: "answer" in self.known)
        # No fallback for a dry run; and the watchdog cannot liquidate a part of an account.
        if not self._has_answer() and not self.request.dry_run:
            self._begin("queued", self._ask_later)
            if self.request.whole:
                self._begin("mark", self._mark)
            self._collect(self.deadline, until=self._is_settled)
        if self.request.fails and "mark" in self.begun:
            self._collect(self.deadline, until=lambda: "mark" in self.known)
            self.marks.keeps = self.marks.keeps or self.known.get("mark") is True
        outcome = self._outcome()
        if outcome.flat and "mark" in self.begun and not self.request.fails and not self.marks.keeps:
            return self._after_withdrawal(outcome)
        return outcome

    def _after_withdrawal(self, outcome: Outcome) -> Outcome:
        """Otherwise a bot that got the answer FLAT would be tripped and locked out a minute later."""
        self.deadline = steady_seconds() + SETTLE_SECONDS
        gone = call_within(
            SETTLE_SECONDS,
            lambda: until_done(lambda: self.marks.withdraw(self.correlation_id), self.deadline),
            "withdraw",
        )
        if gone is True:
            return outcome
        more = (
            "The watchdog has tripped the bot meanwhile: it must not trade until it is re-armed."
            if gone is False
            else "The bot may still be tripped: AWS could not be reached to withdraw its mark for the watchdog."
        )
        return replace(outcome, sentence=f"{outcome.sentence} {more}")

    def _has_answer(self) -> bool:
        return isinstance(self.known.get("answer"), dict)

    def _is_settled(self) -> bool:
        return self._has_answer() or self.begun <= self.known.keys()

    def _begin(self, step: str, call: Callable[[], object]) -> None:
        if step in self.begun:
            return
        self.begun.add(step)
        start_call(call, lambda result: self.results.put((step, result)), step)

    def _collect(self, until_seconds: float, until: Callable[[], bool]) -> None:
        while not until():
            try:
                step, result = take(self.results, until_seconds - steady_seconds())
            except queue.Empty:
                return
            self.known[step] = result

    def _ask(self) -> dict[str, Any]:
        response = self.aws.invoke(FunctionName=self.settings.liquidator, Payload=self._event())
        answer = json.loads(response["Payload"].read())
        if "FunctionError" in response or not isinstance(answer, dict) or "state" not in answer:
            raise NoAnswerError("the liquidator ended without an answer; its log says why")
        return answer

    def _ask_later(self) -> bool:
        until_done(
            lambda: self.aws.invoke_later(FunctionName=self.settings.liquidator, Payload=self._event()), self.deadline
        )
        return True

    def _mark(self) -> bool:
        reason = self.request.reason or f"the bot requested a liquidation (trigger {self.request.trigger})"
        if self.marks.keeps and not self.request.fails:
            return True
        return until_done(lambda: self.marks.mark(reason, self.correlation_id), self.deadline)

    def _event(self) -> bytes:
        request = self.request
        event: dict[str, object] = {
            "action": "liquidate",
            "trigger": request.trigger,
            "bot_id": self.settings.bot_id,
            "correlation_id": self.correlation_id,
            "dry_run": request.dry_run,
            "symbols": request.symbols,
            "reason": request.reason,
        }
        # An event with `null` for an absent key is refused.
        return json.dumps({key: value for key, value in event.items() if value is not None}).encode()

    def _outcome(self) -> Outcome:
        answer = self.known.get("answer")
        if isinstance(answer, dict):
            received = cast(Answer, answer)
            return Outcome("answered", is_flat(received), self.correlation_id, sentence_of(received), received)
        if self.known.get("queued") is True:
            return self._unknown("queued", "NOT KNOWN TO BE FLAT: Lambda has queued the liquidation and runs it.")
        if self.known.get("mark") is True:
            return self._unknown("marked", "NOT KNOWN TO BE FLAT: the watchdog liquidates within a minute.")
        if self.request.dry_run:
            return self._unknown("unreached", "NO ANSWER; it was a dry run, nothing was changed.")
        return self._unknown("unreached", f"NOT FLAT, CHECK BY HAND. {self._what_follows()}")

    def _what_follows(self) -> str:
        if not self.request.whole:
            return "Nothing was done."
        if self.known.get("mark") is False:
            return "The watchdog does not liquidate: it does not watch this bot, or has already liquidated it."
        dead = self.settings.dead_after_seconds
        return f"AWS could not be reached; if the bot is armed, the watchdog liquidates {dead:g} s after its last heartbeat."

    def _unknown(self, kind: Literal["queued", "marked", "unreached"], verdict: str) -> Outcome:
        return Outcome(kind, False, self.correlation_id, f"{verdict} {self._why_no_answer()} ({self.correlation_id})")

    def _why_no_answer(self) -> str:
        failure = self.known.get("answer")
        if isinstance(failure, NoAnswerError):
            return f"No answer: {failure}."
        if isinstance(failure, BaseException):
            return f"The liquidator could not be called: {why(failure)}."
        return f"The liquidator did not answer within {steady_seconds() - self.began:.1f} s."


class NoAnswerError(Exception):
    """The function ran and ended without a readable answer."""


def new_correlation_id(now_seconds: float) -> str:
    """`liq_{YYYYMMDD}_{HHMMSS}_{hex}` in UTC."""
    return f"liq_{time.strftime('%Y%m%d_%H%M%S', time.gmtime(now_seconds))}_{secrets.token_hex(4)}"


def is_flat(answer: Answer) -> bool:
    """Only what the liquidator has read counts."""
    remaining = answer.get("remaining")
    seen = remaining is not None and remaining.get("verified") is True
    done = answer.get("state") == "completed" and answer.get("success") is True
    return seen and done and answer.get("dry_run") is not True


def sentence_of(answer: Answer) -> str:
    """The verdict first, then what was done, what is still open, and the first reason why."""
    parts = [
        f"{answer.get('headline', answer.get('state', 'no verdict'))}:",
        f"{_counted(answer.get('positions_closed', 0), 'position')} closed,",
        f"{_counted(answer.get('orders_cancelled', 0), 'order')} cancelled",
        f"({answer.get('correlation_id') or 'no ID'}).",
    ]
    remaining = answer.get("remaining")
    if remaining is not None and not remaining.get("verified", False):
        parts.append("Open positions unknown: the last read failed.")
    elif remaining is not None and remaining.get("positions"):
        left = ", ".join(f"{one['symbol']} {one['amount']}" for one in remaining["positions"][:10])
        more = len(remaining["positions"]) - 10
        parts.append(f"Still open: {left}{f' and {more} more' if more > 0 else ''}.")
    errors = answer.get("errors") or []
    if errors:
        parts.append(f"{errors[0].get('message', '')} See docs/troubleshooting.md: {errors[0].get('heading', '')}")
    return " ".join(parts)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
