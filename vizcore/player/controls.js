// The bar of controls, the list of keys, and the one table that both the keyboard and that list read.
// @ts-check

import { PALETTES, gradient } from "./colour.js";
import { icon, iconButton, inShort, make, press, write } from "./dom.js";
import { RATES, rateName, rateReadout } from "./playback_rate.js";

/** @import { Liked, Palette } from "./colour.js" */
/** @import { Player } from "./player.js" */
/** @import { PlayerMeta, Sync } from "./types.d.ts" */

/** @typedef {"loop" | "grid" | "boxes" | "bones" | "mask" | "wipe" | "smooth"} Switch an icon and a preference */

/** @type {Switch[]} */
const SWITCHES = ["loop", "grid", "boxes", "bones", "mask", "wipe", "smooth"];
const SYNCS = { lock: "same time", share: "same share", warp: "warped" };
/** @type {[keys: string[], label: string, what: string, act: (player: Player, event: KeyboardEvent) => void][]} */
const KEYS = [
  [[" "], "Space", "play or pause", (player) => player.toggle()],
  [["ArrowLeft"], "←", "one frame back; with Shift ten", (player, event) => player.step(event.shiftKey ? -10 : -1)],
  [["ArrowRight"], "→", "one frame on; with Shift ten", (player, event) => player.step(event.shiftKey ? 10 : 1)],
  [["Home"], "Home", "first frame", (player) => player.seek(0)],
  [["End"], "End", "last frame", (player) => player.seek(player.clock.length - 1)],
  [["l", "L"], "L", "play, twice as fast at each press", (player) => player.push(1)],
  [["k", "K"], "K", "pause", (player) => player.pause()],
  [["j", "J"], "J", "play backward, twice as fast at each press", (player) => player.push(-1)],
  [["g", "G"], "G", "patch grid on or off", (player) => player.prefer("grid", !player.preferences.grid)],
  [["b", "B"], "B", "boxes on or off", (player) => player.prefer("boxes", !player.preferences.boxes)],
  [["s", "S"], "S", "skeletons on or off", (player) => player.prefer("bones", !player.preferences.bones)],
  [["m", "M"], "M", "masks on or off", (player) => player.prefer("mask", !player.preferences.mask)],
  [["?"], "?", "this list", (player) => player.controls.help()],
];
const MORE_KEYS = [ // those of single parts, for the list only
  ["Tab, then Enter or P", "choose a patch: arrows move, Enter picks, Escape leaves"],
  ["Enter or P, arrows, Shift and arrows, Enter", "draw a box where one can: move it, size it, keep it"],
  ["Escape", "take the choice back"],
  ["Page Up, Page Down", "segment before, after (on a timeline)"],
  ["Enter, double click", "play the segment here over and over, or let it go (on a timeline)"],
];

/** The controls; every one of them calls the host, and show() draws what the host says. */
export class Controls {
  /** @type {boolean | null} */
  shownPlaying = null;
  /** @type {Palette | null} */
  ends = null; // the palette of heat where it is not the person's
  moment = make("output", { class: "clock", "aria-live": "off" });
  opacity = make("input", { type: "range", min: 0, max: 100, "aria-label": "Opacity of the heat map" });
  heatName = make("span", { class: "name" });
  low = make("span");
  ramp = make("span", { class: "ramp" });
  high = make("span");
  list = make("div", { class: "help", role: "dialog", "aria-label": "Keys", hidden: "" });

  /** @param {Player} host @param {AbortSignal} signal */
  constructor(host, signal) {
    this.host = host;
    this.signal = signal;
    this.play = this.button("play", "Play", () => host.toggle());
    this.play.classList.add("play");
    /** @param {Switch} name @param {string} label */
    const toggle = (name, label) => this.button(name, label, () => host.prefer(name, !host.preferences[name]));
    /** @type {Record<Switch, HTMLButtonElement>} */
    this.switches = {
      loop: toggle("loop", "Repeat"),
      grid: toggle("grid", "Patch grid"),
      boxes: toggle("boxes", "Boxes"),
      bones: toggle("bones", "Skeletons"),
      mask: toggle("mask", "Masks"),
      wipe: toggle("wipe", "Wipe one clip over the other"),
      smooth: toggle("smooth", "Smooth heat map"),
    };
    this.asker = this.button("help", "Keys", () => this.help());
    this.shut = this.button("close", "Close the list of keys", () => this.help(false));
    const rates = RATES.map((rate) => /** @type {[number, string]} */ ([rate, rateName(rate)]));
    this.rate = this.select("Speed", rates, (value) => host.prefer("rate", +value));
    this.sync = this.select("Clips in step", [], (value) => host.follow(/** @type {Sync} */ (value)));
    const liked = (/** @type {string} */ name) => host.prefer("palette", /** @type {Liked} */ (name));
    this.palette = this.select("Palette", PALETTES.map((name) => [name, name]), liked);
    this.heat = this.heatGroup();
    this.fillList();
    const back = this.button("back", "One frame back", () => host.step(-1));
    const on = this.button("on", "One frame on", () => host.step(1));
    const moving = make("div", { class: "group" }, back, this.play, on, this.moment);
    const { loop, grid, boxes, bones, mask, wipe } = this.switches;
    const views = make("div", { class: "group" }, loop, this.rate, this.sync, grid);
    views.append(boxes, bones, mask, wipe, this.asker);
    this.node = make("div", { class: "bar" }, moving, views, this.heat, this.list);
  }

