// The board: points that are given, what the rules have made of them so far, and the timeline; one instance a mount.
// @ts-check

import { readable } from "./colour.js";
import { make, set, write } from "./dom.js";
import { mounting } from "./mount.js";
import { EditableRow, PointRow } from "./points.js";
import { Replay } from "./replay.js";

/** @import { Point, Which } from "./points.js" */
/** @import { Api, BoardData, BoardState, Kept, Points } from "./types.d.ts" */

const PATIENCE = 2000; // ms after which an answer counts as lost
const KEPT = 100; // edits that can be undone

/** A row of segments. @param {string} title @param {Kept[]} segments @param {BoardData} data */
function segmentBar(title, segments, data) {
  const blocks = segments.map(([start, stop, label]) => {
    const [name, colour] = data.classes[label] ?? ["nothing", data.nothing];
    const block = make("span", { class: "piece", title: `${name}: frames ${start} to ${stop - 1}` }, name);
    const [left, width] = [(100 * start) / data.length, (100 * (stop - start)) / data.length];
    set(block.style, { left: `${left}%`, width: `${width}%`, background: colour, color: readable(colour) });
    return block;
  });
  const [name, bars] = [make("div", { class: "name" }, title), make("div", { class: "bars" }, ...blocks)];
  return make("div", { class: "points" }, name, bars);
}

class Board {
  /** @type {Api<BoardData, BoardState>} */
  api;
  /** @type {BoardData} */
  data;
  /** @type {Points} */
  points = { actions: [], boundaries: [] }; // as the person has put them
  /** @type {Points[]} */
  past = []; // what can be undone
  seq = 0; // of the last edit
  editedAt = 0; // ms, when that was
  unsent = false; // whether it is still to be sent
  /** @type {{ seq: number, editedAt: number } | null} */
  pendingEdit = null; // the edit that is to be answered
  waiting = 0; // a timer, until an answer is lost
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
    /** @type {(node: HTMLElement, act: () => void) => void} */
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
    this.seq = seq; // later ones are this board's own
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
    /** @type {Set<Point>} */
    const fresh = new Set(done ? [...done[2][2], ...done[3][2]] : []);
    /** @type {Set<Point>} */
    const gone = new Set();
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
    this.put({ ...this.points, [kind]: this.points[kind].map((one, k) => (k === number ? point : one)) });
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
    /** @type {Record<string, () => void>} */
    const acts = {
      ArrowLeft: () => replay.go(replay.step - 1),
      ArrowRight: () => replay.go(replay.step + 1),
      Home: () => replay.go(0),
      End: () => replay.go(this.data.steps.length),
      z: () => this.takeBack(),
    };
    const act = acts[event.key];
    if (!act) return;
    act();
    event.preventDefault();
    event.stopPropagation();
  }

  close() {
    this.replay.pause();
    this.goOn(); // what is still to be sent
    clearTimeout(this.waiting);
    this.abort.abort();
    this.node.remove();
  }
}

export default mounting(Board);
