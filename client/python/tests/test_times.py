"""What the row says of the deployed times."""

import unittest
from typing import Any, Optional

from flatline_client.times import Times, times_in


class TimesTest(unittest.TestCase):
    def test_reads_what_makes_sense_and_nothing_else(self) -> None:
        cases: list[tuple[tuple[Any, ...], Optional[Times]]] = [
            ((2_000, 6_000, 15_000), Times(2, 6, 15)),
            ((999, 6_000, 15_000), None),
            ((60_001, 70_000, 80_000), None),
            ((6_000, 6_000, 15_000), None),
            ((2_000, 15_000, 15_000), None),
            ((2_000, 6_000, 86_400_001), None),
            (("x", "y", "z"), None),
            (("nan", "nan", "nan"), None),
        ]
        names = ("asked_heartbeat_ms", "asked_late_after_ms", "asked_dead_after_ms")
        for values, expected in cases:
            with self.subTest(values):
                self.assertEqual(times_in({name: {"N": str(one)} for name, one in zip(names, values)}), expected)
        self.assertIsNone(times_in({}))
        self.assertIsNone(times_in({names[0]: {"N": "2000"}}))


if __name__ == "__main__":
    unittest.main()
