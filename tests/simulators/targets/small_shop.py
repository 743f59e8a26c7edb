"""A chat service in one process: `small_shop.py PORT STATE [WORD …]`. It counts the messages of
each session in a file, and keeps a copy in memory.

The words change it: `forgetful` keeps no file, `stubborn` does not stop at SIGTERM, `child` has
started a process of its own, `mute` never serves, `fragile` dies of the message "die". `allergic`
ends at once where it finds its file, with `once` only the first time, and with `silently` it does
not serve there. `wedged` answers nothing where it finds its file. A reply that is one of the words,
as `message 2`, comes to an end in no stream.
"""

import json
import os
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event

PORT, STATE, WORDS = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
FILE = STATE / "sessions.json"
memory: dict[str, int] = {}
shift = 0


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        global shift
        body = json.loads(self.rfile.read(int(self.headers["content-length"] or 0)))
        if self.path == "/clock":
            shift = int(body["offset"])
            return self.answer({})
        if self.path.startswith("/evict/"):
            known = memory.pop(self.path.rpartition("/")[2], None)
            return self.answer({}, 200 if known else 404)
        if "wedged" in WORDS and FILE.exists() and not memory:
            Event().wait()
        if body["text"] == "die" and "fragile" in WORDS:
            print("what a message\n  ^^^^", flush=True)
            os._exit(7)
        session = body.get("session") or f"s-{body['customer']}"
        stored = json.loads(FILE.read_text()) if FILE.exists() else {}
        origin = "memory" if session in memory else "store" if session in stored else "new"
        count = memory.get(session, stored.get(session, 0)) + 1
        memory[session] = count
        if "forgetful" not in WORDS:
            new = STATE / "new"
            new.write_text(json.dumps({**stored, session: count}))
            new.rename(FILE)
        text = f"message {count}"
        if self.path == "/stream":
            return self.stream(text, session)
        return self.answer({"text": text, "session": session, "from": origin})

    def stream(self, text: str, session: str) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        for word in text.split():
            self.wfile.write(f"data: {json.dumps({'word': word})}\n\n".encode())
            if "fragile" in WORDS:
                os._exit(7)
            if text in WORDS:
                Event().wait()
        self.wfile.write(f"data: {json.dumps({'session': session})}\n\n".encode())

    def do_DELETE(self) -> None:
        memory.pop(self.path.partition("=")[2], None)
        self.answer({})

    def do_GET(self) -> None:
        session = self.path.rpartition("/")[2]
        stored = json.loads(FILE.read_text()) if FILE.exists() else {}
        if self.path.startswith("/debug/") and session not in stored:
            return self.answer({}, 404)
        state = {"count": stored.get(session), "time": time.time() + shift, "process": os.getpid()}
        return self.answer(state)

    def answer(self, document: object, status: int = 200) -> None:
        data = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    if "stubborn" in WORDS:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if "child" in WORDS:
        child = subprocess.Popen(["sleep", "600"], start_new_session="detached" in WORDS)
        (STATE / "child").write_text(str(child.pid))
    if "allergic" in WORDS and FILE.exists() and not (STATE / "seen").exists():
        if "once" in WORDS:
            (STATE / "seen").touch()
        if "silently" not in WORDS:
            sys.exit("what a file")
        WORDS.append("mute")
    if "mute" in WORDS:
        print("no wish to serve", flush=True)
        time.sleep(600)
    print("serving", flush=True)
    ThreadingHTTPServer(("127.0.0.1", PORT), Handler).serve_forever()
