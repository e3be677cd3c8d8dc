// One clip on the page: its picture, heat and overlay, which always belong to the frame that is really shown.

const PICK_COLOUR = "#e69f00";
const ASKED = 16; // frames asked for lately that may still be shown, when a drag is faster than the decoder
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Tell the style sheet the shapes of the first clip and of the widest. */
function tellShapes(stage, clips) {
  const aspects = clips.map((clip) => clip.width / clip.height);
  stage.style.setProperty("--first", aspects[0]);
  stage.style.setProperty("--widest", Math.max(...aspects));
}

/** Shows the frames of one clip and takes picks. The host is the player. */
class Screen {
  constructor(side, host, signal) {
    Object.assign(this, { side, host, signal, shown: -1, wanted: -1, asked: [], hover: null, cursor: null });
    this.picture = make("canvas", { class: "frame", "aria-hidden": "true" });
    this.heatCanvas = make("canvas", { class: "heat", "aria-hidden": "true" });
    this.tintCanvas = make("canvas", { class: "tint", "aria-hidden": "true" });
    this.surface = make("canvas", { class: "overlay", tabindex: "0" });
    this.noteText = make("span");
    this.retry = make("button", { type: "button" }, "Try again");
    this.note = make("div", { class: "note", role: "status", hidden: "" }, this.noteText, this.retry);
    const layers = [this.picture, this.tintCanvas, this.heatCanvas, this.surface];
    this.box = make("div", { class: "screen" }, ...layers, this.note);
    this.name = make("span", { class: "name" });
    this.moment = make("span", { class: "moment" });
    this.node = make("figure", {}, make("figcaption", {}, this.name, this.moment), this.box);
    this.overlay = new Overlay(this.surface);
    this.pen = this.picture.getContext("2d");
    this.listen();
  }

  listen() {
    const { signal } = this;
    const on = (node, name, handle) => node.addEventListener(name, handle, { signal });
    on(this.surface, "pointermove", (event) => this.point(event));
    on(this.surface, "pointerleave", () => this.point(null));
    on(this.surface, "pointerdown", (event) => this.press(event));
    on(this.surface, "click", (event) => this.click(event));
    on(this.surface, "keydown", (event) => this.key(event));
    on(this.surface, "blur", () => this.aim(null));
    on(this.retry, "click", () => this.clip.feed.open());
    this.sizes = new ResizeObserver(([entry]) => {
      this.overlay.fit(entry.contentRect.width, entry.contentRect.height);
      this.drawOver();
    });
    this.sizes.observe(this.surface);
  }

  /** Take what Python sent; a clip that is the same stays as it is. */
  update(meta, arrays) {
    const { side } = this;
    const source = meta.clips[side];
    this.name.textContent = this.name.title = source.label;
    this.grid = meta.grids[side];
    const times = arrays[`times.${side}`];
    const shows = ({ clip }) => clip?.url === source.url && clip.frames === times.length;
    if (!shows(this)) {
      const opened = this.host.screens.find(shows)?.clip;
      this.clip?.leave(this);
      const budget = MEMORY / new Set(meta.clips.map((clip) => clip.url)).size;
      this.clip = opened ?? new Clip(source, arrays[`offsets.${side}`], times, budget);
      this.clip.screens.add(this);
      Object.assign(this, { shown: -1, wanted: -1, asked: [], presented: 0 });
      Object.assign(this.picture, { width: source.width, height: source.height });
      this.node.style.setProperty("--aspect", source.width / source.height);
    }
    const [rows, columns] = this.grid ?? [];
    const patches = this.grid ? rows * columns : 0;
    this.tracks = arrays[`sigma.${side}`] ? new Tracks(arrays, side, patches, meta.measures[side]) : null;
    this.heat = meta.heat[side] ? new HeatMap(arrays, side, meta.heat[side], this.heatCanvas) : null;
    this.heatCanvas.hidden = !this.heat;
    this.outlines = meta.outlines[side] ? new Outlines(arrays, side, meta.outlines[side]) : null;
    this.surface.setAttribute("role", this.grid ? "application" : "img");
    const choose = this.grid ? `, ${rows} rows of ${columns} patches; Enter chooses with the arrow keys` : "";
    this.surface.setAttribute("aria-label", `Video ${source.label}${choose}`);
    this.arrive();
  }

  /** Bytes or a bitmap came, or a fetch failed. */
  arrive() {
    this.tellState();
    this.host.schedule();
  }

