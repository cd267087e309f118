import shutil
import subprocess

import numpy as np
import pytest

from errors import InputError
from video import plan
from video.decode import decode

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


def test_the_script_runs_and_keeps_every_frame(segmented, rules, tmp_path):
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg is not installed")
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
