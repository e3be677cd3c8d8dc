// A row of keypoints over time: actions as discs of their class's colour, boundaries as grey lines, confidence upwards.
// @ts-check

import { clamp, make, onDrag } from "./dom.js";

/** @import { ActionPoint, BoundaryPoint, Class, Points } from "./types.d.ts" */

/** @typedef {ActionPoint | BoundaryPoint} Point */
/** @typedef {[kind: keyof Points, number: number]} Which of the points */

/**
 * @typedef {object} Host what hears of edits: the board
 * @property {() => void} remember
 * @property {(which: Which, point: Point) => void} move
 * @property {(which: Which) => void} remove
 * @property {(time: number, share: number) => void} add
 */

/** @type {Record<string, [frames: number, share: number]>} */
const NUDGE = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 0.05], ArrowDown: [0, -0.05] };

/** A number with no more decimals than it needs. @param {number} value */
const short = (value) => String(+value.toFixed(2));

/** Points [time, class, confidence] and [time, confidence] of a video of so many frames. */
export class PointRow {
  /** @type {Points} */
  state = { actions: [], boundaries: [] };
  length = 1; // frames
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
  draw(state, length, classes, fresh = new Set(), gone = new Set()) {
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
    node.style.left = `${(100 * time) / this.length}%`;
    node.style.setProperty("--share", String(share));
    return node;
  }

  /** Shade the stretch of time in which a step happens. @param {[start: number, stop: number]} [within] */
  shade(within) {
    const [start, stop] = within ?? [0, 0];
    this.field.style.setProperty("--from", `${(100 * start) / this.length}%`);
    this.field.style.setProperty("--to", `${(100 * stop) / this.length}%`);
  }
}

/** A row whose points can be dragged, moved by the keys, added and taken away. */
export class EditableRow extends PointRow {
  /** @type {Which | null} */
  held = null; // what is dragged
  /** @type {Which | null} */
  chosen = null; // what had the focus last
  from = [0, 0]; // time and confidence where the drag began
  /** @type {Point} */
  was = [0, 0]; // the point before it

  /** @param {string} title @param {Host} host @param {AbortSignal} signal */
  constructor(title, host, signal) {
    super(title);
    this.host = host;
    this.node.classList.add("editable");
    this.field.dataset.live = ""; // what becomes of a point is shown while it is dragged
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
    return /** @type {Point} */ ([...this.state[kind][number]]);
  }

  /** Time and confidence under a pointer. @param {MouseEvent} event @returns {[time: number, share: number]} */
  under(event) {
    const frame = this.field.getBoundingClientRect();
    const time = ((event.clientX - frame.left) / frame.width) * this.length;
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
    /** @type {Point} */
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
}
