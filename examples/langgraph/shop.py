"""A chat service for bulk orders on LangGraph, whose checkpointer keeps conversations in SQLite."""

import json
import os
import re
import sqlite3
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TypedDict

from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph

STATE = Path(os.environ["STATE"])


class Order(TypedDict, total=False):
    message: str
    reply: str
    step: str
    quantity: int
    email: str


def welcome(state: Order) -> Order:
    asked = re.search(r"(\d+) remote controls?", state["message"])
    if asked is None:
        return {"reply": "How many remote controls do you need?"}
    return {
        "quantity": int(asked[1]),
        "step": "collecting_contact",
        "reply": "Please give me your name and email.",
    }


def collect(state: Order) -> Order:
    email = re.search(r"[\w.+-]+@[\w-]+\.[\w.]+", state["message"])
    if email is None:
        return {"reply": "Please give me your email."}
    return {
        "email": email[0],
        "step": "confirming",
        "reply": f"{state['quantity']} pieces for {email[0]}. Shall I place the order?",
    }


def confirm(state: Order) -> Order:
    if not state["message"].lower().startswith("yes"):
        return {"reply": "Please say yes to place the order."}
    return {"step": "complete", "reply": "Thank you! Your order is placed."}


def chosen(state: Order) -> str:
    return {"collecting_contact": "collect", "confirming": "confirm"}.get(
        state.get("step", ""), "welcome"
    )


def graph(checkpointer):
    builder = StateGraph(Order)
    for node in (welcome, collect, confirm):
        builder.add_node(node.__name__, node)
        builder.add_edge(node.__name__, END)
    builder.add_conditional_edges(START, chosen, ["welcome", "collect", "confirm"])
    return builder.compile(checkpointer=checkpointer)


def serve(checkpointer):
    compiled = graph(checkpointer)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            config = {"configurable": {"thread_id": body["thread_id"]}}
            state = compiled.invoke({"message": body["message"]}, config, durability="sync")
            self.answer({"messages": [{"role": "assistant", "content": state["reply"]}]})

        def do_GET(self):
            thread = self.path.rpartition("/")[2]
            config = {"configurable": {"thread_id": thread}}
            self.answer(compiled.get_state(config).values)

        def answer(self, document):
            data = json.dumps(document).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()


if __name__ == "__main__":
    serve(SqliteSaver(sqlite3.connect(STATE / "checkpoints.db", check_same_thread=False)))
