"""What becomes of the beats: which of them prove work, who ends them, and when the bot may trade."""

import logging
import os
import queue
import threading
import unittest
from dataclasses import replace
from typing import Any, Optional, cast
from unittest.mock import patch

from flatline_client.aws import Aws
from flatline_client.clock import CorrectedClock
from flatline_client.heartbeat_sender import HeartbeatSender
from flatline_client.run import Run, Seen
from flatline_client.settings import Settings
from flatline_client.times import Times
from flatline_client.verdict import SeenRun

SETTINGS = Settings("trend", "bots", "fn", 0.05, 2, 4, None, 7, "liquidate")
PROVING = Settings("trend", "bots", "fn", 0.05, 2, 4, 60, 7, "liquidate")
ARMED = Seen("armed")
LOST = OSError("lost")


class Sky:
    """As much of AWS as a sender knows."""

    clock = CorrectedClock()

    def prepare(self) -> None:
        """There is nothing to load."""

    def warm_up(self) -> None:
        """There is nothing to load."""


class FakeRun:
    """Answers as planned; each answer once, then always `armed`."""

    try_seconds = 5.0
    id = "run"
    settings = SETTINGS

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.sent: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.marks: list[str] = []

    def start(self) -> Seen:
        return self._answer("start")

    def beat(self, has_proof: bool) -> Seen:
        return self._answer("beat" if has_proof else "beat, no proof")

    def take_over_silent(self, _other: SeenRun) -> Seen:
        return self._answer("take over")

    def fail(self, _reason: str, call_id: str) -> bool:
        self.marks.append(call_id)
        return True

    def _answer(self, name: str) -> Seen:
        answer = self.answers.pop(0) if self.answers else ARMED
        self.sent.put(name)
        if isinstance(answer, BaseException):
            raise answer
        return cast(Seen, answer)


class SenderCase(unittest.TestCase):
    reported: list[tuple[int, str]]

    def sender(self, run: FakeRun, on_tripped: Any = None, settings: Settings = SETTINGS) -> HeartbeatSender:
        self.reported = []
        sender = HeartbeatSender(
            cast(Aws, Sky()), cast(Run, run), settings, on_tripped, lambda *words: self.reported.append(words)
        )
        self.addCleanup(sender.wait_until_gone, 5)
        self.addCleanup(sender.stop)
        return sender

    def sent(self, run: FakeRun, count: int) -> list[str]:
        return [run.sent.get(timeout=5) for _ in range(count)]

    def settle(self, sender: HeartbeatSender, state: str) -> None:
        for _ in range(500):
            if sender.state == state:
                return
            threading.Event().wait(0.01)
        self.fail(f"the sender is {sender.state}, not {state}")


