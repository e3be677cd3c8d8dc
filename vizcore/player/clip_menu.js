// The clip menu: what is chosen, with its picture; a list to type into; and ways to bring a video of one's own.
// @ts-check

import { Camera } from "./camera.js";
import { icon, iconButton, make, numbered, write } from "./dom.js";
import { DropTarget } from "./drop_target.js";
import { mounting } from "./mount.js";

/** @import { Api, ClipMenuData, ClipMenuState, MenuClip } from "./types.d.ts" */

const GAP = 6; // px between the button and its list

class ClipMenu {
  /** @type {Api<ClipMenuData, ClipMenuState>} */
  api;
  seq = 0;
  at = 0; // of the options that are shown, the one that Enter chooses
  /** @type {MenuClip[]} */
  shown = [];
  /** @type {Map<string, Promise<Blob>>} */
  packs = new Map();
  /** @type {string[]} */
  pictures = []; // object URLs that are in use
  abort = new AbortController();

  /** @param {HTMLElement} root */
  constructor(root) {
    const { signal } = this.abort;
    this.picture = make("img", { class: "picture", alt: "" });
    this.title = make("span", { class: "title" });
    this.button = make(
      "button", { type: "button", class: "chosen", "aria-haspopup": "listbox", "aria-expanded": "false" },
      this.picture, this.title, icon("down"),
    );
    this.field = make("input", {
      type: "search", role: "combobox", "aria-expanded": "true", "aria-controls": "clips", autocomplete: "off",
      placeholder: "Type to find a clip", "aria-label": "Find a clip",
    });
    this.list = make("div", { id: "clips", role: "listbox", "aria-label": "Clips" });
    this.panel = make("div", { class: "panel", popover: "auto" }, this.field, this.list);
    this.opener = iconButton("open", "Open a video");
    this.recorder = iconButton("record", "Record from the camera");
    this.node = make("div", { class: "clip-menu" }, this.button, this.opener, this.recorder, this.panel);
    this.camera = new Camera(this.node, (file) => this.hand(file));
    this.target = new DropTarget(this.node, (file) => this.hand(file));

    this.button.addEventListener("click", () => this.panel.togglePopover(), { signal });
    this.opener.addEventListener("click", () => this.uploader?.click(), { signal });
    this.recorder.addEventListener("click", () => this.camera.open(), { signal });
    this.panel.addEventListener("toggle", (event) => this.toggled(event.newState === "open"), { signal });
    this.field.addEventListener("input", () => this.find(), { signal });
    this.panel.addEventListener("keydown", (event) => this.key(event), { signal });
    this.list.addEventListener("click", (event) => {
      const option = event.target instanceof Element && event.target.closest("[role=option]");
      if (option instanceof HTMLElement) this.choose(Number(option.dataset.at));
    }, { signal });
    root.append(this.node);
  }

  /** Streamlit's own uploader, which takes every file that is brought. */
  get uploader() {
    const place = `.st-key-${CSS.escape(this.api.data.uploader)} input[type=file]`;
    return /** @type {HTMLInputElement | null} */ (document.querySelector(place));
  }

  /** @param {Api<ClipMenuData, ClipMenuState>} api */
  update(api) {
    this.api = api;
    const { label, chosen, clips } = api.data;
    const clip = clips.find(({ id }) => id === chosen);
    this.button.setAttribute("aria-label", `${label}: ${clip?.title ?? "none"}`);
    this.button.title = clip?.about || clip?.title || "";
    write(this.title, clip?.title ?? "Choose a clip");
    this.show(this.picture, clip);
    if (this.panel.matches(":popover-open")) this.find();
  }

  /** @param {boolean} open */
  toggled(open) {
    this.button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    const { bottom, left } = this.button.getBoundingClientRect();
    const width = Math.min(420, innerWidth - 16);
    this.panel.style.width = `${width}px`;
    this.panel.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
    this.panel.style.top = `${bottom + GAP}px`;
    this.panel.style.maxHeight = `${innerHeight - bottom - 2 * GAP - 8}px`;
    this.field.value = "";
    this.find();
    this.field.focus();
  }

