// Colours: perceptually uniform palettes, and text that stays readable on any of them.
// @ts-check

import { clamp } from "./dom.js";

/** @typedef {"viridis" | "magma" | "cividis" | "grey"} Liked a palette that a person may like */
/** @typedef {Liked | "diverging"} Palette */

/** @type {Record<Palette, string>} */
const STOPS = { // every fifth of 256 entries, rrggbb (Matplotlib's tables, in the public domain); linear between
  viridis:
    "44015446085c471063481769481d6f482475472a7a46307e453781433d844142873f48893d4e8a3a538b38598c355e8d33638d31688e" +
    "2e6d8e2c718e2a768e297b8e27808e25848e23898e218e8d20928c1f978b1e9c891fa18821a58524aa8328ae802eb37c35b7793dbc74" +
    "46c06f50c46a5ac86465cb5e70cf577cd25089d54895d840a2da37b0dd2fbddf26cae11fd8e219e5e419f1e51dfde725",
  magma:
    "00000402020b0504160907200e0b2b140e361a104221114e29115a311165390f6e420f754a107952137c5a167e6219806a1c81721f81" +
    "792282812581892881912b81992d80a1307eaa337db2357bba3878c23b75ca3e72d2426fd9466be04c67e75263ec5860f1605df4695c" +
    "f7725cf97b5dfb8560fc8e64fd9869fea16efeaa74feb47bfebd82fec68afecf92fed89afde2a3fdebacfcf4b6fcfdbf",
  cividis:
    "00224e002656002a5f002d68003070083370163770203a6f273e6e2e416d34456c3a486c3f4c6c444f6c49536c4e566c535a6d575d6d" +
    "5c616e60646f656870696b716d6f727272747676767a7a787e7d788381798885788d8878928c789690779b9476a09875a59c74aaa073" +
    "afa471b5a86fbaac6dbfb06bc4b468c9b965cfbd62d4c15fdac65bdfca57e5cf52ead34cf0d846f6dd3ffce236fee838",
  grey: "000000ffffff",
  diverging: "14629b4a93c693bfe0cbdfecececeaf8dcb9f3b56ade861db35a00",
};
/** @type {readonly Liked[]} */
export const PALETTES = ["viridis", "magma", "cividis", "grey"];
export const TRACK_PALETTE = "viridis"; // similarity 0 to 1
export const PICK_COLOUR = "#e69f00";
export const DARK_TEXT = "#000000"; // with white, one of the two reaches 4.5 on every colour
export const LIGHT_TEXT = "#ffffff";
/** @type {Map<Palette, Uint8Array>} */
const tables = new Map(); // (256 * 3) each

/**
 * The red, green and blue (0 to 255) of #rrggbb or rrggbb.
 * @param {string} hex
 * @returns {[number, number, number]}
 */
export function channels(hex) {
  const value = parseInt(hex.replace("#", ""), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** A palette as 256 rows of red, green, blue. @param {Palette} name */
export function palette(name) {
  const known = tables.get(name);
  if (known) return known;
  const hexes = /** @type {string[]} */ (STOPS[name].match(/.{6}/g));
  const stops = hexes.map(channels);
  const table = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i += 1) {
    const at = (i / 255) * (stops.length - 1);
    const k = Math.min(Math.floor(at), stops.length - 2);
    for (let c = 0; c < 3; c += 1) {
      table[i * 3 + c] = Math.round(stops[k][c] + (at - k) * (stops[k + 1][c] - stops[k][c]));
    }
  }
  tables.set(name, table);
  return table;
}

/** The CSS colour of a share, 0 to 1, of a palette. @param {Palette} name @param {number} share */
export function shade(name, share) {
  const at = 3 * Math.round(255 * clamp(share, 0, 1));
  const table = palette(name);
  return `rgb(${table[at]},${table[at + 1]},${table[at + 2]})`;
}

/** A palette as a CSS gradient from left to right. @param {Palette} name */
export function gradient(name) {
  const shades = Array.from({ length: 9 }, (_, i) => shade(name, i / 8));
  return `linear-gradient(to right, ${shades.join(", ")})`;
}

/** How light a colour styles, 0 to 1 (WCAG 2 relative luminance). @param {string} hex */
function luminance(hex) {
  const [r, g, b] = channels(hex).map((v) => (v <= 10 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The contrast ratio of two colours, 1 to 21 (WCAG 2). @param {string} one @param {string} other */
function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** Dark or light text, whichever reads better on a colour. @param {string} hex */
export function readable(hex) {
  return contrast(hex, DARK_TEXT) >= contrast(hex, LIGHT_TEXT) ? DARK_TEXT : LIGHT_TEXT;
}
