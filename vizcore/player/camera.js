// Records from the camera, where the browser allows it, and hands over what was recorded as a file.
// @ts-check

import { make, write } from "./dom.js";

const LONGEST = 60; // seconds
const KINDS = ["video/mp4;codecs=avc1", "video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm"];
const SECURE = "A browser gives the camera only to pages of this machine or of https.";
const DENIED = "The browser has not given the camera: allow it beside the address, then try again.";

export class Camera {
  /** @type {MediaStream | null} */
  stream = null;
  /** @type {MediaRecorder | null} */
  recorder = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  ticking = undefined;
  seconds = 0;
  abort = new AbortController();

  /** @param {HTMLElement} place @param {(file: File) => void} take gets what was recorded */
  constructor(place, take) {
    this.take = take;
    const { signal } = this.abort;
    this.picture = make("video", { autoplay: "", muted: "", playsinline: "" });
    this.words = make("span", { role: "status" });
    this.main = make("button", { type: "button", class: "main" }, "Record");
    this.away = make("button", { type: "button" }, "Close");
    const line = make("div", { class: "line" }, this.main, this.words, this.away);
    this.dialog = make("dialog", { "aria-label": "Record from the camera" }, this.picture, line);
    this.main.addEventListener("click", () => this.turn(), { signal });
    this.away.addEventListener("click", () => this.dialog.close(), { signal });
    this.dialog.addEventListener("close", () => this.stop(), { signal });
    place.append(this.dialog);
  }

  async open() {
    this.dialog.showModal();
    this.main.disabled = true;
    if (!navigator.mediaDevices?.getUserMedia || !("MediaRecorder" in window)) {
      write(this.words, SECURE);
      return;
    }
    write(this.words, "Waiting for the camera");
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 } }, audio: false });
    } catch {
      write(this.words, DENIED);
      return;
    }
    if (!this.dialog.open) {
      this.stop();
      return;
    }
    this.picture.srcObject = this.stream;
    this.picture.muted = true;
    this.main.disabled = false;
    write(this.words, `At most ${LONGEST} seconds, without sound.`);
  }

  /** Begin to record, or end it and hand over what there is. */
  turn() {
    if (this.recorder) {
      this.recorder.stop();
      return;
    }
    if (!this.stream) return;
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    /** @type {Blob[]} */
    const parts = [];
    const recorder = new MediaRecorder(this.stream, mimeType ? { mimeType } : {});
    this.recorder = recorder;
    recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
    recorder.addEventListener("stop", () => this.hand(parts, recorder.mimeType));
    recorder.start();
    write(this.main, "Stop");
    this.seconds = 0;
    this.ticking = setInterval(() => this.tick(), 1000);
    write(this.words, "0 s");
  }

  tick() {
    this.seconds += 1;
    write(this.words, `${this.seconds} s`);
    if (this.seconds >= LONGEST) this.recorder?.stop();
  }

  /** @param {Blob[]} parts @param {string} type */
  hand(parts, type) {
    const [kind] = type.split(";");
    const time = new Date().toISOString().slice(0, 19).replace(/[T:]/g, "-");
    const wanted = this.dialog.open && parts.some(({ size }) => size);
    this.dialog.close();
    if (wanted) this.take(new File(parts, `camera-${time}.${kind === "video/mp4" ? "mp4" : "webm"}`, { type: kind }));
  }

  /** Let the camera go. */
  stop() {
    clearInterval(this.ticking);
    if (this.recorder?.state === "recording") this.recorder.stop();
    this.recorder = null;
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.picture.srcObject = null;
    write(this.main, "Record");
  }

  close() {
    this.abort.abort();
    this.stop();
  }
}
