// The bands of the timeline: ruler, keyframes, segments, shots, labels of open facets, the other head's segments, score curves.
import { clock, el, fixed, icon } from "../shared/dom.js";

import { colours } from "../shared/tiles.js";
import { below, percent, place, TAG_PX, TOP } from "./band_places.js";
import { curves } from "./curves.js";
import { segmentOf } from "./segment_band.js";
import { t } from "../shared/page/words.js";

const STEPS = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600];

const FRAME_PX = 66;

const PEEK_PX = 176;

/** The names left of the bands. `run.tags` are those of the open labels that are drawn. */
export function gutter(run, categories) {
  const top = below(run);
  const at = (px, ...text) => el("div", { class: "sm", style: { top: `${px}px` } }, ...text);
  const tags = run.tags.map((tag, index) =>
    el(
      "div",
      {
        class: "sm tagname",
        title: `${tag.facet}: ${tag.label}`,
        style: { top: `${TOP.tags - 3 + TAG_PX * index}px`, ...colours(categories.get(tag.category)) },
      },
      icon(categories.get(tag.category).icon, "s"),
      el("span", { class: "nm" }, tag.label),
    ),
  );
  return el(
    "div",
    { class: "gutter" },
    at(TOP.frames + 2, t("Keyframes")),
    at(
      TOP.segments + 1,
      el("b", {}, t("Segments")),
      el("div", { class: "q", style: { position: "static" } }, run.model.split(/[,，]/)[0]),
    ),
    at(TOP.shots - 2, t("Shots")),
    tags,
    run.before
      ? at(top.before + 1, t("Before "), el("span", { class: "q" }, run.before.model.split(/[,，]/)[0]))
      : null,
    at(top.scores, t("Scores"), el("div", { class: "q", style: { position: "static" } }, t("1.0 at the top"))),
  );
}

/**
 * A track of `width` pixels with all bands of a run. Only what lies in a window of it is in the document, so that an hour of
 * shots scrolls like a minute: `draw(from, to, current)` takes its borders in pixels. `on.seek(seconds)` and `on.pick(index)`
 * report clicks.
 */
export function track(run, categories, width, on) {
  const height = below(run).scores + 96;
  const layer = el("div", { class: "layer" });
  const peek = el("div", { class: "peek", hidden: true }, el("img", { alt: "" }), el("span", { class: "num sm" }));
  const node = el("div", { class: "track", style: { "--h": `${height}px`, width: `${width}px` } }, layer, peek);
  const whole = run.duration_s;
  node.onmousemove = (event) => peekAt(peek, run, event, node, width);
  node.onmouseleave = () => {
    peek.hidden = true;
  };
  const marks = ruler(whole, width);
  const pictures = layOut(run, whole, width);
  const within = (from, to) => (span) => span.end_s >= (from / width) * whole && span.start_s <= (to / width) * whole;
  const draw = (from, to, current) => {
    const seen = within(from, to);
    const parts = [
      ...marks.filter((mark) => mark.x >= from - 80 && mark.x <= to).map(tick),
      ...pictures.filter((one) => one.left + one.room >= from && one.left <= to).map(picture),
    ];
    run.segments.forEach((segment, index) => {
      if (seen(segment)) parts.push(segmentOf(segment, index, categories, whole, width, index === current, on));
    });
    for (const shot of run.shots.filter(seen)) {
      const style = { ...place(shot, whole), top: `${TOP.shots}px`, ...colours(categories.get(shot.category)) };
      parts.push(
        el("div", {
          class: "shot",
          style,
          title: t("{start_s} to {end_s}, {name} {score}", {
            start_s: clock(shot.start_s),
            end_s: clock(shot.end_s),
            name: categories.get(shot.category).name,
            score: fixed(shot.score ?? 0, 2),
          }),
        }),
      );
    }
    run.tags.forEach((tag, row) =>
      parts.push(...tag.spans.filter(seen).map((span) => stretch(span, tag, row, categories, whole, on))),
    );
    for (const hole of (run.holes ?? []).filter(seen)) {
      parts.push(el("div", { class: "hole", style: place(hole, whole) }));
    }
    if (run.before) parts.push(...earlier(run, categories, whole, seen));
    parts.push(curves(run, categories, (from / width) * whole, (to / width) * whole));
    if (run.state === "running") {
      parts.push(
        el("div", { class: "unread", style: { left: percent((run.read_s ?? 0) / whole) }, title: t("Not read yet") }),
      );
    }
    layer.replaceChildren(...parts);
  };
  node.onmousedown = (event) => {
    const seek = (move) => {
      const box = node.getBoundingClientRect();
      on.seek(Math.min(whole, Math.max(0, ((move.clientX - box.left) / box.width) * whole)));
    };
    seek(event);
    const up = () => {
      window.removeEventListener("mousemove", seek);
      window.removeEventListener("mouseup", up);
    };
    window.addEventListener("mousemove", seek);
    window.addEventListener("mouseup", up);
  };
  return { node, draw };
}

