// The bands of the timeline: ruler, keyframes, segments, shots, labels of open facets, the other head's segments, score curves.

import { clock, el, icon } from "../shared/dom.js";
import { colours } from "../shared/tiles.js";

const TOP = { ruler: 0, frames: 24, segments: 84, shots: 130, tags: 152 };
const TAG_PX = 18; // from one band of an open label to the next
const DASHES = ["", "7 4", "2 3"];
const STEPS = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600];
const FRAME_PX = 66;
const PEEK_PX = 176;
const [LETTER_PX, SCORE_PX] = [7.2, 34]; // of a name, and of a score with its gap: the score gives way to the name

const percent = (value) => `${value * 100}%`;

/** Where the bands below the open labels begin: the other head's segments and the score curves. */
function below(run) {
  const before = TOP.tags + 2 + TAG_PX * run.tags.length + (run.tags.length ? 6 : 0);
  return { before, scores: before + (run.before ? 32 : 2) };
}

/** Left and width of a span in per cent of the whole. */
const place = (span, whole) => ({
  left: percent(span.start_s / whole),
  width: `calc(${percent((span.end_s - span.start_s) / whole)} - 2px)`,
});

/** The names left of the bands. `run.tags` are those of the open labels that are drawn. */
export function gutter(run, categories) {
  const top = below(run);
  const at = (top, ...text) => el("div", { class: "sm", style: { top: `${top}px` } }, ...text);
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
    at(TOP.frames + 2, "Keyframes"),
    at(
      TOP.segments + 1,
      el("b", {}, "Segments"),
      el("div", { class: "q", style: { position: "static" } }, run.model.split(",")[0]),
    ),
    at(TOP.shots - 2, "Shots"),
    tags,
    run.before ? at(top.before + 1, "Before ", el("span", { class: "q" }, run.before.model.split(",")[0])) : null,
    at(top.scores, "Scores", el("div", { class: "q", style: { position: "static" } }, "1.0 at the top")),
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
          title: `${clock(shot.start_s)} to ${clock(shot.end_s)}, ${categories.get(shot.category).name} ${(shot.score ?? 0).toFixed(2)}`,
        }),
      );
    }
    run.tags.forEach((tag, row) =>
      parts.push(...tag.spans.filter(seen).map((span) => stretch(span, tag, row, categories, whole, on))),
    );
    for (const hole of (run.holes ?? []).filter(seen))
      parts.push(el("div", { class: "hole", style: place(hole, whole) }));
    if (run.before) parts.push(...earlier(run, categories, whole, seen));
    parts.push(curves(run, categories, (from / width) * whole, (to / width) * whole));
    if (run.state === "running")
      parts.push(
        el("div", { class: "unread", style: { left: percent((run.read_s ?? 0) / whole) }, title: "Not read yet" }),
      );
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
  const found = [];
  let free = 0;
  let at = 0;
  for (const frame of run.keyframes) {
    while (at < run.shots.length && run.shots[at].end_s <= frame.time_s + 1e-3) at += 1;
    const shot = run.shots[at];
    if (!shot) break;
    const left = Math.max((shot.start_s / whole) * width, free);
    const room = Math.min((shot.end_s / whole) * width - left - 2, FRAME_PX * 1.4);
    if (room < FRAME_PX * 0.35) continue;
    found.push({ ...frame, left, room });
    free = left + room + 2;
  }
  return found;
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

