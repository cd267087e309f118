// The player of a report: its film where the browser plays it, else the keyframes in their own time. It stands inside the page.

(() => {
  const find = (selector) => document.querySelector(selector);
  const every = (selector) => [...document.querySelectorAll(selector)];
  const text = document.body.dataset; // what it says, in the language of the page
  const duration = Number(text.duration);
  const still = find(".still");
  const play = find("#play");
  const cursor = find(".cursor");
  const frames = every("img[data-t]")
    .map((image) => ({ at: Number(image.dataset.t), src: image.src }))
    .sort((one, other) => one.at - other.at);
  const rows = every("tr[data-start]").map((node, index) => ({
    node,
    stretch: every(".band a[data-start]")[index],
    start: Number(node.dataset.start),
    end: Number(node.dataset.end),
  }));
  let film = find("video");
  let at = 0; // seconds, while keyframes play
  let playing = false;
  let before = 0; // when the last picture was drawn, in milliseconds

  const stamp = (seconds) => {
    const whole = Math.floor(seconds);
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  };
  const now = () => (film ? film.currentTime : at);

  function paint() {
    const seconds = now();
    const shown = frames.filter((frame) => frame.at <= seconds + 0.05).at(-1) ?? frames[0];
    if (!film && shown && still.src !== shown.src) still.src = shown.src;
    find(".stamp").textContent = text.stamp.replace("{at}", stamp(seconds)).replace("{whole}", stamp(duration));
    cursor.style.display = "block";
    cursor.style.left = `${(100 * seconds) / duration}%`;
    const current = rows.find((row) => seconds >= row.start && seconds < row.end);
    for (const row of rows) {
      row.node.classList.toggle("current", row === current);
      row.stretch?.classList.toggle("current", row === current);
    }
    const label = find(".now");
    find(".now-part").hidden = !current;
    if (!current) return;
    label.textContent = current.node.querySelector(".chip").textContent;
    label.setAttribute("style", current.node.getAttribute("style"));
    label.classList.toggle("person", current.node.querySelector(".chip.person") !== null);
  }

  function tick(time) {
    if (!playing) return;
    at = Math.min(duration, at + (time - before) / 1000);
    before = time;
    paint();
    if (at >= duration) pause();
    else requestAnimationFrame(tick);
  }

  function pause() {
    playing = false;
    play.textContent = text.play;
  }

  function toggle() {
    if (film) {
      if (film.paused) film.play();
      else film.pause();
      return;
    }
    playing = !playing;
    play.textContent = playing ? text.pause : text.play;
    if (!playing) return;
    if (at >= duration) at = 0;
    before = performance.now();
    requestAnimationFrame(tick);
  }

  function seek(seconds) {
    const to = Math.min(Math.max(0, seconds), duration);
    if (film) film.currentTime = to;
    else at = to;
    paint();
  }

  /** Without a film that plays, the keyframes do, under a button of ours. */
  function keyframes() {
    if (film) {
      film.remove();
      film = null;
      find("#film-note").textContent = text.noFilm ?? "";
      find("#film-note").hidden = false;
    }
    still.hidden = false;
    find(".controls").hidden = false;
    play.hidden = frames.length === 0;
    paint();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-start]");
    if (!link) return;
    event.preventDefault();
    seek(Number(link.dataset.start) + 0.01);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button, video")) return;
    const step = { ArrowLeft: -5, ArrowRight: 5 }[event.key];
    if (event.key === " ") toggle();
    else if (step) seek(now() + step);
    else return;
    event.preventDefault();
  });
  play.onclick = toggle;
  find("#print").hidden = false;
  find("#print").onclick = () => print();
  if (film) {
    film.addEventListener("error", keyframes);
    film.addEventListener("loadedmetadata", () => film?.videoWidth || keyframes());
    film.addEventListener("timeupdate", paint);
    film.addEventListener("seeking", paint);
    paint();
  } else {
    keyframes();
  }
})();
