"""Carries out the steps of a test with the client: `steps.py RELAY KEY`, the steps as JSON on standard input.
Prints a line of JSON for each answer, state or error."""

import json
import os
import sys

sys.path.insert(0, os.environ["CLIENT_FOLDER"])
from counterqr import CounterQR, CounterQRError  # noqa: E402

counter = CounterQR(sys.argv[1], sys.argv[2])
sent = None
for name, given in json.load(sys.stdin):
    given = {key: sent if value == "SENT" else value for key, value in given.items()}
    try:
        answer = getattr(counter, name)(**given)
        for one in answer if name == "watch" else [answer]:
            print(json.dumps(one), flush=True)
            sent = one.get("command_id") if name == "qr" else sent
    except CounterQRError as error:
        print(json.dumps({"error": str(error), "code": error.code, "status": error.status}), flush=True)
