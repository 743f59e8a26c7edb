"""Which of the stores that a file names had no part in any turn, and what to do about them."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, runtime_checkable

from simulators.targets.target import Target

if TYPE_CHECKING:
    # Who plays without a TOML file need not wait for these.
    from simulators.targets.configuration.tables import StoreTable
    from simulators.targets.stores.file_store import FileStore

Silent: TypeAlias = Mapping[str, str | None]
"""By name, each store before which something stands: None for one that was called in a turn, and
for one that was not a sentence with the remedy. So it is with a list of effects that was found."""

_MOST_SHOWN: Final = 3


@runtime_checkable
class _Listening(Protocol):
    @property
    def silent(self) -> Silent:
        """What was heard of its stores so far."""
        ...


@runtime_checkable
class _Counting(Protocol):
    @property
    def uncounted(self) -> Silent:
        """What was found so far where a file looks for it, and what was not."""
        ...


def silent_of(target: Target) -> Silent:
    """What the target has heard of its stores so far; nothing of one that does not listen."""
    return target.silent if isinstance(target, _Listening) else {}


def uncounted_of(target: Target) -> Silent:
    """The same of the effects, of what is kept, and of the parts of a reply, which its file says
    where to find."""
    return target.uncounted if isinstance(target, _Counting) else {}


def together(one: Silent, other: Silent) -> Silent:
    """What two parts of a run come to: a store that was called in one of them was called. Of two
    sentences, the longer one knows more."""
    return {
        name: None
        if any(name in part and part[name] is None for part in (one, other))
        else max((part.get(name) or "" for part in (one, other)), key=len)
        for name in (*one, *(name for name in other if name not in one))
    }


def heard_on_the_network(tables: "Mapping[str, StoreTable]", called: Collection[str]) -> Silent:
    """What was heard of stores that are called over the network; those are the called ones."""
    return {
        name: None
        if name in called
        else (
            f"[stores.{name}] was never struck, because nothing went through {table.listen} in any"
            f" turn; let the service find its {table.role} at 127.0.0.1:{table.listen}, write a"
            " scenario that needs it, or leave the table out"
        )
        for name, table in tables.items()
    }


def heard_of_files(
    tables: "Mapping[str, StoreTable]", watched: "Mapping[str, FileStore]", state: str | None
) -> Silent:
    """What was heard of stores that are files, which are watched; `state` is the folder of the
    service's state."""
    return {
        name: None
        if files.points()
        else (
            f"[stores.{name}] was never struck, because no file that fits paths ="
            f" {list(tables[name].paths)} was written in any turn"
            f" ({_told(files.others(), state)}); mend paths, write a scenario that needs them, or"
            " leave the table out"
        )
        for name, files in watched.items()
    }


def _told(written: Sequence[str], state: str | None) -> str:
    """Files that are no store's, as paths would name them, those of the state first."""
    paths = [Path(path) for path in written]
    inside = [] if state is None else [path for path in paths if path.is_relative_to(state)]
    # What is beside the state in its folder is Coolwind's own.
    ours = (
        [] if state is None else [path for path in paths if path.is_relative_to(Path(state).parent)]
    )
    shown = [f"{{state_dir}}/{path.relative_to(state or '').as_posix()}" for path in inside]
    shown += [str(path) for path in paths if path not in ours]
    more = ", …" if len(shown) > _MOST_SHOWN else ""
    return f"written were {', '.join(shown[:_MOST_SHOWN])}{more}" if shown else "nor any other"
