// What every block of the family does to a frequency: its terms p_k(lambda), so that g = sum over k of W_k p_k.
// @ts-check

/** @import { Turned } from "./types.d.ts" */

/** @typedef {[real: number, imaginary: number]} Complex */
/** @typedef {number | "inner" | "h"} Slider the number of a weight, or what else is turned */
/** @typedef {[text: string, of?: Slider]} Piece of a formula; of: the slider that it belongs to */

/**
 * @typedef {object} Response
 * @property {Piece[]} words the formula
 * @property {(at: Complex, count: number, turned: Turned) => Complex[]} terms p_0 to p_(count - 1) at lambda
 * @property {string} [joined] what stands between the pieces of a formula of any length
 * @property {string[]} [names] of the weights
 * @property {boolean} [inner] whether there is a weight inside a term
 * @property {boolean} [zoom] whether there is an h
 */

/** @type {(one: Complex, other: Complex) => Complex} */
const product = ([a, b], [c, d]) => [a * c - b * d, a * d + b * c];
/** @type {(one: Complex, by: number) => Complex} */
const scaled = ([a, b], by) => [a * by, b * by];
/** @type {(one: Complex, other: Complex) => Complex} */
const sum = ([a, b], [c, d]) => [a + c, b + d];
/** @type {Complex} */
const ONE = [1, 0];

/** T_0 to T_(count - 1) at lambda. @param {Complex} at @param {number} count */
function chebyshev(at, count) {
  let [before, now] = [at, ONE];
  return Array.from({ length: count }, () => {
    const term = now;
    [before, now] = [now, sum(scaled(product(at, now), 2), scaled(before, -1))];
    return term;
  });
}

/** The square of mu = 1 - lambda. @param {Complex} at */
function squared(at) {
  const mu = sum(ONE, scaled(at, -1));
  return product(mu, mu);
}

/** Real lambda only: the Cayley filter wants a symmetric graph. @type {Response["terms"]} */
function cayleyTerms([value], _count, { h }) {
  const along = h * (1 - value);
  const below = along * along + 1;
  return [ONE, [(2 * (along * along - 1)) / below, 0], [(4 * along) / below, 0]];
}

/** @type {Response} */
const HEARD = { words: [["A Z "], ["W1", 0]], terms: (at) => [at] };
/** @type {Record<string, Response>} */
export const RESPONSES = {
  nl: HEARD,
  a2: { ...HEARD, words: [["Ā Z "], ["W1", 0]] },
  cgnl: { ...HEARD, words: [["M vec(Z) "], ["W1", 0]] },
  cc: HEARD,
  ns: { words: [["(A Z − Z) "], ["W1", 0]], terms: (at) => [sum(at, [-1, 0])] },
  snl: { words: [["Z W1", 0], [" + "], ["A Z W2", 1]], terms: (at) => [ONE, at] },
  gsnl: {
    words: [["Z W1", 0], [" + "], ["A Z W2", 1], [" + "], ["(2A − I) Z W3", 2]],
    terms: (at) => [ONE, at, sum(scaled(at, 2), [-1, 0])],
  },
  chebyshev: {
    words: [
      ["T₀(A) Z W1", 0], ["T₁(A) Z W2", 1], ["T₂(A) Z W3", 2],
      ["T₃(A) Z W4", 3], ["T₄(A) Z W5", 4], ["T₅(A) Z W6", 5],
    ],
    joined: " + ",
    terms: chebyshev,
  },
  cayley: {
    words: [
      ["Z W0", 0], [" + 2 Re{("], ["h", "h"], ["L − i)("], ["h", "h"],
      ["L + i)⁻¹ Z ("], ["Wa", 1], [" + i "], ["Wb", 2], [")}"],
    ],
    names: ["W0", "Wa", "Wb"],
    zoom: true,
    terms: cayleyTerms,
  },
  "cayley-printed": {
    words: [["Z W1", 0], [" + 2 (L² Z "], ["Wh", "inner"], [" + Z) "], ["W2", 1]],
    inner: true,
    terms: (at, _count, { inner }) => [ONE, scaled(sum(scaled(squared(at), inner), ONE), 2)],
  },
  "cayley-code": {
    words: [["Z W1", 0], [" + (L² Z + Z "], ["Wh", "inner"], [") "], ["W2", 1]],
    inner: true,
    terms: (at, _count, { inner }) => [ONE, sum(squared(at), [inner, 0])],
  },
};

/**
 * g at lambda.
 * @param {string} operator
 * @param {Complex} at
 * @param {Turned} turned
 * @returns {Complex}
 */
export function respond(operator, at, turned) {
  const terms = RESPONSES[operator].terms(at, turned.out.length, turned);
  return terms.reduce((total, term, k) => sum(total, scaled(term, turned.out[k])), /** @type {Complex} */ ([0, 0]));
}
