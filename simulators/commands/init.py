"""`coolwind init`: a working example in an empty folder."""

import argparse
from pathlib import Path

from simulators.errors import UsageError

_SETTINGS = """[pytest]
coolwind_features = true
"""

_FEATURE = """Feature: A bulk order survives
  Customers do not know that the server restarts. They go on writing.

  @survives
  Scenario: The order is placed once, whatever happens between the messages
    When the customer says "I need 11 remote controls"
    Then the conversation is at step "collecting_contact" of "bulk_order"
    And the reply asks for the name, the phone number and the email

    When the customer gives the contact details
      | name | phone      | email            |
      | Hari | 9876543210 | hari@example.com |
    Then the session is the same
    And the conversation is at step "confirming" of "bulk_order"
    And the reply does not ask for the location

    When the customer says "yes"
    Then the session is the same
    And exactly 1 order is placed

  Scenario: A restart in the middle of an order
    Given a conversation at step "confirming" of "bulk_order"
    When the server restarts
    And the customer says "yes"
    Then the session is the same
    And the turn was served from "store"
    And exactly 1 order is placed
"""

_README = """# Chat scenarios

    coolwind run        # plays features/, breaks the service between turns, writes a report
    pytest              # the same scenarios, as tests
    coolwind steps      # what can be written in a scenario
    coolwind faults     # what a scenario can go through

A scenario with the tag `@survives` is played once as it is written, and then again for every
fault that a correct service hides from its customers.

The scenarios play against Coolwind's own chat service. `coolwind run --help` says how to name
yours.
"""

_FILES = {
    "pytest.ini": _SETTINGS,
    "features/bulk_order.feature": _FEATURE,
    "README.md": _README,
}


def run(options: argparse.Namespace) -> int:
    """Write the example. Raises `UsageError`, and writes nothing, when a file of it exists."""
    folder = Path(options.folder)
    for name in _FILES:
        if (folder / name).exists() or (folder / name).is_symlink():
            raise UsageError(f"{folder / name} exists; run coolwind init in an empty folder")
    try:
        for name, text in _FILES.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
            print(f"wrote {path}")
    except OSError as error:
        raise UsageError(
            f"{folder}: cannot be written ({error.strerror}); choose another folder"
        ) from error
    print("now run: coolwind run" + ("" if options.folder == "." else f" {folder / 'features'}"))
    return 0
