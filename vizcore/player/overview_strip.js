// The overview of a long film: pictures of all of it, and a window over the stretch that is looked at.
// @ts-check

import { clamp, make, numbered, onDrag, write } from "./dom.js";
import { mounting } from "./mount.js";

/** @import { Api, OverviewData, OverviewState } from "./types.d.ts" */

const STEP = 0.1; // of the window's length: how far an arrow key moves it

class OverviewStrip {
  /** @type {Api<OverviewData, OverviewState>} */
  api;
  seq = 0;
  start = 0; // seconds
  held = 0; // seconds from the window's start to the pointer
  abort = new AbortController();

  /** @param {HTMLElement} root */
  constructor(root) {
    const { signal } = this.abort;
    this.picture = make("img", { alt: "", draggable: "false" });
    this.frame = make("div", { class: "window", tabindex: 0, role: "slider", "aria-label": "Stretch of the film" });
    this.words = make("div", { class: "words", role: "status" });
    this.band = make("div", { class: "band" }, this.picture, this.frame);
    this.node = make("div", { class: "overview" }, this.band, this.words);
    onDrag(this.band, signal, (event) => this.drag(event), () => this.settle());
    this.band.addEventListener("pointerdown", (event) => this.grasp(event), { capture: true, signal });
    this.frame.addEventListener("keydown", (event) => this.key(event), { signal });
    root.append(this.node);
  }

  /** @param {Api<OverviewData, OverviewState>} api @param {Element | null} pressed */
  update(api, pressed) {
    this.api = api;
    if (this.picture.getAttribute("src") !== api.data.url) this.picture.src = api.data.url;
    if (!pressed) this.place(api.data.start);
  }

  /** @param {PointerEvent} event */
  second(event) {
    const { left, width } = this.band.getBoundingClientRect();
    return clamp((event.clientX - left) / width, 0, 1) * this.api.data.duration;
  }

  /** A press beside the window brings its middle there. @param {PointerEvent} event */
  grasp(event) {
    const at = this.second(event) - this.start;
    this.held = at >= 0 && at <= this.api.data.span ? at : this.api.data.span / 2;
  }

  /** @param {PointerEvent} event */
  drag(event) {
    this.place(this.second(event) - this.held);
  }

  /** @param {number} start seconds */
  place(start) {
    const { duration, span } = this.api.data;
    this.start = clamp(start, 0, Math.max(0, duration - span));
    this.frame.style.left = `${(100 * this.start) / duration}%`;
    this.frame.style.width = `${(100 * Math.min(span, duration)) / duration}%`;
    this.frame.setAttribute("aria-valuemax", String(Math.round(duration)));
    this.frame.setAttribute("aria-valuenow", String(Math.round(this.start)));
    const words = `${clock(this.start)} to ${clock(this.start + span)} of ${clock(duration)}`;
    this.frame.setAttribute("aria-valuetext", words);
    write(this.words, words);
  }

  /** Tell Python where the window is. */
  settle() {
    const start = Math.round(10 * this.start) / 10;
    if (start === this.api.data.start) return;
    this.seq += 1;
    this.api.setStateValue("stretch", numbered({ start }, this.seq));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { duration, span } = this.api.data;
    /** @type {Record<string, number>} */
    const to = {
      ArrowLeft: this.start - STEP * span,
      ArrowRight: this.start + STEP * span,
      PageUp: this.start - duration / 20,
      PageDown: this.start + duration / 20,
      Home: 0,
      End: duration,
    };
    if (!(event.key in to)) return;
    event.preventDefault();
    this.place(to[event.key]);
    this.settle();
  }

  close() {
    this.abort.abort();
    this.node.remove();
  }
}

/** Seconds as 1:02:03. @param {number} seconds */
function clock(seconds) {
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, "0"));
  return `${Math.floor(whole / 3600)}:${parts.join(":")}`;
}

export default mounting(OverviewStrip);
