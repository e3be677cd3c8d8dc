// How a component lives on a page: one instance a place, told of every change, but not under a person's hand.
// @ts-check

/** @import { Api, Part } from "./types.d.ts" */

/**
 * Hands on what Python sends, except while a pointer is down: what is pressed stays until its press has had its effect.
 * A part marked data-live is drawn anew while it is held, too.
 * @template Data
 * @template State
 */
class Mounted {
  /** @type {Api<Data, State> | null} */
  late = null;
  /** @type {Element | null} */
  target = null;
  /** @type {Set<number>} */
  down = new Set(); // pointers
  abort = new AbortController();

  /** @param {HTMLElement} root @param {Part<Data, State>} part */
  constructor(root, part) {
    this.part = part;
    const { signal } = this.abort;
    root.addEventListener("pointerdown", (event) => this.press(event), { capture: true, signal });
    for (const name of /** @type {const} */ (["pointerup", "pointercancel", "pointermove"])) {
      window.addEventListener(name, (event) => this.lift(event), { capture: true, signal });
    }
    window.addEventListener("blur", () => this.lift(null), { signal }); // the window's own
  }

  /** @param {Api<Data, State>} api */
  update(api) {
    if (this.down.size) {
      this.late = api;
      return;
    }
    this.catchUp();
    this.part.update(api, null);
  }

  /** @param {PointerEvent} event */
  press(event) {
    const target = /** @type {Element} */ (event.composedPath()[0]);
    const kept = event.button === 0 && !target.closest("select, [data-live]"); // a menu keeps the release to itself
    if (!kept) return;
    this.down.add(event.pointerId);
    this.target = target;
  }

  /** @param {PointerEvent | null} event null: the window was left */
  lift(event) {
    if (!event) this.down.clear();
    else if (event.type !== "pointermove" || !event.buttons) this.down.delete(event.pointerId); // a release was missed
    if (this.late && !this.down.size) setTimeout(() => this.catchUp()); // once everybody has heard of the release
  }

  catchUp() {
    const { late, target } = this;
    if (!late || this.down.size || this.abort.signal.aborted) return;
    this.late = null;
    this.part.update(late, target);
  }

  close() {
    this.abort.abort();
    this.part.close();
  }
}

/**
 * What Streamlit calls at the mount and again at every change; what that returns it calls when the part leaves the
 * page, and also for a call that newer data have overtaken, in which case the part is still on the page and stays.
 * @template Data
 * @template State
 * @param {new (root: HTMLElement) => Part<Data, State>} Part
 */
export function mounting(Part) {
  /** @type {WeakMap<HTMLElement, Mounted<Data, State>>} */
  const mounted = new WeakMap(); // the place on the page -> what is there
  return (/** @type {Api<Data, State>} */ api) => {
    const root = api.parentElement;
    const part = mounted.get(root) ?? new Mounted(root, new Part(root));
    mounted.set(root, part);
    part.update(api);
    return () => {
      if (root.isConnected) return;
      mounted.get(root)?.close();
      mounted.delete(root);
    };
  };
}
