// SHA-256 e871e6501ca882abd37c817ad7b49bd11adef78c9949bd602cc4008d90b21cff of what "make bundle" makes this of: vizcore/player/board.js and what it imports
// vizcore/player/dom.js
var SVG = "http://www.w3.org/2000/svg";
var ICONS = {
  // on 24 x 24; a path that ends in z is filled by the style sheet, the others are drawn as lines
  play: "M7 4.5v15l12.5-7.5z",
  pause: "M6 4.5h4.2v15H6zM13.8 4.5H18v15h-4.2z",
  back: "M17.5 5v14L8 12zM5 5h2.2v14H5z",
  on: "M6.5 5v14l9.5-7zM16.8 5H19v14h-2.2z",
  loop: "M17 2.5l3.5 3.5L17 9.5M3.5 11V9.5A3.5 3.5 0 0 1 7 6h13M7 21.5L3.5 18 7 14.5M20.5 13v1.5A3.5 3.5 0 0 1 17 18H4",
  grid: "M4 4h16v16H4V4M4 9.3h16M4 14.7h16M9.3 4v16M14.7 4v16",
  boxes: "M4 6h12v12H4V6M16 9h4v9h-4",
  bones: "M12 7.2a2.3 2.3 0 1 0-.01 0M12 7.5V14M6.5 10.5h11M12 14l-4 6.5M12 14l4 6.5",
  mask: "M12 3.5c5 0 9 3.2 8.5 8s-4 9-8.5 9-8.5-3.5-8.5-8.5 3.5-8.5 8.5-8.5z",
  wipe: "M4 5h16v14H4V5M12 2v20M8.5 9.5L6 12l2.5 2.5M15.5 9.5L18 12l-2.5 2.5",
  smooth: "M3 17c4 0 4-10 9-10s5 10 9 10",
  close: "M6 6l12 12M18 6L6 18",
  help: "M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 17.5v.5"
};
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== void 0 && value !== null) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}
function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", ICONS[name].endsWith("z") ? "icon solid" : "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  return svg;
}
function iconButton(name, label, extra = {}) {
  return make("button", { type: "button", "aria-label": label, title: label, ...extra }, icon(name));
}
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
function set(thing, values) {
  Object.assign(thing, values);
}
var clamp = (value, low, high) => Math.min(Math.max(value, low), high);
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