  tellState() {
    const { feed, broken } = this.clip;
    let text = "";
    if (feed.error) text = `The frames of this clip could not be loaded (${feed.error}).`;
    else if (broken.has(this.wanted)) text = `Frame ${this.wanted} is damaged and cannot be shown.`;
    else if (feed.share < 1) text = `loading ${Math.floor(100 * feed.share)} %`;
    write(this.noteText, text);
    this.note.hidden = !text;
    this.retry.hidden = !feed.error;
    this.note.classList.toggle("failed", Boolean(feed.error));
  }

  /** Ask for a frame; it is shown as soon as it is decoded, and until then the last one stays. */
  show(frame) {
    if (frame !== this.wanted) {
      this.step = Math.sign(frame - this.wanted) || 1;
      this.wanted = frame;
      this.asked = [...this.asked.slice(1 - ASKED), frame];
    }
    let latest = this.asked.length - 1;
    while (latest >= 0 && !this.clip.kept.has(this.asked[latest])) latest -= 1;
    if (latest >= 0) {
      this.present(this.asked[latest]);
      this.asked = this.asked.slice(latest + 1);
    }
    if (this.shown === frame) this.clip.prefetch(frame, this.step);
    else this.clip.load(frame);
    if (this.clip.broken.size) this.tellState();
  }

  present(frame) {
    this.pen.drawImage(this.clip.get(frame), 0, 0, this.picture.width, this.picture.height);
    this.shown = frame;
    this.presented += 1;
    if (!this.host.clock.playing) this.describe();
    Object.assign(this.box.dataset, { drawn: frame, presented: this.presented });
    this.drawUnder();
    this.drawOver();
    this.caption();
    const { pick, clock } = this.host;
    if (pick?.side === this.side && !clock.playing) this.host.say(this.story(pick));
  }

  /** Say what is outlined in the frame that rests. */
  describe() {
    this.surface.setAttribute("aria-description", this.outlines?.told(this.shown) ?? "");
  }

  /** Draw what lies between the picture and the overlay: the tint of things, and heat. */
  drawUnder() {
    const { heat, outlines, shown } = this;
    const tinted = Boolean(outlines?.has("tint") && this.host.taste.tint);
    this.tintCanvas.hidden = !tinted;
    if (shown < 0) return;
    if (tinted) outlines.paintTint(this.tintCanvas, shown);
    if (heat) heat.paint(shown, this.host.taste.palette);
  }

  /** Draw the overlay of the frame that is shown. */
  drawOver() {
    const { tracks, outlines, shown } = this;
    if (shown < 0) return;
    const { taste } = this.host;
    const aimed = this.cursor ?? this.hover;
    const scene = { grid: this.grid, lines: taste.grid, outlines, shown, taste, hover: this.hover, cursor: this.cursor };
    const { pick } = this.host;
    if (pick?.side === this.side) {
      const [patch, exact] = this.placeOf(pick);
      scene.pick = { patch, exact, colour: PICK_COLOUR };
      if (pick.track !== null) scene.trail = this.trail(pick.track);
    } else if (pick && this.grid && this.host.meta.linked) {
      scene.pick = { ...this.echo(pick), colour: PICK_COLOUR };
    }
    if (tracks && aimed !== null) {
      const track = tracks.trackOf(shown, aimed);
      if (track !== pick?.track || !scene.trail) scene.preview = this.trail(track);
    }
    this.overlay.paint(scene);
  }

  /** Where a pick is in the frame that is shown, and whether that frame was tracked itself. */
  placeOf(pick) {
    if (pick.track === null) return [pick.patch, pick.frame === this.shown];
    const k = this.tracks.stepAt(this.shown);
    return [this.tracks.patchAt(k, pick.track), this.tracks.frames[k] === this.shown];
  }

  /** The patch here at the place of a pick in another clip, and whether this is the frame of its moment. */
  echo(pick) {
    const { clock, screens } = this.host;
    const [[rows, columns], [ownRows, ownColumns]] = [screens[pick.side].grid, this.grid];
    const y = (Math.floor(pick.patch / columns) + 0.5) / rows;
    const x = ((pick.patch % columns) + 0.5) / columns;
    const patch = Math.floor(y * ownRows) * ownColumns + Math.floor(x * ownColumns);
    return { patch, exact: this.shown === clock.frame(this.side, clock.tickOf(pick.side, pick.frame)) };
  }

  trail(track) {
    const { tracks } = this;
    return { moves: tracks.moves(track), k: tracks.stepAt(this.shown), first: tracks.patchAt(0, track) };
  }

