"""A chat service whose sessions are in Redis, and which asks a language model for its words:
`stored_shop.py PORT REDIS_PORT MODEL_PORT PREFIX [WORD]`. It counts the messages of each session,
and with the word `locked` serves one message after the other. With the word `checking` it does not
start without Redis, and with the word `forgetting` a session is over after a minute. With the word
`behind` it counts its replies when the customer has them."""

import http.client
import json
import socket
import sys
from contextlib import nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

PORT, REDIS_PORT, MODEL_PORT = map(int, sys.argv[1:4])
PREFIX = sys.argv[4]
EXPIRY = ["EX", "60"] if sys.argv[5:] == ["forgetting"] else []
one_at_a_time = Lock() if sys.argv[5:] == ["locked"] else nullcontext()


def redis(*words: str) -> str:
    """The answer to one command, over a connection of its own."""
    with socket.create_connection(("127.0.0.1", REDIS_PORT), timeout=5) as store:
        sized = (f"${len(word)}\r\n{word}\r\n" for word in words)
        store.sendall(f"*{len(words)}\r\n{''.join(sized)}".encode())
        with store.makefile("r", newline="\r\n") as answers:
            answer = answers.readline().strip()
            if not answer or answer.startswith("-"):
                raise OSError(answer or "the connection is gone")
            return answers.readline().strip() if answer.startswith("$") and answer != "$-1" else ""


def words_of(count: int) -> str:
    """What the model says."""
    model = http.client.HTTPConnection("127.0.0.1", MODEL_PORT, timeout=5)
    try:
        model.request("POST", "/complete", json.dumps({"count": count}))
        return str(json.loads(model.getresponse().read())["words"])
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return "I am sorry"
    finally:
        model.close()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        session = body.get("session") or "s-1"
        try:
            with one_at_a_time:
                count = int(redis("GET", f"session:{PREFIX}:{session}") or 0) + 1
                words = words_of(count)
                redis("SET", f"session:{PREFIX}:{session}", str(count), *EXPIRY)
        except OSError:
            return self.answer({"text": "Please try again", "session": session}, 503)
        self.answer({"text": f"{words} {count}", "session": session})
        if sys.argv[5:] == ["behind"]:
            self.rfile.read(1)
            redis("INCR", f"session:{PREFIX}:replies")
        return None

    def answer(self, document: object, status: int = 200) -> None:
        data = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    if sys.argv[5:] == ["checking"]:
        redis("PING")
    ThreadingHTTPServer(("127.0.0.1", PORT), Handler).serve_forever()
