// One row under the picture: a slider over an axis of frames or ticks, with a playhead where the clock is.
// @ts-check

import { clamp, make, onDrag } from "./dom.js";

/** @import { Player } from "./player.js" */

/**
 * @typedef {object} Walk what a row goes along
 * @property {number} count how many places there are
 * @property {() => number} at the place now
 * @property {(place: number) => number} go the tick of a place
 * @property {(place: number) => string} describe a place in words
 */

/** A slider over `count` places, where at() is now and go(place) is what the host seeks. */
export class Lane {
  last = NaN; // the place that is drawn

  /** @param {string} label @param {Player} host @param {AbortSignal} signal @param {Walk} walk */
  constructor(label, host, signal, { count, at, go, describe }) {
    this.host = host;
    this.count = count;
    this.at = at;
    this.go = go;
    this.describe = describe;
    this.head = make("div", { class: "head" });
    this.bar = make("div", { class: "lane", role: "slider", tabindex: "0", "aria-label": label }, this.head);
    this.title = make("div", { class: "title", title: label, "aria-hidden": "true" }, label);
    onDrag(this.bar, signal, (event) => {
      host.dragging = true;
      host.seek(this.go(this.placeOf(event)));
    }, () => host.release());
  }

  /** The place under a pointer. @param {MouseEvent} event */
  placeOf(event) {
    const frame = this.bar.getBoundingClientRect();
    return clamp(Math.floor(((event.clientX - frame.left) / frame.width) * this.count), 0, this.count - 1);
  }

  /** Put the playhead where the clock is. */
  place() {
    const at = this.at();
    if (at === this.last) return;
    this.last = at;
    this.head.style.left = `${(100 * (at + 0.5)) / this.count}%`;
    this.bar.setAttribute("aria-valuemin", "0");
    this.bar.setAttribute("aria-valuemax", String(this.count - 1));
    this.bar.setAttribute("aria-valuenow", String(at));
    this.bar.setAttribute("aria-valuetext", this.describe(at));
  }
}

/** The walk along the ticks of a player's clock. @param {Player} host @returns {Walk} */
export function alongTicks(host) {
  const { clock } = host;
  return { count: clock.length, at: () => clock.tick, go: (tick) => tick, describe: (tick) => host.spoken(tick) };
}
