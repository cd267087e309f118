import base64
import datetime as dt
import re

from video.results.html_report import Colours, Cover, policy, to_html
from video.results.speech import Speech

AT = dt.datetime(2026, 3, 5, 14, 2, tzinfo=dt.UTC)
COLOURS = {"=冷": Colours("#123456", "#E0E5EA", "#0A1F33")}


def page_of(segmented, film="", film_note=""):
    return to_html(
        segmented.data, segmented.analysis, segmented.segmentation, Cover("the zoo", AT, COLOURS, film, film_note)
    )


def test_everything_is_inside(segmented):
    page = page_of(segmented, "data:video/mp4;base64,AAAA")
    assert not re.search(r"(src|href)=\"(?!data:(image/jpeg|video/mp4);base64,|data:,\"|#s\d)", page)
    pictures = re.findall(r"<img alt=\"[^\"]+\" data-t=\"[^\"]+\" src=\"data:image/jpeg;base64,([^\"]+)", page)
    assert [base64.b64decode(p) for p in pictures] == [k.jpeg for k in segmented.analysis.keyframes]
    assert page.count("<polyline") == 2
    assert page.count("<tr id=") == 2


def test_only_its_own_script_may_run(segmented):
    page = page_of(segmented)
    assert page.count("<script>") == 1
    assert "script-src &#39;sha256-" in page
    assert "default-src 'none'" in policy()
    assert not re.search(r" on[a-z]+=", page.split("<script>")[0])


def test_labels_are_text(segmented):
    page = page_of(segmented)
    assert "<b>warm" not in page
    assert "&lt;b&gt;warm&lt;/b&gt; &amp; dry" in page
    assert "=冷" in page


def test_it_says_what_it_is(segmented):
    page = page_of(segmented)
    for words in ("film.mp4", "labelled by zero-shot", "workspace the zoo", "5 March 2026, 14:02 UTC"):
        assert words in page
    assert "--c:#123456;--ct:#E0E5EA;--cd:#0A1F33" in page


def test_a_person_is_marked_beside_the_machine(segmented):
    from dataclasses import replace

    first, *rest = segmented.segmentation.segments
    segmentation = replace(segmented.segmentation, segments=[replace(first, person="ann <3"), *rest])
    page = to_html(segmented.data, segmented.analysis, segmentation, Cover("the zoo", AT))
    assert page.count('class="person"') == 1
    assert page.count('class="chip person"') == 1
    assert page.count("<td>ann &lt;3</td>") == 1
    assert page.count("<td>machine, ") == len(rest)


def test_without_a_film_the_page_says_why(segmented):
    page = page_of(segmented, film_note="Keyframes play in place of the film. The video is longer than 3 minutes.")
    assert "<video" not in page
    assert "longer than 3 minutes" in page


def test_it_speaks_the_language_that_it_is_given(segmented):
    asked: set[str] = set()

    def say(text: str, /, **places: object) -> str:
        asked.add(text)
        return f"«{text.format(**places)}»"

    spoken = Speech("zh-CN", say, lambda number, word: f"{number}个{word}", lambda text: f"<{text}>", lambda at: "今天")
    cover = Cover("the zoo", AT, COLOURS, "", "No film.", spoken)
    page = to_html(segmented.data, segmented.analysis, segmented.segmentation, cover)
    assert '<html lang="zh-CN">' in page
    assert "今天" in page
    assert "&lt;No film.&gt;" in page
    assert f"{len(segmented.data['segments'])}个segment" in page
    assert 'data-stamp="«{at} of {whole}»"' in page
    assert len(asked) > 15
    words = re.sub(r"<(style|script)>.*?</\1>|<[^>]*>|«[^»]*»", " ", page, flags=re.DOTALL)
    for text in ("Play", "Now", "Timeline", "Segments", "Keyframes", "Time by label", "Save as PDF"):
        assert text not in words
