"""
The same script with the Python client instead of the guard. Copy examples/python/hummingbot_script.py beside it.

    hbot start watched_script.yml --foreground
"""

import os

from scripts import guarded_script
from scripts.hummingbot_script import WithFlatline


class WatchedScriptConfig(guarded_script.GuardedScriptConfig):
    script_file_name: str = os.path.basename(__file__)


class WatchedScript(WithFlatline, guarded_script.GuardedScript):
    """WithFlatline comes first."""
