"""
The two AWS services that a bot uses, each call once and bounded: the caller decides about repeating, never
the SDK, whose own retries of a synchronous invocation would each wait as long as the first. Every response corrects the
clock, and the corrected clock signs: AWS refuses signatures that are more than five minutes off.
"""

from __future__ import annotations

import datetime
import itertools
import os
import threading
from typing import Any, Optional

import boto3
from botocore import auth
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ReadTimeoutError,
)

from .clock import CorrectedClock, steady_seconds

CONNECT_SECONDS = 2.0
REPLY_SECONDS = 2.5

# AWS, "Troubleshooting Signature Version 4": the errors for a wrong clock. DynamoDB and Lambda use the first.
_SKEW_CODES = frozenset(
    {"InvalidSignatureException", "RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed", "SignatureDoesNotMatch"}
)
_HOPELESS_CODES = frozenset(
    {
        "AccessDeniedException",
        "InvalidParameterValueException",
        "RequestEntityTooLargeException",
        "ResourceNotFoundException",
        "UnrecognizedClientException",
        "ValidationException",
    }
)
_OLDEST_BOTO3 = (1, 28)
_numbers = itertools.count()


class Aws:
    """Any thread may call; nothing is connected before the first call, and a forked child connects anew."""

    def __init__(self, session: Optional[Any], region: Optional[str], function: str, answer_seconds: float) -> None:
        """Raises ValueError when no region is known, or when boto3 is too old."""
        _require_boto3(boto3.__version__)
        self.clock = CorrectedClock()
        self._session = session if session is not None else boto3.Session()
        self._region = region or self._session.region_name or os.environ.get("AWS_REGION") or _region_in(function)
        if not self._region:
            raise ValueError(
                "region = None: the region of the tables and of the liquidator must be known. "
                "Pass region=…, set AWS_REGION, or name the liquidator by its ARN."
            )
        self._answer_seconds = answer_seconds
        self._signer = _corrected_signer(self.clock)
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self._clients: dict[str, Any] = {}

    def update_item(self, **parameters: Any) -> dict[str, Any]:
        return self._call("dynamodb", "update_item", parameters)

    def invoke(self, **parameters: Any) -> dict[str, Any]:
        """Waits for the function's answer."""
        return self._call("answer", "invoke", parameters)

    def invoke_later(self, **parameters: Any) -> dict[str, Any]:
        """Waits only until AWS has taken the event."""
        return self._call("lambda", "invoke", {**parameters, "InvocationType": "Event"})

    def prepare(self) -> None:
        """Loads the SDK's part for the table, which takes seconds on a busy machine, and finds credentials."""
        self._client("dynamodb")

    def warm_up(self) -> None:
        """Loads what the emergency needs, so that it need not be loaded then."""
        for name in ("answer", "lambda"):
            self._client(name)

    def _call(self, name: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        for once_more in (True, False):
            sent = steady_seconds()
            try:
                response: dict[str, Any] = getattr(self._client(name), operation)(**parameters)
            except ClientError as error:
                moved = self._observe(error.response, sent)
                if once_more and moved > 1 and code_of(error) in _SKEW_CODES:
                    continue
                raise
            self._observe(response, sent)
            return response
        raise AssertionError("unreachable: the second round returns or raises")

    def _observe(self, response: Any, sent: float) -> float:
        headers = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        return self.clock.observe(headers.get("date"), sent, steady_seconds())

    def _client(self, name: str) -> Any:
        # A fork copies open connections, and a lock in whatever state it was.
        if os.getpid() != self._pid:
            self._pid, self._lock, self._clients = os.getpid(), threading.Lock(), {}
        with self._lock:
            if name not in self._clients:
                self._clients[name] = self._connect(name)
            return self._clients[name]

    def _connect(self, name: str) -> Any:
        client = self._session.client(
            "dynamodb" if name == "dynamodb" else "lambda",
            region_name=self._region,
            config=Config(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=self._answer_seconds if name == "answer" else REPLY_SECONDS,
                retries={"total_max_attempts": 1, "mode": "standard"},
                tcp_keepalive=True,
            ),
        )
        client.meta.events.register("choose-signer", self._choose_signer)
        return client

    def _choose_signer(self, signature_version: Any = None, **_: Any) -> Optional[str]:
        return self._signer if signature_version == "v4" else None


def code_of(error: BaseException) -> str:
    """AWS's own word for the failure, or the name of the exception."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "ClientError"))
    return type(error).__name__


def is_hopeless(error: BaseException) -> bool:
    """Whether the same call would fail again however often it is repeated."""
    return code_of(error) in _HOPELESS_CODES


def why(error: BaseException) -> str:
    """The failure in words, without parts that may contain a credential, as the SDK's messages about signatures do."""
    code = code_of(error)
    if isinstance(error, (NoCredentialsError, PartialCredentialsError)):
        return "no AWS credentials were found; give the bot a role with its policy (stack output BotPolicyArn…)"
    if isinstance(error, (ConnectTimeoutError, EndpointConnectionError)):
        return f"AWS cannot be reached ({code}); check the network and the region"
    if isinstance(error, ReadTimeoutError):
        return f"AWS did not reply in time ({code})"
    if isinstance(error, ClientError):
        return f"AWS refused the call ({code}){_REMEDIES.get(code, '')}"
    if isinstance(error, BotoCoreError):
        return f"the AWS SDK failed ({code})"
    return code


_REMEDIES = {
    "AccessDeniedException": "; attach the bot's policy (stack output BotPolicyArn…), and use its bot ID",
    "ResourceNotFoundException": "; check the names of table and liquidator (stack outputs) and the region",
    "UnrecognizedClientException": "; the credentials are not valid, or no longer valid",
    "ExpiredTokenException": "; the credentials have expired",
}


def _require_boto3(version: str) -> None:
    """An older one knows no AWS_ENDPOINT_URL_…: a bot of the local cloud would call AWS (boto3, CHANGELOG, 1.28.0)."""
    found = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if found < _OLDEST_BOTO3:
        raise ValueError(f"boto3 {version}: must be 1.28 or later. Run: pip install 'boto3>=1.28'")


def _region_in(function: str) -> Optional[str]:
    parts = function.split(":")
    return parts[3] if len(parts) > 6 and parts[0] == "arn" else None


def _corrected_signer(clock: CorrectedClock) -> str:
    """
    Registers a signer that is botocore's own but for the time, and gives its name. botocore reads the system's clock
    when it signs and takes no other.
    """

    class CorrectedSigV4(auth.SigV4Auth):  # type: ignore[misc]
        def _modify_request_before_signing(self, request: Any) -> None:
            now = datetime.datetime.fromtimestamp(clock.now_seconds(), datetime.timezone.utc)
            request.context["timestamp"] = now.strftime(auth.SIGV4_TIMESTAMP)
            super()._modify_request_before_signing(request)

    name = f"flatline-v4-{next(_numbers)}"
    auth.AUTH_TYPE_MAPS[name] = CorrectedSigV4
    return name