function segmentOf(segment, index, categories, whole, width, on, report) {
  const category = categories.get(segment.category);
  const px = ((segment.end_s - segment.start_s) / whole) * width;
  const human = segment.source === "human";
  const needed = 46 + LETTER_PX * category.name.length + (human ? 20 : 0);
  const parts = [px > 26 ? icon(category.icon) : null, px > 60 ? pathOf(category) : null];
  if (segment.backed_off && px > 150) parts.push(icon("vertical_align_top", "s back"));
  const right = [
    px > 60 && human ? icon("person", "s") : null,
    px > Math.min(needed + SCORE_PX, 240)
      ? el("span", { class: "num", style: { "font-weight": 400 } }, segment.score.toFixed(2))
      : null,
  ].filter(Boolean);
  if (right.length) parts.push(el("span", { class: "sp" }), ...right);
  const why = segment.backed_off ? `. ${segment.reason}` : "";
  const title = `${category.path || category.name} ${segment.score.toFixed(2)}, ${clock(segment.start_s)} to ${clock(segment.end_s)}${why}`;
  const node = el(
    "div",
    {
      class: `segm ${segment.source === "human" ? "h" : ""} ${segment.backed_off ? "backed" : ""} ${on ? "on" : ""}`,
      "data-segment": index,
      title,
      style: { ...place(segment, whole), top: `${TOP.segments}px`, ...colours(category) },
    },
    parts,
  );
  node.onmousedown = (event) => {
    event.stopPropagation();
    report.pick(index);
  };
  return node;
}

/** The name with its path before it; where room is short the path gives way first. */
function pathOf({ path, name }) {
  const above = path && path !== name ? path.slice(0, path.length - name.length) : "";
  return el(
    "span",
    { class: "path" },
    above ? el("span", { class: "nm up" }, above) : null,
    el("span", { class: "nm" }, name),
  );
}

/** Where an open label holds; a click goes to its beginning. */
function stretch(span, tag, row, categories, whole, report) {
  const title = `${tag.label} ${span.score.toFixed(2)}, ${clock(span.start_s)} to ${clock(span.end_s)}`;
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

/** The score curves between two times, as wide as that. */
function curves(run, categories, from, to) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 1000 92");
  svg.setAttribute("preserveAspectRatio", "none");
  Object.assign(svg.style, {
    top: `${below(run).scores}px`,
    left: percent(from / run.duration_s),
    width: percent((to - from) / run.duration_s),
  });
  const draw = (d, attributes) => {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    for (const [name, value] of Object.entries({
      d,
      fill: "none",
      "vector-effect": "non-scaling-stroke",
      ...attributes,
    }))
      path.setAttribute(name, value);
    svg.append(path);
  };
  for (const y of [8, 48, 88]) draw(`M0 ${y}H1000`, { stroke: "#ECEEF3" });
  const times = run.curve?.times ?? [];
  // One point more on each side, so that the line reaches the border.
  const first = Math.max(0, times.findIndex((time) => time >= from) - 1);
  const after = times.findIndex((time) => time > to);
  const end = after < 0 ? times.length : after + 1;
  for (const { id, at, thin } of lines(run, categories)) {
    const values = run.curve.scores[id];
    const points = values
      .slice(first, end)
      .map(
        (value, index) =>
          `${(((times[first + index] - from) / (to - from)) * 1000).toFixed(1)} ${(88 - value * 80).toFixed(1)}`,
      );
    if (points.length)
      draw(`M${points.join("L")}`, {
        stroke: categories.get(id).color,
        "stroke-width": thin ? 1 : 2,
        "stroke-opacity": thin ? 0.55 : 1,
        "stroke-dasharray": DASHES[at % 3],
        "stroke-linejoin": "round",
      });
  }
  return svg;
}

/** The curves, [{id, at, thin}]: in a tree the top categories, which have names of their own, and thin ones for those below. */
export function lines(run, categories) {
  const ids = Object.keys(run.curve?.scores ?? {}).map(Number);
  const inner = (id) => {
    const parent = categories.get(id).parent ?? null;
    return parent !== null && ids.includes(parent);
  };
  const tops = ids.filter((id) => !inner(id));
  const topOf = (id) => (inner(id) ? topOf(categories.get(id).parent) : id);
  return [...ids.filter(inner), ...tops].map((id) => ({ id, at: tops.indexOf(topOf(id)), thin: inner(id) }));
}

/** The line style of the n-th class, so that colour is never the only sign. */
export const lineClass = (at) => ["line-solid", "line-dashed", "line-dotted"][at % 3];
