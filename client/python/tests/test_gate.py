"""When a bot may trade, by what is known."""

import unittest
from typing import Optional

from flatline_client.gate import Facts, Instant, trade_gate
from flatline_client.run import WatchState

AT = Instant(1_000.0, 5_000_000.0)


class TradeGateTest(unittest.TestCase):
    def reason(self, state: WatchState, stored: Optional[Instant] = AT, steady: float = 0, wall: float = 0) -> Optional[str]:
        now = Instant(AT.steady + steady, AT.wall + wall)
        gate = trade_gate(Facts(state, stored), 120, now)
        self.assertEqual(bool(gate), gate.reason is None)
        self.assertEqual(gate.sentence == "", gate.is_open)
        return gate.reason

    def test_by_state(self) -> None:
        shut: tuple[WatchState, ...] = ("tripped", "disarmed", "replaced", "occupied")
        for state in shut:
            with self.subTest(state):
                self.assertEqual(self.reason(state), state)
                self.assertEqual(self.reason(state, stored=None), state)
        self.assertIsNone(self.reason("armed"))
        self.assertEqual(self.reason("armed", stored=None), "never-stored")
        self.assertEqual(self.reason("unknown", stored=None), "never-stored")

    def test_by_age(self) -> None:
        cases = [
            ("just before dead_after", 119.999, 119.999, None),
            ("at dead_after", 120.0, 120.0, "too-old"),
            ("suspended: only the wall clock went on", 0.01, 120.0, "too-old"),
            ("the wall clock was set back", 119.999, -3600.0, None),
            ("the wall clock was set back, and time has passed", 120.0, -3600.0, "too-old"),
            ("the wall clock was set forward", 0.01, 3600.0, "too-old"),
        ]
        for name, steady, wall, reason in cases:
            with self.subTest(name):
                self.assertEqual(self.reason("armed", steady=steady, wall=wall), reason)


if __name__ == "__main__":
    unittest.main()
