"""A chat service for bulk orders: Python's own HTTP server, with everything in PostgreSQL."""

import json
import os
import re
import uuid
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg
from psycopg.types.json import Jsonb

DATABASE_URL = os.environ["DATABASE_URL"]
LIFE = timedelta(hours=24)
SESSION = "select state from sessions where id = %s and used_at > %s for update"


def chat(session_id, message_id, message):
    """One turn, in one transaction: whatever goes wrong, all of it happened or nothing."""
    with psycopg.connect(DATABASE_URL) as connection:
        now = datetime.now(UTC)
        row, is_lost = None, False
        if session_id is not None:
            row = connection.execute(SESSION, [session_id, now - LIFE]).fetchone()
            is_lost = row is None
        if row is None:
            # Named after the message, a new session is the same one if the message comes twice.
            session_id = str(uuid.uuid5(uuid.NAMESPACE_OID, message_id))
            row = connection.execute(SESSION, [session_id, now - LIFE]).fetchone()
        state = row[0] if row else {"step": None}
        answers = state.get("answers", {})
        if message_id in answers:
            return answers[message_id]
        text, order = reply(state, message)
        answered = answer(text, state, session_id, is_lost)
        if order:
            connection.execute(
                "insert into orders (session_id, quantity, email) values (%s, %s, %s)",
                [session_id, order["quantity"], order["email"]],
            )
        state["answers"] = {**answers, message_id: answered}
        connection.execute(
            "insert into sessions (id, state, used_at) values (%s, %s, %s)"
            " on conflict (id) do update set state = excluded.state, used_at = excluded.used_at",
            [session_id, Jsonb(state), now],
        )
    return answered


def answer(text, state, session_id, is_lost):
    return {
        "text": f"Your earlier chat is over. {text}" if is_lost else text,
        "flow": "bulk_order",
        "step": state["step"],
        "sessionId": session_id,
        "fresh": is_lost,
    }


def clear(session_id):
    with psycopg.connect(DATABASE_URL) as connection:
        connection.execute("delete from sessions where id = %s", [session_id])


def reply(state, message):
    """What the shop says, and the order that the message places."""
    asked = re.search(r"(\d+) remote controls?", message)
    match state["step"]:
        case "collecting_contact":
            email = re.search(r"[\w.+-]+@[\w-]+\.[\w.]+", message)
            if email is None:
                return "Please give me your email.", None
            state |= {"step": "confirming", "email": email[0]}
            return f"{state['quantity']} pieces for {email[0]}. Shall I place the order?", None
        case "confirming":
            if not message.lower().startswith("yes"):
                return "Please say yes to place the order.", None
            state["step"] = "complete"
            return "Thank you! Your order is placed.", dict(state)
        case _ if asked:
            state |= {"step": "collecting_contact", "quantity": int(asked[1])}
            return "Please give me your name and email.", None
        case _:
            return "How many remote controls do you need?", None


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        cookie = re.search(r"chat=([\w-]+)", self.headers.get("cookie", ""))
        session_id = body.get("sessionId") or (cookie[1] if cookie else None)
        try:
            status, answer = 200, chat(session_id, body["messageId"], body["message"])
        except psycopg.OperationalError:
            status, answer = 503, {"error": "Please try again in a moment."}
        self.answer(status, answer)

    def do_DELETE(self):
        cookie = re.search(r"chat=([\w-]+)", self.headers.get("cookie", ""))
        clear(cookie[1] if cookie else None)
        self.answer(200, {})

    def answer(self, status, answer):
        data = json.dumps(answer).encode()
        self.send_response(status)
        if "sessionId" in answer:
            self.send_header("set-cookie", f"chat={answer['sessionId']}; Path=/; HttpOnly")
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
