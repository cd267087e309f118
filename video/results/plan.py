"""A processing plan: what to do with each segment, looked up by its label in a rules file.

A rules file (YAML) holds `default` and `labels`, each with any of `encode` (ffmpeg's video encoder and its options),
`restore` (ffmpeg filters) and `assess` (names of quality measures for whoever runs them):

    default: {encode: {codec: libx264, crf: 23}, assess: [ssim]}
    labels:
      document: {encode: {crf: 28, tune: stillimage}}
      animation_game: {restore: [deband], encode: {tune: animation}}
"""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

from typing_extensions import TypedDict

from naming import class_above
from video.results.document import SegmentsJson
from written import yaml_text
from written.node import Node

PARTS = {"encode", "restore", "assess"}
# x264's rate factor already spends bits where quality gains most, so the label decides how much effort a segment gets:
# a still page costs little time to encode well. Measured by `python -m bench plan`, there without the filters.
BUILT_IN = """
default: {encode: {codec: libx264, preset: veryfast, crf: 26, g: 250}, assess: [ssim]}
labels:
  nature: {restore: ["hqdn3d=1.5:1.5:3:3"], assess: [vmaf]}
  animation_game: {restore: [deband], encode: {preset: medium}, assess: [ssim]}
  document: {encode: {preset: slow, crf: 27}, assess: [ssim on text]}
"""
NO_FFMPEG = "ffmpeg is not installed here; a plan needs it to run. Install it, for example with: apt-get install ffmpeg"
SEEN_S, MARGIN_S = 0.001, 10.0
OPTION = re.compile(r"[A-Za-z][A-Za-z0-9_:-]*")


@dataclass(frozen=True)
class Treatment:
    """What happens to segments of one label.

    Attributes:
        encode: ffmpeg encoder options; `codec` is the encoder.
        restore: ffmpeg video filters, in order.
        assess: names of quality measures.
    """

    encode: dict[str, str]
    restore: list[str]
    assess: list[str]


@dataclass(frozen=True)
class Rules:
    """A rules file: the treatment of each label and of all others."""

    default: Treatment
    labels: dict[str, Treatment]

    def of(self, label: str) -> Treatment:
        """The treatment of a label, else of the nearest above it, else the default."""
        while label and label not in self.labels:
            label = class_above(label)
        return self.labels.get(label, self.default)


class Step(TypedDict):
    """One segment's part of the plan."""

    start_s: float
    end_s: float
    start_frame: int
    end_frame: int
    label: str
    encode: dict[str, str]
    restore: list[str]
    assess: list[str]


def read_rules(path: Path) -> Rules:
    """Read a rules file.

    Raises:
        InputError: not YAML, an unknown key, or an option that is not an option.
    """
    return _rules(yaml_text.read(path))


def _rules(node: Node) -> Rules:
    if not isinstance(node.value, dict) or set(node.value) - {"default", "labels"}:
        raise node.refuse("rules are the keys `default` and `labels`, nothing else", "Correct the file.")
    fields = node.value
    base = Treatment({"codec": "libx264", "crf": "23"}, [], [])
    if "default" in fields:
        base = _treatment(fields["default"], base, "`default`")
    labels = fields["labels"].fields("`labels`") if "labels" in fields else {}
    return Rules(base, {label: _treatment(rule, base, f"the rule of {label[:60]}") for label, rule in labels.items()})


def built_in() -> Rules:
    """The rules where nobody has written others."""
    return _rules(yaml_text.parse(BUILT_IN, "the built-in rules"))


def plan(segments_json: SegmentsJson, rules: Rules) -> list[Step]:
    """The treatment of each segment in order; a label without a rule takes that of its parent (`nature` for `nature/forest`)."""
    steps: list[Step] = []
    for segment in segments_json["segments"]:
        treatment = rules.of(segment["label"])
        steps.append(
            {
                "start_s": segment["start_s"],
                "end_s": segment["end_s"],
                "start_frame": segment["start_frame"],
                "end_frame": segment["end_frame"],
                "label": segment["label"],
                "encode": treatment.encode,
                "restore": treatment.restore,
                "assess": treatment.assess,
            }
        )
    return steps


@dataclass(frozen=True)
class Timing:
    """How times of a video are said to ffmpeg, which counts from the first picture or sound of a file.

    Attributes:
        start_s: when that comes, on the clock of `video.decoding.clock`.
        counted: the file's stamps jump or have holes, over which ffmpeg keeps a clock of its own: frames are counted from the
            beginning instead of sought by time.
    """

    start_s: float = 0.0
    counted: bool = False


FROM_ZERO = Timing()


