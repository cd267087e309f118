"""Read one export with the tool's own library and compare it with the truth beside it: `read_export.py TOOL FOLDER`."""

from __future__ import annotations

import io
import json
import sys
import warnings
from pathlib import Path
from typing import TypedDict

Labels = set[tuple[str, ...]]


Row = TypedDict(
    "Row",
    {"id": int, "name": str, "place": str, "split": str, "facet": str, "class": str, "proposed": bool, "index": int},
)


def truth(folder: Path, name: str) -> list[Row]:
    """The labels that an export holds."""
    rows: list[Row] = json.loads((folder / f"{name}.truth.json").read_text())
    return rows


def imagefolder(folder: Path) -> tuple[Labels, Labels]:
    """Hugging Face datasets: ClassLabels by name, lists of tags, and the pixels."""
    from datasets import ClassLabel, load_dataset

    read: Labels = set()
    for split, part in load_dataset(str(folder / "imagefolder"), cache_dir=str(folder / "cache")).items():
        label, tags = part.features["label"], part.features["tags"]
        inner = tags.feature
        assert {type(label), type(inner)} == {ClassLabel}, part.features
        for row in part:
            assert row["image"].size == (24, 18)
            if row["label"] is not None:
                read.add((split, row["file"], label.int2str(row["label"])))
            read |= {(split, row["file"], inner.int2str(tag)) for tag in row["tags"]}
    names = {"val": "validation"}
    rows = truth(folder, "imagefolder")
    expected = {(names.get(row["split"], row["split"]), row["name"], row["class"]) for row in rows}
    return read, expected


def coco(folder: Path) -> tuple[Labels, Labels]:
    """pycocotools."""
    from pycocotools.coco import COCO

    read: Labels = set()
    for file in sorted((folder / "coco/annotations").glob("*.json")):
        document = COCO(str(file))
        for one in document.loadAnns(document.getAnnIds()):
            image, category = document.loadImgs(one["image_id"])[0], document.loadCats(one["category_id"])[0]
            assert (folder / "coco/images" / file.stem.removeprefix("labels_") / image["file_name"]).is_file()
            read.add((image["file_name"], category["name"]))
    return read, {(row["place"], row["class"]) for row in truth(folder, "coco")}


def _datumaro(folder: Path, name: str, form: str) -> tuple[Labels, Labels]:
    from datumaro import Dataset

    dataset = Dataset.import_from(str(folder / name), form)
    categories = next(c for kind, c in dataset.categories().items() if kind.name == "label")
    read: Labels = set()
    for item in dataset:
        read |= {(item.id, categories[annotation.label].name) for annotation in item.annotations}
    rows = truth(folder, name)
    return read, {(row["place"].rpartition(".")[0], row["class"]) for row in rows}


def datumaro(folder: Path) -> tuple[Labels, Labels]:
    """Datumaro's own format."""
    return _datumaro(folder, "datumaro", "datumaro")


def datumaro_coco(folder: Path) -> tuple[Labels, Labels]:
    """Datumaro on COCO labels."""
    return _datumaro(folder, "coco", "coco_labels")


def datumaro_cvat(folder: Path) -> tuple[Labels, Labels]:
    """Datumaro on CVAT images 1.1."""
    return _datumaro(folder, "cvat", "cvat")


def labelstudio(folder: Path) -> tuple[Labels, Labels]:
    """label-studio-sdk: each task, annotation and prediction fits the interface."""
    from label_studio_sdk.label_interface import LabelInterface

    interface = LabelInterface((folder / "labelstudio/config.xml").read_text())
    assert interface.validate() is None
    read: Labels = set()
    for task in json.loads((folder / "labelstudio/tasks.json").read_text()):
        assert interface.validate_task({"data": task["data"]}), task
        for one in task.get("annotations", []):
            assert interface.validate_annotation(one), one
        for one in task.get("predictions", []):
            assert interface.validate_prediction(one), one
        for kind in ("annotations", "predictions"):
            for result in (r for one in task.get(kind, []) for r in one["result"]):
                proposed = str(kind == "predictions")
                read |= {(str(task["id"]), result["from_name"], name, proposed) for name in result["value"]["choices"]}
    rows = truth(folder, "labelstudio")
    return read, {(str(row["id"]), row["facet"], row["class"], str(row["proposed"])) for row in rows}


def webdataset(folder: Path) -> tuple[Labels, Labels]:
    """webdataset, decoded."""
    import webdataset as wds
    from PIL import Image

    read: Labels = set()
    for shard in sorted((folder / "webdataset").glob("*.tar")):
        for sample in wds.WebDataset(str(shard), shardshuffle=False):
            picture = next(value for key, value in sample.items() if key in ("jpg", "png"))
            assert Image.open(io.BytesIO(picture)).size == (24, 18)
            labels = json.loads(sample["json"])["labels"]
            number = next(
                (label["index"] for label in labels if label["facet"] == "scene" and label["index"] is not None), None
            )
            assert (int(sample["cls"]) if "cls" in sample else None) == number
            read |= {(str(int(sample["__key__"])), label["facet"], label["class"]) for label in labels}
    rows = truth(folder, "webdataset")
    return read, {(str(row["id"]), row["facet"], row["class"]) for row in rows}