// vizcore/player/points.js
var NUDGE = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 0.05], ArrowDown: [0, -0.05] };
var short = (value) => String(+value.toFixed(2));
var PointRow = class {
  /** @type {Points} */
  state = { actions: [], boundaries: [] };
  length = 1;
  // frames
  /** @type {Class[]} */
  classes = [];
  /** @param {string} title */
  constructor(title) {
    this.field = make("div", { class: "field" });
    this.title = make("div", { class: "name" }, title);
    this.node = make("div", { class: "points" }, this.title, this.field);
  }
  /**
   * Draw a state.
   * @param {Points} state
   * @param {number} length frames
   * @param {Class[]} classes
   * @param {Set<Point>} fresh those that a step has just made
   * @param {Set<Point>} gone those that the next step takes away
   */
  draw(state, length, classes, fresh = /* @__PURE__ */ new Set(), gone = /* @__PURE__ */ new Set()) {
    this.state = state;
    this.length = length;
    this.classes = classes;
    const discs = state.actions.map((point) => this.disc(point, fresh.has(point), gone.has(point)));
    const lines = state.boundaries.map((point) => this.line(point, fresh.has(point), gone.has(point)));
    this.field.replaceChildren(...lines, ...discs);
  }
  /** @param {ActionPoint} point @param {boolean} fresh @param {boolean} gone */
  disc(point, fresh, gone) {
    const [time, label, share] = point;
    const [name, colour] = this.classes[label] ?? [`class ${label}`, "#7F7F7F"];
    const node = make("span", { class: "disc", title: `${name} at ${short(time)}, confidence ${short(share)}` });
    node.style.background = colour;
    return this.mark(node, time, share, fresh, gone);
  }
  /** @param {BoundaryPoint} point @param {boolean} fresh @param {boolean} gone */
  line(point, fresh, gone) {
    const [time, share] = point;
    const node = make("span", { class: "line", title: `boundary at ${short(time)}, confidence ${short(share)}` });
    return this.mark(node, time, share, fresh, gone);
  }
  /**
   * Put a point where it belongs.
   * @param {HTMLElement} node
   * @param {number} time
   * @param {number} share
   * @param {boolean} fresh
   * @param {boolean} gone
   */
  mark(node, time, share, fresh, gone) {
    node.classList.toggle("fresh", fresh);
    node.classList.toggle("gone", gone);
    node.style.left = `${100 * time / this.length}%`;
    node.style.setProperty("--share", String(share));
    return node;
  }
  /** Shade the stretch of time in which a step happens. @param {[start: number, stop: number]} [within] */
  shade(within) {
    const [start, stop] = within ?? [0, 0];
    this.field.style.setProperty("--from", `${100 * start / this.length}%`);
    this.field.style.setProperty("--to", `${100 * stop / this.length}%`);
  }
};
var EditableRow = class extends PointRow {
  /** @type {Which | null} */
  held = null;
  // what is dragged
  /** @type {Which | null} */
  chosen = null;
  // what had the focus last
  from = [0, 0];
  // time and confidence where the drag began
  /** @type {Point} */
  was = [0, 0];
  // the point before it
  /** @param {string} title @param {Host} host @param {AbortSignal} signal */
  constructor(title, host, signal) {
    super(title);
    this.host = host;
    this.node.classList.add("editable");
    this.field.dataset.live = "";
    this.field.addEventListener("dblclick", (event) => this.add(event), { signal });
    this.field.addEventListener("keydown", (event) => this.key(event), { signal });
    onDrag(this.field, signal, (event) => this.drag(event), () => this.release());
  }
  /** Let go of what is dragged. */
  release() {
    this.held = null;
  }
  /** @type {PointRow["mark"]} */
  mark(node, time, share, fresh, gone) {
    const point = super.mark(node, time, share, fresh, gone);
    point.setAttribute("tabindex", "0");
    point.setAttribute("role", "button");
    point.setAttribute("aria-label", point.title);
    return point;
  }
  /** Which point an event is on. @param {Event} event @returns {Which | null} */
  which({ target }) {
    const mark = target instanceof Element ? target.closest(".disc, .line") : null;
    if (!mark) return null;
    const at = [...this.field.children].indexOf(mark);
    const lines = this.state.boundaries.length;
    return at < lines ? ["boundaries", at] : ["actions", at - lines];
  }
  /** A copy of a point. @param {Which} which */
  at([kind, number]) {
    return (
      /** @type {Point} */
      [...this.state[kind][number]]
    );
  }
  /** Time and confidence under a pointer. @param {MouseEvent} event @returns {[time: number, share: number]} */
  under(event) {
    const frame = this.field.getBoundingClientRect();
    const time = (event.clientX - frame.left) / frame.width * this.length;
    const share = 1 - (event.clientY - frame.top - 12) / (frame.height - 24);
    return [+clamp(time, 0, this.length).toFixed(1), +clamp(share, 0, 1).toFixed(2)];
  }
  /** @param {PointerEvent} event */
  drag(event) {
    if (event.type === "pointerdown") {
      this.held = this.which(event);
      if (!this.held) return;
      this.host.remember();
      event.preventDefault();
      this.from = this.under(event);
      this.was = this.at(this.held);
      this.focus(this.held);
      return;
    }
    if (!this.held) return;
    const [time, share] = this.under(event);
    const end = this.was.length - 1;
    const moved = [...this.was];
    moved[0] = +clamp(this.was[0] + time - this.from[0], 0, this.length).toFixed(1);
    moved[end] = +clamp(this.was[end] + share - this.from[1], 0, 1).toFixed(2);
    this.host.move(this.held, moved);
  }
  /** @param {MouseEvent} event */
  add(event) {
    if (!this.which(event)) this.host.add(...this.under(event));
  }
  /** @param {KeyboardEvent} event */
  key(event) {
    const held = this.which(event);
    if (!held) return;
    const point = this.at(held);
    const end = point.length - 1;
    if (NUDGE[event.key]) {
      const [frames, share] = NUDGE[event.key];
      point[0] = clamp(point[0] + frames * (event.shiftKey ? 10 : 1), 0, this.length);
      point[end] = +clamp(point[end] + share, 0, 1).toFixed(2);
      this.host.remember();
      this.host.move(held, point);
    } else if (event.key === "Delete" || event.key === "Backspace") this.host.remove(held);
    else if (event.key === "c" && held[0] === "actions") {
      point[1] = (point[1] + 1) % this.classes.length;
      this.host.remember();
      this.host.move(held, point);
    } else return;
    this.focus(held);
    event.preventDefault();
    event.stopPropagation();
  }
  /** @param {Which} which */
  focus([kind, number]) {
    const node = this.field.children[kind === "actions" ? this.state.boundaries.length + number : number];
    if (node instanceof HTMLElement) node.focus();
    this.chosen = [kind, number];
  }
};

