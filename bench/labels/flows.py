"""Orders in which a simulated annotator works. Each yields after every page and never ends by itself: a second pass follows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from bench.labels.annotator import Ints, Project

Flow = Callable[[Project], Iterator[None]]
PAGE = 60
RETRAIN_EVERY = 200
LEAST_CLUSTER = 4
SMALL_PAGE = 40  # tiles of one page of the recommended flow: the order is fresh more often
CHECK_FROM, CHECK_STEP, CHECK = 0.3, 0.1, 20  # share of tiles seen from and after which so many decisions are checked


def file_order(project: Project) -> Iterator[None]:
    """One by one, a key for each."""
    yield from _passes(project, lambda: np.arange(len(project.labels)), one_by_one=True)


def margin(project: Project) -> Iterator[None]:
    """The least certain first, in a grid."""
    yield from _passes(project, lambda: np.argsort(project.margin(), kind="stable"))


def _passes(project: Project, order: Callable[[], Ints], *, one_by_one: bool = False) -> Iterator[None]:
    while True:
        rows = order()
        for begin in range(0, len(rows), PAGE):
            project.page(rows[begin : begin + PAGE], one_by_one=one_by_one)
            yield


def margin_retrain(project: Project) -> Iterator[None]:
    """The least certain first, with a retrain every 200 labels."""
    since = 0
    while True:
        rows = project.open
        if not len(rows):
            yield from _again(project)
            continue
        rows = rows[np.argsort(project.margin()[rows], kind="stable")][:PAGE]
        project.page(rows)
        since += len(rows)
        if since >= RETRAIN_EVERY:
            project.retrain()
            since = 0
        yield


def suspicion(project: Project) -> Iterator[None]:
    """The most suspicious first, fresh for every page."""
    while True:
        yield from _suspicious(project)


def clusters(project: Project) -> Iterator[None]:
    """Clusters to fix while there are any, then the most suspicious."""
    while True:
        if _cluster(project):
            yield
        else:
            yield from _suspicious(project)


def recommended(project: Project) -> Iterator[None]:
    """The machine's labels follow their neighbours; then suspicious tiles in batch mode, those of one guess together.

    A click gives a wrong tile its runner-up, Enter accepts what the page shows. From 30 % of the tiles on, and after each tenth,
    the 20 decisions that everything else contradicts most are looked at again: slips. The shares and the size of a page were
    chosen on seeds that `bench effort` does not use. Imported labels are shown as they are, and follow nothing: there,
    neighbours that disagree are more often wrong than the label.
    """
    imported = project.label_set.imported
    checked, due = np.zeros(len(project.labels), np.bool_), CHECK_FROM
    if not imported:
        project.follow()
        yield
    while True:
        if float((project.human >= 0).mean()) >= due or not len(project.open):
            due += CHECK_STEP
            rows = doubtful(project, checked)[:CHECK]
            checked[rows] = True
            if len(rows):
                project.page(rows, runner_up=True)
                yield
                continue
        suspects, rows = project.suspicion(), project.open
        if not len(rows):
            yield from _again(project)
            continue
        rows = rows[np.argsort(-suspects.score[rows], kind="stable")][: PAGE if imported else SMALL_PAGE]
        shown = project.labels if imported else suspects.proposed
        rows = rows[np.lexsort((-suspects.score[rows], project.labels[rows], suspects.proposed[rows]))]
        project.page(rows, proposed=shown[rows], runner_up=True)
        yield


def doubtful(project: Project, checked: np.ndarray) -> Ints:
    """Decisions that the others contradict, the strongest contradiction first; none is asked twice."""
    suspects = project.suspicion()
    rows = np.flatnonzero((project.human >= 0) & ~checked & (suspects.proposed != project.human))
    return np.asarray(rows[np.argsort(-suspects.score[rows], kind="stable")], np.int64)


def finish(project: Project) -> None:
    """The last look of the recommended flow: pages of doubtful decisions until one brings no correction."""
    checked = np.zeros(len(project.labels), np.bool_)
    while True:
        rows = doubtful(project, checked)[:CHECK]
        if not len(rows):
            return
        checked[rows] = True
        before = project.human[rows].copy()
        project.page(rows)
        if (project.human[rows] == before).all():
            return


def _cluster(project: Project) -> bool:
    """The first cluster as a page; whether there was one."""
    groups = [cluster for cluster in project.clusters() if len(cluster.rows) >= LEAST_CLUSTER]
    if not groups:
        return False
    rows = groups[0].rows[:PAGE]
    project.page(rows, proposed=np.full(len(rows), groups[0].proposed, np.int64))
    return True


def _suspicious(project: Project) -> Iterator[None]:
    rows, score = project.open, project.suspicion().score
    if not len(rows):
        yield from _again(project)
        return
    project.page(rows[np.argsort(-score[rows], kind="stable")][:PAGE])
    yield


def _again(project: Project) -> Iterator[None]:
    """A page of a second pass: what is most suspicious of all that was decided."""
    project.page(np.argsort(-project.suspicion().score, kind="stable")[:PAGE])
    yield