/** The keyframe of the shot under the pointer, in large, while it rests on a band. */
function peekAt(peek, run, event, node, width) {
  const on = event.target.closest?.(".segm, .shot, .stretch, .frame");
  const box = node.getBoundingClientRect();
  const x = event.clientX - box.left;
  const time = (x / width) * run.duration_s;
  const shot = on && run.shots.find((one) => time >= one.start_s && time < one.end_s);
  const inside = shot
    ? run.keyframes.filter((frame) => frame.time_s >= shot.start_s - 1e-3 && frame.time_s < shot.end_s)
    : [];
  peek.hidden = !inside.length;
  if (peek.hidden) return;
  const frame = inside.reduce((best, one) => (Math.abs(one.time_s - time) < Math.abs(best.time_s - time) ? one : best));
  const [image, text] = peek.children;
  if (image.getAttribute("src") !== frame.image) image.src = frame.image;
  text.textContent = clock(frame.time_s);
  // On the window, not on the track: the picture is higher than what is below the bands, and the track cuts off what stands out.
  peek.style.left = `${Math.min(Math.max(event.clientX, PEEK_PX / 2), window.innerWidth - PEEK_PX / 2)}px`;
  const top = box.top + (event.clientY - box.top < TOP.shots ? TOP.shots + 18 : TOP.shots - 10 - peek.offsetHeight);
  peek.style.top = `${Math.max(0, Math.min(top, window.innerHeight - peek.offsetHeight))}px`;
}

function ruler(whole, width) {
  const step = STEPS.find((seconds) => (seconds / whole) * width > 70) ?? 1800;
  return Array.from({ length: Math.floor(whole / step) + 1 }, (_, at) => ({
    time: at * step,
    x: ((at * step) / whole) * width,
  })).filter((mark) => mark.x < width - 30);
}

const tick = ({ time, x }) => el("span", { class: "tick num", style: { left: `${x}px` } }, clock(time));

/** As many keyframes as fit, each where its time is. */
function layOut(run, whole, width) {
  const shown = [];
  let free = 0;
  let at = 0;
  for (const frame of run.keyframes) {
    while (at < run.shots.length && run.shots[at].end_s <= frame.time_s + 1e-3) at += 1;
    const shot = run.shots[at];
    if (!shot) break;
    const left = Math.max((shot.start_s / whole) * width, free);
    const room = Math.min((shot.end_s / whole) * width - left - 2, FRAME_PX * 1.4);
    if (room < FRAME_PX * 0.35) continue;
    shown.push({ ...frame, left, room });
    free = left + room + 2;
  }
  return shown;
}

const picture = ({ image, time_s, left, room }) =>
  el("img", {
    class: "frame",
    src: image,
    alt: "",
    draggable: false,
    style: { left: `${left}px`, top: `${TOP.frames}px`, width: `${room}px` },
    title: clock(time_s),
  });

/** Where an open label holds; a click goes to its beginning. */
function stretch(span, tag, row, categories, whole, report) {
  const title = t("{label} {score}, {start_s} to {end_s}", {
    label: tag.label,
    score: fixed(span.score, 2),
    start_s: clock(span.start_s),
    end_s: clock(span.end_s),
  });
  const node = el("div", {
    class: "stretch",
    "data-tag": tag.label,
    title,
    style: { ...place(span, whole), top: `${TOP.tags + TAG_PX * row}px`, ...colours(categories.get(tag.category)) },
  });
  node.onmousedown = (event) => {
    event.stopPropagation();
    report.seek(span.start_s);
  };
  return node;
}

function earlier(run, categories, whole, seen) {
  return run.before.segments.filter(seen).map((segment) => {
    const category = categories.get(segment.category);
    const changed = !run.segments.some(
      (now) =>
        now.category === segment.category && now.start_s <= segment.start_s + 0.05 && now.end_s >= segment.end_s - 0.05,
    );
    return el(
      "div",
      {
        class: `was ${changed ? "diff" : ""}`,
        title: category.name,
        style: { ...place(segment, whole), top: `${below(run).before}px`, ...colours(category) },
      },
      category.name,
    );
  });
}
