// The replay of a re-assembly: its steps in a list and on a slider, walked along, jumped to, or played.
// @ts-check

import { clamp, icon, iconButton, make, write } from "./dom.js";

/** @import { Step } from "./types.d.ts" */

const PACE = 1100; // ms that a step is shown
const STAGES = ["clean", "one action an interval", "one boundary a gap", "no equal neighbours", "in-paint"];

/** Knows how many steps are shown; show() draws what they have made. */
export class Replay {
  /** @type {Step[]} */
  steps = [];
  step = 0; // how many are shown
  timer = 0;

  /** @param {() => void} show @param {AbortSignal} signal */
  constructor(show, signal) {
    this.show = show;
    this.words = make("div", { class: "words", role: "status" });
    this.list = make("ol", { class: "steps", "aria-label": "Steps" });
    this.list.addEventListener("click", (event) => this.jump(event), { signal });
    /** @type {(name: "play" | "back" | "on", label: string, act: () => void) => HTMLElement} */
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
}
