// Timelines over a whole video: a row for each who tells, enlarged and walked along without asking Python.
// @ts-check

import { clamp, make, numbered, onDrag, write } from "./dom.js";
import { mounting } from "./mount.js";
import { unpack } from "./payload.js";
import { GAP, ROW, Sheet, moment } from "./timeline_canvas.js";

/** @import { Api, Packed, TimelineArrays, TimelineMeta, TimelineState } from "./types.d.ts" */
/** @typedef {Api<Packed<TimelineMeta>, TimelineState>} TimelineApi */

const STILL = 4; // px that a press may move and still be a click

class Timeline extends Sheet {
  /** @type {TimelineApi} */
  api;
  clicks = 0;
  pressed = { row: 0, frame: 0 }; // where a press began
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
    /** @type {(text: string, label: string, act: () => void) => HTMLElement} */
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
    /** @type {TimelineArrays} */
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
    if (meta.mark && ((marked && !pressed) || fresh)) this.reveal(meta.mark[0], meta.mark[1]);
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
    return { x, row, frame: Math.min(this.from + (x / this.wide) * this.span, this.length - 1) };
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
    const by = (across / this.wide) * this.span;
    if (event.ctrlKey) this.zoom(this.under(event).frame, event.deltaY < 0 ? 0.8 : 1.25);
    else if (across && this.span < this.length) this.show(this.from + by, this.to + by);
    else return;
    event.preventDefault();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { k, start, stop } = this.segment(this.row, this.at);
    const go = (/** @type {number} */ frame, row = this.row) => {
      this.at = clamp(frame, 0, this.length - 1);
      this.row = clamp(row, 0, this.rows.length - 1);
    };
    /** @type {Record<string, () => void>} */
    const acts = {
      ArrowLeft: () => go(k ? this.rows[this.row].starts[k - 1] : 0),
      ArrowRight: () => go(stop < this.rows[this.row].stop ? stop : start),
      ArrowUp: () => go(this.at, this.row - 1),
      ArrowDown: () => go(this.at, this.row + 1),
      "+": () => this.zoom(this.at, 0.5),
      "-": () => this.zoom(this.at, 2),
      0: () => this.show(0, this.length),
      Enter: () => this.send(),
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
}

export default mounting(Timeline);
