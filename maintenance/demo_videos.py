"""The demo's whole videos: sixty clips with their titles, what is asked of them, and a first round of proposals."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import yaml
from typing_extensions import TypedDict

import sample_data
from labeling.exchange import video_labels
from labeling.exchange.video_labels import VIDEOS
from labeling.snapshot.snapshot import Snapshot
from progress import Progress, silent
from store.database.connection import Connection
from store.items.file_names import Names
from store.ledger import labels
from store.ledger.events import Batch, Change
from store.project import taxonomy
from store.project.prompt_set import Prompt, PromptSet
from store.project.taxonomy import VIDEO
from store.team import actors, people
from store.workspace import Workspace
from training.whole_videos import video_proposals, video_training
from video.whole import video_adding


class Class(TypedDict, total=False):
    """A class of a question. name: its path. prompts: what the machine compares frames with."""

    name: str
    prompts: list[str]


class Question(TypedDict):
    """A facet of videos. proposed: whether the machine begins with it, by its prompts."""

    name: str
    exclusive: bool
    proposed: bool
    classes: list[Class]


@cache
def questions() -> tuple[Question, ...]:
    """What is asked of the clips."""
    return tuple(yaml.safe_load(sample_data.questions_file().read_text(encoding="utf-8")))


def truth() -> list[dict[str, str]]:
    """The rows of the clips' table."""
    with sample_data.clips_file().open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def name_questions(workspace: Workspace) -> None:
    """Add the facets of the clips with their classes."""
    for question in questions():
        names = [each["name"] for each in question["classes"]]
        video_labels.add_named_classes(workspace, names, question["name"], exclusive=question["exclusive"])


def with_prompts(connection: Connection, known: PromptSet) -> PromptSet:
    """A prompt set with those of the classes; a class above others is described by all of theirs."""
    texts: dict[str, list[str]] = {}
    for question in questions():
        for each in question["classes"]:
            parts = each["name"].split("/")
            for depth in range(len(parts)):
                texts.setdefault("/".join(parts[: depth + 1]), []).extend(each.get("prompts", ()))
    tree = taxonomy.categories(connection, subject=VIDEO)
    own = {one.id: tuple(map(Prompt, texts[one.path])) for one in tree if texts.get(one.path)}
    return replace(known, categories={**known.categories, **own})


def add(workspace: Workspace, progress: Progress = silent) -> None:
    """Add the clips with the features of their frames and their sound, and propose by prompts."""
    clips, table = sample_data.clips_folder(), sample_data.clips_file()
    video_adding.add(workspace, [clips], titles=table, actor=people.MACHINE, progress=progress)
    for question in questions():
        if question["proposed"]:
            video_proposals.propose(Snapshot(workspace), question["name"])


def label(workspace: Workspace, person: str, rows: Sequence[dict[str, str]]) -> int:
    """Answer every question of some clips by their truth, as a person would; gives the number of answers."""
    changes: list[Change] = []
    with workspace.engine.begin() as connection:
        names = Names(connection, VIDEOS)
        facets = {facet.id: facet.name for facet in taxonomy.facets(connection, VIDEO)}
        by_name = {(facets[one.facet_id], one.path): one.id for one in taxonomy.categories(connection, subject=VIDEO)}
        genre, tags = (question["name"] for question in questions())
        for row in rows:
            [video] = names.match(row["file"])
            yes = set(filter(None, row["tags"].split("; ")))
            changes.append(Change(video, by_name[genre, row["genre"]]))
            changes += [Change(video, number, "yes" if path in yes else "no")
                        for (facet, path), number in by_name.items() if facet == tags]  # fmt: skip
        labels.write(connection, Batch(actors.id_of(connection, person), "human", "label"), changes)
    return len(changes)


def work(workspace: Workspace, person: str) -> int:
    """Two thirds of the clips labelled, a head for each question, and its proposals for the others; gives the number of answers."""
    rows = [row for number, row in enumerate(truth()) if number % 3]
    answers = label(workspace, person, rows)
    for question in questions():
        video_training.train(Snapshot(workspace), question["name"], actor=person)
        video_proposals.propose(Snapshot(workspace), question["name"], actor=person)
    return answers
