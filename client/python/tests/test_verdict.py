"""What a refused run reads in its row: the two tables of docs/heartbeat-protocol.md, line by line."""

import unittest
from typing import Any, Optional

from flatline_client import verdict

OTHERS = {"run_id": "theirs", "beats": 7, "last_beat_at_ms": 1_000, "heartbeat_ms": 5_000}
TRIPPED = {"watch_state": "tripped", "correlation_id": "liq_x"}


def row(**fields: Any) -> dict[str, dict[str, str]]:
    return {name: {"N": str(value)} if isinstance(value, int) else {"S": value} for name, value in fields.items()}


Case = tuple[str, Optional[dict[str, dict[str, str]]], str]


class VerdictTest(unittest.TestCase):
    def test_of_a_start(self) -> None:
        cases: list[Case] = [
            ("no row", None, "again"),
            ("tripped, our run", row(**TRIPPED, run_id="ours"), "tripped"),
            ("tripped, a newer run", row(**TRIPPED, **OTHERS, prior_run_id="ours"), "tripped"),
            ("disarmed after our start", row(watch_state="disarmed", run_id="ours"), "disarmed"),
            ("disarmed after a newer run", row(watch_state="disarmed", **OTHERS, prior_run_id="ours"), "replaced"),
            ("disarmed meanwhile", row(watch_state="disarmed", **OTHERS), "again"),
            ("disarmed meanwhile, exclusive", row(watch_state="disarmed", **OTHERS, is_exclusive=1), "again"),
            ("an earlier try has landed", row(watch_state="armed", run_id="ours"), "armed"),
            ("a newer run", row(watch_state="armed", **OTHERS, prior_run_id="ours"), "replaced"),
            ("another run, exclusive", row(watch_state="armed", **OTHERS, is_exclusive=1), "occupied"),
            ("no run, exclusive", row(watch_state="armed", is_exclusive=1), "again"),
            ("another run", row(watch_state="armed", **OTHERS), "again"),
        ]
        for name, seen, kind in cases:
            with self.subTest(name):
                self.assertEqual(verdict.on_start(seen, "ours").kind, kind)

    def test_of_a_beat(self) -> None:
        cases: list[Case] = [
            ("no row", None, "start"),
            ("no run", row(watch_state="armed"), "start"),
            ("another run", row(watch_state="armed", **OTHERS), "replaced"),
            ("another run, tripped", row(**TRIPPED, **OTHERS), "replaced"),
            ("tripped", row(**TRIPPED, run_id="ours"), "tripped"),
            ("disarmed", row(watch_state="disarmed", run_id="ours"), "disarmed"),
            ("armed meanwhile", row(watch_state="armed", run_id="ours"), "again"),
        ]
        for name, seen, kind in cases:
            with self.subTest(name):
                self.assertEqual(verdict.on_beat(seen, "ours").kind, kind)

    def test_remembers_the_run_that_holds_an_exclusive_bot(self) -> None:
        for heartbeat_ms, seconds in ((5_000, 5.0), (0, 60.0), (86_400_000, 60.0)):
            with self.subTest(heartbeat_ms):
                fields = {**OTHERS, "heartbeat_ms": heartbeat_ms, "is_exclusive": 1}
                seen = verdict.on_start(row(**fields), "ours").seen
                self.assertEqual(
                    seen, verdict.SeenRun({"S": "theirs"}, {"N": "7"}, {"N": "1000"}, seconds)
                )


if __name__ == "__main__":
    unittest.main()