class SenderTest(SenderCase):
    def test_a_thread_that_died_is_started_again_by_the_next_proof_of_work(self) -> None:
        run = FakeRun()
        with patch.object(HeartbeatSender, "_send_heartbeats", lambda _: None):
            sender = self.sender(run)
            sender.wait_until_gone(5)
        sender.revive()
        self.assertEqual(self.sent(run, 1), ["start"])
        sender.wait_for_first(5)
        self.assertEqual(sender.state, "armed")
        self.assertIn((logging.ERROR, "The heartbeat thread had died; it is started again."), self.reported)

    def test_starts_until_a_start_was_stored_and_never_after(self) -> None:
        run = FakeRun(LOST, ARMED, ARMED)
        self.sender(run)
        self.assertEqual(self.sent(run, 3)[:2], ["start", "start"])
        self.assertIn(self.sent(run, 1)[0], ("beat", "beat, no proof"))

    def test_a_row_that_was_lost_is_started_again_by_the_same_run(self) -> None:
        run = FakeRun(ARMED, Seen("unknown", lost=True), ARMED)
        self.sender(run)
        self.assertEqual(self.sent(run, 3)[2], "start")

    def test_a_bot_that_can_prove_its_work_proves_nothing_by_starting(self) -> None:
        run = FakeRun()
        sender = self.sender(run, settings=PROVING)
        self.assertEqual(self.sent(run, 4), ["start"] + 3 * ["beat, no proof"])
        sender.prove()
        self.assertIn("beat", self.sent(run, 3))

    def test_where_the_process_is_the_proof_it_has_lived_for_a_heartbeat_first(self) -> None:
        run = FakeRun()
        self.sender(run)
        self.assertEqual(self.sent(run, 3)[::2], ["start", "beat"])

    def test_beats_leave_nothing_behind_that_grows(self) -> None:
        run = FakeRun()
        sender = self.sender(run)
        self.sent(run, 5)
        sender.stop()
        sender.wait_until_gone(5)
        self.assertEqual(sender._first.qsize(), 1)

    def test_a_callback_that_hangs_does_not_end_the_beats(self) -> None:
        called: queue.SimpleQueue[Optional[str]] = queue.SimpleQueue()
        block: queue.SimpleQueue[None] = queue.SimpleQueue()
        self.addCleanup(block.put, None)

        def hang(correlation_id: Optional[str]) -> None:
            called.put(correlation_id)
            block.get()

        run = FakeRun(Seen("tripped", "liq_20240229_120000_abc123"))
        self.sender(run, hang)
        self.assertEqual(called.get(timeout=5), "liq_20240229_120000_abc123")
        self.sent(run, 3)

    def test_a_newer_run_ends_the_beats_and_is_told_once(self) -> None:
        run = FakeRun(ARMED, Seen("replaced"))
        sender = self.sender(run)
        self.sent(run, 2)
        sender.wait_until_gone(5)
        self.assertTrue(run.sent.empty())
        self.assertEqual((sender.is_stopped, sender.gate().reason), (True, "replaced"))
        self.assertEqual(len([words for level, words in self.reported if "must not trade" in words]), 1)

    def test_of_an_exclusive_bot_it_takes_over_when_the_other_run_is_silent(self) -> None:
        other = SeenRun({"S": "theirs"}, {"N": "7"}, {"N": "1"}, 0.0)
        for answer, state, reason in ((ARMED, "armed", None), (Seen("occupied"), "occupied", "occupied")):
            with self.subTest(state), patch("flatline_client.heartbeat_sender._SILENT_AFTER_SECONDS", 0.05):
                run = FakeRun(Seen("occupied", other=other), answer)
                sender = self.sender(run)
                self.assertEqual(self.sent(run, 2), ["start", "take over"])
                self.settle(sender, state)
                self.assertEqual(sender.gate().reason, reason)

    def test_a_stop_during_that_wait_takes_nothing_over(self) -> None:
        other = SeenRun({"S": "theirs"}, {"N": "7"}, {"N": "1"}, 60.0)
        run = FakeRun(Seen("occupied", other=other))
        sender = self.sender(run)
        self.sent(run, 1)
        sender.stop()
        sender.wait_until_gone(5)
        self.assertTrue(run.sent.empty())

    def test_takes_over_the_times_that_are_deployed(self) -> None:
        asked = Times(1.0, 3.0, 9.0)
        for settings, heartbeat in ((SETTINGS, 1.0), (replace(SETTINGS, keeps_heartbeat=True), 0.05)):
            with self.subTest(heartbeat):
                run = FakeRun(Seen("armed", asked=asked), *(Seen("armed", asked=asked) for _ in range(3)))
                sender = self.sender(run, settings=settings)
                self.settle(sender, "armed")
                sender.stop()
                sender.wait_until_gone(5)
                found = sender.settings
                self.assertEqual(found, run.settings)
                self.assertEqual(
                    (found.heartbeat_seconds, found.late_after_seconds, found.dead_after_seconds), (heartbeat, 3.0, 9.0)
                )
                differing = [words for _, words in self.reported if "the deployed configuration asks for 1 s" in words]
                self.assertEqual(len(differing), 1 if heartbeat != 1.0 else 0)

    def test_a_mark_starts_a_run_that_was_never_stored(self) -> None:
        run = FakeRun(LOST)
        with patch.object(HeartbeatSender, "_send_heartbeats", lambda _: None):
            sender = self.sender(run)
        self.assertRaises(OSError, sender.mark, "why", "liq_1")
        self.assertTrue(sender.mark("why", "liq_1"))
        self.assertEqual((self.sent(run, 2), run.marks), (["start", "start"], ["liq_1"]))


