"""What a batch did, as a sentence: who labelled what, how the categories changed, what was taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from store.database.connection import Connection
from store.ledger import batch_rows, event_reader
from store.ledger.event_reader import BatchRow
from store.ledger.events import BatchDetail, Rows
from store.project.taxonomy import Category

NAMES_SHOWN = 4
COLUMNS = {"color": "colour", "icon": "icon", "key": "key", "description": "guideline"}

Words = tuple[str, ...]  # a sentence: every second part is a name


@dataclass(frozen=True)
class Past:
    """What the sentences ask for: batches of the store, and all categories by id, retired ones too."""

    connection: Connection
    categories: dict[int, Category]

    def path(self, number: int | None) -> str:
        """The path of a category; one that is unknown is its number."""
        return self.categories[number].path if number in self.categories else str(number)

    def name(self, number: int) -> str:
        """Its name likewise."""
        return self.categories[number].name if number in self.categories else str(number)


def joined(*parts: Words) -> Words:
    """Sentences in a row, as one: the end of each goes on in the beginning of the next."""
    whole: list[str] = [""]
    for part in parts:
        whole[-1] += part[0]
        whole += part[1:]
    return tuple(whole)


def plain(words: Words) -> str:
    """The sentence as text."""
    return "".join(words)


def sentence(row: BatchRow, past: Past) -> Words:
    """What a batch did and who did it."""
    words = joined((f"{_who(row)} ",), _deed(row, past))
    return joined(words, (", nothing that a person decided was changed",)) if row.kind == "propose" else words


def decided(images: int, category: int | None, value: str | None, past: Past) -> Words:
    """What somebody decided about some images: `category` and `value` are None where they differ."""
    many = f"{images:,} image{'' if images == 1 else 's'}"
    if value == "unsure":
        return (f"was unsure about {many}",)
    if value == "none":
        return (f"found that none of the classes fits {many}",)
    if value == "clear":
        return (f"took the label off {many}",)
    if value is None:
        return (f"decided on {many}",)
    if category is None:
        return (f"labelled {many}" if value == "yes" else f"ruled classes out for {many}",)
    return (f"labelled {many} as ", past.path(category), "") if value == "yes" else (
        "ruled out ", past.path(category), f" for {many}",
    )  # fmt: skip


def _who(row: BatchRow) -> str:
    if row.kind == "propose":
        return "The head" if row.source == "head" else "The prompts"
    return row.actor


def _deed(row: BatchRow, past: Past) -> Words:
    if row.kind == "undo":
        return _taken_back(row, past)
    if row.kind == "taxonomy":
        return _reshaped(batch_rows.detail(past.connection, row.id), row.note, past)
    if row.kind == "encoder":
        before, after = batch_rows.detail(past.connection, row.id)["encoder"]["names"]
        return ("changed the encoder from ", before, " to ", after, "")
    if row.kind == "propose":
        how = " as their neighbours favour" if "neighbours" in row.note else ""
        return (f"proposed labels{how}",)
    if row.kind == "import":
        return ("imported labels from ", row.note, "") if row.note else ("imported labels",)
    words = decided(row.labels, row.category_id, row.value, past)
    if row.kind == "segments":
        return joined(words, (" in the segments of ", row.note, "")) if row.note else joined(words, (" in a video",))
    if row.source == "neighbour":
        how = (
            ", in bulk after a spot check" if row.note.startswith("accepted in bulk") else ", through their neighbours"
        )
        return joined(words, (how,))
    return words


def _taken_back(row: BatchRow, past: Past) -> Words:
    if row.reverts is None:
        return ("took a batch back",)
    undone = event_reader.batch(past.connection, row.reverts)
    whose = "" if undone.actor == row.actor else f" what {_who(undone)} did"
    return joined((f"took back{whose}: ",), _deed(undone, past))


def _reshaped(detail: BatchDetail, note: str, past: Past) -> Words:
    """How a batch changed the categories, by what it keeps of them; `note` where it keeps nothing."""
    changes = detail.get("categories") or []
    if "file" in detail:
        return _imported(changes, detail["file"])
    added = [change for change in changes if change["before"] is None]
    moved_into = next((c for c in changes if (c["after"] or {}).get("merged_into") is not None), None)
    retired = [change for change in changes if (change["after"] or {}).get("retired_at") is not None]
    if moved_into is not None:
        return ("merged ", past.path(moved_into["id"]), " into ", past.path(moved_into["after"]["merged_into"]), "")
    if len(added) > 1:
        parent = past.path(added[0]["after"]["parent_id"])
        return joined(("split ", parent, " into "), _listed([_name(change, past) for change in added]))
    if added:
        return joined(("added ", _name(added[0], past), ""), _below(added[0]["after"]["parent_id"], past, top=""))
    if retired:
        rest = f" and {len(retired) - 1:,} below it" if len(retired) > 1 else ""
        return ("retired ", min((past.path(change["id"]) for change in retired), key=len), rest)
    return _edited(changes[0], past) if changes else (note or "changed the prompts",)


def _edited(change: Rows, past: Past) -> Words:
    before, after = change["before"], change["after"]
    if "parent_id" in after:
        return joined(("moved ", _name(change, past), ""), _below(after["parent_id"], past, top=" to the top"))
    if "name" in after:
        return ("renamed ", before["name"], " to ", after["name"], "")
    parts = [COLUMNS[name] for name in after if name in COLUMNS] or ["place"]
    return (f"changed the {' and the '.join(parts)} of ", past.path(change["id"]), "")


def _imported(changes: Sequence[Rows], file: str) -> Words:
    added = sum(change["before"] is None for change in changes)
    retired = sum(
        (change["after"] or {}).get("retired_at") is not None for change in changes if change["before"] is not None
    )
    counts = ((added, "new"), (len(changes) - added - retired, "renamed or moved"), (retired, "retired"))
    listed = ", ".join(f"{n:,} {what}" for n, what in counts if n)
    return ("imported ", file, f": {listed or 'prompts alone'}")


def _name(change: Rows, past: Past) -> str:
    """The name that a category had then, where the change tells it."""
    for side in ("before", "after"):
        if change[side] is not None and "name" in change[side]:
            return str(change[side]["name"])
    return past.name(change["id"])


def _below(parent: int | None, past: Past, *, top: str) -> Words:
    return (top,) if parent is None else (" below ", past.path(parent), "")


def _listed(names: Sequence[str]) -> Words:
    """Names with commas between; of many the first ones."""
    shown = names[:NAMES_SHOWN]
    more = f" and {len(names) - len(shown):,} more" if len(names) > len(shown) else ""
    return joined(*(("" if k == 0 else ", ", name, "") for k, name in enumerate(shown)), (more,))
