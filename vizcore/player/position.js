// The position: where the clips rest, told to Python once they do, and what Python wishes instead.
// @ts-check

import { EchoFilter } from "./dom.js";

/** @import { Player } from "./player.js" */
/** @import { PlayerMeta } from "./types.d.ts" */

const SETTLED = 250; // ms after the last move at which the position is sent

/** Tells each position once; the host is the player. */
export class Position {
  /** @type {string | undefined} */
  known; // the position that Python knows, as text
  timer = 0;
  echoes = new EchoFilter();

  /** @param {Player} host */
  constructor(host) {
    this.host = host;
  }

  /** Whether Python wishes the clips to be elsewhere. @param {PlayerMeta} meta */
  isNew({ start, frame, jumps }) {
    this.known ??= JSON.stringify(start); // what Python takes for granted
    return this.echoes.isNew([frame, jumps]);
  }

  /** Tell Python where the clips rest, once they rest. */
  settle() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), SETTLED);
  }

  send() {
    const { clock, dragging, api, meta, screens } = this.host;
    if (clock.playing || dragging || !api) return;
    const position = screens.map((screen) => clock.frame(screen.side));
    if (JSON.stringify(position) === this.known) return;
    this.known = JSON.stringify(position);
    this.echoes.sent([position.slice(0, meta.frame.length), meta.jumps]);
    api.setStateValue("pos", position);
  }

  close() {
    clearTimeout(this.timer);
  }
}
