"""A head that leads each row to the nearest mean of a class, in use in a workspace of vectors without a model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from embedding.encoders.external_vectors import of_vectors
from labeling.scoring import classifier_file
from labeling.scoring.zero_shot import Linear
from store.database.connection import Connection
from store.items import vectors
from store.project import heads, prompt_set, prompts, taxonomy
from store.workspace import Workspace

SHARPNESS = 40  # factor on the cosines


def put_in_use(
    workspace: Workspace, connection: Connection, means: Sequence[npt.NDArray[np.floating]], person: int, labels: int
) -> list[int]:
    """Add a class for each mean, publish empty prompts, and promote the head; returns the classes.

    Args:
        means: of each class's rows, float [d]. person: who does it. labels: how many the head says it was fitted with.
    """
    encoder = vectors.current_encoder(connection)
    classes = [taxonomy.add(connection, f"class {number}") for number in range(len(means))]
    prompts.publish(connection, prompt_set.PromptSet(), note="", actor_id=person)
    linear = Linear(tuple(classes), SHARPNESS * np.stack(means).astype(np.float32), np.zeros(len(means), np.float32))
    card = {
        "encoder": {"fingerprint": of_vectors(encoder.name), "name": encoder.name},
        "metrics": {"new": None},
        "classes": [{"id": int(n), "name": str(n)} for n in linear.classes],
    }
    path = workspace.folder("heads") / f"{encoder.name}.safetensors"
    digest = classifier_file.write(path, linear, card)
    head = heads.add(
        connection, encoder_id=encoder.id, facet_id=taxonomy.facets(connection)[0].id, file=path.name, sha256=digest,
        card=card, labels=labels, reason="bench", actor_id=person,
    )  # fmt: skip
    heads.promote(connection, head.id)
    return classes
