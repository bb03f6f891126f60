"""What becomes of the beats when the thread that beats dies, or the process forks."""

import logging
import queue
import unittest
from typing import Any, Optional, cast

from flatline_client.aws import Aws
from flatline_client.clock import CorrectedClock
from flatline_client.heart import Heart
from flatline_client.row import BotRow, Seen
from flatline_client.settings import Settings

SETTINGS = Settings("trend", "bots", "fn", 0.05, 2, 4, None, 7, "liquidate")


class Sky:
    """As much of AWS as a heart knows."""

    clock = CorrectedClock()

    def warm_up(self) -> None:
        """There is nothing to load."""


class Row:
    """Answers as it is told to; each answer once."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.beats: queue.SimpleQueue[bool] = queue.SimpleQueue()

    def beat(self, arms: bool) -> Seen:
        self.beats.put(arms)
        answer = self.answers.pop(0) if self.answers else Seen("armed")
        if isinstance(answer, BaseException):
            raise answer
        return cast(Seen, answer)


class HeartTest(unittest.TestCase):
    def heart(self, row: Row, on_tripped: Any = None) -> Heart:
        self.told: list[tuple[int, str]] = []
        heart = Heart(
            cast(Aws, Sky()), cast(BotRow, row), SETTINGS, on_tripped, lambda *words: self.told.append(words)
        )
        self.addCleanup(heart.wait_until_gone, 5)
        self.addCleanup(heart.stop)
        return heart

    def test_a_thread_that_died_is_started_again_by_the_next_proof_of_work(self) -> None:
        row = Row(SystemExit(), Seen("armed"))
        heart = self.heart(row)
        self.assertTrue(row.beats.get(timeout=5))
        heart.wait_until_gone(5)
        heart.revive()
        self.assertTrue(row.beats.get(timeout=5))
        heart.wait_for_first(5)
        self.assertEqual(heart.state, "armed")
        self.assertIn((logging.ERROR, "The thread that beats had died; it is started again."), self.told)

    def test_arms_until_a_beat_was_stored_and_never_after(self) -> None:
        row = Row(OSError("lost"), Seen("armed"), Seen("armed"))
        self.heart(row)
        self.assertEqual([row.beats.get(timeout=5) for _ in range(3)], [True, True, False])

    def test_beats_leave_nothing_behind_that_grows(self) -> None:
        row = Row()
        heart = self.heart(row)
        for _ in range(5):
            row.beats.get(timeout=5)
        heart.stop()
        heart.wait_until_gone(5)
        self.assertEqual(heart._first.qsize(), 1)

    def test_a_callback_that_hangs_does_not_end_the_beats(self) -> None:
        called: queue.SimpleQueue[Optional[str]] = queue.SimpleQueue()
        block: queue.SimpleQueue[None] = queue.SimpleQueue()
        self.addCleanup(block.put, None)

        def hang(correlation_id: Optional[str]) -> None:
            called.put(correlation_id)
            block.get()

        row = Row(Seen("tripped", "liq_20240229_120000_abc123"))
        self.heart(row, hang)
        self.assertEqual(called.get(timeout=5), "liq_20240229_120000_abc123")
        for _ in range(2):
            row.beats.get(timeout=5)


if __name__ == "__main__":
    unittest.main()
