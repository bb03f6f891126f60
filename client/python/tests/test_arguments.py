"""What the constructor refuses, and what a liquidation accepts all the same."""

import os
import unittest
from typing import Any
from unittest.mock import patch

from flatline_client import Flatline
from flatline_client.contract import placeholders_of, reason_that_fits
from flatline_client.endings import reason_of
from flatline_client.liquidation import new_correlation_id, read_request

GOOD: dict[str, Any] = {"bot_id": "trend", "bots_table": "bots", "liquidator": "fn", "region": "eu-central-1"}
BARE = {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}


class ConstructorTest(unittest.TestCase):
    def refused(self, **changes: Any) -> str:
        with patch.dict(os.environ, BARE, clear=True), self.assertRaises(ValueError) as caught:
            Flatline(**{**GOOD, **changes})
        return str(caught.exception)

    def test_names_the_value_the_rule_and_the_remedy(self) -> None:
        cases: list[tuple[dict[str, Any], str]] = [
            ({"bot_id": "Trend"}, "bot_id = 'Trend': must be 1 to 40 lower-case letters, digits and hyphens."),
            ({"bot_id": "trend\n2"}, "bot_id = 'trend\\n2': must be 1 to 40 lower-case"),
            ({"bot_id": None}, "bot_id = None: must be given. Pass bot_id=… or set FLATLINE_BOT_ID."),
            ({"liquidator": " "}, "liquidator = ' ': must be given."),
            ({"heartbeat_seconds": 0.5}, "heartbeat_seconds = 0.5: must be 1 to 60 seconds."),
            ({"heartbeat_seconds": True}, "heartbeat_seconds = True: must be 1 to 60 seconds."),
            ({"dead_after_seconds": float("nan")}, "dead_after_seconds = nan: must be 1 to 86400 seconds."),
            ({"late_after_seconds": 10}, "late_after_seconds = 10, dead_after_seconds = 120: each must be less"),
            ({"proven_within_seconds": 0}, "proven_within_seconds = 0: must be 1 to 86400 seconds."),
            ({"answer_within_seconds": "5"}, "answer_within_seconds = '5': must be 1 to 900 seconds."),
            ({"at_exit": "hope"}, "at_exit = 'hope': must be \"liquidate\" or \"stop\"."),
            ({"on_tripped": "print"}, "on_tripped = 'print': must be a function"),
            ({"region": None}, "region = None: the region of the tables and of the liquidator must be known."),
        ]
        for changes, sentence in cases:
            with self.subTest(**changes):
                self.assertIn(sentence, self.refused(**changes))

    def test_reports_all_problems_at_once(self) -> None:
        self.assertEqual(len(self.refused(bot_id="A", bots_table="", heartbeat_seconds=99).splitlines()), 3)

    def test_takes_names_from_the_environment_and_the_region_from_the_arn(self) -> None:
        variables = {
            **BARE,
            "FLATLINE_BOT_ID": "trend",
            "FLATLINE_BOTS_TABLE": "bots",
            "FLATLINE_LIQUIDATOR": "arn:aws:lambda:ap-northeast-1:123456789012:function:liquidator",
        }
        with patch.dict(os.environ, variables, clear=True):
            self.assertEqual(Flatline().bot_id, "trend")


class SdkTest(unittest.TestCase):
    def test_refuses_a_boto3_that_is_too_old(self) -> None:
        for version, refused in (("1.27.99", True), ("1.28.0", False), ("1.100.2", False), ("2.0.0", False), ("0.9", True)):
            with self.subTest(version), patch.dict(os.environ, BARE, clear=True), patch("boto3.__version__", version):
                if refused:
                    self.assertRaisesRegex(ValueError, "boto3 .*: must be 1.28 or later", lambda: Flatline(**GOOD))
                else:
                    Flatline(**GOOD)


class RequestTest(unittest.TestCase):
    def test_accepts_any_value_that_a_shutdown_path_gives(self) -> None:
        unknown = "(trigger 'Boom' is unknown; treated as manual)"
        cases: list[tuple[Any, Any]] = [
            (("sigterm", None, None, False), ("SIGTERM", None, None, False)),
            (("Boom", "why", None, 0), ("manual", f"why {unknown}", None, False)),
            (
                (None, None, "BTCUSDT", 1),
                ("manual", "(trigger 'None' is unknown; treated as manual)", ["BTCUSDT"], True),
            ),
            (("error", ValueError("x"), ("BTCUSDT",), False), ("error", "x", ["BTCUSDT"], False)),
            (("error", "", [], False), ("error", None, [], False)),
        ]
        for given, expected in cases:
            with self.subTest(given=given):
                self.assertEqual(read_request(*given)[:4], expected)

    def test_cuts_a_reason_as_the_liquidator_counts_it(self) -> None:
        for reason, left in (("a" * 501, "a" * 500), ("😀" * 251, "😀" * 250), ("a" + "😀" * 250, "a" + "😀" * 249)):
            self.assertEqual(reason_that_fits(reason), left)
        self.assertEqual(reason_that_fits("half \ud83d"), "half ?")

    def test_makes_ids_that_the_liquidator_takes(self) -> None:
        self.assertRegex(new_correlation_id(1_709_208_000.9), "^liq_20240229_120000_[0-9a-f]{8}$")

    def test_sends_no_value_that_an_expression_does_not_use(self) -> None:
        self.assertEqual(placeholders_of("whyRefused"), ["refused_beat_at_ms", "refused_run_id"])

    def test_names_an_error_by_kind_and_place_and_never_by_its_text(self) -> None:
        try:
            raise RuntimeError("https://fapi.binance.com/?signature=abc")
        except RuntimeError as error:
            self.assertRegex(reason_of(error), r"^RuntimeError in test_names_\w+ \(test_arguments\.py:\d+\)$")


if __name__ == "__main__":
    unittest.main()