  /** List the clips that have every word that was typed. */
  find() {
    const typed = this.field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const { chosen, clips } = this.api.data;
    this.shown = clips.filter(({ title, about, group }) => {
      const text = `${title} ${about} ${group}`.toLowerCase();
      return typed.every((word) => text.includes(word));
    });
    this.at = Math.max(0, this.shown.findIndex(({ id }) => id === chosen));
    this.pictures.forEach((url) => URL.revokeObjectURL(url));
    this.pictures = [];
    /** @type {HTMLElement[]} */
    const rows = [];
    let group = "";
    this.shown.forEach((clip, place) => {
      if (clip.group !== group) {
        group = clip.group;
        rows.push(make("div", { class: "group", role: "presentation" }, group));
      }
      const picture = make("img", { class: "picture", alt: "", loading: "lazy" });
      const words = make("span", { class: "words" }, make("b", {}, clip.title), make("small", {}, clip.about));
      const selected = String(clip.id === chosen);
      const option = { id: `clip-${place}`, role: "option", "aria-selected": selected, "data-at": place };
      rows.push(make("div", option, picture, words));
      this.show(picture, clip);
    });
    if (!rows.length) rows.push(make("div", { class: "group" }, "No clip has these words."));
    this.list.replaceChildren(...rows);
    this.go(this.at);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const last = this.shown.length - 1;
    /** @type {Record<string, () => void>} */
    const acts = {
      ArrowDown: () => this.go(Math.min(last, this.at + 1)),
      ArrowUp: () => this.go(Math.max(0, this.at - 1)),
      PageDown: () => this.go(Math.min(last, this.at + 6)),
      PageUp: () => this.go(Math.max(0, this.at - 6)),
      Enter: () => this.choose(this.at),
      Escape: () => this.panel.hidePopover(), // a search field would only empty itself
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }

  /** Move to an option. @param {number} place */
  go(place) {
    this.at = place;
    for (const option of this.list.querySelectorAll("[role=option]")) {
      const here = option instanceof HTMLElement && Number(option.dataset.at) === place;
      option.classList.toggle("here", here);
      if (here) option.scrollIntoView({ block: "nearest" });
    }
    this.field.setAttribute("aria-activedescendant", `clip-${place}`);
  }

  /** @param {number} place */
  choose(place) {
    const clip = this.shown[place];
    if (!clip) return;
    this.panel.hidePopover();
    this.button.focus();
    if (clip.id === this.api.data.chosen) return;
    this.seq += 1;
    this.api.setStateValue("pick", numbered({ clip: clip.id }, this.seq));
  }

  /** Give a file to the uploader, as if it had been chosen there. @param {File} file */
  hand(file) {
    const { uploader } = this;
    if (!uploader) return;
    const carrier = new DataTransfer();
    carrier.items.add(file);
    uploader.files = carrier.files;
    uploader.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /**
   * Put a clip's picture into an image, once it is fetched.
   * @param {HTMLImageElement} image
   * @param {MenuClip} [clip]
   */
  async show(image, clip) {
    image.removeAttribute("src");
    const { url } = this.api.data;
    if (!clip?.picture || !url) return;
    if (!this.packs.has(url)) this.packs = new Map([[url, fetch(url).then((reply) => reply.blob())]]);
    const [start, stop] = clip.picture;
    const pack = await this.packs.get(url)?.catch(() => null);
    if (!pack) return;
    const address = URL.createObjectURL(pack.slice(start, stop, "image/jpeg"));
    if (image !== this.picture) this.pictures.push(address);
    image.src = address;
  }

  close() {
    this.abort.abort();
    this.camera.close();
    this.target.close();
    this.pictures.forEach((url) => URL.revokeObjectURL(url));
    this.node.remove();
  }
}

export default mounting(ClipMenu);
