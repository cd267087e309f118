import shutil
import subprocess

import numbered
import numpy as np
import pytest
from numbered import even

from bench.videos.ffmpeg import ffmpeg_on_path
from errors import InputError
from video.decoding.frames import DecodeOptions, decode
from video.results import plan
from video.results.document import document
from video.segmenting.analysis import analyse
from video.segmenting.segments import label

RULES = """
default: {encode: {codec: libx264, crf: 20, preset: ultrafast}, assess: [ssim]}
labels:
  "=冷": {encode: {crf: 35, tune: stillimage}, restore: [hqdn3d]}
"""


@pytest.fixture
def rules(tmp_path):
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    return plan.read_rules(path)


def test_each_segment_gets_its_labels_treatment(segmented, rules):
    first, second = plan.plan(segmented.data, rules)
    assert first["encode"] == {"codec": "libx264", "crf": "20", "preset": "ultrafast"}
    assert second["encode"] == {"codec": "libx264", "crf": "35", "preset": "ultrafast", "tune": "stillimage"}
    assert (first["restore"], second["restore"], second["assess"]) == ([], ["hqdn3d"], ["ssim"])


@pytest.fixture
def ffmpeg(tmp_path):
    """A binary always comes with the development extra: this test is never skipped."""
    (tmp_path / "bin").mkdir()
    with ffmpeg_on_path(tmp_path / "bin"):
        yield


@pytest.mark.usefixtures("ffmpeg")
def test_the_script_runs_and_keeps_every_frame(segmented, rules, tmp_path):
    steps = plan.plan(segmented.data, rules)
    out = tmp_path / "out put.mkv"
    script = tmp_path / "plan.sh"
    script.write_text(plan.script(steps, segmented.path, tmp_path / "parts", out))
    subprocess.run(["sh", str(script)], check=True, timeout=120)
    before = [f.small.astype(float) for f in decode(segmented.path).frames]
    after = [f.small.astype(float) for f in decode(out).frames]
    assert len(after) == len(before) == 120
    differences = [np.abs(a - b).mean() for a, b in zip(before, after, strict=True)]
    assert max(differences) < 8


def planned(path, films, tmp_path):
    """(pictures of the planned video, [pictures of each part], times of the planned video)."""
    analysis = analyse(path, films.embed)

    def by_shot(vectors):  # each shot has a class of its own
        shots = np.searchsorted([s.start_frame for s in analysis.shots], analysis.sample_frames, side="right") - 1
        return np.eye(len(analysis.shots) + 1, dtype=np.float32)[shots] * 0.9 + 0.01

    names = [f"shot {k}" for k in range(len(analysis.shots) + 1)]
    result = document(path.name, "truth", analysis, label(analysis, by_shot, names))
    (tmp_path / "plain.yaml").write_text("default: {encode: {codec: libx264, preset: ultrafast, crf: 18}}")
    steps = plan.plan(result, plan.read_rules(tmp_path / "plain.yaml"))
    script = tmp_path / "plan.sh"
    script.write_text(plan.script(steps, path, tmp_path / "parts", tmp_path / "out.mkv", plan.timing(result)))
    subprocess.run(["sh", str(script)], check=True, timeout=120)
    read = lambda file: [  # noqa: E731
        (f.time_s, numbered.number_of(f.small)) for f in decode(file, DecodeOptions(small_side=320)).frames
    ]
    parts = [[number for _, number in read(part)] for part in sorted((tmp_path / "parts").glob("*.mkv"))]
    return read(tmp_path / "out.mkv"), parts, result


@pytest.mark.usefixtures("ffmpeg")
@pytest.mark.parametrize(
    ("name", "codec", "times", "sound"),
    [
        ("late.mp4", "libx264", even(2, 90), (0, 6)),
        ("begins_at_ten.mkv", "libx264", even(10, 90), (10, 14)),
        ("begins_at_ten.webm", "libvpx-vp9", even(10, 90), None),
        ("counts_from_500.ts", "libx264", even(500, 90), None),
        ("hole.ts", "libx264", [*even(0, 45), *even(44, 45)], None),
    ],
)
def test_each_part_holds_the_frames_of_its_segment(films, tmp_path, name, codec, times, sound):
    path = numbered.write(tmp_path / name, times, codec, sound, shades=(30, 200, 110))
    after, parts, result = planned(path, films, tmp_path)
    assert len(parts) >= 2
    assert parts == [list(range(s["start_frame"], s["end_frame"])) for s in result["segments"]]
    assert [number for _, number in after] == list(range(90))
    begins = result["segments"][0]["start_s"] - result.get("start_s", 0.0)
    wanted = np.array([f.time_s for f in decode(path).frames])
    np.testing.assert_allclose([time for time, _ in after], wanted - wanted[0] + begins, atol=0.05)


@pytest.mark.usefixtures("ffmpeg")
def test_parts_of_a_joined_recording_are_counted_by_frames(films, tmp_path):
    files = [numbered.write(tmp_path / f"{k}.ts", even(0, 40), first=40 * k, shades=(30 + 80 * k,)) for k in range(3)]
    after, parts, result = planned(numbered.joined(tmp_path / "joined.ts", *files), films, tmp_path)
    assert [each["frame"] for each in result["breaks"]] == [40, 80]
    assert parts == [list(range(40 * k, 40 * k + 40)) for k in range(3)]
    assert [number for _, number in after] == list(range(120))


def test_without_ffmpeg_the_script_says_so_and_does_nothing(segmented, rules, tmp_path):
    script = tmp_path / "plan.sh"
    script.write_text(
        plan.script(plan.plan(segmented.data, rules), segmented.path, tmp_path / "parts", tmp_path / "o.mkv")
    )
    done = subprocess.run(
        [shutil.which("sh"), str(script)], env={"PATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.returncode == 127
    assert "ffmpeg is not installed" in done.stderr
    assert not (tmp_path / "parts").exists()


@pytest.mark.parametrize(
    "text",
    [
        "[",
        "labels: []\nextra: 1",
        "default: {encode: [a]}",
        "default: {encode: {'-i evil': 1}}",
        "default: {shell: rm}",
    ],
)
def test_other_files_are_refused(tmp_path, text):
    path = tmp_path / "rules.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match=r"rules\.yaml"):
        plan.read_rules(path)


def test_a_sub_category_takes_its_parents_rule(tmp_path):
    path = tmp_path / "rules.yaml"
    path.write_text("labels: {nature: {encode: {crf: 20}}, nature/sea: {encode: {crf: 30}}}")
    rules = plan.read_rules(path)
    crf = [
        rules.of(label).encode["crf"] for label in ("nature/forest/pine", "nature", "nature/sea", "nature2", "x/nature")
    ]
    assert crf == ["20", "20", "30", "23", "23"]
