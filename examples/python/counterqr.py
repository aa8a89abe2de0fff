"""Counter QR from a Python server: one file, Python 3.9 or newer, nothing to install. Copy it beside your own code.

    from counterqr import CounterQR, CounterQRError

    counter = CounterQR("https://pay.example/counterqr", os.environ["COUNTERQR_APP_KEY"])
    counter.link("42", agent_name="Asha", computer_name="SHOWROOM-PC-01")      # once a log-in
    sent = counter.qr("42", "https://pay.example/p/8842", amount="1250.00", currency="MUR", reference="8842")
    for view in counter.watch(sent["command_id"]):                             # ends when the QR is off the display
        print(view["state"], view.get("reason"))
    counter.payment(reference="8842")                                          # in what your payment provider calls

The key is the relay's app key and stays on the server. Each call answers the relay's JSON as a dict (docs/api.md) or
raises CounterQRError.
"""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

ENDED = ("cleared", "failed", "expired", "superseded", "cancelled")
# Seconds. The relay holds an answer 25 at most.
HOLD, ANSWERS_WITHIN = 25, 35
# An answer that was lost on its way: the call may have been done. Only calls that may be done twice are repeated.
TRIES, PAUSE = 4, 0.5
GATEWAY_SAYS = (502, 503, 504)


class CounterQRError(Exception):
    """`str(error)` is a sentence for a person; `code` is for a program: the relay's own, such as `device_in_use`,
    or `unreachable`, `bad_answer`. `status` is HTTP's, 0 where there was no answer. `body` is the whole answer."""

    def __init__(self, message, code, status=0, body=None):
        super().__init__(message)
        self.code, self.status, self.body = code, status, body or {}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The key is for the relay; a redirect would carry it elsewhere."""

    def redirect_request(self, *_args):
        return None


class CounterQR:
    def __init__(self, relay, key, opener=None):
        """`relay`: its address with its BASE_PATH, such as https://pay.example/counterqr. `opener`: urllib's, for a
        certificate or proxy of your own."""
        self._api = relay.rstrip("/") + "/api/device"
        self._key = key
        self._opener = opener or urllib.request.build_opener(_NoRedirect)

    def link(self, agent_id, **how):
        """Gives the agent a display: one of `computer_name`, `pairing_code`, `device_id`; `agent_name`, `takeover`."""
        return self._call("POST", "/link", {"agent_id": agent_id, **how}, tries=TRIES)

    def unlink(self, agent_id):
        """Log-out: frees the agent's display and takes the agent's QR off it."""
        return self._call("POST", "/unlink", {"agent_id": agent_id})

    def qr(self, agent_id, qr_text=None, **fields):
        """Queues a QR for the agent's display, once however often it has to be sent. `fields`: `qr_image` (a PNG or
        JPEG data URI) in place of the text, `customer_name`, `policy_number`, `reference`, `amount`, `currency`,
        `expires_in`, `display_seconds`, `idempotency_key` (your own, if your program may ask twice)."""
        body = {"agent_id": agent_id, "idempotency_key": uuid.uuid4().hex, **fields}
        if qr_text is not None:
            body["qr_text"] = qr_text
        return self._call("POST", "/qr", body, tries=TRIES)

    def command(self, command_id, wait=0, state=None, covered=None):
        """What became of a QR. With `wait` (seconds, at most 25) as soon as its state is not `state` any more, or, where
        `covered` (True or False) is given, as soon as a test card or the like covers it or no longer does."""
        query = {"wait": wait, **({} if state is None else {"state": state})}
        if covered is not None:
            query["covered"] = int(covered)
        path = "/command/" + urllib.parse.quote(str(command_id), safe="")
        return self._call("GET", path + "?" + urllib.parse.urlencode(query), tries=TRIES)

    def watch(self, command_id, seconds=900):
        """Yields each state of a QR as it comes, the present one first, until it has ended or the time is over. While
        something covers it on the display, `covered_at` is there; that it comes and goes is yielded as well."""
        until = time.monotonic() + seconds
        view = self.command(command_id)
        yield view
        while view["state"] not in ENDED and time.monotonic() < until:
            known = (view["state"], "covered_at" in view)
            view = self.command(command_id, max(0.001, min(HOLD, round(until - time.monotonic(), 3))), *known)
            if (view["state"], "covered_at" in view) != known:
                yield view

    def payment(self, status="paid", **name):
        """What a payment webhook says: one of `command_id`, `policy_number`, `reference` names the QR."""
        return self._call("POST", "/payment", {"status": status, **name})

    def clear(self, command_id, reason="closed"):
        """Takes the QR off the display, or out of its queue: `closed`, `cancelled` or `paid`."""
        return self._call("POST", "/rotation/start", {"command_id": command_id, "reason": reason})

    def _call(self, method, path, body=None, tries=1):
        for left in reversed(range(tries)):
            try:
                return self._once(method, path, body)
            except CounterQRError as error:
                if left == 0 or not (error.status == 0 or error.status in GATEWAY_SAYS):
                    raise
            time.sleep(PAUSE)

    def _once(self, method, path, body):
        headers = {"Authorization": "Bearer " + self._key, "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._api + path, data, headers, method=method)
        try:
            with self._opener.open(request, timeout=ANSWERS_WITHIN) as response:
                status, text = response.status, response.read()
        except urllib.error.HTTPError as refused:
            status, text = refused.code, refused.read()
        except (OSError, ValueError, urllib.error.URLError) as error:
            raise CounterQRError(f"The relay did not answer: {getattr(error, 'reason', error)}", "unreachable") from error
        except Exception as error:  # http.client has errors of its own for an answer that breaks off.
            raise CounterQRError(f"The relay's answer broke off: {error!r}", "unreachable") from error
        try:
            answer = json.loads(text)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise CounterQRError(f"No relay answers at {self._api}: {status} without JSON", "bad_answer", status)
        if status != 200:
            sentence = answer.get("error") or f"The relay answered {status}"
            raise CounterQRError(sentence, answer.get("code", "bad_answer"), status, answer)
        return answer