  /** @param {"play" | "back" | "on" | "help" | "close" | Switch} name @param {string} label @param {() => void} run */
  button(name, label, run) {
    const node = iconButton(name, label);
    node.addEventListener("click", run, { signal: this.signal });
    return node;
  }

  /**
   * @param {string} label
   * @param {[value: string | number, text: string][]} options
   * @param {(value: string) => void} run
   */
  select(label, options, run) {
    const node = make("select", { "aria-label": label, title: label });
    node.append(...options.map(([value, text]) => make("option", { value }, text)));
    node.addEventListener("change", () => run(node.value), { signal: this.signal });
    return node;
  }

  heatGroup() {
    const { host, opacity, signal } = this;
    opacity.addEventListener("input", () => host.prefer("opacity", +opacity.value), { signal });
    const scale = make("span", { class: "scale" }, this.heatName, this.low, this.ramp, this.high);
    return make("div", { class: "group" }, scale, this.palette, opacity, this.switches.smooth);
  }

  fillList() {
    const rows = [...KEYS.map(([, label, what]) => [label, what]), ...MORE_KEYS].map(([label, what]) => {
      const head = make("th", { scope: "row" }, make("kbd", {}, label));
      return make("tr", {}, head, make("td", {}, what));
    });
    this.list.append(make("div", { class: "top" }, make("strong", {}, "Keys"), this.shut), make("table", {}, ...rows));
  }

  /** Open or shut the list of keys. */
  help(open = this.list.hidden) {
    this.list.hidden = !open;
    this.asker.setAttribute("aria-expanded", String(open));
    (open ? this.shut : this.asker).focus();
  }

  /** A key that was pressed in the player. @param {KeyboardEvent} event */
  key(event) {
    const { host } = this;
    const { target, key } = event;
    const on = (/** @type {string} */ selector) => target instanceof Element && target.closest(selector);
    if (event.ctrlKey || event.metaKey || event.altKey || on("select, input")) return;
    if (on("button") && (key === " " || key === "Enter")) return;
    const row = KEYS.find(([keys]) => keys.includes(key));
    if (key === "Escape" && !this.list.hidden) this.help(false);
    else if (key === "Escape" && host.pick) host.clear();
    else if (row) row[3](host, event);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Offer what fits the clips that are shown. @param {PlayerMeta} meta */
  offer(meta) {
    const heat = meta.heat.find(Boolean);
    this.heat.hidden = !heat;
    this.switches.grid.hidden = !meta.grids.some(Boolean);
    const { screens } = this.host;
    for (const name of /** @type {const} */ (["boxes", "bones", "mask"])) {
      this.switches[name].hidden = !screens.some(({ annotations }) => annotations?.has(name));
    }
    this.switches.wipe.hidden = meta.clips.length !== 2 || Boolean(meta.layout);
    this.sync.hidden = meta.syncs.length < 2;
    if (meta.syncs.join() !== [...this.sync.options].map(({ value }) => value).join()) { // else the menu may be open
      this.sync.replaceChildren(...meta.syncs.map((name) => make("option", { value: name }, SYNCS[name])));
    }
    if (!heat) return;
    write(this.heatName, heat.label);
    const shared = meta.heat.every((one) => !one || (one.low === heat.low && one.high === heat.high));
    write(this.low, shared ? inShort(heat.low) : "each lowest");
    write(this.high, shared ? inShort(heat.high) : "highest");
    this.palette.hidden = heat.diverging;
    this.ends = heat.diverging ? "diverging" : null;
  }

  /** Draw the state of the player. */
  show() {
    const { clock, preferences, mode } = this.host;
    this.playing(clock.playing);
    for (const name of SWITCHES) press(this.switches[name], preferences[name]);
    this.rate.value = String(preferences.rate);
    this.sync.value = mode ?? "";
    this.palette.value = preferences.palette;
    this.opacity.value = String(preferences.opacity);
    this.ramp.style.background = gradient(this.ends ?? preferences.palette);
  }

  /** @param {boolean} on */
  playing(on) {
    if (this.shownPlaying === on) return;
    this.shownPlaying = on;
    this.play.replaceChildren(icon(on ? "pause" : "play"));
    this.play.setAttribute("aria-label", on ? "Pause" : "Play");
    this.play.title = on ? "Pause" : "Play";
  }

  /** Draw the moment: frame, seconds, and how fast it runs when that is not the chosen rate. @param {string} text */
  showMoment(text) {
    write(this.moment, text + rateReadout(this.host.clock));
  }
}
