"""Whether the deployment knows the bot: only the refusal of a preflight says that it does not."""

import unittest

from flatline_client.known import refusal_in

REFUSED = {
    "headline": "REFUSED, NOTHING DONE",
    "errors": [{"code": "EVENT_INVALID", "message": "bot_id = \"x\": is not in the configuration."}],
}


class Known(unittest.TestCase):
    def test_a_refused_preflight_says_why(self) -> None:
        self.assertEqual(refusal_in(REFUSED), "bot_id = \"x\": is not in the configuration.")

    def test_nothing_else_is_a_refusal(self) -> None:
        for answer in (
            {**REFUSED, "checks": []},
            {**REFUSED, "headline": "NOT FLAT, CHECK BY HAND"},
            {**REFUSED, "errors": [{"code": "CONFIG_INVALID", "message": "x"}]},
            {**REFUSED, "errors": None},
            {**REFUSED, "errors": ["x"]},
            {"headline": "READY", "ready": True, "checks": []},
            {},
            [],
            None,
            "x",
        ):
            with self.subTest(answer=answer):
                self.assertIsNone(refusal_in(answer))


if __name__ == "__main__":
    unittest.main()
