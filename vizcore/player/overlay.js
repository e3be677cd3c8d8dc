// What is drawn over a picture: the patch grid, the patch under the pointer, the chosen patch and its track.

const TRACK_PALETTE = "viridis"; // similarity 0 to 1
const CASING = "rgba(0, 0, 0, 0.65)"; // under every line, so that it shows on any picture
const FUTURE = 0.6; // opacity of the part of a track that is still to come
const WIDE = 0.25; // the margin at which a track is drawn widest
const WIDTHS = [2, 7]; // px

/** A canvas over a picture, as sharp as the screen. */
class Overlay {
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.hand = new Draughtsman(this);
    Object.assign(this, { width: 0, height: 0, columns: 1, rows: 1 });
  }

  /** Fit the canvas to its size on the page (CSS px). */
  fit(width, height) {
    Object.assign(this, { width, height });
  }

  /** Draw a whole scene: {grid, lines, outlines, shown, taste, hover, cursor, trail, preview, pick}. */
  paint(scene) {
    this.begin(scene.grid);
    if (!this.width) return;
    if (scene.grid && scene.lines) this.lines();
    if (scene.outlines) this.hand.draw(scene.outlines, scene.shown, scene.taste);
    if (!scene.grid) return;
    if (scene.preview) this.trail(scene.preview, true);
    if (scene.trail) this.trail(scene.trail, false);
    if (scene.hover !== null) this.box(scene.hover, "#ffffff", 1.5, "rgba(255, 255, 255, 0.22)");
    if (scene.pick) this.box(scene.pick.patch, scene.pick.colour, 2.5, null, !scene.pick.exact);
    if (scene.cursor !== null) this.brackets(scene.cursor);
  }

  begin(grid) {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(this.width * ratio), Math.round(this.height * ratio)];
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    this.pen.setTransform(1, 0, 0, 1, 0, 0);
    this.pen.clearRect(0, 0, width, height);
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.pixel = 1 / ratio;
    if (grid) [this.rows, this.columns] = grid;
  }

  /** The left, top, width and height of a patch. */
  cell(patch) {
    const [w, h] = [this.width / this.columns, this.height / this.rows];
    return [(patch % this.columns) * w, Math.floor(patch / this.columns) * h, w, h];
  }

  /** The middle of a patch. */
  centre(patch) {
    const [x, y, w, h] = this.cell(patch);
    return [x + w / 2, y + h / 2];
  }

  /** Grid lines one device pixel wide, light beside dark. */
  lines() {
    const { pen, pixel } = this;
    for (const [style, shift] of [["rgba(0, 0, 0, 0.45)", 0], ["rgba(255, 255, 255, 0.4)", pixel]]) {
      pen.fillStyle = style;
      for (let c = 1; c < this.columns; c += 1) {
        const x = Math.round((c * this.width) / this.columns / pixel) * pixel;
        pen.fillRect(x + shift, 0, pixel, this.height);
      }
      for (let r = 1; r < this.rows; r += 1) {
        const y = Math.round((r * this.height) / this.rows / pixel) * pixel;
        pen.fillRect(0, y + shift, this.width, pixel);
      }
    }
  }

  /** A patch's frame, cased in black; broken where the frame in view was not tracked itself. */
  box(patch, colour, width, fill = null, broken = false) {
    const { pen } = this;
    const [x, y, w, h] = this.cell(patch);
    if (fill) {
      pen.fillStyle = fill;
      pen.fillRect(x, y, w, h);
    }
    pen.setLineDash(broken ? [4, 3] : []);
    for (const [style, thick] of [[CASING, width + 2.5], ["#ffffff", width + 1], [colour, width]]) {
      pen.strokeStyle = style;
      pen.lineWidth = thick;
      pen.strokeRect(x, y, w, h);
    }
    pen.setLineDash([]);
  }

  /** The four corners of the keyboard's patch. */
  brackets(patch) {
    const { pen } = this;
    const [x, y, w, h] = this.cell(patch);
    const arm = Math.max(4, Math.min(w, h) / 3);
    pen.beginPath();
    for (const [cx, cy, dx, dy] of [[x, y, 1, 1], [x + w, y, -1, 1], [x, y + h, 1, -1], [x + w, y + h, -1, -1]]) {
      pen.moveTo(cx + dx * arm, cy);
      pen.lineTo(cx, cy);
      pen.lineTo(cx, cy + dy * arm);
    }
    for (const [style, thick] of [[CASING, 6], ["#ffffff", 3]]) {
      pen.strokeStyle = style;
      pen.lineWidth = thick;
      pen.stroke();
    }
  }

  /** A track {moves, k, first}: past moves strong, coming ones faint; dashed where the match was overruled. */
  trail({ moves, k, first }, thin) {
    const { pen } = this;
    pen.lineCap = "round";
    moves.forEach((move, i) => {
      if (move.from === move.to) return;
      const share = clamp((move.margin || 0) / WIDE, 0, 1);
      const width = thin ? 1.5 : WIDTHS[0] + share * (WIDTHS[1] - WIDTHS[0]);
      pen.globalAlpha = thin || i < k ? 1 : FUTURE;
      pen.setLineDash(move.overruled ? [width + 3, width + 4] : []);
      for (const [style, thick] of [[CASING, width + 2], [shade(TRACK_PALETTE, move.similarity), width]]) {
        pen.strokeStyle = style;
        pen.lineWidth = thick;
        pen.beginPath();
        pen.moveTo(...this.centre(move.from));
        pen.lineTo(...this.centre(move.to));
        pen.stroke();
      }
    });
    pen.setLineDash([]);
    if (!thin) [first, ...moves.map((move) => move.to)].forEach((patch, i) => this.dot(patch, i, k));
    pen.globalAlpha = 1;
  }

  /** The place of a track in one tracked frame. */
  dot(patch, i, k) {
    const { pen } = this;
    pen.globalAlpha = i <= k ? 1 : FUTURE;
    pen.beginPath();
    pen.arc(...this.centre(patch), i === k ? 4 : 2, 0, 2 * Math.PI);
    pen.fillStyle = "#ffffff";
    pen.strokeStyle = CASING;
    pen.lineWidth = 1.5;
    pen.fill();
    pen.stroke();
  }
}
