"""The road from a feature file and a TOML file to a verdict on a real server, in one piece."""

from pathlib import Path

import pytest

from simulators.cli import Exit, main

NODE = Path(__file__).parents[1] / "examples" / "node"


def run(target: str, feature: Path, output: Path, *options: str) -> int:
    return main(
        [*("run", str(feature), "--target", str(NODE / target)), "--output", str(output), *options]
    )


# A server of Node is started some ten times, which takes seconds.
def test_every_crash_between_messages_is_survived_by_the_correct_service(tmp_path: Path) -> None:
    feature = NODE / "features" / "bulk_order.feature"
    assert run("coolwind.toml", feature, tmp_path, "--faults", "crash", "--depth", "1") == Exit.PASS


def test_a_server_that_does_not_start_is_trouble_and_no_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "coolwind.toml"
    text = (NODE / "coolwind.toml").read_text().replace("shop.js", "no_shop.js")
    path.write_text(text)
    feature = NODE / "features" / "bulk_order.feature"
    status = main(["run", str(feature), "--target", str(path), "--output", str(tmp_path / "out")])
    assert status == Exit.TROUBLE
    said = capsys.readouterr().err
    assert "coolwind: the server ended with status 1 before it was ready; its last" in said
    assert "Cannot find module" in said
