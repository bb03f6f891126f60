"""What the bots of these tests have in common: they speak JSON, one document a line."""

import dataclasses
import json


def say(**words):
    print(json.dumps(words), flush=True)


def told(outcome):
    """An outcome as JSON."""
    return dataclasses.asdict(outcome)


