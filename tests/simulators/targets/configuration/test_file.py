"""What `coolwind check` says of a file: every mistake, with its line and a remedy."""

from pathlib import Path

import pytest

from simulators.cli import Exit, main
from simulators.errors import UsageError
from simulators.targets.configuration.file import checked, read_configuration, told
from simulators.targets.described import described

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


STEP = '[[steps]]\nflow = "order"\nstep = "sure"\nreply = "Sure"\n'
ANY = STEP.replace('"Sure"', '".*"')
STORE = '[stores.x]\nprotocol = "http"\n{}\nlisten = "{{db_port}}"\n[reply]'


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("[reply]", "[reply", ":9: this is no TOML: expected "),
        ("[reply]", "x = " + "[" * 9_000, ":1: this is nested too deep to be read"),
        ("kind", 'env = { "A=B" = "" }\nkind', ":2: target.env.A=B can be no variable of an"),
        ("kind", 'env = { A = "\\u0000" }\nkind', ":2: target.env.A can be no variable of an"),
        (
            'path = "/',
            'path = "/ä /',
            ':6: request.path has what no path can have; write "/%C3%A4%20/',
        ),
        ('path = "/', 'headers = { "A B" = "" }\npath = "/', ":6: request.headers.A B is no name"),
        ('path = "/', 'headers.A = "{text}€"\npath = "/', ":6: request.headers.A has letters"),
        ("[reply]", '[probe]\nurl = "127.0.0.1"\n[reply]', ":10: probe.url is no URL that can be"),
        ("[reply]", '[probe]\nurl = "http://h:99999"\n[reply]', ":10: probe.url is no URL that"),
        ("[reply]", '[probe]\nfile = " "\n[reply]', ":10: probe.file names no file; name one"),
        ("[reply]", STORE.format('upstream = "http://a:b@h"'), ":11: stores.x.upstream has a user"),
        (
            "[reply]",
            STORE.format('record = "a"\nreplay = "b"'),
            ":12: stores.x.replay excludes record",
        ),
        ('"process"', '"proces"', ':2: target.kind cannot be "proces"; write "reference", "asgi"'),
        ("command =", "comand =", ":3: target.comand means nothing; did you mean command?"),
        ("text =", "txet =", ":9: reply.text is missing; write it into this table"),
        ('["python3", "-m", "http.server", "{port}"]', '"python3"', ":3: target.command has to be"),
        ("python3", "no-such-program", ":3: target.command begins with 'no-such-program', which"),
        ("{port}", "{prot}", ":3: target.command has {prot}, which stands for nothing here; did"),
        ("{text}", "{port}", ":7: request.json has {port}, which stands for nothing here"),
        ('"text"\n', '"a..b"\n', ":10: reply.text is no JMESPath: Expecting"),
        ('"text"\n', '"a"\nfresh_phrase = "(x"\n', ":11: reply.fresh_phrase is no regular express"),
        ('"text"\n', '"a"\nfresh_phrase = "(x)?"\n', ":11: reply.fresh_phrase is found in every"),
        ('"text"\n', '"a"\nsession_cookie = "s id"\n', ':11: reply.session_cookie "s id" is no'),
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
            '"a"\n[stores.x]\nprotocol = "redis"\nlisten = "{p}"\nupstream = "h:1"\nrole = "model"',
            ':15: stores.x.role is "model" for protocol = "http" alone;',
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
        (
            "kind =",
            'routing = "sticky"\nkind =',
            ":2: target.routing chooses among several nodes, and",
        ),
        (
            '"text"\n',
            f'"a"\n{STEP}{STEP}',
            ":18: steps[2].reply is the one of steps[1], which counts",
        ),
        ('"text"\n', f'"a"\n{ANY}{STEP}', ":14: steps[1].reply is found in every text, so that no"),
        ("kind =", "need = 2\nkind =", ":2: target.need is more than repeat = 1; write that much"),
        ('[reply]\ntext = "text"\n', "", ":1: reply is missing; write a table [reply]"),
        ("{text}", "text", ":5: request says nothing of what the customer writes; put {text} into"),
        ("{port}", "8000", ":3: target.command does not tell the server where to listen; put {por"),
        ('path = "/', 'method = "PSOT"\npath = "/', ':6: request.method "PSOT" is no method of HT'),
        ('"/chat"', '"chat"', ':6: request.path is no path; write "/chat"'),
        ('"/chat"', '"http://h/chat"', ':6: request.path is no path; write "/chat"'),
        ("kind", 'ready = { path = "up" }\nkind', ':2: target.ready.path is no path; write "/up"'),
        ('"text"\n', '"foo(say)"\n', ":10: reply.text is no JMESPath: there is no function foo; d"),
        (
            '"text"\n',
            '"a[?length(b, c) > `1`]"\n',
            ":10: reply.text is no JMESPath: length takes 1",
        ),
        (
            '"text"\n',
            '"join(merge())"\n',
            ":10: reply.text is no JMESPath: join takes 2 and is giv",
        ),
        (
            '"text"\n',
            '"a"\n[probe]\ndata = "merge()"\nfile = "f"\n',
            ":12: probe.data is no JMESPath: merge takes at least 1 and is given 0; mend the expr",
        ),
        (
            '"text"\n',
            '"a"\n[probe]\nsql = { url = "sqllite:///x", query = "" }\n',
            ":12: probe.sql.url begins with sqllite, which SQLAlchemy does not know; write sqlite",
        ),
        (
            '"text"\n',
            '"a"\n[probe]\nsql = { url = "sqlite://", query = "select :sesion_id" }\n',
            ":12: probe.sql.query has :sesion_id, which stands for nothing here; did you mean :ses",
        ),
        (
            '"text"\n',
            '"a"\n[probe]\nsql = { url = "sqlite://", query = "select \'{session_id}\'" }\n',
            ":12: probe.sql.query has {session_id}, which nothing fills in there; write :sess",
        ),
        (
            '"text"\n',
            '"a"\n[effects.order]\nsql = { url = "sqlite://", query = "delete from orders" }\n',
            ":12: effects.order.sql.query changes the database (DELETE orders), where it only look",
        ),
        (
            '"text"\n',
            '"a"\n[stores.x]\nprotocol = "tcp"\nlisten = "{p}"\nupstream = "127.0.0.1"\n',
            ":14: stores.x.upstream '127.0.0.1' has no host, or no port from 1 to 65535; write",
        ),
        (
            '"text"\n',
            '"a"\n[stores.x]\nprotocol = "tcp"\nlisten = "{p}"\nupstream = "h:99999"\n',
            ":14: stores.x.upstream 'h:99999' has no host, or no port from 1 to 65535; write",
        ),
        (
            '"text"\n',
            '"a"\n[stores.x]\nprotocol = "tcp"\nlisten = "{p}"\nupstream = "h:5"\n',
            ":13: stores.x.listen is a port that nobody calls; put {p} into command or env",
        ),
        ('path = "/', 'timeout = "0s"\npath = "/', ":6: request.timeout is no time at all; write"),
        (
            '"text"\n',
            '"a"\n[faults]\nexpiry = "99999999999d"\n',
            ":12: faults.expiry is longer than ten years; write a shorter one",
        ),
        ("kind", "nodes = true\nkind", ":2: target.nodes cannot be true; write a whole number"),
        ("kind", "nodes = 10\nkind", ":2: target.nodes cannot be 10; write a whole number of 9 or"),
        ("kind", "need = 0\nkind", ":2: target.need cannot be 0; write a whole number of 1 or mor"),
        (
            '"text"\n',
            '"a"\n[faults]\nretries = "yes"\n',
            ':12: faults.retries cannot be "yes"; write true or false',
        ),
        (
            '"text"\n',
            '"a"\n[faults]\nidle_timeout = "5h"\nexpiry = "1h"\n',
            ":12: faults.idle_timeout is longer than expiry, so that a session is over before",
        ),
        (
            '"text"\n',
            '"a"\nkept_in = "localStorage"\n',
            ":11: reply.kept_in means nothing where the page sends no {session_id}; put it into",
        ),
        ('"text"\n', '"a"\nkept_in = "local"\n', ':11: reply.kept_in cannot be "local"; write "pa'),
        (
            '"text"\n',
            '"a"\n[effect.order]\nrows = "a"\n',
            ":11: effect means nothing; did you mean",
        ),
        ("[request]", 'redy.path = "/"\n[request]', ":5: target.redy means nothing; did you mean"),
        ("kind", "env = { A = 1 }\nkind", ":2: target.env.A cannot be 1; write a text, in quotes"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    tmp_path: Path, before: str, after: str, says: str
) -> None:
    found = mistakes(tmp_path, RIGHT.replace(before, after))
    assert any(line.startswith(f"coolwind.toml{says}") for line in found), found


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/debug", "/debug/{session_id}"])
def test_an_application_without_a_port_is_not_asked_by_url(tmp_path: Path, url: str) -> None:
    asked = RIGHT.replace('"process"', '"asgi"').replace(
        '"text"\n', f'"a"\n[probe]\nurl = "{url}"\n'
    )
    told = "probe.url asks the application, which has no port in Coolwind's own process; write file"
    assert any(told in line for line in mistakes(tmp_path, asked))


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (
            "[reply]",
            '[steps]\nflow = "a"\n[reply]',
            "9: steps has to be a list of tables; write [[steps]] before each",
        ),
        (
            '"text"\n',
            '"a"\n[faults]\nclock = "fake"\n',
            '12: faults.clock cannot be "fake"; write "faketime" or "none", or a table',
        ),
        (
            "[reply]",
            "[request]\n[reply]",
            "9: [request] stands here once more; put its keys into on",
        ),
        (
            'path = "/',
            'path = "/a"\npath = "/',
            "7: this key has a value already; leave one of them",
        ),
        (
            '["python3", "-m", "http.server", "{port}"]',
            "[]",
            "3: target.command is empty; write at least one text into the brackets",
        ),
        (
            "{port}",
            "{prot}",
            "3: target.command has {prot}, which stands for nothing here; did you",
        ),
    ],
)
def test_one_mistake_is_told_once(tmp_path: Path, before: str, after: str, says: str) -> None:
    (found,) = mistakes(tmp_path, RIGHT.replace(before, after))
    assert found.startswith(f"coolwind.toml:{says}")


