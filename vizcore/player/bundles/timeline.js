// SHA-256 ab0e6a3d7e2372d8bc4065cff298b4a134503c56d3f549ea9f722d7ef2f77126 of what "make bundle" makes this of: vizcore/player/timeline.js and what it imports
// vizcore/player/dom.js
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== void 0 && value !== null) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
function penOf(canvas) {
  return (
    /** @type {CanvasRenderingContext2D} */
    canvas.getContext("2d")
  );
}
function set(thing, values) {
  Object.assign(thing, values);
}
var clamp = (value, low, high) => Math.min(Math.max(value, low), high);
function countUpTo(rising, value) {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = low + high >> 1;
    if (rising[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
function onDrag(node, signal, move, done = () => {
}) {
  let drag = new AbortController();
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    drag.abort();
    const held = new AbortController();
    drag = held;
    const on = (name, act) => {
      const listener = (next) => next.pointerId === event.pointerId && act(next);
      window.addEventListener(name, listener, { capture: true, signal: held.signal });
    };
    const stop = (last) => {
      held.abort();
      done(last);
    };
    if (event.isTrusted) node.setPointerCapture(event.pointerId);
    on("pointermove", (next) => node.isConnected && move(next));
    on("pointerup", stop);
    on("pointercancel", stop);
    move(event);
  }, { signal });
}
var numbered = (event, seq) => ({ ...event, seq, at: Date.now() });

// vizcore/player/mount.js
var Mounted = class {
  /** @type {Api<Data, State> | null} */
  late = null;
  /** @type {Element | null} */
  target = null;
  /** @type {Set<number>} */
  down = /* @__PURE__ */ new Set();
  // pointers
  abort = new AbortController();
  /** @param {HTMLElement} root @param {Part<Data, State>} part */
  constructor(root, part) {
    this.part = part;
    const { signal } = this.abort;
    root.addEventListener("pointerdown", (event) => this.press(event), { capture: true, signal });
    for (
      const name of
      /** @type {const} */
      ["pointerup", "pointercancel", "pointermove"]
    ) {
      window.addEventListener(name, (event) => this.lift(event), { capture: true, signal });
    }
    window.addEventListener("blur", () => this.lift(null), { signal });
  }
  /** @param {Api<Data, State>} api */
  update(api) {
    if (this.down.size) {
      this.late = api;
      return;
    }
    this.catchUp();
    this.part.update(api, null);
  }
  /** @param {PointerEvent} event */
  press(event) {
    const target = (
      /** @type {Element} */
      event.composedPath()[0]
    );
    const kept = event.button === 0 && !target.closest("select, [data-live]");
    if (!kept) return;
    this.down.add(event.pointerId);
    this.target = target;
  }
  /** @param {PointerEvent | null} event null: the window was left */
  lift(event) {
    if (!event) this.down.clear();
    else if (event.type !== "pointermove" || !event.buttons) this.down.delete(event.pointerId);
    if (this.late && !this.down.size) setTimeout(() => this.catchUp());
  }
  catchUp() {
    const { late, target } = this;
    if (!late || this.down.size || this.abort.signal.aborted) return;
    this.late = null;
    this.part.update(late, target);
  }
  close() {
    this.abort.abort();
    this.part.close();
  }
};
function mounting(Part) {
  const mounted = /* @__PURE__ */ new WeakMap();
  return (api) => {
    const root = api.parentElement;
    const part = mounted.get(root) ?? new Mounted(root, new Part(root));
    mounted.set(root, part);
    part.update(api);
    return () => {
      if (root.isConnected) return;
      mounted.get(root)?.close();
      mounted.delete(root);
    };
  };
}

// vizcore/player/payload.js
var KINDS = { u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, i2: Int16Array, f8: Float64Array };
function unpack(contents, block) {
  const { buffer } = new Uint8Array(block);
  const arrays = {};
  for (const [name, [kind, start, count]] of Object.entries(contents)) {
    arrays[name] = new KINDS[kind](buffer, start, count);
  }
  return (
    /** @type {Arrays} */
    arrays
  );
}

// vizcore/player/colour.js
var DARK_TEXT = "#000000";
var LIGHT_TEXT = "#ffffff";
function channels(hex) {
  const value = parseInt(hex.replace("#", ""), 16);
  return [value >> 16, value >> 8 & 255, value & 255];
}
function luminance(hex) {
  const [r, g, b] = channels(hex).map((v) => v <= 10 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}
function readable(hex) {
  return contrast(hex, DARK_TEXT) >= contrast(hex, LIGHT_TEXT) ? DARK_TEXT : LIGHT_TEXT;
}

// vizcore/player/strokes.js
function stroke(pen, strokes, draw = () => pen.stroke()) {
  for (const [style, width, dash] of strokes) {
    pen.strokeStyle = style;
    pen.lineWidth = width;
    if (dash) pen.setLineDash(dash);
    draw();
  }
}

// vizcore/player/timeline_canvas.js
var ROW = 28;
var GAP = 6;
var AXIS = 26;
var CLOSEST = 20;
var APART = 90;
var LEAST = 15;
var SECONDS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
function moment(frame, rate) {
  if (!rate) return String(Math.round(frame));
  const seconds = frame / rate;
  if (seconds < 60) return `${+seconds.toFixed(2)} s`;
  const parts = [seconds / 3600, seconds / 60 % 60, seconds % 60].map(Math.floor);
  return parts.slice(parts[0] ? 0 : 1).map((part, k) => k ? String(part).padStart(2, "0") : part).join(":");
}
var Sheet = class {
  /** @type {TimelineMeta} */
  meta;
  /** @type {Row[]} */
  rows = [];
  length = 1;
  // frames of all
  from = 0;
  // frames: what is shown
  to = 1;
  row = 0;
  // where the keys are
  at = 0;
  /** @type {[number, number] | null} */
  pulled = null;
  // px: what a press has gone over
  since = 0;
  // ms: the event that is still to be drawn
  wide = 0;
  // px
  tall = 0;
  drawing = 0;
  // an animation frame
  constructor() {
    this.canvas = make("canvas", { tabindex: "0", role: "application" });
    this.scroll = make("input", { type: "range", min: 0, step: "any", "aria-label": "Stretch that is shown" });
    this.node = make("div", { class: "timeline", role: "group", "aria-label": "Timelines" });
  }
  get span() {
    return this.to - this.from;
  }
  /**
   * Take other rows; `fresh` where they are of another video, which is shown whole.
   * @param {TimelineMeta} meta
   * @param {Row[]} rows
   * @param {boolean} fresh
   */
  fill(meta, rows, fresh) {
    this.meta = meta;
    this.rows = rows;
    this.length = meta.length;
    this.row = Math.min(this.row, rows.length - 1);
    if (!fresh) return;
    this.from = 0;
    this.to = this.length;
    this.at = 0;
  }
  /** Lay the canvas out for the width there is. */
  fit() {
    this.wide = this.canvas.clientWidth;
    if (!this.meta || !this.wide) return;
    this.tall = this.rows.length * (ROW + GAP) + AXIS;
    const ratio = window.devicePixelRatio || 1;
    this.canvas.style.height = `${this.tall}px`;
    set(this.canvas, { width: Math.round(this.wide * ratio), height: Math.round(this.tall * ratio) });
    penOf(this.canvas).setTransform(ratio, 0, 0, ratio, 0, 0);
    this.schedule();
  }
  schedule() {
    this.drawing ||= requestAnimationFrame(() => this.draw());
  }
  /** Show the frames [from, to), as far as there are any. @param {number} from @param {number} to */
  show(from, to) {
    const span = clamp(to - from, Math.min(CLOSEST, this.length), this.length);
    this.from = clamp(from, 0, this.length - span);
    this.to = this.from + span;
    this.schedule();
  }
  /** Show `factor` times as much, with a frame staying where it is. @param {number} frame @param {number} factor */
  zoom(frame, factor) {
    this.show(frame - (frame - this.from) * factor, frame + (this.to - frame) * factor);
  }
  /** Bring a stretch into view, large enough to be seen. @param {number} start @param {number} stop */
  reveal(start, stop) {
    this.at = start;
    const small = (stop - start) / this.span < 0.01 ? 15 * (stop - start) : this.span;
    if (start >= this.from && stop <= this.to && small === this.span) return;
    this.show((start + stop - small) / 2, (start + stop + small) / 2);
  }
  /** @param {number} frame */
  x(frame) {
    return (frame - this.from) / this.span * this.wide;
  }
  /** Mark what a press goes over, from where it began to x (px). @param {number} x @param {boolean} begins */
  pull(x, begins) {
    this.pulled = begins || !this.pulled ? [x, x] : [this.pulled[0], x];
    this.schedule();
  }
  /** Take the mark away: the frames that it went over, and how far that was, px. */
  letGo() {
    const [one, two] = this.pulled ?? [0, 0];
    const [from, to] = [Math.min(one, two), Math.max(one, two)].map((x) => this.from + x / this.wide * this.span);
    this.pulled = null;
    return { from, to, far: Math.abs(two - one) };
  }
  /**
   * The number of a row's segment at a frame, and its start, stop and label.
   * @param {number} row
   * @param {number} frame
   */
  segment(row, frame) {
    const { starts, labels, stop } = this.rows[row];
    const k = clamp(countUpTo(starts, frame) - 1, 0, starts.length - 1);
    return { k, start: starts[k], stop: starts[k + 1] ?? stop, label: labels[k] };
  }
  draw() {
    this.drawing = 0;
    if (!this.wide) return;
    const pen = penOf(this.canvas);
    const { color, fontFamily } = getComputedStyle(this.node);
    pen.clearRect(0, 0, this.wide, this.tall);
    pen.font = `12px ${fontFamily}`;
    this.rows.forEach((_, k) => this.drawRow(pen, k));
    this.numbers(pen, color);
    const { mark } = this.meta;
    if (mark) this.frame(pen, mark[0], mark[1], 0, this.rows.length * (ROW + GAP) - GAP);
    if (this.canvas.matches(":focus-visible")) {
      const { start, stop } = this.segment(this.row, this.at);
      this.frame(pen, start, stop, this.row * (ROW + GAP), ROW);
    }
    if (this.pulled) {
      pen.globalAlpha = 0.25;
      pen.fillStyle = color;
      pen.fillRect(Math.min(...this.pulled), 0, Math.abs(this.pulled[1] - this.pulled[0]), this.tall - AXIS);
      pen.globalAlpha = 1;
    }
    const whole = this.span >= this.length;
    this.scroll.style.visibility = whole ? "hidden" : "visible";
    set(this.scroll, { max: String(Math.max(this.length - this.span, 1)), value: String(this.from) });
    const [from, to] = [this.from, this.to].map(Math.round);
    Object.assign(this.node.dataset, { from, to, rows: this.rows.length, mark: mark ?? "" });
    if (this.since) performance.measure("vizcore.timeline", { start: this.since, end: performance.now() });
    this.since = 0;
  }
  /** @param {CanvasRenderingContext2D} pen @param {number} row */
  drawRow(pen, row) {
    const { starts, labels, stop } = this.rows[row];
    const [top, { classes }] = [row * (ROW + GAP), this.meta];
    const first = Math.max(countUpTo(starts, this.from) - 1, 0);
    for (let k = first; k < starts.length && starts[k] < this.to; k += 1) {
      const [left, right] = [this.x(starts[k]), this.x(starts[k + 1] ?? stop)];
      const [name, colour] = classes[labels[k]];
      pen.fillStyle = colour;
      pen.fillRect(left, top, right - left, ROW);
      const [start, room] = [Math.max(left, 0) + 5, Math.min(right, this.wide) - Math.max(left, 0) - 10];
      if (room < LEAST || pen.measureText(name).width > room) continue;
      set(pen, { fillStyle: readable(colour), textBaseline: "middle", textAlign: "left" });
      pen.fillText(name, start, top + ROW / 2 + 1);
    }
  }
  /** @param {CanvasRenderingContext2D} pen @param {string} color */
  numbers(pen, color) {
    const { rate } = this.meta;
    const [least, unit] = [this.span / this.wide * APART, rate || 1];
    const round = 10 ** Math.floor(Math.log10(least));
    const steps = rate ? SECONDS : [1, 2, 5, 10].map((part) => Math.max(1, part * round));
    const step = (steps.find((one) => one * unit >= least) ?? steps[steps.length - 1]) * unit;
    const top = this.rows.length * (ROW + GAP);
    set(pen, { fillStyle: color, textBaseline: "top" });
    for (let frame = Math.ceil(this.from / step) * step; frame <= this.to; frame += step) {
      const x = this.x(frame);
      pen.fillRect(x - 0.5, top - GAP + 1, 1, 5);
      pen.textAlign = x < 20 ? "left" : x > this.wide - 30 ? "right" : "center";
      pen.fillText(moment(frame, rate), x, top + 4);
    }
  }
  /**
   * Outline a stretch of time.
   * @param {CanvasRenderingContext2D} pen
   * @param {number} start frame
   * @param {number} stop frame
   * @param {number} top px
   * @param {number} height px
   */
  frame(pen, start, stop, top, height) {
    const [left, right] = [this.x(start), this.x(stop)];
    const draw = () => pen.strokeRect(left, Math.max(top, 1.5), Math.max(right - left, 2), height);
    stroke(pen, [[LIGHT_TEXT, 5], [DARK_TEXT, 2]], draw);
  }
};

// vizcore/player/timeline.js
var STILL = 4;
var Timeline = class extends Sheet {
  /** @type {TimelineApi} */
  api;
  clicks = 0;
  pressed = { row: 0, frame: 0 };
  // where a press began
  abort = new AbortController();
  /** @param {HTMLElement} root */
  constructor(root) {
    super();
    const { signal } = this.abort;
    this.names = make("div", { class: "names", "aria-hidden": "true" });
    this.words = make("div", { class: "words", role: "status" });
    this.legend = make("div", { class: "legend" });
    const canvasBox = make("div", { class: "sheet" }, this.names, this.canvas);
    this.node.append(this.tools(signal), canvasBox, this.legend);
    this.canvas.addEventListener("pointermove", (event) => this.look(event), { signal });
    this.canvas.addEventListener("pointerleave", () => this.leave(), { signal });
    this.canvas.addEventListener("wheel", (event) => this.wheel(event), { signal });
    this.canvas.addEventListener("keydown", (event) => this.key(event), { signal });
    this.canvas.addEventListener("focus", () => this.schedule(), { signal });
    this.canvas.addEventListener("blur", () => this.schedule(), { signal });
    onDrag(this.canvas, signal, (event) => this.drag(event), (event) => this.drop(event));
    const scroll = () => this.show(+this.scroll.value, +this.scroll.value + this.span);
    this.scroll.addEventListener("input", scroll, { signal });
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(canvasBox);
    root.append(this.node);
  }
  /** @param {AbortSignal} signal */
  tools(signal) {
    const button = (text, label, act) => {
      const node = make("button", { type: "button", "aria-label": label, title: label }, text);
      node.addEventListener("click", act, { signal });
      return node;
    };
    const middle = () => (this.from + this.to) / 2;
    const nearer = button("+", "Enlarge", () => this.zoom(middle(), 0.4));
    const farther = button("−", "Show more", () => this.zoom(middle(), 2.5));
    const all = button("All", "Show all", () => this.show(0, this.length));
    return make("div", { class: "tools" }, nearer, farther, all, this.scroll, this.words);
  }
  /**
   * Take what Python sent; where it came in the middle of a press, the view is the person's.
   * @param {TimelineApi} api
   * @param {Element | null} pressed
   */
  update(api, pressed) {
    const { meta, block } = api.data;
    const arrays = unpack(meta.contents, block.getChildAt(0).toArray());
    const { rows, stops } = meta;
    const fresh = meta.origin !== this.meta?.origin || meta.length !== this.length;
    const marked = JSON.stringify(meta.mark) !== JSON.stringify(this.meta?.mark);
    const filled = rows.map((name, k) => {
      return { name, starts: arrays[`starts.${k}`], labels: arrays[`labels.${k}`], stop: stops[k] };
    });
    this.api = api;
    this.fill(meta, filled, fresh);
    this.names.replaceChildren(...rows.map((name) => make("div", { title: name }, name)));
    this.canvas.setAttribute("aria-label", `Timelines of ${rows.join(", ")}; arrow keys go from segment to segment`);
    this.tellClasses();
    if (meta.mark && (marked && !pressed || fresh)) this.reveal(meta.mark[0], meta.mark[1]);
    this.fit();
  }
  tellClasses() {
    const seen = new Set(this.rows.flatMap(({ labels }) => [...new Set(labels)]));
    const rows = this.meta.classes.map(([name, colour], k) => {
      const swatch = make("span", { class: "swatch" });
      swatch.style.background = colour;
      return seen.has(k) ? make("span", { class: "class" }, swatch, name) : "";
    });
    this.legend.replaceChildren(...rows);
  }
  /** The row and the frame under a pointer. @param {MouseEvent} event */
  under(event) {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [clamp(event.clientX - box.left, 0, this.wide), event.clientY - box.top];
    const row = clamp(Math.floor(y / (ROW + GAP)), 0, this.rows.length - 1);
    return { x, row, frame: Math.min(this.from + x / this.wide * this.span, this.length - 1) };
  }
  /** @param {PointerEvent} event */
  look(event) {
    if (this.pulled || !this.meta) return;
    const { row, frame } = this.under(event);
    this.announce(row, frame);
  }
  leave() {
    write(this.words, "");
  }
  /** Tell what is at a frame of a row. @param {number} row @param {number} frame */
  announce(row, frame) {
    const { start, stop, label } = this.segment(row, frame);
    const { classes, rate, rows } = this.meta;
    write(this.words, `${rows[row]}: ${classes[label][0]}, ${moment(start, rate)} to ${moment(stop, rate)}`);
  }
  /** @param {PointerEvent} event */
  drag(event) {
    const { x, row, frame } = this.under(event);
    if (event.type === "pointerdown") this.pressed = { row, frame };
    this.pull(x, event.type === "pointerdown");
  }
  /**
   * A press that moved enlarges what it went over; one that did not goes to the segment where it began.
   * @param {PointerEvent} event
   */
  drop(event) {
    const { from, to, far } = this.letGo();
    const moved = far > STILL;
    this.since = event.timeStamp;
    if (event.type === "pointerup" && moved) this.show(from, to);
    else if (event.type === "pointerup") {
      this.row = this.pressed.row;
      this.at = Math.floor(this.pressed.frame);
      this.send();
    }
    this.schedule();
  }
  /** Go to the segment where the keys are. */
  send() {
    const { start, stop } = this.segment(this.row, this.at);
    this.clicks += 1;
    this.api.setStateValue("click", numbered({ origin: this.meta.origin, start, stop }, this.clicks));
  }
  /** @param {WheelEvent} event */
  wheel(event) {
    const across = event.shiftKey ? event.deltaY : event.deltaX;
    const by = across / this.wide * this.span;
    if (event.ctrlKey) this.zoom(this.under(event).frame, event.deltaY < 0 ? 0.8 : 1.25);
    else if (across && this.span < this.length) this.show(this.from + by, this.to + by);
    else return;
    event.preventDefault();
  }
  /** @param {KeyboardEvent} event */
  key(event) {
    const { k, start, stop } = this.segment(this.row, this.at);
    const go = (frame, row = this.row) => {
      this.at = clamp(frame, 0, this.length - 1);
      this.row = clamp(row, 0, this.rows.length - 1);
    };
    const acts = {
      ArrowLeft: () => go(k ? this.rows[this.row].starts[k - 1] : 0),
      ArrowRight: () => go(stop < this.rows[this.row].stop ? stop : start),
      ArrowUp: () => go(this.at, this.row - 1),
      ArrowDown: () => go(this.at, this.row + 1),
      "+": () => this.zoom(this.at, 0.5),
      "-": () => this.zoom(this.at, 2),
      0: () => this.show(0, this.length),
      Enter: () => this.send()
    };
    const act = acts[event.key];
    if (!act) return;
    this.since = event.timeStamp;
    act();
    if (this.at < this.from || this.at >= this.to) this.show(this.at - this.span / 2, this.at + this.span / 2);
    this.announce(this.row, this.at);
    this.schedule();
    event.preventDefault();
    event.stopPropagation();
  }
  close() {
    this.abort.abort();
    this.sizes.disconnect();
    cancelAnimationFrame(this.drawing);
    this.node.remove();
  }
};
var timeline_default = mounting(Timeline);
export {
  timeline_default as default
};
