"""What a seed decides before anything is drawn."""

import hashlib
import json

import pytest

from pretraining.vocabulary import CATEGORIES, DOCUMENT, HELD_OUT, KINDS, facts
from scenery.plans import SHARES, TWISTS, Options, plan


def test_a_seed_gives_one_plan_for_ever() -> None:
    """The digest is of the plans of 300 seeds: pictures that are kept stay true as long as it holds."""
    rows = [(p.kind, p.time, p.weather, p.manner, p.chinese, p.twist, sorted(p.facts)) for p in map(plan, range(300))]
    assert hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16] == "cff1f4d2503da500"
    assert plan(7) == plan(7)
    assert plan(7).rng("a").random() == plan(7).rng("a").random() != plan(7).rng("b").random()


def test_every_kind_is_reached_and_its_facts_are_known() -> None:
    plans = [plan(seed) for seed in range(4000)]
    assert {each.kind for each in plans} == set(KINDS)
    for each in plans:
        entry = KINDS[each.kind]
        assert each.facts <= set(facts())
        assert {f"class:{entry.category}", f"group:{entry.group}", f"kind:{each.kind}"} <= each.facts


def test_classes_come_by_their_shares_or_in_turn() -> None:
    drawn = [plan(seed).category for seed in range(4000)]
    assert {name: drawn.count(name) / 4000 for name in CATEGORIES} == pytest.approx(SHARES, abs=0.03)
    turn = Options(categories=("nature", "document"))
    assert [plan(seed, turn).category for seed in range(4)] == ["nature", "document", "nature", "document"]
    kinds = {plan(seed, turn).kind for seed in range(120)}
    assert kinds == {name for name, kind in KINDS.items() if kind.category in ("nature", "document")}


@pytest.mark.parametrize(("kind", "fact"), sorted(HELD_OUT.items()))
def test_a_held_out_combination_is_recognised(kind: str, fact: str) -> None:
    plans = [plan(seed, Options(kinds=(kind,), forced=fact)) for seed in range(20)]
    assert all(fact in each.facts and each.held_out for each in plans if not each.twist)
    free = [plan(seed, Options(kinds=(kind,))) for seed in range(60)]
    assert any(not each.held_out for each in free)


def test_captions_claim_what_is_true_in_both_languages() -> None:
    for seed in range(200):
        each = plan(seed)
        english, chinese = each.captions()
        assert each.captions() == (english, chinese)
        assert english.isascii()
        assert english.strip()
        assert any(chinese.endswith(name) for name in KINDS[each.kind].chinese)
        assert ("夜晚" in chinese) <= (each.time == "night")


def test_what_looks_like_another_class_keeps_its_own() -> None:
    for kind, twist in TWISTS.items():
        plans = [plan(seed, Options(kinds=(kind,))) for seed in range(60)]
        turned = [each for each in plans if each.twist]
        assert {each.twist for each in turned} == {twist}
        assert 5 <= len(turned) <= 35
        assert all(each.category == KINDS[kind].category and each.manner == "flat" for each in turned)


def test_only_documents_lie_on_a_desk() -> None:
    for seed in range(500):
        each = plan(seed)
        assert each.manner == "flat" or each.category == DOCUMENT
        assert not (each.manner == "scan" and KINDS[each.kind].group == "screen")
