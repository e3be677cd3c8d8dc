// A file that is dropped anywhere on the window, for the menu of clips that is nearest to hand.
// @ts-check

import { make } from "./dom.js";

/** @type {Set<DropTarget>} */
const targets = new Set(); // of this page, the first one first

/** Takes files: those that are dropped on its own menu, and where it is the first of the page all others. */
export class DropTarget {
  abort = new AbortController();
  depth = 0; // of elements that the pointer is in

  /** @param {HTMLElement} node @param {(file: File) => void} take */
  constructor(node, take) {
    this.node = node;
    this.take = take;
    this.veil = make("div", { class: "veil", hidden: "" }, make("span", {}, "Drop a video to open it"));
    node.append(this.veil);
    targets.add(this);
    const { signal } = this.abort;
    /** @type {(name: "dragenter" | "dragover" | "dragleave" | "drop", act: (event: DragEvent) => void) => void} */
    const on = (name, act) => window.addEventListener(name, (event) => this.mine(event) && act(event), { signal });
    on("dragenter", (event) => this.enter(event));
    on("dragover", (event) => event.preventDefault());
    on("dragleave", () => this.leave(this.depth - 1));
    on("drop", (event) => this.drop(event));
  }

  /** Whether a drag carries files, and no other menu takes them. @param {DragEvent} event */
  mine(event) {
    if (!event.dataTransfer?.types.includes("Files") || inUploader(event)) return false;
    const path = event.composedPath();
    const under = [...targets].find(({ node }) => path.includes(node));
    return (under ?? [...targets][0]) === this;
  }

  /** @param {DragEvent} event */
  enter(event) {
    event.preventDefault();
    this.leave(this.depth + 1);
  }

  /** @param {number} depth */
  leave(depth) {
    this.depth = Math.max(0, depth);
    this.veil.hidden = !this.depth;
  }

  /** @param {DragEvent} event */
  drop(event) {
    event.preventDefault();
    this.leave(0);
    const file = event.dataTransfer?.files[0];
    if (file) this.take(file);
  }

  close() {
    this.abort.abort();
    targets.delete(this);
  }
}

/** An uploader of Streamlit's own takes what is dropped on it. @param {DragEvent} event */
function inUploader(event) {
  const dropzone = "stFileUploaderDropzone";
  return event.composedPath().some((one) => one instanceof HTMLElement && one.dataset.testid === dropzone);
}
