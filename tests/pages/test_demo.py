"""The demo workspace in the sidebar: what its model can do, and its reset; both only where they belong."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from maintenance import demo
from store import restore
from store.workspace import DATABASE


def test_only_the_demo_can_be_reset(app: AppTest, root: Path) -> None:
    shown = app.run()
    assert "knows the demo world only" in "\n".join(caption.value for caption in shown.sidebar.caption)
    with pytest.raises(KeyError):
        shown.button(key="reset")
    restore.copy_database(root / "demo" / DATABASE, root / "demo" / demo.SHIPPED)
    shown = app.run()
    assert shown.button(key="reset").label == "Reset the demo"


def test_the_upload_limit_stands_before_the_upload(app: AppTest) -> None:
    app.run()
    shown = app.switch_page("../pages/segments.py").run()
    assert not shown.exception
    (uploader,) = [result for result in shown.get("file_uploader") if "at most" in result.proto.label]
    assert "GB a file" in uploader.proto.label