def test_a_table_in_the_place_of_a_word_is_read_as_a_table(tmp_path: Path) -> None:
    assert mistakes(tmp_path, RIGHT + '[faults]\nclock = { pth = "/c" }\n') == [
        "coolwind.toml:12: faults.clock.path is missing; write it into this table",
        "coolwind.toml:12: faults.clock.pth means nothing; did you mean path?",
    ]


def test_a_file_that_begins_with_a_byte_order_mark_is_right(tmp_path: Path) -> None:
    assert mistakes(tmp_path, f"\ufeff{RIGHT}") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"{port}"]', '"0"]\nenv = { PORT = "{port}" }'),
        ("kind", 'stop_timeout = "0s"\nkind'),
        ('path = "/', 'method = "put"\npath = "/'),
        ('"text"\n', "\"not_null(a, b, c) || join(',', sort_by(d, &e)[].f)\"\n"),
        (
            '"text"\n',
            '"a"\n[probe.sql]\nurl = "postgres://h:{db_port}/d"\n'
            "query = \"select a::text, '12:30' where b = :session_id and c = :node\"\n"
            '[stores.x]\nprotocol = "http"\nlisten = "{db_port}"\nupstream = "https://h/v1"\n'
            '[target.env]\nURL = "http://127.0.0.1:{db_port}"\n',
        ),
    ],
)
def test_what_looks_like_a_mistake_and_is_none(tmp_path: Path, before: str, after: str) -> None:
    assert mistakes(tmp_path, RIGHT.replace(before, after)) == []


