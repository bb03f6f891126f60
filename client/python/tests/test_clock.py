"""The corrected clock, on written instants. The steady clock is a number that the test sets."""

import unittest
from unittest.mock import patch

from flatline_client import clock

DATE = "Thu, 29 Feb 2024 12:00:00 GMT"
NOON = 1_709_208_000.0


class CorrectedClockTest(unittest.TestCase):
    def at(self, wall: float) -> clock.CorrectedClock:
        self.steady = 100.0
        for name, value in (("steady_seconds", lambda: self.steady), ("time.time", lambda: wall)):
            patcher = patch(f"flatline_client.clock.{name}", value)
            patcher.start()
            self.addCleanup(patcher.stop)
        return clock.CorrectedClock()

    def test_moves_a_wrong_clock_to_the_nearer_bound_only(self) -> None:
        cases = [
            # wall at 100 s steady, then the time after a reply sent at 100.0 and received at 100.2
            (NOON + 0.3, NOON + 0.3, 0.0),
            (NOON - 18_000, NOON - 0.2, 17_999.8),
            (NOON + 18_000, NOON + 1.0, 17_999.0),
            (NOON - 0.2, NOON - 0.2, 0.0),
            (NOON + 1.1, NOON + 1.0, 0.1),
        ]
        for wall, expected, moved in cases:
            with self.subTest(wall=wall):
                ours = self.at(wall)
                self.assertAlmostEqual(ours.observe(DATE, 100.0, 100.2), moved, 3)
                self.assertAlmostEqual(ours.now_seconds(), expected, 3)

    def test_takes_no_part_in_what_it_cannot_read(self) -> None:
        ours = self.at(NOON)
        for date in (None, "", "yesterday", "Thu, 99 Feb 2024 12:00:00 GMT"):
            with self.subTest(date=date):
                self.assertEqual(ours.observe(date, 100.0, 100.2), 0.0)
                self.assertEqual(ours.now_ms(), 1_709_208_000_000)

    def test_goes_on_by_the_steady_clock(self) -> None:
        ours = self.at(NOON)
        self.steady = 160.5
        self.assertEqual(ours.now_ms(), 1_709_208_060_500)


if __name__ == "__main__":
    unittest.main()
