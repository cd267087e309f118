"""Whole videos: what each is about, told from its title, its frames and its sound."""

from __future__ import annotations

import argparse
from pathlib import Path

import files
from cli.cleaning import share
from cli.console import Answer, Commands, ProgressLine, command, load_snapshot, open_workspace, who
from errors import InputError

# Spelled out, so that `--help` loads no PyAV; a test compares them.
FORMATS = ("json", "csv", "paddle", "yt8m")
FOREIGN = ("paddle", "yt8m", "videotag", "wbdc")
FACET = "a facet of videos; default: the only one"


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    parts = commands.add_parser("videos", help="whole videos: add, label, train, predict").add_subparsers(
        required=True, metavar="ACTION"
    )
    parser = command(parts, "add", add, "add whole videos: a frame a second, the sound, the title")
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument(
        "--titles",
        type=Path,
        metavar="FILE",
        help="CSV with columns file,title and maybe programme,uploader,labels, or PaddleVideo's list",
    )
    parser.add_argument(
        "--sound", metavar="ENCODER", help="log-mel, or an ONNX file as yamnet:PATH or vggish:PATH; kept by the project"
    )
    parser.add_argument(
        "--features",
        type=Path,
        metavar="DIR",
        help="features computed elsewhere, NAME.pkl or NAME.npy a video",
    )
    parser.add_argument("--set", metavar="NAME", help="name of these features; default: the set in use")
    parser.add_argument("--dequantise", action="store_true", help="turn whole numbers from 0 to 255 into floats")
    parser = command(parts, "label", label, "label whole videos from a file, as one batch")
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="CSV with columns file,class and maybe value, or PaddleVideo's list"
    )
    parser.add_argument("--facet", metavar="NAME", help=FACET)
    parser.add_argument("--classes", type=Path, metavar="class.txt", help="classes to add first, one a line")
    parser.add_argument("--exclusive", action="store_true", help="a facet that --classes makes takes one answer")
    parser = command(
        parts, "find", find, "find the video and programme that a fragment comes from, and its place there"
    )
    parser.add_argument("video", metavar="VIDEO", help="path of a file, or name of a video of the workspace")
    register_models(parts)
    register_exchange(parts)


def register_models(parts: Commands) -> None:
    """Add the commands that score videos."""
    parser = command(parts, "propose", propose, "propose labels for unlabelled videos")
    parser.add_argument("--facet", metavar="NAME", help=FACET)
    parser.add_argument("--with", choices=("zero-shot", "head"), dest="using", default="auto")
    parser = command(parts, "train", train, "compare models on the labels, keep the best, promote it where it gains")
    parser.add_argument("--facet", metavar="NAME", help=FACET)
    parser.add_argument(
        "--candidates", choices=("default", "all"), default="default", help="all: the networks and the text adapter too"
    )
    parser.add_argument("--promote", choices=("auto", "always", "never"), default="auto")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser = command(
        parts, "pretrain", pretrain, "learn from all videos without their labels; kept where it beats the mean vector"
    )
    parser.add_argument("--facet", metavar="NAME", help="facet whose labels judge it; default: the only one")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser = command(parts, "predict", predict, "predict tags of videos outside the workspace")
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--facet", metavar="NAME", help=FACET)
    parser.add_argument("--titles", type=Path, metavar="FILE", help="CSV with columns file,title")
    parser.add_argument("--features", type=Path, metavar="DIR", help="features of the videos; PATH may be a list")
    parser.add_argument("--threshold", type=share, default=0.5, help="least probability of a predicted class")
    parser.add_argument("--format", choices=FORMATS, default="json", dest="form")
    parser.add_argument("--out", type=Path, metavar="FILE")
    parser = command(parts, "evaluate", evaluate, "zero-shot and the promoted head against a truth")
    parser.add_argument("--truth", type=Path, required=True, metavar="FILE", help="CSV with columns file,class")
    parser.add_argument("--facet", metavar="NAME", help=FACET)
    parser.add_argument("--without", choices=("title", "sound"), help="modalities that the models do not get")
    parser = command(parts, "explain", explain, "explain the tags of a video: what carries each, and when it holds")
    parser.add_argument("video", metavar="VIDEO", help="name or path of its file")
    parser.add_argument("--facet", metavar="NAME", help=FACET)


def register_exchange(parts: Commands) -> None:
    """Add the commands that deal with features of others."""
    parser = command(parts, "import", take_in, "import features, titles and labels of another system")
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="lists, class.txt, conf.txt, features, folders"
    )
    parser.add_argument("--format", choices=FOREIGN, required=True, dest="form")
    parser.add_argument("--features", type=Path, metavar="DIR", help="folder of the features")
    parser.add_argument("--classes", type=Path, metavar="class.txt", help="PaddleVideo's classes")
    parser.add_argument(
        "--two-levels", action="store_true", help="names of classes are two levels around their first hyphen"
    )
    parser.add_argument("--dequantise", action="store_true", help="turn whole numbers from 0 to 255 into floats")
    parser.add_argument("--set", metavar="NAME", help="name of these features; default: the format")
    parser.add_argument("--use", action="store_true", help="use them in the project even if it has its own")
    parser.add_argument(
        "--facet", metavar="NAME", help="facet for the labels; default: the only facet of videos, or tags"
    )
    parser.add_argument(
        "--preview", action="store_true", help="list what it would bring and what does not fit, by row; write nothing"
    )
    parser = command(parts, "features", features, "list the sets of video features, and choose the one in use")
    parser.add_argument("--use", metavar="NAME", help="the set to use in the project, or its own features")


