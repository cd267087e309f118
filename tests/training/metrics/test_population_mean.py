"""A gain that decides on promotion: which labels are a random sample, the interval from them, and what is said where there is none."""

from __future__ import annotations

import csv
import uuid
from pathlib import Path

import numpy as np
import pytest
from training_steps import label

import sample_data
from labeling.categories import tree_edits
from labeling.cleaning import error_bounds, random_sample
from labeling.exchange import label_import
from labeling.review import batch_choice, decisions, grid, random_labels
from labeling.review.grid import TileQuery
from labeling.snapshot.snapshot import Snapshot
from pretraining import vocabulary
from training.fitting.candidates import TrainOptions, ways
from training.heads import head_report, head_training, promotion
from training.heads.comparison import material_of
from training.metrics import population_mean


def by_rank(ids: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return rows[np.argsort(error_bounds.ranks(ids[rows]))]


# -- which labels are a random sample


@pytest.fixture
def items() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ids of 200 items of which 20 are audit, and the rows of the others in the random order."""
    ids = np.arange(1000, 1200)
    is_audit = np.zeros(200, np.bool_)
    is_audit[::10] = True
    return ids, is_audit, by_rank(ids, np.flatnonzero(~is_audit))


def test_a_gap_ends_the_sample(items: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    ids, is_audit, order = items
    decided = np.zeros(200, np.bool_)
    decided[order[:30]] = True
    decided[order[31:60]] = True
    result = random_sample.draw(ids, is_audit, decided, decided)
    assert set(np.flatnonzero(result.sample)) == set(order[:30])
    assert not result.chosen.any(), "what was drawn behind a gap was not chosen, it only does not count"


def test_chosen_labels_behind_the_last_draw_do_not_extend_the_sample(
    items: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    ids, is_audit, order = items
    decided, fair = np.zeros(200, np.bool_), np.zeros(200, np.bool_)
    decided[order[:30]] = True  # 25 at random, and the five behind them because they looked wrong
    fair[order[:25]] = True
    fair[order[7]] = False  # had been chosen before the draw came to it: it belongs to the sample all the same
    result = random_sample.draw(ids, is_audit, decided, fair)
    assert set(np.flatnonzero(result.sample)) == set(order[:25])
    assert int(result.drawn.sum()) == 24
    assert int(result.chosen.sum()) == 6


def test_labels_of_unknown_draw_are_no_sample(items: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    ids, is_audit, order = items
    decided = np.zeros(200, np.bool_)
    decided[order[:50]] = True
    result = random_sample.draw(ids, is_audit, decided, np.zeros(200, np.bool_))
    assert not result.sample.any()
    assert result.chosen.sum() == 50


def test_audit_items_have_an_order_of_their_own(items: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    ids, is_audit, _ = items
    rows = by_rank(ids, np.flatnonzero(is_audit))
    decided = np.zeros(200, np.bool_)
    decided[rows[:12]] = True
    result = random_sample.draw(ids, is_audit, decided, decided)
    assert set(np.flatnonzero(result.sample)) == set(rows[:12])


# -- the interval


def project(
    seed: int, chosen: int, draws_: int, n: int = 400, *, even: bool = False
) -> tuple[np.ndarray, random_sample.Draw, np.ndarray, float]:
    """Differences of two models; the chosen labels are mostly where the older one is wrong. The last value is the true mean."""
    random = np.random.default_rng(seed)
    gain, loss = random.uniform(0.02, 0.15), random.uniform(0.02, 0.1)
    gain = loss if even else gain
    difference = random.choice([1.0, -1.0, 0.0], n, p=[gain, loss, 1 - gain - loss])
    ids = np.sort(random.choice(100_000, n, replace=False))
    doubt = difference + random.normal(0, 0.7, n)
    decided, fair = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    decided[np.argsort(-doubt)[:chosen]] = True
    is_audit = random.random(n) < 0.1
    rows = error_bounds.upcoming(ids, np.ones(n, np.bool_), ~decided, draws_)
    decided[rows] = fair[rows] = True
    value = np.where(decided, difference, np.nan)
    return value, random_sample.draw(ids, is_audit, decided, fair), ids, gain - loss


@pytest.mark.parametrize(("chosen", "draws_"), [(0, 30), (60, 20), (60, 60), (150, 40)])
def test_the_interval_covers_the_truth_whatever_was_chosen(chosen: int, draws_: int) -> None:
    inside, naive = 0, 0.0
    for seed in range(200):
        value, draw, group, truth = project(seed, chosen, draws_)
        result = population_mean.mean(value, draw, group)
        assert result is not None
        inside += result.low <= truth <= result.high
        naive += (float(np.nanmean(value)) - truth) / 200
    assert inside >= 180
    assert chosen == 0 or naive > 0.05, "all labels together flatter"


@pytest.mark.parametrize(("chosen", "draws_"), [(0, 30), (0, 100), (60, 20), (60, 60), (150, 40)])
def test_a_head_that_gains_nothing_is_certain_of_its_gain_once_in_twenty(chosen: int, draws_: int) -> None:
    wrong = 0
    for seed in range(200):
        value, draw, group, _ = project(seed, chosen, draws_, even=True)
        result = population_mean.mean(value, draw, group)
        assert result is not None
        wrong += result.sure > 0
    assert wrong <= 14, "ten are expected at most, and more than 14 would be a bound that does not hold"


def test_a_guess_narrows_the_interval_and_it_still_covers() -> None:
    inside, narrower = 0, 0
    for seed in range(200):
        value, draw, group, truth = project(seed, 0, 60)
        random = np.random.default_rng(seed)
        whole = project(seed, 400, 0)[0]
        guess = 0.6 * whole + random.normal(0.1, 0.1, len(whole))  # good, and not calibrated
        result, plain = population_mean.mean(value, draw, group, guess), population_mean.mean(value, draw, group)
        assert result is not None
        assert plain is not None
        inside += result.low <= truth <= result.high
        narrower += result.high - result.low < plain.high - plain.low
    assert inside >= 180
    assert narrower >= 180


def test_a_wrong_guess_does_no_harm() -> None:
    inside = 0
    for seed in range(200):
        value, draw, group, truth = project(seed, 60, 40)
        result = population_mean.mean(
            value, draw, group, np.full(len(value), 0.4) + np.random.default_rng(seed).random(len(value))
        )
        assert result is not None
        inside += result.low <= truth <= result.high
    assert inside >= 180


def test_a_draw_without_a_difference_is_no_certainty() -> None:
    ids = np.arange(300)
    rows = error_bounds.upcoming(ids, np.ones(300, np.bool_), np.ones(300, np.bool_), 20)
    decided = np.zeros(300, np.bool_)
    decided[rows] = True
    draw = random_sample.draw(ids, np.zeros(300, np.bool_), decided, decided)
    result = population_mean.mean(np.where(decided, 0.0, np.nan), draw, ids)
    assert result is not None
    assert result.value == 0
    assert result.high - result.low > 0.15


def test_too_few_draws_are_no_claim_and_all_images_are_one() -> None:
    value, draw, group, _ = project(0, 100, population_mean.LEAST - 1)
    assert population_mean.mean(value, draw, group) is None
    value, draw, group, _ = project(0, 400, 0)
    result = population_mean.mean(value, draw, group)
    assert result is not None
    assert result.value == pytest.approx(float(value.mean()))
    assert result.drawn == 0


def test_groups_that_stand_together_widen_the_interval() -> None:
    value, draw, ids, _ = project(3, 0, 80)
    alone = population_mean.mean(value, draw, ids)
    group = np.repeat(np.arange(20), 20)
    together = population_mean.mean(np.where(np.isnan(value), np.nan, (group % 2).astype(float)), draw, group)
    apart = population_mean.mean(np.where(np.isnan(value), np.nan, (group % 2).astype(float)), draw, ids)
    assert alone is not None
    assert together is not None
    assert apart is not None
    assert together.high - together.low > 1.3 * (apart.high - apart.low)
    assert population_mean.mean(value, draw, np.repeat(np.arange(4), 100)) is None, "four videos say nothing of a fifth"


# -- in a workspace


def test_labels_chosen_by_suspicion_claim_nothing(demo_snapshot: Snapshot, truth: dict[str, str]) -> None:
    label(demo_snapshot, truth, 50, "suspicion")
    done = head_training.train(demo_snapshot)
    assert not done["promoted"]
    assert done["metrics"]["gain"] is None
    assert done["metrics"]["random_labels"] == {"drawn": 0, "least": 20}
    assert "random" in done["reason"]
    assert demo_snapshot.classifiers.head() is None, "it is kept, not in use"
    report = head_report.report(demo_snapshot)
    assert report is not None
    assert report["gain"] is None
    assert not report["is_fair"]
    assert "no fair sample" in report["set"]
    assert not head_report.heads(demo_snapshot.workspace)[0]["certain"]
    promotion.promote(demo_snapshot.workspace, done["head"], "Ann", "it reads slides better")
    assert demo_snapshot.classifiers.head() is not None


@pytest.mark.parametrize("order", ["suspicion", "margin", "confidence"])
def test_random_labels_beside_chosen_ones_say_what_a_head_gains(
    demo_snapshot: Snapshot, truth: dict[str, str], order: str
) -> None:
    label(demo_snapshot, truth, 25, order)
    label(demo_snapshot, truth, 60, "random")
    done = head_training.train(demo_snapshot)
    gain = done["metrics"]["gain"]
    assert gain is not None
    assert gain["chosen"] == 25
    assert gain["drawn"] == 60
    ids = {category.name: category.id for category in demo_snapshot.categories.tree}
    wanted = np.array([ids[truth[name.split("/")[-1]]] for name in demo_snapshot.labels.board().names])
    row = next(iter(head_report.heads(demo_snapshot.workspace)))
    promotion.promote(demo_snapshot.workspace, row["id"], "Ann", "to look at it")
    result = demo_snapshot.classifiers.head()
    assert result is not None
    open_ = ~demo_snapshot.labels.board().person
    right = [
        np.array(linear.classes)[linear.logits(demo_snapshot.vectors).argmax(axis=1)][open_] == wanted[open_]
        for linear in (result[1], demo_snapshot.prompts.zero_shot())
    ]
    unseen = float(right[0].mean() - right[1].mean())
    assert gain["low"] <= unseen <= gain["high"] or abs(gain["accuracy"] - unseen) < 0.08
    report = head_report.report(demo_snapshot)
    assert report is not None
    assert report["is_fair"]
    assert report["gain"]["accuracy"] == pytest.approx(gain["accuracy"], abs=0.02)


def test_audit_items_of_the_next_batch_are_drawn_and_the_others_chosen(
    demo_snapshot: Snapshot, truth: dict[str, str]
) -> None:
    label(demo_snapshot, truth, 60, "next")
    board = demo_snapshot.labels.board()
    result = random_labels.draw(demo_snapshot, board)
    assert (result.drawn == (board.person & board.audit)).all()
    assert result.drawn.any()
    assert (result.chosen == (board.person & ~board.audit)).all()


def test_what_was_chosen_stays_chosen_when_it_is_said_again(demo_snapshot: Snapshot, truth: dict[str, str]) -> None:
    first = label(demo_snapshot, truth, 10, "suspicion")
    ids = {category.name: category.id for category in demo_snapshot.categories.tree}
    again = [
        {"id": str(uuid.uuid4()), "kind": "label", "category": ids["nature"], "order": "random", "items": [{"id": number, "version": None}]}
        for number in first
    ]  # fmt: skip
    decisions.apply(demo_snapshot, again, "Ann")
    board = demo_snapshot.labels.board()
    assert random_labels.draw(demo_snapshot, board).chosen[board.rows(first)].all()
    decisions.undo(demo_snapshot, "Ann")
    assert random_labels.draw(demo_snapshot, demo_snapshot.labels.board()).chosen[board.rows(first)].sum() == 10


def test_what_was_taken_back_may_be_drawn_later(demo_snapshot: Snapshot, truth: dict[str, str]) -> None:
    ids = {category.name: category.id for category in demo_snapshot.categories.tree}
    board = demo_snapshot.labels.board()
    first = int(board.ids[by_rank(board.ids, np.flatnonzero(~board.audit))[0]])
    op = {"id": str(uuid.uuid4()), "kind": "label", "category": ids["nature"], "order": "suspicion", "items": [{"id": first, "version": None}]}  # fmt: skip
    decisions.apply(demo_snapshot, [op], "Ann")
    decisions.undo(demo_snapshot, "Ann")
    label(demo_snapshot, truth, 5, "random")
    now = demo_snapshot.labels.board()
    assert random_labels.draw(demo_snapshot, now).drawn[now.rows([first])].all()


def test_the_random_order_is_one_and_the_same(demo_snapshot: Snapshot) -> None:
    board = demo_snapshot.labels.board()
    tiles = grid.tiles(demo_snapshot, TileQuery(order="random", limit=30))["tiles"]
    wanted = board.ids[by_rank(board.ids, np.arange(len(board)))][:30].tolist()
    assert [tile["id"] for tile in tiles] == wanted
    files = [row["file"] for row in batch_choice.batch(demo_snapshot, 30, order="random")]
    assert files == [tile["name"] for tile in tiles]


def test_a_file_says_how_its_images_came(demo_snapshot: Snapshot, truth: dict[str, str], tmp_path: Path) -> None:
    files = [row["file"] for row in batch_choice.batch(demo_snapshot, 30, order="random")]
    path = tmp_path / "said.csv"
    path.write_text("file,class\n" + "\n".join(f"{name},{truth[name.split('/')[-1]]}" for name in files), "utf-8")
    label_import.label_csv(demo_snapshot.workspace, path, actor="Ann", order="random")
    assert random_labels.draw(demo_snapshot, demo_snapshot.labels.board()).drawn.sum() == 30


# -- after a split


@pytest.fixture
def split(demo_snapshot: Snapshot, truth: dict[str, str], tmp_path: Path) -> Snapshot:
    """60 random labels on the kinds, then a head, then a sub-class for each kind: 80 further labels on sub-classes, the 60 stay above."""
    label(demo_snapshot, truth, 60, "random")
    head_training.train(demo_snapshot, promote="always")
    top = {category.name: category.id for category in demo_snapshot.categories.tree}
    with sample_data.truth_file().open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for kind, above in sorted({(row["subclass"], row["class"]) for row in rows}):
        tree_edits.add(
            demo_snapshot.workspace, kind, top[above], prompts=list(vocabulary.KINDS[kind].names), actor="Ann"
        )
    kinds = {row["file"]: f"{row['class']}/{row['subclass']}" for row in rows}
    files = [row["file"] for row in batch_choice.batch(demo_snapshot, 80, order="random")]
    path = tmp_path / "kinds.csv"
    path.write_text("file,class\n" + "\n".join(f"{name},{kinds[name.split('/')[-1]]}" for name in files), "utf-8")
    label_import.label_csv(demo_snapshot.workspace, path, actor="Ann", order="random")
    return demo_snapshot


def test_labels_on_a_parent_judge_and_are_named(split: Snapshot) -> None:
    done = head_training.train(split, promote="never")
    metrics = done["metrics"]
    assert metrics["n"] == 140, "all labels, each at its own level"
    assert metrics["gain"]["drawn"] == 140
    assert sum(one["n"] for one in metrics["left_out"]) == 60
    report = head_report.report(split)
    assert report is not None
    assert report["n"] == 140
    board = split.labels.board()
    for one in report["left_out"]:
        assert set(board.category[board.rows(one["items"])]) == {one["category"]}
    assert report["rows"][-1]["accuracy"] == pytest.approx(metrics["accuracy"])


def test_labels_left_on_a_parent_do_not_make_its_children_rare(split: Snapshot) -> None:
    done = head_training.train(split, promote="never")
    assert "as often as labelled" not in done["reason"]
    assert not any(one["certain"] for one in done["metrics"]["falls"])
    names = ways(material_of(split)[0], TrainOptions())
    assert names
    assert not any("as often as labelled" in name for name in names)


def test_what_falls_is_told_beside_what_rises(split: Snapshot) -> None:
    head_training.train(split, promote="never")
    report = head_report.report(split)
    assert report is not None
    first = {row["model"]: row["levels"][0]["recall"] for row in report["levels"]["rows"]}
    falls = {one["what"]: one for one in report["falls"]}
    before, after = first[report["previous"]], first[f"Head {report['head']['number']}"]
    if after < before:
        assert falls["level 1"]["after"] < falls["level 1"]["before"]
    for one in falls.values():
        assert one["after"] < one["before"]
        assert one["n"] >= 5
