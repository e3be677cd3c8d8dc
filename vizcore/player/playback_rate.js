// How fast the player runs: the rates of its menu, and what is read out while it does not run at the chosen one.
// @ts-check

/** @import { Clock } from "./clock.js" */

export const RATES = [0.1, 0.25, 0.5, 1, 1.5, 2]; // times the clip's own

/** A rate as its menu names it. @param {number} rate */
export function rateName(rate) {
  return `${rate}×`;
}

/** What is read out beside the moment: J and L shuttle at other rates, and backwards. @param {Clock} clock */
export function rateReadout(clock) {
  return clock.playing && clock.shuttle !== 1 ? ` · ${rateName(clock.shuttle)}` : "";
}
