"""
Calls AWS by boto3 for the tests: a line of JSON in is a call, a line of JSON out is its answer, in any order.
In: {"id", "service", "operation", "params", "key", "region"}; `key` is [access key, secret, session token], or none for the
usual; without `region` it is the usual one.
Out: {"id", "answer"} or {"id", "error": {"code", "message"}}. Bytes are text in UTF-8; streams are read to their end.
"""

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 2})
clients = {}
creating = threading.Lock()
writing = threading.Lock()


def client(service, key, region):
    with creating:
        name = (service, region, *(key or []))
        if name not in clients:
            clients[name] = boto3.session.Session(*(key or [])).client(service, region_name=region, config=CONFIG)
        return clients[name]


def plain(value):
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items() if name != "ResponseMetadata"}
    if isinstance(value, (list, tuple, set)):
        return [plain(each) for each in value]
    if isinstance(value, bytes):
        return value.decode()
    if hasattr(value, "read"):
        return value.read().decode()
    return value.isoformat() if isinstance(value, datetime) else value


def answer(call):
    try:
        method = getattr(client(call["service"], call.get("key"), call.get("region")), call["operation"])
        result = {"answer": plain(method(**call["params"]))}
    except ClientError as error:
        result = {"error": {"code": error.response["Error"]["Code"], "message": str(error)}}
    except Exception as error:
        result = {"error": {"code": type(error).__name__, "message": str(error)}}
    with writing:
        print(json.dumps({"id": call["id"], **result}), flush=True)


with ThreadPoolExecutor(8) as pool:
    for line in sys.stdin:
        pool.submit(answer, json.loads(line))