// vizcore/player/replay.js
var PACE = 1100;
var STAGES = ["clean", "one action an interval", "one boundary a gap", "no equal neighbours", "in-paint"];
var Replay = class {
  /** @type {Step[]} */
  steps = [];
  step = 0;
  // how many are shown
  timer = 0;
  /** @param {() => void} show @param {AbortSignal} signal */
  constructor(show, signal) {
    this.show = show;
    this.words = make("div", { class: "words", role: "status" });
    this.list = make("ol", { class: "steps", "aria-label": "Steps" });
    this.list.addEventListener("click", (event) => this.jump(event), { signal });
    const button = (name, label, act) => {
      const node = iconButton(name, label);
      node.addEventListener("click", act, { signal });
      return node;
    };
    const back = button("back", "Undo a step", () => this.go(this.step - 1));
    const on = button("on", "Next step", () => this.go(this.step + 1));
    this.play = button("play", "Play the steps", () => this.toggle());
    this.slider = make("input", { type: "range", min: 0, "aria-label": "Step" });
    this.slider.addEventListener("input", () => this.go(Number(this.slider.value)), { signal });
    this.count = make("span", { class: "count" });
    this.tools = make("div", { class: "tools" }, back, this.play, on, this.slider, this.count);
  }
  /** The step that was done last, and the one that comes; undefined where there is none. */
  get here() {
    return { done: this.steps[this.step - 1], next: this.steps[this.step] };
  }
  /** Take other steps. @param {Step[]} steps */
  update(steps) {
    this.steps = steps;
    this.step = clamp(this.step, 0, steps.length);
    this.slider.max = String(steps.length);
    this.nameSteps();
  }
  /** A row for each step; a row that is there stays there, since somebody may be about to press it. */
  nameSteps() {
    const { list, steps } = this;
    while (list.children.length > steps.length) list.lastChild?.remove();
    while (list.children.length < steps.length) {
      list.append(make("li", {}, make("button", { type: "button", "data-step": list.children.length + 1 })));
    }
    list.querySelectorAll("button").forEach((row, k) => write(row, `${STAGES[steps[k][0]]}: ${steps[k][1]}`));
  }
  /** Say which step is shown. */
  announce() {
    const { done, next } = this.here;
    write(this.words, done ? done[1] : next ? `Next: ${next[1]}` : "Nothing is to be done.");
    write(this.count, `step ${this.step} of ${this.steps.length}`);
    this.slider.value = String(this.step);
    [...this.list.children].forEach((row, k) => {
      row.classList.toggle("done", k < this.step);
      row.classList.toggle("here", k === this.step - 1);
    });
  }
  /** Show so many steps. @param {number} step */
  go(step) {
    this.step = clamp(step, 0, this.steps.length);
    this.show();
  }
  /** @param {Event} event */
  jump({ target }) {
    const button = target instanceof Element ? target.closest("button") : null;
    if (button?.dataset.step) this.go(Number(button.dataset.step));
  }
  toggle() {
    if (this.timer) {
      this.pause();
      return;
    }
    if (this.step === this.steps.length) this.go(0);
    this.timer = setInterval(() => {
      this.go(this.step + 1);
      if (this.step === this.steps.length) this.pause();
    }, PACE);
    this.play.setAttribute("aria-label", "Pause");
    this.play.replaceChildren(icon("pause"));
  }
  pause() {
    clearInterval(this.timer);
    this.timer = 0;
    this.play.setAttribute("aria-label", "Play the steps");
    this.play.replaceChildren(icon("play"));
  }
};

