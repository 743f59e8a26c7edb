"""A record whose feature files are named from another folder than that of the run.

What reads a report in a repository, such as code scanning, wants paths below its root; a run knows
only the folder that it was started in.
"""

from dataclasses import replace
from posixpath import join, normpath

from reports.record import Record


def below(record: Record, folder: str) -> Record:
    """The record with paths from where `folder` is the one that the run was started in. An
    absolute path stays as it is."""

    def rooted(feature: str) -> str:
        return normpath(join(folder, feature)) if feature else feature

    return replace(
        record,
        scenarios=tuple(replace(one, feature=rooted(one.feature)) for one in record.scenarios),
        findings=tuple(replace(one, feature=rooted(one.feature)) for one in record.findings),
    )
