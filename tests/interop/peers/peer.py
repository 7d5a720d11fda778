"""Shared by the Python programs of the interop tests: their arguments, and what they print.

Each library has one file with the programs of the official tutorials under their names. They are
called as `pika_peer.py send [--json] WORDS...` and `pika_peer.py receive COUNT`; the broker is in
AMQP_URL. A receiving program says "ready" on stderr when it consumes, prints a JSON object for each
message, and ends after COUNT messages.
"""

import json
import os
import sys

url = os.environ["AMQP_URL"]

# How long a program waits for a message before it gives up, in seconds.
idle_timeout = 20


def ready():
    print("ready", file=sys.stderr, flush=True)


def show(key, body, content_type):
    """Prints a message. The body is text, or decoded JSON."""
    if isinstance(body, (bytes, memoryview)):
        body = bytes(body).decode("utf-8")
    facts = {"key": key, "body": body, "contentType": content_type}
    print(json.dumps(facts, ensure_ascii=False), flush=True)


def fib(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def body_of(words):
    """The body from the command line: a value after --json, otherwise the words joined by spaces."""
    return json.loads(words[1]) if words[0] == "--json" else " ".join(words)


def main(programs):
    _, name, *arguments = sys.argv
    programs[name](*arguments)
