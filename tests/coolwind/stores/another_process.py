"""A process that works on a SQLite store of its own; run by the conformance tests.

`buy PATH NAME` places orders of one piece until none is left, and prints how many it placed.
`write PATH` commits turns of one session for ever, and prints the version of each.
"""

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from coolwind.catalogue import Part
from coolwind.effects import CallbackTask, Contact, Notification, Order, OrderLine
from coolwind.errors import Conflict
from coolwind.messages import Message, Reply
from coolwind.session import Session
from coolwind.stores.sqlite import SqliteStore
from coolwind.stores.store import Commit

NOW = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
PARTS = (Part("remote", "AC remote control", ("remote",), 45_000, 38_000, 60),)
ORDER = Order(
    "", (OrderLine("remote", "AC remote control", 1, 45_000),), Contact("Hari"), "Thiruvalla"
)


def begun(session_id: str) -> Session:
    return turned(Session(session_id, "guest-1", "proof-1", NOW, NOW))


def turned(session: Session) -> Session:
    return session.after_turn(Message("hello"), Reply("hello", "echo"), {}, NOW)


def email(key: str) -> Notification:
    return Notification(key, "hari@example.com", "Your order", "It is ready.")


async def buy(store: SqliteStore, name: str) -> None:
    placed = 0
    while (shelf := await store.shelf(date(2026, 3, 2))).stock["remote"]:
        order = replace(ORDER, number=shelf.order_number)
        try:
            await store.commit(Commit(begun(f"{name}-{placed}"), (order, email(order.number))))
        except Conflict:
            continue
        placed += 1
    print(placed)


async def write(store: SqliteStore) -> None:
    session = begun("s1")
    while True:
        number = f"CB-20260302-{session.version:03d}"
        task = CallbackTask(number, "Hari", "+919876543210", "Kochi", "no cooling")
        await store.commit(Commit(session, (task, email(number))))
        print(session.version, flush=True)
        session = turned(session)


async def main(work: str, path: str, *arguments: str) -> None:
    store = SqliteStore(Path(path), patience=timedelta(seconds=60))
    await store.open(PARTS)
    await {"buy": buy, "write": write}[work](store, *arguments)
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
