// What a person likes, the same for every player and kept by the browser: how heat styles, which layers are shown.
// @ts-check

import { PALETTES } from "./colour.js";

/** @import { Liked } from "./colour.js" */

/**
 * @typedef {object} Preferences
 * @property {number} opacity of heat, in percent
 * @property {Liked} palette of heat
 * @property {boolean} smooth heat rather than its cells
 * @property {boolean} grid
 * @property {boolean} mask
 * @property {boolean} bones
 * @property {boolean} boxes
 * @property {number} rate 1: as it was filmed
 * @property {boolean} loop
 * @property {boolean} wipe one of two clips over the other
 */

const LAYERS = { grid: true, mask: true, bones: true, boxes: true };
/** @type {Preferences} */
export const DEFAULTS = { opacity: 55, palette: "viridis", smooth: true, ...LAYERS, rate: 1, loop: false, wipe: false };
const MEMO = "vizcore.player"; // where a browser keeps a person's preferences

/**
 * What a person liked last, as far as it is still a choice; nothing where the browser keeps no notes.
 * @returns {Partial<Preferences>}
 */
export function remembered() {
  /** @type {Record<string, unknown>} */
  const standard = { ...DEFAULTS };
  /** @type {readonly unknown[]} */
  const palettes = PALETTES;
  /** @param {[string, unknown]} entry */
  const known = ([name, value]) => (
    name === "palette" ? palettes.includes(value) : typeof value === typeof standard[name]
  );
  try {
    return Object.fromEntries(Object.entries(JSON.parse(localStorage.getItem(MEMO) ?? "{}") ?? {}).filter(known));
  } catch {
    return {};
  }
}

/** Keep a person's preferences for the next player. @param {Preferences} preferences */
export function remember(preferences) {
  try {
    localStorage.setItem(MEMO, JSON.stringify(preferences));
  } catch {
    // A browser that keeps no notes starts with the defaults each time.
  }
}
