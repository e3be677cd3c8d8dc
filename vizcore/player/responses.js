// What a non-local block does to a frequency: g(lambda) = sum over k of W_k p_k(lambda), the p_k as Python sends them.
// @ts-check

/** @import { OperatorWords, Response, FilterSettings } from "./types.d.ts" */

/** @typedef {[real: number, imaginary: number]} Complex */

/** @type {(one: Complex, other: Complex) => Complex} */
const product = ([a, b], [c, d]) => [a * c - b * d, a * d + b * c];
/** @type {Complex} */
const ZERO = [0, 0];
/** @type {(one: Complex, by: number) => Complex} */
const scaled = ([a, b], by) => [a * by, b * by];
/** @type {(one: Complex, other: Complex) => Complex} */
const sum = ([a, b], [c, d]) => [a + c, b + d];

/** A quotient. @param {Complex} one @param {Complex} by @returns {Complex} */
function quotient(one, [c, d]) {
  return scaled(product(one, [c, -d]), 1 / (c * c + d * d));
}

/** A polynomial in lambda, by Horner's rule. @param {number[]} factors lowest power first @param {Complex} at */
function polynomial(factors, at) {
  return factors.reduceRight((/** @type {Complex} */ total, factor) => sum(product(total, at), [factor, 0]), ZERO);
}

/** A polynomial in s and lambda. @param {number[][]} rows @param {Complex} at @param {number} s */
function inBoth(rows, at, s) {
  return rows.reduceRight((/** @type {Complex} */ total, row) => sum(scaled(total, s), polynomial(row, at)), ZERO);
}

/** p_k at lambda. @param {Response} response @param {Complex} at @param {number} s W_h or h */
function term({ numerator, denominator }, at, s) {
  return quotient(inBoth(numerator, at, s), inBoth(denominator, at, s));
}

/**
 * p_k at lambda of every weight.
 * @param {OperatorWords} operator
 * @param {Complex} at
 * @param {FilterSettings} settings
 */
export function terms({ responses, zoom }, at, settings) {
  return settings.out.map((_, k) => term(responses[k], at, zoom ? settings.h : settings.inner));
}

/**
 * g at lambda.
 * @param {OperatorWords} operator
 * @param {Complex} at
 * @param {FilterSettings} settings
 * @returns {Complex}
 */
export function respond(operator, at, settings) {
  return terms(operator, at, settings).reduce((total, one, k) => sum(total, scaled(one, settings.out[k])), ZERO);
}
