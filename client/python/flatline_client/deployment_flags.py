"""
The options with which an operator's command reaches the deployment that a liquidator belongs to. Its name says which one
that is, also inside an ARN: `flatline-testnet-desk2-liquidator:alpha` is ` --env testnet --name desk2`.
"""

from __future__ import annotations

import re

_NAME = re.compile(r"(?:^|:)flatline-(production|testnet)(?:-([a-z0-9-]+))?-liquidator(?::|$)")


def deployment_flags(liquidator: str) -> str:
    """With a space in front; empty for the usual production, and where the name says nothing, as on a local cloud."""
    found = _NAME.search(liquidator)
    if found is None:
        return ""
    environment, name = found.groups()
    return f"{' --env testnet' if environment == 'testnet' else ''}{f' --name {name}' if name else ''}"
