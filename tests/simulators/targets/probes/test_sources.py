"""Where a probe looks, and what it makes of what it finds there."""

import json
import os
import sqlite3
import sys
from pathlib import Path

import pytest

from simulators.errors import TargetError
from simulators.targets.configuration.tables import EffectTable, ProbeTable, Sql
from simulators.targets.configuration.templates import Values
from simulators.targets.probes.sources import Leniency, look
from simulators.trace import JsonValue

NAMES: Values = {"session_id": "s1", "state_dir": "state", "customer_id": None}


@pytest.fixture(autouse=True)
def _state(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()


def found(source: ProbeTable | EffectTable, folder: Path, names: Values = NAMES) -> JsonValue:
    return look(source, names, folder, os.environ)


class TestFiles:
    SOURCE = ProbeTable(file="{state_dir}/{session_id}.json")

    def test_a_file_of_json_is_read(self, tmp_path: Path) -> None:
        (tmp_path / "state" / "s1.json").write_text('{"step": "confirming"}')
        assert found(self.SOURCE, tmp_path) == {"step": "confirming"}

    def test_a_file_that_does_not_exist_keeps_nothing(self, tmp_path: Path) -> None:
        assert found(self.SOURCE, tmp_path) is None

    def test_a_name_that_stands_for_nothing_yet_finds_nothing(self, tmp_path: Path) -> None:
        assert found(self.SOURCE, tmp_path, {**NAMES, "session_id": None}) is None

    def test_one_json_line_is_a_list_of_one(self, tmp_path: Path) -> None:
        (tmp_path / "state" / "orders.jsonl").write_text('{"number": 1}\n')
        source = EffectTable(file="{state_dir}/orders.jsonl")
        assert found(source, tmp_path) == [{"number": 1}]

    def test_a_sign_that_ends_a_line_elsewhere_ends_no_row(self, tmp_path: Path) -> None:
        (tmp_path / "state" / "orders.jsonl").write_text('{"note": "a\u2028b"}\r\n{"note": "c"}\n')
        source = EffectTable(file="{state_dir}/orders.jsonl")
        assert found(source, tmp_path) == [{"note": "a\u2028b"}, {"note": "c"}]

    def test_a_line_that_a_dying_process_left_stands_there_as_text(self, tmp_path: Path) -> None:
        (tmp_path / "state" / "orders.jsonl").write_text('{"number": 1}\n{"numb')
        source = EffectTable(file="{state_dir}/orders.jsonl")
        assert found(source, tmp_path) == [{"number": 1}, '{"numb']


class TestCommands:
    def source(self, code: str) -> ProbeTable:
        return ProbeTable(command=(sys.executable, "-S", "-c", code, "{session_id}"))

    def test_what_a_command_prints_is_read(self, tmp_path: Path) -> None:
        code = "import json, sys; print(json.dumps({'of': sys.argv[1]}))"
        assert found(self.source(code), tmp_path) == {"of": "s1"}

    def test_a_command_that_prints_nothing_finds_nothing(self, tmp_path: Path) -> None:
        assert found(self.source(""), tmp_path) is None

    @pytest.mark.parametrize(
        ("code", "says"),
        [
            ("print('Hello')", "gave no JSON but 'Hello'; mend it"),
            (
                "import sys; sys.exit('no luck')",
                "ended with status 1 .*: no luck; .* print nothing, or null",
            ),
        ],
    )
    def test_a_command_that_fails_is_trouble(self, tmp_path: Path, code: str, says: str) -> None:
        with pytest.raises(TargetError, match=says):
            found(self.source(code), tmp_path)

    def test_a_program_that_does_not_exist_is_trouble(self, tmp_path: Path) -> None:
        with pytest.raises(TargetError, match=r"cannot be started: ./none: No such file"):
            found(ProbeTable(command=("./none",)), tmp_path)


class TestDatabases:
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        with sqlite3.connect(tmp_path / "shop.db") as connection:
            connection.execute("create table sessions (id text, state text, total decimal)")
            connection.execute("""insert into sessions values ('s1', '{"step": "x"}', 1.5)""")
        connection.close()
        return f"sqlite:///{tmp_path}/shop.db"

    def test_rows_come_as_objects_and_json_in_them_is_read(self, tmp_path: Path, url: str) -> None:
        query = "select state, total from sessions where id = :session_id"
        source = ProbeTable(sql=Sql(url=url, query=query))
        assert found(source, tmp_path) == [{"state": {"step": "x"}, "total": 1.5}]

    def test_a_query_that_asks_for_nobody_is_not_made(self, tmp_path: Path, url: str) -> None:
        source = ProbeTable(sql=Sql(url=url, query="select * from nowhere where c = :customer_id"))
        assert found(source, tmp_path) is None

    def test_a_query_that_fails_is_trouble(self, tmp_path: Path, url: str) -> None:
        source = ProbeTable(sql=Sql(url=url, query="select * from nowhere"))
        with pytest.raises(TargetError, match=r"no such table: nowhere.*; mend it"):
            found(source, tmp_path)

    @pytest.mark.parametrize("place", ["sqlite", "postgresql"])
    def test_a_table_may_be_lacking_once_something_has_struck(
        self, tmp_path: Path, url: str, place: str
    ) -> None:
        at = url if place == "sqlite" else "postgresql://postgres@127.0.0.1:5432/test"
        source = ProbeTable(sql=Sql(url=at, query="select * from nowhere"))
        assert look(source, NAMES, tmp_path, {}, Leniency(may_lack_tables=True)) is None
        with pytest.raises(TargetError, match="mend it"):
            found(source, tmp_path)

    def test_whoever_looks_makes_no_database(self, tmp_path: Path) -> None:
        file = tmp_path / "late.db"
        source = ProbeTable(sql=Sql(url=f"sqlite:///{file}", query="select * from sessions"))
        assert look(source, NAMES, tmp_path, {}, Leniency(may_lack_tables=True)) is None
        with pytest.raises(TargetError, match=r"no database .*late.db; mend the url"):
            found(source, tmp_path)
        assert not file.exists()

    def test_a_part_of_a_url_that_its_driver_does_not_know_is_trouble(
        self, tmp_path: Path, url: str
    ) -> None:
        source = ProbeTable(sql=Sql(url=f"{url}?timeout=long", query="select * from sessions"))
        with pytest.raises(TargetError, match="float: 'long'; mend it, or its url"):
            found(source, tmp_path)

    def test_values_of_postgresql_become_json(self, tmp_path: Path) -> None:
        query = """
            select 1.50::numeric as price, 3::numeric as pieces, 'a'::bytea as raw,
                   '{"a": [1]}'::jsonb as state, timestamp '2026-11-27 10:00' as at,
                   '6ba7b810-9dad-41d1-80b4-00c04fd430c8'::uuid as id
        """
        url = "postgresql://postgres@127.0.0.1:5432/test"
        [row] = found(ProbeTable(sql=Sql(url=url, query=query)), tmp_path)  # type: ignore[misc,str-unpack]
        assert json.dumps(row) == json.dumps(
            {
                "price": 1.5,
                "pieces": 3,
                "raw": "a",
                "state": {"a": [1]},
                "at": "2026-11-27T10:00:00",
                "id": "6ba7b810-9dad-41d1-80b4-00c04fd430c8",
            }
        )
