"""`doctor` beside people who work."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from labeling.exchange import label_import
from maintenance import doctor
from store.items import vectors
from store.ledger import undo
from store.workspace import open_workspace


@pytest.mark.parametrize("step", ["recorded", "fold", "orphans"])
def test_a_label_does_not_wait_for_doctor(
    root: Path, tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever part of it takes long: a label that is given in the middle of it is saved at once."""
    beside = open_workspace(root / "demo")
    table = tmp_path / "labels.csv"
    with beside.read() as connection:
        name = connection.exec_driver_sql("select name from item order by id").scalars().first()
    table.write_text(f"file,class\n{name},nature\n")
    module = vectors if step == "orphans" else undo
    asked = getattr(module, step)
    waited: list[float] = []

    def label() -> None:
        begin = time.monotonic()
        label_import.label_csv(beside, table, source="human", actor="Ann")
        waited.append(time.monotonic() - begin)

    def slow(*arguments: object) -> object:
        result = asked(*arguments)
        person = threading.Thread(target=label)
        person.start()
        person.join(10)
        return result

    monkeypatch.setattr(module, step, slow)
    opened = open_workspace(root / "demo")
    result = doctor.workspace(opened)
    opened.engine.dispose()
    beside.engine.dispose()
    assert result["events_match_state"] is True, "what it read is of one moment"
    assert waited
    assert waited[0] < 1.0, f"the label waited {waited[0]:.2f} s"
