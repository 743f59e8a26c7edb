"""Paths of feature files from the root of a repository."""

import pytest

from reports.annotations import annotations
from reports.record import Record
from reports.rooted import below


@pytest.mark.parametrize(
    ("folder", "shown"),
    [
        (".", "bulk_order.feature"),
        ("services/chat", "services/chat/bulk_order.feature"),
        ("./services/../chat/", "chat/bulk_order.feature"),
    ],
)
def test_a_feature_file_is_named_from_the_root(failing: Record, folder: str, shown: str) -> None:
    record = below(failing, folder)
    assert record.findings[0].feature == record.scenarios[0].feature == shown
    assert f"\n::error file={shown},line=7," in annotations(record)


def test_an_absolute_path_stays(failing: Record) -> None:
    record = below(below(failing, "/srv/shop"), "services")
    assert record.findings[0].feature == "/srv/shop/bulk_order.feature"
