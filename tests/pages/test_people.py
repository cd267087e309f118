"""The page of people as a browser gets it: agreement of the share that is labelled twice, and how it is worded while there is little."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from page_steps import go
from streamlit.testing.v1 import AppTest

from labeling.review import decisions
from labeling.snapshot.snapshot import Snapshot
from labeling.team import double_labels
from store import workspace


@pytest.mark.parametrize(("images", "words"), [(3, "agreement is shown from 5 on"), (8, "100 % alike, kappa 1.00")])
def test_agreement_of_the_share_is_shown_with_its_number(
    app: AppTest, root: Path, images: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.parts.team.sharing.LEAST", 5)
    opened = workspace.open_workspace(root / "demo")
    snapshot = Snapshot(opened)
    double_labels.change(opened, 50)
    ids = snapshot.labels.board().ids
    among = ids[double_labels.chosen(ids, 50)][:images].tolist()
    kinds = [category.id for category in snapshot.categories.classes()]
    for person in ("ann", "bob"):
        for place, item in enumerate(among):
            one = {
                "id": str(uuid.uuid4()),
                "kind": "label",
                "items": [{"id": item, "version": None}],
                "category": kinds[place % 2],
            }
            assert decisions.apply(snapshot, [one], person)["acks"][0]["status"] == "saved"
    opened.engine.dispose()
    shown_page = go(app, "people")
    assert not shown_page.exception
    shown = [text.value for text in shown_page.markdown if "Of the share" in text.value]
    assert len(shown) == 1
    assert words in shown[0].replace("\\", "")
    assert f"{len(among)} images" in shown[0]
