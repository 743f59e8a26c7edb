"""Real servers on one SQLite file: the killed go on, and what comes at once happens once."""

import asyncio
import json
import os
import re
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio

ORDER = "Hi so i need to buy 11 remote controls"
CONTACT = "Name is Hari, phone 9876543210, email hari@example.com"
CALLBACK = ("Nobody answered my call", "Priya", "9876543210", "Kochi")


@pytest.fixture
def anyio_backend():
    return "asyncio"


@contextmanager
def started(path: Path, count: int = 1) -> Iterator[list[str]]:
    """The addresses of servers on that file, all of them ready; killed at the end."""
    command = [sys.executable, "-m", "uvicorn", "--factory", "coolwind.app:create_app"]
    environment = {**os.environ, "COOLWIND_DATABASE": f"sqlite:///{path}"}
    with ExitStack() as stack:
        servers = [
            subprocess.Popen(
                [*command, "--port", "0", "--log-level", "info"],
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(count)
        ]
        for server in servers:
            stack.enter_context(server)
            stack.callback(server.kill)
        yield [address_of(server) for server in servers]


def address_of(server: "subprocess.Popen[str]") -> str:
    for line in server.stderr:
        if found := re.search(r"running on (http://127\.0\.0\.1:\d+)", line):
            return found[1]
    raise AssertionError("the server did not start")


@dataclass
class Customer:
    """Somebody with cookies, whose messages go to whatever server the test names."""

    cookies: dict[str, str] = field(default_factory=dict)

    async def say(self, address: str, text: str, **more: Any) -> dict[str, Any]:
        """The answer to one message."""
        async with httpx.AsyncClient(cookies=self.cookies, timeout=60, verify=False) as browser:
            response = await browser.post(f"{address}/api/chat", json={"message": text, **more})
        assert response.status_code == 200, response.text
        self.cookies = {**self.cookies, **response.cookies}
        answer: dict[str, Any] = response.json()
        return answer

    async def history(self, address: str) -> list[dict[str, Any]]:
        """What was written in the session, by both sides."""
        async with httpx.AsyncClient(cookies=self.cookies, timeout=60, verify=False) as browser:
            session: dict[str, Any] = (await browser.get(f"{address}/api/chat/session")).json()
        return list(session["history"])


async def after(address: str, *texts: str) -> Customer:
    """A customer who has written that."""
    customer = Customer()
    for text in texts:
        await customer.say(address, text)
    return customer


@dataclass(frozen=True)
class Shop:
    """Two servers on one file."""

    path: Path
    addresses: list[str]

    def effects(self, table: str, named: str) -> list[dict[str, Any]]:
        """What happened of that kind in the file, where its text holds the words."""
        with closing(sqlite3.connect(self.path)) as connection:
            rows = connection.execute(f"SELECT document FROM {table} ORDER BY place").fetchall()
        return [json.loads(document) for (document,) in rows if named in document]

    def stock_of(self, part: str) -> int:
        with closing(sqlite3.connect(self.path)) as connection:
            ((pieces,),) = connection.execute("SELECT pieces FROM stock WHERE part_id = ?", (part,))
        return int(pieces)

    async def at_once(self, *sayings: tuple[Customer, str, str | None]) -> list[dict[str, Any]]:
        """The answers to messages that go to the two servers by turns, all at the same time."""
        return await asyncio.gather(
            *(
                customer.say(
                    self.addresses[place % 2], text, **({"messageId": name} if name else {})
                )
                for place, (customer, text, name) in enumerate(sayings)
            )
        )


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    path = tmp_path_factory.mktemp("shop") / "chat.db"
    with started(path, 2) as addresses:
        yield Shop(path, addresses)


async def test_the_last_pieces_are_sold_once(shop: Shop) -> None:
    rivals = [await after(shop.addresses[0], "I need 12 compressors", CONTACT) for _ in range(6)]
    answers = await shop.at_once(*((rival, "yes", None) for rival in rivals))
    assert [answer["step"] for answer in answers].count("complete") == 1
    assert len(shop.effects("orders", "compressor")) == 1
    assert shop.stock_of("compressor") == 0


async def test_orders_at_once_have_numbers_of_their_own(shop: Shop) -> None:
    buyers = [await after(shop.addresses[1], "I need 2 valves", CONTACT) for _ in range(6)]
    answers = await shop.at_once(*((buyer, "yes", None) for buyer in buyers))
    numbers = {order["number"] for order in shop.effects("orders", "gas-valve")}
    assert len(numbers) == 6
    assert all(any(number in each["response"]["text"] for each in answers) for number in numbers)
    assert shop.stock_of("gas-valve") == 30 - 6 * 2


async def test_a_message_that_reaches_both_servers_at_once_has_one_effect_and_one_reply(
    shop: Shop,
) -> None:
    customer = await after(shop.addresses[0], "I need 7 thermostats", CONTACT)
    name = str(uuid.uuid4())
    answers = await shop.at_once(*[(customer, "yes", name)] * 6)
    assert len({json.dumps(answer["response"]) for answer in answers}) == 1
    assert len(shop.effects("orders", "thermostat")) == 1
    assert shop.stock_of("thermostat") == 40 - 7


async def test_messages_of_one_session_at_once_on_two_servers_are_all_kept_and_have_one_effect(
    shop: Shop,
) -> None:
    customer = await after(shop.addresses[0], "I need 9 pcbs", CONTACT)
    answers = await shop.at_once(*[(customer, "yes", None)] * 6)
    assert [answer["intent"] for answer in answers].count("order_placed") == 1
    assert len(await customer.history(shop.addresses[1])) == 2 * (2 + 6)
    assert len(shop.effects("orders", "pcb")) == 1
    assert shop.stock_of("pcb") == 20 - 9


async def test_two_last_answers_at_once_make_one_callback_task(shop: Shop) -> None:
    customer = await after(shop.addresses[1], *CALLBACK)
    answers = await shop.at_once(*[(customer, "AC not cooling", None)] * 4)
    assert [answer["intent"] for answer in answers].count("callback_created") == 1
    assert len(shop.effects("callback_tasks", "Priya")) == 1


async def test_a_conversation_goes_on_after_its_server_was_killed(tmp_path: Path) -> None:
    customer, answers = Customer(), []
    for message in (ORDER, CONTACT, "yes"):
        with started(tmp_path / "chat.db") as (address,):
            answers.append(await customer.say(address, message))
    assert len({answer["sessionId"] for answer in answers}) == 1
    assert [answer["served_from"] for answer in answers] == ["new", "store", "store"]
    assert [answer["step"] for answer in answers] == [
        "collecting_contact",
        "confirming",
        "complete",
    ]