  caption() {
    const at = `frame ${this.shown} · ${this.clip.times[this.shown].toFixed(2)} s`;
    const aimed = this.cursor ?? this.hover;
    const [heat, x, y] = [this.heat, ...(this.spot || [0.5, 0.5])];
    const hot = heat && this.spot ? ` · ${heat.label} ${heat.value(this.shown, x, y).toPrecision(2)}` : "";
    write(this.moment, aimed === null ? at + hot : `${this.cell(aimed)}${hot} · ${at}`);
  }

  /** A patch in words. */
  cell(patch) {
    const columns = this.grid[1];
    return `patch ${patch} (row ${Math.floor(patch / columns)}, column ${patch % columns})`;
  }

  /** A pick in words, with the numbers of its next move. */
  story(pick) {
    if (pick.track === null) return `Chosen: ${this.cell(pick.patch)} of frame ${pick.frame}.`;
    const { tracks } = this;
    const k = tracks.stepAt(Math.max(this.shown, 0));
    const from = `Track of patch ${pick.track} in frame ${tracks.frames[0]}`;
    const here = `${from}: ${this.cell(tracks.patchAt(k, pick.track))} in frame ${tracks.frames[k]}`;
    const move = tracks.move(k, pick.track);
    if (!move) return `${here}, where it ends.`;
    const numbers = `${tracks.measure} ${move.similarity.toFixed(3)}, margin ${move.margin.toFixed(3)}`;
    const why = move.overruled ? ", overruled: a better patch went to another track" : "";
    return `${here}; then patch ${move.to} in frame ${tracks.frames[k + 1]} (${numbers}${why}).`;
  }

  /** The place of an event on the picture, or on where it was: across and down, 0 to 1. */
  place(event, box = this.surface.getBoundingClientRect()) {
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    return [clamp(x, 0, 1 - 1e-9), clamp(y, 0, 1 - 1e-9)];
  }

  patchUnder([x, y]) {
    const [rows, columns] = this.grid;
    return Math.floor(y * rows) * columns + Math.floor(x * columns);
  }

  point(event) {
    this.spot = event && event.pointerType !== "touch" ? this.place(event) : null;
    const hover = this.spot && this.grid ? this.patchUnder(this.spot) : null;
    const moved = hover !== this.hover;
    this.hover = hover;
    if (this.shown < 0) return;
    if (moved) this.drawOver();
    this.caption();
  }

  /** Keep what a press is on: by its release the page may have moved, and another frame may be there. */
  press(event) {
    if (event.button !== 0 || !event.isTrusted) return;
    this.surface.setPointerCapture(event.pointerId);
    this.pressed = { box: this.surface.getBoundingClientRect(), frame: this.shown };
  }

  click(event) {
    const { box, frame } = this.pressed ?? { box: this.surface.getBoundingClientRect(), frame: this.shown };
    this.pressed = null;
    const within = event.clientX >= box.left && event.clientX < box.right && event.clientY >= box.top && event.clientY < box.bottom;
    if (this.grid && frame >= 0 && within) this.choose(this.patchUnder(this.place(event, box)), event, frame);
  }

  choose(patch, event, frame = this.shown) {
    this.host.choose({ side: this.side, frame, patch }, event.timeStamp);
  }

  /** Put the keyboard's cursor on a patch, or take it away. */
  aim(patch) {
    this.cursor = patch;
    this.surface.classList.toggle("aiming", patch !== null);
    if (this.shown < 0) return;
    this.drawOver();
    this.caption();
    if (patch !== null) this.host.say(`Cursor on ${this.cell(patch)}. Enter chooses, Escape leaves.`);
  }

  key(event) {
    if (!this.grid || this.shown < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    const aiming = this.cursor !== null;
    if (!aiming && key !== "Enter" && key !== "p") return;
    if (!aiming) this.aim(this.startCell());
    else if (key === "Enter") this.choose(this.cursor, event);
    else if (key === "Escape" || key === "p") this.aim(null);
    else if (ARROWS[key]) this.aim(this.neighbour(...ARROWS[key]));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  startCell() {
    const { pick } = this.host;
    const [rows, columns] = this.grid;
    const middle = Math.floor(rows / 2) * columns + Math.floor(columns / 2);
    return pick?.side === this.side ? this.placeOf(pick)[0] : middle;
  }

  neighbour(down, right) {
    const [rows, columns] = this.grid;
    const row = clamp(Math.floor(this.cursor / columns) + down, 0, rows - 1);
    return row * columns + clamp((this.cursor % columns) + right, 0, columns - 1);
  }

  close() {
    this.sizes.disconnect();
    this.clip?.leave(this);
    this.node.remove();
  }
}
