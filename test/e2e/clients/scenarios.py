"""Scenarios of an official client, run one by one on request of a test.

A script decorates its functions with `scenario` and ends with `serve()`. Each function gets the facts of the server that it talks to,
asserts what the real service does, and may return facts for the report. Standard input carries one JSON request a line,
standard output one JSON answer a line; the first line names the scenarios.
"""

import json
import sys
import traceback
from types import SimpleNamespace

_known = {}


def scenario(run):
    """The docstring is the test's name."""
    _known[run.__name__] = run
    return run


def equal(actual, expected):
    """Like assert, and says both sides."""
    assert actual == expected, f"got {actual!r}, not {expected!r}"


def refused(kind, call, *words, **named):
    """The exception of `kind` that the call must end with."""
    try:
        result = call(*words, **named)
    except kind as error:
        return error
    raise AssertionError(f"no {kind}, but {result!r}")


def serve():
    answers = sys.stdout
    # Whatever a client prints is no answer.
    sys.stdout = sys.stderr

    def say(answer):
        answers.write(json.dumps(answer, default=str) + "\n")
        answers.flush()

    say([[name, run.__doc__] for name, run in _known.items()])
    for line in sys.stdin:
        request = json.loads(line)
        try:
            facts = _known[request["scenario"]](SimpleNamespace(**request["facts"]))
            say({"ok": True, "facts": facts or {}})
        except BaseException:
            say({"ok": False, "trace": traceback.format_exc()})