def add(given: argparse.Namespace) -> Answer:
    """`sceneloop videos add`."""
    from store.blobs import blob
    from video.whole import video_adding
    from video.whole.feature_makers import GivenFolder

    if given.features is None and (given.set is not None or given.dequantise):
        raise InputError("--set and --dequantise are about features of others. Give their folder: --features DIR.")
    folder = None if given.features is None else GivenFolder(given.features, given.set, given.dequantise)
    done = video_adding.add(
        open_workspace(given), [blob.named(str(path)) for path in given.paths], titles=given.titles, sound=given.sound, given=folder, actor=who(),
        progress=ProgressLine("videos"),
    )  # fmt: skip
    return done.as_json()


def take_in(given: argparse.Namespace) -> Answer:
    """`sceneloop videos import`."""
    from video.exchange.foreign_formats import Choices
    from video.whole import feature_import, import_preview
    from video.whole.feature_import import ImportOptions

    choices = Choices(given.features, given.classes, two_levels=given.two_levels, dequantise=given.dequantise)
    options = ImportOptions(choices, given.set, given.facet, given.use)
    if given.preview:
        return {
            **import_preview.preview(
                open_workspace(given), given.form, given.paths, options, progress=ProgressLine("videos")
            )
        }
    done = feature_import.take_in(
        open_workspace(given), given.form, given.paths, options, actor=who(), progress=ProgressLine("videos")
    )
    return done.as_json()


def features(given: argparse.Namespace) -> Answer:
    """`sceneloop videos features`."""
    from store.items import feature_sets
    from store.workspace import writing

    workspace = open_workspace(given)
    if given.use is not None:
        workspace.must_write()
        with writing(workspace) as connection:
            feature_sets.use(connection, given.use)
    with workspace.read() as connection:
        sets = feature_sets.every(connection)
        reads = feature_sets.in_use(connection) or feature_sets.OWN
    listed = [
        {"name": one.name, "format": one.kind.form, "frames": one.frames, "sound": one.sound, "dims": one.dims}
        for one in sets
    ]
    return {"reads": reads, "sets": listed}


def label(given: argparse.Namespace) -> Answer:
    """`sceneloop videos label`."""
    from labeling.exchange import video_labels
    from video.whole import listed_videos

    rows, misfits = listed_videos.labels(given.file)
    workspace = open_workspace(given)
    if given.classes is not None:
        video_labels.add_classes(workspace, given.classes, given.facet, exclusive=given.exclusive)
    done = video_labels.write(workspace, rows, facet=given.facet, actor=who(), note=given.file.name)
    return {**vars(done), "report": dict(misfits)}


def propose(given: argparse.Namespace) -> Answer:
    """`sceneloop videos propose`."""
    from training.whole_videos import video_proposals

    return {**video_proposals.propose(load_snapshot(given), given.facet, using=given.using)}


def train(given: argparse.Namespace) -> Answer:
    """`sceneloop videos train`."""
    from training.whole_videos import video_training

    done = video_training.train(
        load_snapshot(given), given.facet, candidates=given.candidates, promote=given.promote, seed=given.seed,
        actor=who(), progress=ProgressLine("models"),
    )  # fmt: skip
    return {**done}


def pretrain(given: argparse.Namespace) -> Answer:
    """`sceneloop videos pretrain`."""
    from training.whole_videos import video_pretraining

    done = video_pretraining.pretrain(
        load_snapshot(given), given.facet, seed=given.seed, progress=ProgressLine("steps")
    )
    return {**done}


def predict(given: argparse.Namespace) -> Answer | None:
    """`sceneloop videos predict`: to `--out`, else to stdout."""
    from video.whole import prediction_forms, video_prediction

    done = video_prediction.predict(
        load_snapshot(given), given.paths, given.facet, titles=given.titles, features=given.features,
        progress=ProgressLine("videos"),
    )  # fmt: skip
    if given.out is None:
        if given.form == "json":
            return prediction_forms.as_json(done, given.threshold)
        print(prediction_forms.exported(done, given.form, given.threshold), end="")
        return None
    try:
        files.write(given.out, prediction_forms.exported(done, given.form, given.threshold))
    except OSError as error:
        raise InputError(f"{given.out} cannot be written ({error.strerror or error}). Choose another place.") from error
    refused = [{"path": str(error.path), "reason": error.reason} for error in done.quarantined]
    return {"out": str(given.out), "videos": len(done.videos), "model": done.model, "quarantined": refused}


def evaluate(given: argparse.Namespace) -> Answer:
    """`sceneloop videos evaluate`."""
    from training.whole_videos import video_evaluation

    return {**video_evaluation.evaluate(load_snapshot(given), given.truth, given.facet, without=given.without)}


def explain(given: argparse.Namespace) -> Answer:
    """`sceneloop videos explain`."""
    from training.whole_videos import video_explanation

    return {**video_explanation.explain(load_snapshot(given), given.video, given.facet)}


def find(given: argparse.Namespace) -> Answer:
    """`sceneloop videos find`."""
    from video.whole import fragment_origin

    return {**fragment_origin.find(open_workspace(given), given.video, progress=ProgressLine("seconds"))}
