// What Python has packed, unpacked: arrays by name from one block of bytes; payload.py is the other end.
// @ts-check

/** @import { Contents } from "./types.d.ts" */

const KINDS = { u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, i2: Int16Array, f8: Float64Array };
export const FINE = 10000; // cosines and shares travel as ten-thousandths
export const UNKNOWN = -32768; // stands for "no such number" among them

/**
 * Python's arrays by name.
 * @template Arrays
 * @param {Contents} contents
 * @param {Uint8Array} block
 * @returns {Arrays} what the caller says that Python sends, see types.d.ts
 */
export function unpack(contents, block) {
  const { buffer } = new Uint8Array(block); // a copy that starts at 0, so that every array is aligned
  /** @type {Record<string, unknown>} */
  const arrays = {};
  for (const [name, [kind, start, count]] of Object.entries(contents)) {
    arrays[name] = new KINDS[kind](buffer, start, count);
  }
  return /** @type {Arrays} */ (arrays);
}
