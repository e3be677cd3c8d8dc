// Buttons of the frame that need no run of the page: they open and close the drawer of settings, and copy the link.
// @ts-check

import { make } from "./dom.js";
import { mounting } from "./mount.js";

const OPEN = ".st-key-open-settings button", CLOSE = ".st-key-close-settings button", SHARE = ".st-key-share button";
const DRAWER = ".st-key-drawer";
const MOMENT = 2000; // ms that a word beside a button stays

class FrameButtons {
  abort = new AbortController();

  constructor() {
    const { signal } = this.abort;
    document.addEventListener("click", (event) => this.press(event), { capture: true, signal });
    document.addEventListener("keydown", (event) => this.key(event), { signal });
  }

  update() {} // it is told nothing

  /** Streamlit would run the page for a button's press: these presses go no further. @param {MouseEvent} event */
  press(event) {
    const target = /** @type {Element} */ (event.composedPath()[0]);
    const button = /** @type {HTMLElement | null} */ (target.closest([OPEN, CLOSE, SHARE].join(", ")));
    if (!button) return;
    event.stopPropagation();
    event.preventDefault();
    if (button.matches(SHARE)) share(button);
    else if (button.matches(OPEN)) this.turn(!this.open);
    else this.turn(false);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const inside = event.target instanceof Element && event.target.closest(`${DRAWER}, ${OPEN}`);
    if (event.key === "Escape" && this.open && (inside || event.target === document.body)) this.turn(false);
  }

  get open() {
    return document.documentElement.dataset.settings === "open";
  }

  /** @param {boolean} open */
  turn(open) {
    document.documentElement.dataset.settings = open ? "open" : "closed";
    const opener = /** @type {HTMLElement | null} */ (document.querySelector(OPEN));
    opener?.setAttribute("aria-expanded", String(open));
    if (!open) opener?.focus();
    else requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector(CLOSE))?.focus());
  }

  close() {
    this.abort.abort();
  }
}

/**
 * Copies the page's link, or where the browser allows no copying shows it, to be copied by hand.
 * @param {HTMLElement} button
 */
async function share(button) {
  const { href } = location;
  try {
    await navigator.clipboard.writeText(href);
    say(button, "Link copied");
  } catch {
    say(button, "Copy this link:", href);
  }
}

/** @param {HTMLElement} button @param {string} words @param {string} [link] */
function say(button, words, link) {
  document.querySelector(".vz-said")?.remove();
  const said = make("div", { class: "vz-said", role: "status" }, words);
  const { bottom, right } = button.getBoundingClientRect();
  Object.assign(said.style, { right: `${Math.max(8, innerWidth - right)}px`, top: `${bottom + 6}px` });
  document.body.append(said);
  if (link) {
    const field = make("input", { readonly: "", "aria-label": "Link to this view", value: link });
    said.append(field);
    field.select();
    field.addEventListener("blur", () => said.remove());
  } else setTimeout(() => said.remove(), MOMENT);
}

export default mounting(FrameButtons);
