"""What is handed to Allure, where a run writes results for it with its pytest-bdd adapter."""

from importlib import import_module

import pytest

from reports.masking import masked_text
from simulators.trace import Trace
from simulators.transcripts import transcript_text


def attach_transcript(item: pytest.Item, trace: Trace) -> None:
    """Put the transcript beside the result of a scenario, with personal data masked: results are
    shared. Without Allure, nothing happens."""
    if not trace.happenings or not item.config.getoption("allure_report_dir", None):
        return
    allure = import_module("allure")
    allure.attach(
        masked_text(transcript_text(trace)), "Coolwind transcript", allure.attachment_type.TEXT
    )