def timing(segments_json: SegmentsJson) -> Timing:
    """That of a segmented video."""
    return Timing(segments_json.get("start_s", 0.0), bool(segments_json.get("breaks")))


def commands(steps: list[Step], video: Path, folder: Path, out: Path, when: Timing = FROM_ZERO) -> list[list[str]]:
    """ffmpeg commands, to be run in order: one a segment, then one that joins them and takes over the sound.

    The join reads `folder/parts.txt`, which `parts_list` gives.
    """
    encodings = [_encode(number, step, video, folder, when) for number, step in enumerate(steps)]
    late = steps[0]["start_s"] - when.start_s if steps else 0.0  # of the picture behind the sound
    delayed = ["-itsoffset", f"{late:.6f}"] if late > SEEN_S else []
    joined = [*delayed, "-f", "concat", "-safe", "0", "-i", str(folder / "parts.txt")]
    streams = ["-map", "0:v", "-map", "1:a?", "-c", "copy", str(out)]
    return [*encodings, ["ffmpeg", "-v", "error", "-y", *joined, "-i", _name(video), *streams]]


def parts_list(steps: list[Step], folder: Path) -> str:
    """The list that the joining command reads; the lengths keep each part where it was, beside its sound."""
    lines = [
        f"file {_part(k, folder).name}\nduration {step['end_s'] - step['start_s']:.6f}\n"
        for k, step in enumerate(steps)
    ]
    return "ffconcat version 1.0\n" + "".join(lines)


def missing() -> str | None:
    """A sentence where this computer has no ffmpeg, which a plan needs to run."""
    return None if shutil.which("ffmpeg") else NO_FFMPEG


def script(steps: list[Step], video: Path, folder: Path, out: Path, when: Timing = FROM_ZERO) -> str:
    """The same as a shell script."""
    lines = ["#!/bin/sh", "set -e"]
    lines.append(f"command -v ffmpeg >/dev/null || {{ echo {shlex.quote(NO_FFMPEG)} >&2; exit 127; }}")
    lines.append(f"mkdir -p {shlex.quote(str(folder))}")
    lines.append(f"cat > {shlex.quote(str(folder / 'parts.txt'))} <<'END'\n{parts_list(steps, folder)}END")
    return "\n".join([*lines, *(shlex.join(command) for command in commands(steps, video, folder, out, when))]) + "\n"


def _encode(number: int, step: Step, video: Path, folder: Path, when: Timing) -> list[str]:
    """Encode exactly the frames of a segment.

    Seeking in some formats ends behind the time that was asked for, so ffmpeg seeks well before it and drops what is earlier.
    """
    filters = list(step["restore"])
    command = ["ffmpeg", "-v", "error", "-y"]
    if when.counted:
        filters = [
            f"trim=start_frame={step['start_frame']}:end_frame={step['end_frame']}",
            "setpts=PTS-STARTPTS",
            *filters,
        ]
        command += ["-i", _name(video), "-fps_mode", "passthrough"]
    else:
        begins = max(0.0, step["start_s"] - when.start_s - SEEN_S)
        sought = max(0.0, begins - MARGIN_S)
        command += ["-ss", f"{sought:.6f}", "-i", _name(video), "-ss", f"{begins - sought:.6f}"]
    command += ["-map", "0:V:0", "-frames:v", str(step["end_frame"] - step["start_frame"])]
    if filters:
        command += ["-vf", ",".join(filters)]
    for name, value in step["encode"].items():
        command += ["-c:v" if name == "codec" else f"-{name}", value]
    return [*command, str(_part(number, folder))]


def _part(number: int, folder: Path) -> Path:
    return folder / f"part_{number:04d}.mkv"


def _name(video: Path) -> str:
    """With the protocol, so that no name is taken for an option or a list."""
    return f"file:{video}"


def _treatment(rule: Node, base: Treatment, what: str) -> Treatment:
    parts = rule.fields(what)
    if set(parts) - PARTS:
        raise rule.refuse(f"{what} holds {', '.join(sorted(PARTS))}, nothing else", "Correct the file.")
    encode = parts["encode"].fields(f"`encode` of {what}") if "encode" in parts else {}
    options = dict(base.encode)
    for name, value in encode.items():
        if not OPTION.fullmatch(name) or not isinstance(value.value, str):
            raise value.refuse(f"{name[:60]!r} is not an encoder option with one value", "Correct the file.")
        options[name] = value.value
    lists = {"restore": base.restore, "assess": base.assess}
    for part in lists.keys() & parts.keys():
        lists[part] = [node.text(f"`{part}` of {what}") for node in parts[part].items(f"`{part}` of {what}")]
    return Treatment(options, lists["restore"], lists["assess"])
