"""The models that are offered: what each is good at, whether it is here, and how it comes here."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping

import streamlit as st

import jobs
from embedding.published import by_hand, catalogue, download, model_files
from embedding.published.catalogue import Offer
from store.team.job_rows import JobResult
from store.workspace import Workspace
from web import server_paths
from web.language.words import many, t
from web.parts import layout, long_work

BUILT_IN = "built-in"


def entries(workspace: Workspace, in_use: str, items: int) -> None:
    """All models, each with what can be done with it; `in_use` is the spec of the encoder, `items` are embedded again."""
    trials = _trials(workspace)
    busy = {job["arguments"].get("model", "") for job in jobs.running(workspace)}
    for offer in catalogue.OFFERS:
        with st.container(border=True, gap="xxsmall", key=f"model_{slug(offer.spec)}"):
            _head(offer, in_use, busy)
            st.markdown(layout.plain(t(offer.good_at)))
            st.caption(layout.plain(" · ".join(_facts(offer, trials.get(offer.spec), items))))
            if offer.lacks:
                st.caption(
                    layout.md("Its tokenizer needs a package: `{command}`", command=layout.Markdown(offer.lacks))
                )
    _another(in_use)


def slug(spec: str) -> str:
    """A spec as keys and classes of the page have it."""
    return re.sub(r"\W+", "-", spec)


def _trials(workspace: Workspace) -> Mapping[str, JobResult]:
    """The newest trial of each model on this machine."""
    done: dict[str, JobResult] = {}
    for job in jobs.recent(workspace, "trial"):
        result = job["result"]
        if job["state"] == "done" and result and result.get("host") == socket.gethostname():
            done.setdefault(job["arguments"]["model"], result)
    return done


def _head(offer: Offer, in_use: str, busy: set[str]) -> None:
    name, here = slug(offer.spec), offer.is_here
    came = 0 if here else download.came(model_files.folder(offer.spec) / offer.files[0])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(layout.md(f"**{{title}}** {_badge(offer, in_use, came)}", title=offer.title))
        st.space("stretch")
        wait = offer.spec in busy
        if not here:
            _without_network(offer)
            st.button(
                t("Go on") if came else t("Download"), icon=":material/download:", disabled=wait, key=f"fetch_{name}",
                on_click=long_work.begin, args=("fetch", {"model": offer.spec, "title": offer.title}),
            )  # fmt: skip
        st.button(
            t("Try speed"), icon=":material/speed:", disabled=wait, key=f"trial_{name}",
            on_click=long_work.begin, args=("trial", {"model": offer.spec, "title": offer.title}),
            help=t("Five seconds with random weights: images a second and memory on this machine."),
        )  # fmt: skip
        if offer.spec != in_use:
            st.button(
                t("Use") if here else t("Download and use"), type="primary" if here else "secondary", disabled=wait or bool(offer.lacks),
                key=f"use_{name}", on_click=long_work.begin,
                args=("embed", {"model": offer.spec, "title": f"to {offer.title}"}),
            )  # fmt: skip


def _badge(offer: Offer, in_use: str, came: int) -> str:
    if offer.spec == in_use:
        return t(":green-badge[In use]")
    if offer.is_here:
        return t(":blue-badge[On this computer]")
    return (
        t(":orange-badge[{n} of {n2} MB here]", n=f"{came / 1000000.0:,.0f}", n2=f"{offer.bytes / 1000000.0:,.0f}")
        if came
        else t(":gray-badge[Not here]")
    )


def _facts(offer: Offer, trial: JobResult | None, items: int) -> list[str]:
    facts = [
        t(offer.languages),
        f"{offer.bytes / 1e6:,.0f} MB",
        t("licence {name}", name=t(offer.licence)),
        t("{dim} numbers an image", dim=offer.dim),
    ]
    if trial is None:
        return [*facts, t("speed here not tried yet")]
    rate = trial["images_per_s"]
    facts += [
        t("{rate} images/s here", rate=f"{rate:,.0f}") if rate >= 10 else t("{rate} images/s here", rate=f"{rate:.1f}"),
        t("{n} GB of memory", n=f"{trial['memory_mb'] / 1000.0:.1f}"),
    ]
    if not items:
        return facts
    return [*facts, t("{time} for {items}", time=_duration(items / rate), items=many(items, "item"))]


def _duration(seconds: float) -> str:
    if seconds < 90:
        return t("about {max} s", max=max(1, round(seconds)))
    return (
        t("about {n} minutes", n=f"{seconds / 60:.0f}")
        if seconds < 5400
        else t("about {n} hours", n=f"{seconds / 3600:.0f}")
    )


def _without_network(offer: Offer) -> None:
    with st.popover(t("By hand"), icon=":material/cloud_off:", help=t("Without a network")):
        st.markdown(layout.plain(by_hand.instruction(offer)))
        dropped = st.file_uploader(
            t("Files of {title}", title=offer.title), accept_multiple_files=True, key=f"drop_{slug(offer.spec)}",
            type=["safetensors", "json"] if offer.extra else ["safetensors"],
        )  # fmt: skip
        for file in dropped:
            with layout.frame():  # of several files a bad one is named, and the others are taken
                by_hand.take(offer, file.name, file)
        if offer.is_here:
            st.rerun()


def _another(in_use: str) -> None:
    """Any other model of open_clip, a file, or the one that ships."""
    with st.container(border=True, key="model_another"):
        layout.section(t("Another model"))
        typed = st.text_input(
            t("Name, folder or file"), placeholder=t("ViT-B-16/openai, /models/mine, or built-in"), key="model"
        )
        st.caption(
            t("NAME/TAG of open_clip, the path of a folder or file on the computer that runs the app, or built-in.")
        )
        if st.button(t("Change encoder"), icon=":material/sync:", key="change_encoder", disabled=not typed.strip()):
            spec = typed.strip()
            long_work.start("embed", {"model": server_paths.model(spec), "title": f"to {spec}"})
            st.rerun()
        if in_use != BUILT_IN:
            st.button(
                t("Use the built-in demonstration model"), key="use_built-in", on_click=long_work.begin,
                args=("embed", {"model": BUILT_IN, "title": "to the built-in model"}),
            )  # fmt: skip