class NoPathBeatsTest(SenderCase):
    """S9: once a run has ended, nothing that a bot may call makes it beat; only a start does, which is a new run."""

    def paths(self, sender: HeartbeatSender) -> dict[str, Any]:
        return {"prove": sender.prove, "revive": sender.revive, "ask": lambda: sender.ask(1)}

    def nothing_is_sent(self, run: FakeRun, sender: HeartbeatSender) -> None:
        sender.wait_until_gone(5)
        while not run.sent.empty():
            run.sent.get()
        for name, path in self.paths(sender).items():
            with self.subTest(name):
                path()
                sender.wait_until_gone(5)
                self.assertTrue(run.sent.empty())
                self.assertFalse(sender.gate())

    def test_after_a_liquidation_that_is_not_known_to_be_flat(self) -> None:
        run = FakeRun()
        sender = self.sender(run, settings=PROVING)
        self.settle(sender, "armed")
        sender.stop(resting=True)
        self.nothing_is_sent(run, sender)

    def test_after_a_goodbye(self) -> None:
        run = FakeRun()
        sender = self.sender(run)
        self.settle(sender, "armed")
        sender.stop()
        self.nothing_is_sent(run, sender)

    def test_once_a_newer_run_has_taken_over(self) -> None:
        run = FakeRun(ARMED, Seen("replaced"))
        sender = self.sender(run)
        self.settle(sender, "replaced")
        self.nothing_is_sent(run, sender)


class GateTest(SenderCase):
    """What `gate()` says of a sender, in threads and in a forked child."""

    def test_is_shut_until_a_beat_was_stored_and_after_a_goodbye(self) -> None:
        run = FakeRun(LOST)
        sender = self.sender(run)
        self.assertEqual(sender.gate().reason, "never-stored")
        self.settle(sender, "armed")
        self.assertTrue(sender.gate())
        sender.stop()
        self.assertEqual(sender.gate().reason, "not-started")

    def test_is_shut_while_a_liquidation_is_not_known_to_be_flat(self) -> None:
        sender = self.sender(FakeRun())
        self.settle(sender, "armed")
        sender.stop(resting=True)
        self.assertEqual(sender.gate().reason, "resting")

    def test_shuts_dead_after_the_last_stored_beat_was_sent(self) -> None:
        sender = self.sender(FakeRun(ARMED, *(LOST for _ in range(10_000))))
        self.settle(sender, "armed")
        stored = sender._facts.stored
        assert stored is not None
        for steady, wall, reason in (
            (3.99, 0.0, None),
            (4.0, 0.0, "too-old"),
            (0.1, 4.0, "too-old"),
            (3.99, -3600.0, None),
            (4.0, -3600.0, "too-old"),
        ):
            with self.subTest(steady=steady, wall=wall):
                later = type(stored)(stored.steady + steady, stored.wall + wall)
                with patch("flatline_client.heartbeat_sender.this_instant", lambda later=later: later):
                    self.assertEqual(sender.gate().reason, reason)

    def test_stays_shut_for_a_tripped_bot_that_loses_its_network(self) -> None:
        run = FakeRun(ARMED, Seen("tripped", "liq_1"), *(LOST for _ in range(10_000)))
        sender = self.sender(run)
        self.sent(run, 3)
        self.assertEqual((sender.state, sender.gate().reason), ("tripped", "tripped"))

    def test_stays_shut_after_a_disarming_until_a_beat_is_stored(self) -> None:
        run = FakeRun(ARMED, Seen("disarmed"), Seen("disarmed"))
        sender = self.sender(run)
        self.settle(sender, "disarmed")
        self.assertEqual(sender.gate().reason, "disarmed")
        self.settle(sender, "armed")
        self.assertTrue(sender.gate())

    def test_says_the_same_to_every_thread(self) -> None:
        sender = self.sender(FakeRun())
        self.settle(sender, "armed")
        seen: queue.SimpleQueue[bool] = queue.SimpleQueue()
        threads = [threading.Thread(target=lambda: seen.put(bool(sender.gate()))) for _ in range(8)]
        for thread in threads:
            thread.start()
        self.assertEqual([seen.get(timeout=5) for _ in threads], 8 * [True])

    @unittest.skipUnless(hasattr(os, "fork"), "there is no fork here")
    def test_is_shut_in_a_forked_child_and_open_in_its_parent(self) -> None:
        sender = self.sender(FakeRun())
        self.settle(sender, "armed")
        pid, parent = os.getpid(), sender.gate()
        with patch("flatline_client.heartbeat_sender.os.getpid", lambda: pid + 1):
            self.assertEqual(sender.gate().reason, "another-process")
        self.assertTrue(parent)


if __name__ == "__main__":
    unittest.main()