def test_a_table_of_an_array_is_found_by_its_number(tmp_path: Path) -> None:
    steps = '[[steps]]\nflow = "a"\nstep = "b"\nreply = "c"\n[[steps]]\nflow = "a"\nstep = "b"\n'
    assert mistakes(tmp_path, RIGHT + steps) == [
        "coolwind.toml:15: steps[2].reply is missing; write it into this table"
    ]


def test_a_file_without_a_target_is_told_the_table(tmp_path: Path) -> None:
    told = ["coolwind.toml:1: target is missing; write the table [target]"]
    assert mistakes(tmp_path, "") == told


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


def test_a_name_in_braces_in_an_expression_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "coolwind.toml"
    own = '[effects.order]\nurl = "http://127.0.0.1:{port}/orders"\nrows = '
    path.write_text(f"""{RIGHT}{own}"orders[?of=='{{session_id}}'].{{at: at}}"\n""", "utf-8")
    with pytest.raises(UsageError, match=r"has {session_id}, which nothing is put in the place"):
        read_configuration(path)
    path.write_text(f"{RIGHT}{own}'orders[].{{at: at}}'\n", "utf-8")
    assert read_configuration(path).effects["order"].rows == "orders[].{at: at}"


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

    def test_a_deadline_without_a_clock_is_nothing_that_it_can_do(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "coolwind.toml"
        path.write_text(f'{RIGHT}[faults]\nidle_timeout = "30m"\nexpiry = "24h"\n', "utf-8")
        assert main(["check", str(path)]) == Exit.PASS
        told_of = capsys.readouterr().out
        assert "it can do: crash, restart, two turns at once\n" in told_of
        assert "not covered: no idle timeout and no expiry strikes" in told_of

    def test_a_clock_without_a_deadline_is_told_of(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "coolwind.toml"
        clock = '[faults]\nclock = { path = "/clock", json = { to = "{offset}" } }\n'
        path.write_text(RIGHT + clock, "utf-8")
        assert main(["check", str(path)]) == Exit.PASS
        assert "not covered: no idle timeout and no expiry strikes" in capsys.readouterr().out
        path.write_text(f'{RIGHT}{clock}expiry = "1h"\n', "utf-8")
        assert main(["check", str(path)]) == Exit.PASS
        assert "no idle timeout" not in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("storage", "is_told"), [("page", True), ("localStorage", False), ("sessionStorage", False)]
    )
    def test_a_page_that_forgets_its_session_at_a_reload_is_told_of(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], storage: str, is_told: bool
    ) -> None:
        path = tmp_path / "coolwind.toml"
        sends = RIGHT.replace("{text}", "{text} {session_id}")
        path.write_text(f'{sends}session_id = "id"\nkept_in = "{storage}"\n', "utf-8")
        assert main(["check", str(path)]) == Exit.PASS
        assert ("which a reload and a new tab lose" in capsys.readouterr().out) is is_told
        assert described(str(path)).storage == storage

    @pytest.mark.parametrize(
        ("sent", "told", "storage"),
        [
            ("", "", None),
            ("{session_id}", "", "page"),
            ("{conversation_id}", "", "page"),
            ("{customer_id}", "", "localStorage"),
            ("{customer_id}", 'session_cookie = "sid"', None),
            ("{customer_id}", 'session_id = "id"', None),
        ],
    )
    def test_a_page_that_sends_no_name_of_its_session_keeps_none(
        self, tmp_path: Path, sent: str, told: str, storage: str | None
    ) -> None:
        path = tmp_path / "coolwind.toml"
        path.write_text(RIGHT.replace("{text}", f"{{text}} {sent}") + told, "utf-8")
        assert described(str(path)).storage == storage

    def test_each_mistake_is_a_line(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "coolwind.toml"
        path.write_text(RIGHT.replace("text =", "txet ="), "utf-8")
        assert main(["check", str(path)]) == Exit.USAGE
        assert len(capsys.readouterr().err.splitlines()) == 2
