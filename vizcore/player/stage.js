// The stage: the pictures of all clips side by side, or one of two over the other with a divider that wipes it away.
// @ts-check

import { ARROWS } from "./aim.js";
import { clamp, make, onDrag } from "./dom.js";

/** @import { Preferences } from "./preferences.js" */
/** @import { PlayerMeta } from "./types.d.ts" */

const STEP = 0.02; // of the stage, for a key

/** Holds the screens, and tells the style sheet how they lie. */
export class Stage {
  wiped = 0.5; // how much of the stage shows the first of two clips

  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.divider = make("div", { class: "divider", role: "slider", tabindex: "0", "aria-label": "Wipe" });
    this.node = make("div", { class: "stage" }, this.divider);
    this.divider.addEventListener("keydown", (event) => this.key(event), { signal });
    onDrag(this.divider, signal, (event) => this.wipeTo(this.across(event)));
    this.wipeTo(this.wiped);
  }

  /** Lay the screens out as a page or a person wants them. @param {PlayerMeta} meta @param {Preferences} preferences */
  lay({ clips, layout }, preferences) {
    const wipe = clips.length === 2 && (layout ? layout === "wipe" : preferences.wipe);
    const aspects = clips.map((clip) => clip.width / clip.height);
    this.divider.hidden = !wipe;
    this.node.dataset.layout = wipe ? "wipe" : "side";
    this.node.dataset.clips = String(clips.length);
    this.node.classList.toggle("blocky", !preferences.smooth);
    this.node.style.setProperty("--opacity", String(preferences.opacity / 100));
    this.node.style.setProperty("--first", String(aspects[0]));
    this.node.style.setProperty("--widest", String(Math.max(...aspects)));
  }

  /** @param {MouseEvent} event */
  across(event) {
    const frame = this.node.getBoundingClientRect();
    return (event.clientX - frame.left) / frame.width;
  }

  /** @param {number} share of the stage, 0 to 1 */
  wipeTo(share) {
    this.wiped = clamp(share, 0, 1);
    this.node.style.setProperty("--wipe", `${100 * this.wiped}%`);
    this.divider.setAttribute("aria-valuenow", String(Math.round(100 * this.wiped)));
    this.divider.setAttribute("aria-valuemin", "0");
    this.divider.setAttribute("aria-valuemax", "100");
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const arrow = ARROWS[event.key];
    if (!arrow || event.ctrlKey || event.metaKey || event.altKey) return;
    this.wipeTo(this.wiped + STEP * arrow[1]);
    event.preventDefault();
    event.stopPropagation();
  }
}
