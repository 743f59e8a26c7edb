"""`coolwind init`: a working example in an empty folder."""

import argparse
from contextlib import suppress
from pathlib import Path

from simulators.errors import UsageError

_SETTINGS = """[pytest]
coolwind_features = true
"""

_FEATURE = """Feature: A bulk order survives
  Customers do not know that the server restarts. They go on writing.

  @survives
  Scenario: The order goes on, whatever happens between the messages
    When the customer says "I need 11 remote controls"
    Then the conversation is at step "collecting_contact" of "bulk_order"
    And the reply asks for the name, the phone number and the email

    When the customer gives the contact details
      | name | phone      | email            |
      | Hari | 9876543210 | hari@example.com |
    Then the session is the same
    And the conversation is at step "confirming" of "bulk_order"
    And the reply does not ask for the location

  Scenario: A restart in the middle of an order
    Given a conversation at step "confirming" of "bulk_order"
    When the server restarts
    And the customer says "yes"
    Then the session is the same
    And the turn was served from "store"
    And exactly 1 order is placed
"""

_README = """# Chat scenarios

    coolwind run        # plays features/, breaks the service between turns, writes a report
    pytest              # the same scenarios, as tests
    coolwind steps      # what can be written in a scenario
    coolwind faults     # what a scenario can go through

A scenario with the tag `@survives` is played once as it is written, and then again for every
fault that a correct service hides from its customers, and for every two of them. With each message
more there is more to go through: this one takes seconds, and one that goes on with `When the
customer says "yes"` some times as many. `coolwind run --depth 1` plays one fault at a time.

The scenarios play against Coolwind's own chat service. `coolwind run --help` says how to name
yours.
"""

_SERVICE = '''"""A chat service for bulk orders: `service.py PORT FOLDER memory|file`.

It stands here for yours. With `memory`, it keeps its sessions as many services do.
"""

import json
import re
import sys
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PORT, FOLDER, KEPT_IN = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
FILE = FOLDER / "shop.json"
shop = {"sessions": {}, "orders": []}
if KEPT_IN == "file" and FILE.exists():
    shop = json.loads(FILE.read_text())


def reply(session, message):
    asked = re.search(r"(\\d+) remote controls?", message)
    if session["step"] == "collecting_contact" and "@" in message:
        session["step"] = "confirming"
        return "Shall I place the order?"
    if session["step"] == "confirming" and message == "yes":
        session["step"] = "complete"
        shop["orders"].append({"quantity": session["quantity"]})
        return "Thank you! Your order is placed."
    if session["step"] in (None, "complete") and asked:
        session.update(step="collecting_contact", quantity=int(asked[1]))
        return "Please give me your name and email."
    return "How many remote controls do you need?"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        cookie = re.search(r"chat=([\\w-]+)", self.headers.get("cookie", ""))
        known = cookie[1] if cookie and cookie[1] in shop["sessions"] else None
        session_id = known or str(uuid.uuid4())
        session = shop["sessions"].setdefault(session_id, {"step": None})
        text = reply(session, body["message"])
        if KEPT_IN == "file":
            new = FOLDER / "new.json"
            new.write_text(json.dumps(shop))
            new.rename(FILE)
        cookie = ("set-cookie", f"chat={session_id}; Path=/; HttpOnly")
        self.answer({"text": text, "step": session["step"], "sessionId": session_id}, cookie)

    def do_GET(self):
        self.answer(shop["orders"])

    def answer(self, document, *headers):
        data = json.dumps(document).encode()
        self.send_response(200)
        for name, value in (*headers, ("content-length", str(len(data)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


ThreadingHTTPServer(("127.0.0.1", PORT), Handler).serve_forever()
'''

_TARGET = """# What your service is, and how its customers speak to it.
# coolwind check explains every mistake.

[target]
kind = "process"
command = ["python3", "service.py", "{port}", "{state_dir}", "memory"]

[request]
path = "/api/chat"
json = { message = "{text}" }

[reply]
text = "text"
step = "step"
session_id = "sessionId"

[effects.order]
url = "http://127.0.0.1:{port}/orders"
"""

_SERVICE_FEATURE = """Feature: A bulk order survives

  @survives
  Scenario: The order is placed once, whatever happens between the messages
    When the customer says "I need 11 remote controls"
    And the customer says "Hari, hari@example.com"
    Then the session is the same
    When the customer says "yes"
    Then the session is the same
    And exactly 1 order is placed
"""

_SERVICE_FILES = {
    "coolwind.toml": _TARGET,
    "service.py": _SERVICE,
    "features/bulk_order.feature": _SERVICE_FEATURE,
}

_FILES = {
    "pytest.ini": _SETTINGS,
    "features/bulk_order.feature": _FEATURE,
    "README.md": _README,
}


def run(options: argparse.Namespace) -> int:
    """Write the example. Raises `UsageError`, and writes nothing, when a file of it exists."""
    folder = Path(options.folder)
    files = _SERVICE_FILES if options.service else _FILES
    for name in files:
        if (folder / name).exists() or (folder / name).is_symlink():
            raise UsageError(f"{folder / name} exists; run coolwind init in an empty folder")
    if "pytest.ini" in files:
        _check_settings(folder)
    try:
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
            print(f"wrote {path}")
    except OSError as error:
        raise UsageError(
            f"{folder}: cannot be written ({error.strerror}); choose another folder"
        ) from error
    where = "" if options.folder == "." else f" {folder / 'features'}"
    target = f" --target {folder / 'coolwind.toml'}" if options.service else ""
    print(f"now run: coolwind run{where}{target}")
    return 0


def _check_settings(folder: Path) -> None:
    """Raise `UsageError` where a project has settings that a pytest.ini would take out of use."""
    for name in ("pyproject.toml", "tox.ini", "setup.cfg"):
        with suppress(OSError):
            if "pytest" in (folder / name).read_text("utf-8", "replace"):
                raise UsageError(
                    f"{folder / name} speaks of pytest, whose settings a pytest.ini would hide;"
                    " run coolwind init in an empty folder"
                )
