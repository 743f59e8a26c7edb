"""`coolwind check`: every mistake of a file that describes a target."""

import argparse
import sys
from pathlib import Path

from reports.sentences import counted
from simulators.cli import Exit
from simulators.conversation import Storage
from simulators.faults.catalogue import FAULTS
from simulators.targets.configuration.file import checked, told
from simulators.targets.configuration.rules.texts import texts_of_call
from simulators.targets.configuration.tables import Configuration, names
from simulators.targets.described import described
from simulators.targets.target import Capability
from simulators.targets.uncovered import uncovered_of


def run(options: argparse.Namespace) -> int:
    """Print the mistakes, one a line, or what the target can be put through. Starts nothing."""
    path = Path(options.target)
    configuration, mistakes = checked(path)
    if configuration is None:
        for mistake in mistakes:
            print(f"coolwind: {told(path, mistake)}", file=sys.stderr)
        return Exit.USAGE
    target = described(str(path))
    can = ", ".join(sorted(_of_use(target.capabilities))) or "nothing"
    print(f"{path} is right: {_what(configuration)}")
    print(f"it can do: {can}")
    if _forgets(configuration):
        print(
            "its page keeps {session_id} in its memory, which a reload and a new tab lose; where"
            " yours keeps it, and no cookie does, say where: kept_in in [reply]"
        )
    for reason in uncovered_of(target, wished=FAULTS):
        print(f"not covered: {reason}")
    return Exit.PASS


def _of_use(capabilities: frozenset[Capability]) -> frozenset[Capability]:
    """Those of the capabilities that some fault can make use of, and what no fault needs: of an
    idle timeout nothing comes where no clock can be moved."""
    needed = {one for fault in FAULTS for one in fault.needs}
    possible = {one for fault in FAULTS if fault.needs <= capabilities for one in fault.needs}
    return frozenset(one for one in capabilities if one in possible or one not in needed)


def _forgets(configuration: Configuration) -> bool:
    """Whether the page sends a session ID that it does not keep over a reload."""
    request, reply = configuration.request, configuration.reply
    if request is None or reply is None or reply.session_id is None:
        return False
    sent = {name for _, text in texts_of_call((), request) for name in names(text)}
    return "session_id" in sent and reply.kept_in is Storage.PAGE


def _what(configuration: Configuration) -> str:
    table = configuration.target
    effects = ", ".join(sorted(configuration.effects)) or "no effect"
    return f"a target of kind {table.kind}, {counted(table.nodes, 'node')}; counts {effects}"
