// A canvas to draw on: laid out for its width, as sharp as the screen, in the colours and letters of the page.
// @ts-check

import { penOf, set } from "./dom.js";

/** @typedef {{ pen: CanvasRenderingContext2D, wide: number, tall: number, ink: string }} Paper */

/** Lay a canvas out for its width. @param {HTMLCanvasElement} canvas @param {number} tall px @returns {Paper} */
export function paper(canvas, tall) {
  const ratio = window.devicePixelRatio || 1;
  const wide = canvas.clientWidth || (canvas.parentElement?.clientWidth ?? 0);
  set(canvas, { width: Math.round(wide * ratio), height: Math.round(tall * ratio) });
  canvas.style.height = `${tall}px`;
  const pen = penOf(canvas);
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  const { color, fontFamily } = getComputedStyle(canvas);
  set(pen, { fillStyle: color, strokeStyle: color, font: `12px ${fontFamily}` });
  return { pen, wide, tall, ink: color };
}

/** A number as it is written: with a minus, not a hyphen. @param {number | string} value */
export const written = (value) => String(value).replace("-", "−");
