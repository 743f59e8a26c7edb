"""The pytest door of Coolwind."""

from importlib.metadata import version


def pytest_report_header() -> str:
    """The version, in the header of every run."""
    return f"coolwind: {version('coolwind')}"