// vizcore/player/board.js
var PATIENCE = 2e3;
var KEPT = 100;
function segmentBar(title, segments, data) {
  const blocks = segments.map(([start, stop, label]) => {
    const [name2, colour] = data.classes[label] ?? ["nothing", data.nothing];
    const block = make("span", { class: "piece", title: `${name2}: frames ${start} to ${stop - 1}` }, name2);
    const [left, width] = [100 * start / data.length, 100 * (stop - start) / data.length];
    set(block.style, { left: `${left}%`, width: `${width}%`, background: colour, color: readable(colour) });
    return block;
  });
  const [name, bars] = [make("div", { class: "name" }, title), make("div", { class: "bars" }, ...blocks)];
  return make("div", { class: "points" }, name, bars);
}
var Board = class {
  /** @type {Api<BoardData, BoardState>} */
  api;
  /** @type {BoardData} */
  data;
  /** @type {Points} */
  points = { actions: [], boundaries: [] };
  // as the person has put them
  /** @type {Points[]} */
  past = [];
  // what can be undone
  seq = 0;
  // of the last edit
  editedAt = 0;
  // ms, when that was
  unsent = false;
  // whether it is still to be sent
  /** @type {{ seq: number, editedAt: number } | null} */
  pendingEdit = null;
  // the edit that is to be answered
  waiting = 0;
  // a timer, until an answer is lost
  abort = new AbortController();
  /** @param {HTMLElement} root */
  constructor(root) {
    const { signal } = this.abort;
    this.given = new EditableRow("given", this, signal);
    this.now = new PointRow("after 0 steps");
    this.bars = make("div");
    this.replay = new Replay(() => this.draw(), signal);
    this.kind = make("select", { "aria-label": "What a double click adds" });
    this.undo = make("button", { type: "button", title: "Take the last edit back" }, "Undo edit");
    this.node = make("div", { class: "board", role: "group", "aria-label": "Re-assembly of keypoints" });
    this.node.append(this.editing(signal), this.given.node, this.now.node, this.bars);
    this.node.append(this.replay.tools, this.replay.words, this.replay.list);
    this.node.addEventListener("keydown", (event) => this.key(event), { signal });
    root.append(this.node);
  }
  /** The tools that edit. @param {AbortSignal} signal */
  editing(signal) {
    const on = (node, act) => node.addEventListener("click", act, { signal });
    const [add, remove] = [make("button", { type: "button" }, "Add"), make("button", { type: "button" }, "Delete")];
    on(add, () => this.add(this.data.length / 2, 0.5));
    on(remove, () => this.given.chosen && this.remove(this.given.chosen));
    on(this.undo, () => this.takeBack());
    return make("div", { class: "tools" }, this.kind, add, remove, this.undo);
  }
  /** Take what Python sent. @param {Api<BoardData, BoardState>} api */
  update(api) {
    this.api = api;
    const { data } = api;
    const fresh = data.origin !== this.data?.origin;
    this.data = data;
    if (fresh) this.begin();
    this.replay.update(data.steps);
    if (fresh) this.given.draw(this.points, data.length, data.classes);
    this.draw();
    if (data.seq === this.pendingEdit?.seq) this.answered(this.pendingEdit.editedAt);
  }
  /** Take the points that Python sent for those that are edited, and forget all edits of others. */
  begin() {
    const { seq, actions, boundaries } = this.data;
    clearTimeout(this.waiting);
    this.given.release();
    this.points = { actions, boundaries };
    this.past = [];
    this.seq = seq;
    this.unsent = false;
    this.pendingEdit = null;
    this.waiting = 0;
    this.replay.step = 0;
    this.offer();
  }
  /** The answer to the last edit is drawn, however late. @param {number} made ms, when it was */
  answered(made) {
    this.pendingEdit = null;
    requestAnimationFrame(() => performance.measure("vizcore.edit", { start: made, end: performance.now() }));
    this.goOn();
  }
  offer() {
    const kinds = this.data.classes.map(([name], k) => make("option", { value: k }, name));
    this.kind.replaceChildren(...kinds, make("option", { value: "boundary" }, "boundary"));
  }
  /** The points after so many steps: each step is a stretch of a list that replaces another. @param {number} count */
  state(count) {
    const state = { actions: [...this.data.actions], boundaries: [...this.data.boundaries] };
    for (const [, , actions, boundaries] of this.data.steps.slice(0, count)) {
      state.actions.splice(actions[0], actions[1], ...actions[2]);
      state.boundaries.splice(boundaries[0], boundaries[1], ...boundaries[2]);
    }
    return state;
  }
  /** Draw the points after the steps that are shown, and say which they are. */
  draw() {
    const { data } = this;
    const { step, here: { done, next } } = this.replay;
    const state = this.state(step);
    const fresh = new Set(done ? [...done[2][2], ...done[3][2]] : []);
    const gone = /* @__PURE__ */ new Set();
    if (next) {
      const [, , [action, actions], [boundary, boundaries]] = next;
      for (const point of state.actions.slice(action, action + actions)) gone.add(point);
      for (const point of state.boundaries.slice(boundary, boundary + boundaries)) gone.add(point);
    }
    write(this.now.title, step ? `after step ${step}` : "before");
    this.now.draw(state, data.length, data.classes, fresh, gone);
    this.now.shade(next?.[4]);
    const bars = [segmentBar("timeline", data.segments, data)];
    if (data.truth.length) bars.push(segmentBar("truth", data.truth, data));
    bars[0].classList.toggle("to-come", step < data.steps.length);
    this.bars.replaceChildren(...bars);
    this.replay.announce();
    this.undo.disabled = !this.past.length;
    Object.assign(this.node.dataset, { step, seq: data.seq, steps: data.steps.length });
  }
  /** Keep the points as they are now, for Undo. */
  remember() {
    this.past = [...this.past.slice(1 - KEPT), structuredClone(this.points)];
  }
  /** Put points somewhere, and have Python re-assemble them. @param {Points} points */
  put(points) {
    this.points = points;
    this.given.draw(points, this.data.length, this.data.classes);
    this.undo.disabled = !this.past.length;
    this.send();
  }
  /** @param {Which} which @param {Point} point */
  move([kind, number], point) {
    this.put({ ...this.points, [kind]: this.points[kind].map((one, k) => k === number ? point : one) });
  }
  /** @param {Which} which */
  remove([kind, number]) {
    this.remember();
    this.given.chosen = null;
    this.put({ ...this.points, [kind]: this.points[kind].filter((_, k) => k !== number) });
  }
  /** @param {number} time @param {number} share */
  add(time, share) {
    this.remember();
    const kind = this.kind.value === "boundary" ? "boundaries" : "actions";
    const point = kind === "boundaries" ? [time, share] : [time, Number(this.kind.value), share];
    this.put({ ...this.points, [kind]: [...this.points[kind], point] });
    this.given.focus([kind, this.points[kind].length - 1]);
  }
  takeBack() {
    const points = this.past.pop();
    if (points) this.put(points);
  }
  /** Have Python answer the last edit: one question at a time, so that a drag never waits for more than one answer. */
  send() {
    this.seq += 1;
    this.editedAt = performance.now();
    this.unsent = true;
    if (!this.waiting) this.ask();
  }
  ask() {
    this.pendingEdit = { seq: this.seq, editedAt: this.editedAt };
    this.unsent = false;
    this.waiting = setTimeout(() => this.goOn(), PATIENCE);
    this.api.setStateValue("edit", { origin: this.data.origin, seq: this.seq, ...this.points });
  }
  /** The answer is here, or lost. */
  goOn() {
    clearTimeout(this.waiting);
    this.waiting = 0;
    if (this.unsent) this.ask();
  }
  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.target instanceof Element && event.target.closest("select, input, .disc, .line")) return;
    const { replay } = this;
    const acts = {
      ArrowLeft: () => replay.go(replay.step - 1),
      ArrowRight: () => replay.go(replay.step + 1),
      Home: () => replay.go(0),
      End: () => replay.go(this.data.steps.length),
      z: () => this.takeBack()
    };
    const act = acts[event.key];
    if (!act) return;
    act();
    event.preventDefault();
    event.stopPropagation();
  }
  close() {
    this.replay.pause();
    this.goOn();
    clearTimeout(this.waiting);
    this.abort.abort();
    this.node.remove();
  }
};
var board_default = mounting(Board);
export {
  board_default as default
};
