// Lines that show on any picture: the same line over itself, dark and wide below, light and narrow above.
// @ts-check

export const CASING = "rgba(0, 0, 0, 0.65)"; // under every line

/** @typedef {[style: string, width: number, dash?: number[]]} Stroke dashes stay as they are where it names none */

/**
 * Draw a line several times.
 * @param {CanvasRenderingContext2D} pen
 * @param {Stroke[]} strokes the lowest first
 * @param {() => void} draw
 */
export function stroke(pen, strokes, draw = () => pen.stroke()) {
  for (const [style, width, dash] of strokes) {
    pen.strokeStyle = style;
    pen.lineWidth = width;
    if (dash) pen.setLineDash(dash);
    draw();
  }
}