def croissant(folder: Path) -> tuple[Labels, Labels]:
    """mlcroissant: no error in the description, and the records."""
    import mlcroissant as mlc

    dataset = mlc.Dataset(str(folder / "croissant/metadata.json"))
    assert not dataset.metadata.ctx.issues.errors, dataset.metadata.ctx.issues.report()
    for warning in dataset.metadata.ctx.issues.warnings:
        print(f"croissant, warning: {warning}")

    def text(value: object) -> str:
        return value.decode() if isinstance(value, bytes) else str(value)

    records = [{key.rpartition("/")[2]: text(value) for key, value in row.items()} for row in dataset.records("labels")]
    assert all((folder / "croissant/images" / row["image"]).is_file() for row in records)
    rows = truth(folder, "croissant")
    return {(row["image"], row["facet"], row["class"]) for row in records}, {
        (row["place"], row["facet"], row["class"]) for row in rows
    }


def lance(folder: Path) -> tuple[Labels, Labels]:
    """pylance: the rows of both exports alike, the images, and a vector for each."""
    import lance as reader
    from PIL import Image

    first, second = (reader.dataset(str(folder / name / "images.lance")) for name in ("lance", "lance-again"))
    columns = [name for name in first.schema.names if name != "image"]
    rows = first.to_table(columns=columns).to_pylist()
    assert rows == second.to_table(columns=columns).to_pylist(), "twice is not the same rows"
    assert all(row["vector"] is not None for row in rows)
    for image in first.take_blobs("image", indices=list(range(len(rows)))):
        assert Image.open(io.BytesIO(image.read())).size == (24, 18)
    read = {(row["split"], row["file"], label["facet"], label["class"]) for row in rows for label in row["labels"]}
    return read, {(row["split"], row["name"], row["facet"], row["class"]) for row in truth(folder, "lance")}


def yolo(folder: Path) -> tuple[Labels, Labels]:
    """torchvision's ImageFolder, with which Ultralytics reads: the same numbers in every split."""
    from torchvision.datasets import ImageFolder

    read: Labels = set()
    for part in sorted(path for path in (folder / "yolo").iterdir() if path.is_dir()):
        dataset = ImageFolder(str(part), allow_empty=True)
        for path, number in dataset.samples:
            below = Path(path).relative_to(part)
            read.add((part.name, str(Path(*below.parts[1:])), str(number)))
    return read, {(row["split"], row["place"], str(row["index"])) for row in truth(folder, "yolo")}


def _timelines(folder: Path, ending: str) -> tuple[Labels, Labels]:
    import opentimelineio as otio

    read: Labels = set()
    expected: Labels = set()
    for title, rate in {"23.976": 24000 / 1001, "25": 25.0, "29.97": 30000 / 1001}.items():
        path = str(folder / f"film-{title}{ending}")
        timeline = otio.adapters.read_from_file(path, **({"rate": rate} if ending == ".edl" else {}))
        timeline = timeline[0] if isinstance(timeline, otio.schema.SerializableCollection) else timeline
        for clip in timeline.find_clips():
            span = clip.trimmed_range()
            name = clip.name
            if ending == ".edl":
                name = (
                    clip.metadata["cmx_3600"]["comments"][0].removeprefix("COMMENT: ").removeprefix("COMMENT:").strip()
                )
            read.add(
                (
                    title,
                    name,
                    str(round(span.start_time.value)),
                    str(round(span.duration.value)),
                    f"{span.duration.rate:.6f}",
                )
            )
        starts, ends = (0, 96, 1001), (96, 1001, 54_321)
        names = ('nature/<b>sea</b> & "sky"', "森林 🌲", "one, two")
        for name, first, end in zip(names, starts, ends, strict=True):
            expected.add((title, name, str(first), str(end - first), f"{rate:.6f}"))
    return read, expected


def otio(folder: Path) -> tuple[Labels, Labels]:
    """OpenTimelineIO."""
    return _timelines(folder, ".otio")


def fcp7(folder: Path) -> tuple[Labels, Labels]:
    """OpenTimelineIO's adapter of Final Cut Pro 7."""
    return _timelines(folder, ".xml")


def edl(folder: Path) -> tuple[Labels, Labels]:
    """OpenTimelineIO's adapter of CMX 3600."""
    return _timelines(folder, ".edl")


def main(tool: str, folder: Path) -> int:
    """Compare one; 0 where it is read as it was written."""
    warnings.simplefilter("ignore")
    read, expected = globals()[tool.replace("-", "_")](folder)
    same = read == expected
    print(f"{tool}: {len(read)} read, {len(expected)} written, {'equal' if same else 'NOT EQUAL'}")
    if not same:
        print("  only read:", sorted(read - expected)[:5], "\n  only written:", sorted(expected - read)[:5])
    return 0 if same else 1


sys.exit(main(sys.argv[1], Path(sys.argv[2]).resolve()))
