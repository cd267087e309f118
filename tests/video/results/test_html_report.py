import base64
import re

from video.results.html_report import to_html


def test_everything_is_inside(segmented):
    page = to_html(segmented.data, segmented.analysis, segmented.segmentation)
    assert not re.search(r"(src|href)=\"(?!data:image/jpeg;base64,|#s\d)", page)
    assert "<script" not in page
    pictures = re.findall(r"base64,([^\"]+)", page)
    assert [base64.b64decode(p) for p in pictures] == [k.jpeg for k in segmented.analysis.keyframes]
    assert page.count("<polyline") == 2
    assert page.count("<tr id=") == 2


def test_labels_are_text(segmented):
    page = to_html(segmented.data, segmented.analysis, segmented.segmentation)
    assert "<b>warm" not in page
    assert "&lt;b&gt;warm&lt;/b&gt; &amp; dry" in page
    assert "=冷" in page
