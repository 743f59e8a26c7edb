"""What `coolwind check` says of a file: every mistake, with its line and a remedy."""

from pathlib import Path

import pytest

from simulators.cli import Exit, main
from simulators.errors import UsageError
from simulators.targets.configuration_file import checked, read_configuration, told

RIGHT = """[target]
kind = "process"
command = ["python3", "-m", "http.server", "{port}"]

[request]
path = "/chat"
json = { message = "{text}" }

[reply]
text = "text"
"""


def mistakes(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "coolwind.toml"
    path.write_text(text, "utf-8")
    _, found = checked(path)
    return [told(Path("coolwind.toml"), mistake) for mistake in found]


def test_a_right_file_has_no_mistake(tmp_path: Path) -> None:
    assert mistakes(tmp_path, RIGHT) == []


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("[reply]", "[reply", ":9: this is no TOML: expected "),
        ('"process"', '"proces"', ':2: target.kind cannot be "proces"; write "reference", "asgi"'),
        ("command =", "comand =", ":3: target.comand means nothing; did you mean command?"),
        ("text =", "txet =", ":9: reply.text is missing; write it into this table"),
        ('["python3", "-m", "http.server", "{port}"]', '"python3"', ":3: target.command has to be"),
        ("python3", "no-such-program", ":3: target.command begins with 'no-such-program', which"),
        ("{port}", "{prot}", ":3: target.command has {prot}, which stands for nothing here; did"),
        ("{text}", "{port}", ":7: request.json has {port}, which stands for nothing here"),
        ('"text"\n', '"a..b"\n', ":10: reply.text is no JMESPath: Expecting"),
        ('"text"\n', '"a"\nfresh_phrase = "(x"\n', ":11: reply.fresh_phrase is no regular express"),
        ('"text"\n', '"a"\nfresh = "a"\nfresh_phrase = "x"\n', ":12: reply.fresh_phrase excludes"),
        (
            '"text"\n',
            '"a"\n[read]\npath = "/"\n',
            ":11: read.text is missing; write it into this ta",
        ),
        (
            '"text"\n',
            '"a"\n[read]\npath = "/"\ntext = "a..b"\n',
            ":13: read.text is no JMESPath: E",
        ),
        (
            '"text"\n',
            '"a"\n[read]\npath = "/{port}"\ntext = "a"\n',
            ":12: read.path has {port}, whi",
        ),
        ('"text"\n', '"a"\n[probe]\nflow = "x"\n', ":11: probe has no source; write one of url"),
        ('"text"\n', '"a"\n[effects.order]\n', ":11: effects.order has no source, and there is no"),
        ('"text"\n', '"a"\n[faults]\nexpiry = "a day"\n', ":12: faults.expiry is no duration; wri"),
        ('"text"\n', '"a"\n[faults]\nclock = "x"\n', ':12: faults.clock cannot be "x"; write'),
        ('"text"\n', '"a"\n[faults]\nclock = { path = "/c" }\n', ":12: faults.clock says nothing"),
        ('"text"\n', '"a"\n[stores.main]\nprotocol = "file"\n', ":11: stores.main.paths is missi"),
        (
            '"text"\n',
            '"a"\n[stores.x]\nprotocol = "tcp"\nlisten = "5"\nupstream = "h:1"\n',
            ":13: ",
        ),
        (
            '"text"\n',
            '"a"\n[stores.x]\nprotocol = "redis"\nlisten = "{p}"\nupstream = "h:1"\nrecord = "f"\n',
            ':15: stores.x.record is for protocol = "http"; leave it out',
        ),
        (
            '"text"\n',
            '"a"\n[stores.x]\nprotocol = "redis"\nlisten = "{p}"\npaths = ["f"]\n',
            ":11: stores.x.upstream is missing; write it into this table",
        ),
        (
            '"text"\n',
            '"a"\n[probe]\nfile = "f"\nurl = "u"\n',
            ":12: probe.file excludes url",
        ),
        (
            '"text"\n',
            '"a"\n[probe]\nsql = { url = "nowhere", query = "" }\n',
            ":12: probe.sql.url is no URL of a database; write one such as",
        ),
        (
            '"text"\n',
            '"a"\n[probe]\nsql = { url = "sqllite:///{state_dir}/a.db", query = "" }\n',
            ":12: probe.sql.url begins with sqllite, which SQLAlchemy does not know; write sqlite,",
        ),
        (
            '"text"\n',
            '"a"\n[effects.order]\nsql = { url = "mssql://127.0.0.1/shop", query = "" }\n',
            ":12: effects.order.sql.url needs the driver pyodbc, which is not installed; install i",
        ),
        (
            '"text"\n',
            '"a"\n[probe]\nsql = { url = "postgresql+asyncpg://127.0.0.1/shop", query = "" }\n',
            ":12: probe.sql.url names asyncpg, which cannot wait for an answer here; leave the dri",
        ),
        ("[request]", '[request]\nform = { a = "b" }', ":6: request.form excludes json; leave one"),
        ("[request]", '[request]\nuntil = "a"', ":6: request.until is for a stream; write stream"),
        ('"process"', '"asgi"', ':1: target.app is missing, which kind = "asgi" needs; write it'),
        ('"process"', '"reference"', ':9: reply means nothing with kind = "reference"; leave it'),
        ('"process"', '"http"', ':3: target.command belongs to kind = "process"; leave it out'),
        ("kind =", 'cwd = "nowhere"\nkind =', ":2: target.cwd 'nowhere' is no folder; name one"),
        ("kind =", "need = 2\nkind =", ":2: target.need is more than repeat = 1; write that much"),
        ('[reply]\ntext = "text"\n', "", ":1: reply is missing; write a table [reply]"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    tmp_path: Path, before: str, after: str, says: str
) -> None:
    found = mistakes(tmp_path, RIGHT.replace(before, after))
    assert any(line.startswith(f"coolwind.toml{says}") for line in found), found


def test_a_table_of_an_array_is_found_by_its_number(tmp_path: Path) -> None:
    steps = '[[steps]]\nflow = "a"\nstep = "b"\nreply = "c"\n[[steps]]\nflow = "a"\nstep = "b"\n'
    assert mistakes(tmp_path, RIGHT + steps) == [
        "coolwind.toml:15: steps[2].reply is missing; write it into this table"
    ]


def test_a_key_after_a_text_of_several_lines_is_found(tmp_path: Path) -> None:
    text = RIGHT.replace('text = "text"', "flow = '''\nx\n'''\ntext = \"text\"\nmood = 1")
    [found] = mistakes(tmp_path, text)
    assert found.startswith("coolwind.toml:14: reply.mood means nothing; write one of flow, fresh,")


def test_a_file_that_cannot_be_read_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"cannot be read .No such file or directory.; name a TOML"
    ):
        read_configuration(tmp_path / "coolwind.toml")


def test_the_first_of_several_mistakes_says_how_to_see_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "coolwind.toml"
    path.write_text(RIGHT.replace("text =", "txet ="), "utf-8")
    with pytest.raises(UsageError, match=r"and 1 more: coolwind check .*coolwind.toml"):
        read_configuration(path)


class TestCheck:
    def test_a_right_file_is_told_with_what_it_can_do(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "coolwind.toml"
        path.write_text(RIGHT, "utf-8")
        assert main(["check", str(path)]) == Exit.PASS
        told_of = capsys.readouterr().out
        assert "a target of kind process, 1 node; counts no effect" in told_of
        assert "it can do: crash, restart, two turns at once\n" in told_of

    def test_each_mistake_is_a_line(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "coolwind.toml"
        path.write_text(RIGHT.replace("text =", "txet ="), "utf-8")
        assert main(["check", str(path)]) == Exit.USAGE
        assert len(capsys.readouterr().err.splitlines()) == 2
