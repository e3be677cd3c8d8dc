// The bar of controls, the list of keys, and the one table that both the keyboard and that list read.

const RATES = [0.1, 0.25, 0.5, 1, 1.5, 2];
const KEYS = [ // [keys, as shown, what they do, action(player, event)]
  [[" "], "Space", "play or pause", (player) => player.toggle()],
  [["ArrowLeft"], "←", "one frame back; with Shift ten", (player, event) => player.step(event.shiftKey ? -10 : -1)],
  [["ArrowRight"], "→", "one frame on; with Shift ten", (player, event) => player.step(event.shiftKey ? 10 : 1)],
  [["Home"], "Home", "first frame", (player) => player.seek(0)],
  [["End"], "End", "last frame", (player) => player.seek(player.clock.length - 1)],
  [["l", "L"], "L", "play, twice as fast at each press", (player) => player.push(1)],
  [["k", "K"], "K", "pause", (player) => player.pause()],
  [["j", "J"], "J", "play backward, twice as fast at each press", (player) => player.push(-1)],
  [["g", "G"], "G", "patch grid on or off", (player) => player.prefer("grid", !player.taste.grid)],
  [["b", "B"], "B", "boxes on or off", (player) => player.prefer("boxes", !player.taste.boxes)],
  [["s", "S"], "S", "skeletons on or off", (player) => player.prefer("bones", !player.taste.bones)],
  [["m", "M"], "M", "masks on or off", (player) => player.prefer("tint", !player.taste.tint)],
  [["?"], "?", "this list", (player) => player.controls.help()],
];
const MORE_KEYS = [ // those of single parts, for the list only
  ["Tab, then Enter or P", "choose a patch: arrows move, Enter picks, Escape leaves"],
  ["Escape", "take the choice back"],
  ["Page Up, Page Down", "segment before, after (on a timeline)"],
  ["Enter, double click", "play the segment here over and over, or let it go (on a timeline)"],
];

/** The controls; every one of them calls the host, and show() draws what the host says. */
class Controls {
  constructor(host, signal) {
    Object.assign(this, { host, signal });
    const press = (button, run) => {
      button.addEventListener("click", run, { signal });
      return button;
    };
    this.play = press(iconButton("play", "Play", { class: "play" }), () => host.toggle());
    this.back = press(iconButton("back", "One frame back"), () => host.step(-1));
    this.on = press(iconButton("on", "One frame on"), () => host.step(1));
    this.loop = press(iconButton("loop", "Repeat"), () => host.prefer("loop", !host.taste.loop));
    this.grid = press(iconButton("grid", "Patch grid"), () => host.prefer("grid", !host.taste.grid));
    this.layers = Object.entries({ boxes: "Boxes", bones: "Skeletons", tint: "Masks" }).map(([name, label]) => {
      const button = press(iconButton(name, label), () => host.prefer(name, !host.taste[name]));
      return [name, button];
    });
    this.wipe = press(iconButton("wipe", "Wipe one clip over the other"), () => host.prefer("wipe", !host.taste.wipe));
    this.asker = press(iconButton("help", "Keys"), () => this.help());
    this.moment = make("output", { class: "clock", "aria-live": "off" });
    this.rate = this.select("Speed", RATES.map((rate) => [rate, `${rate}×`]), (value) => host.prefer("rate", +value));
    this.sync = this.select("Clips in step", [], (value) => host.follow(value));
    this.buildHeat(press);
    this.buildHelp(press);
    const moving = make("div", { class: "group" }, this.back, this.play, this.on, this.moment);
    const views = make("div", { class: "group" }, this.loop, this.rate, this.sync, this.grid);
    views.append(...this.layers.map(([, button]) => button), this.wipe, this.asker);
    this.node = make("div", { class: "bar" }, moving, views, this.heat, this.list);
  }

  select(label, options, run) {
    const node = make("select", { "aria-label": label, title: label });
    node.append(...options.map(([value, text]) => make("option", { value }, text)));
    node.addEventListener("change", () => run(node.value), { signal: this.signal });
    return node;
  }

  buildHeat(press) {
    const { host } = this;
    this.palette = this.select("Palette", PALETTES.map((name) => [name, name]), (name) => host.prefer("palette", name));
    this.opacity = make("input", { type: "range", min: 0, max: 100, "aria-label": "Opacity of the heat map" });
    this.opacity.addEventListener("input", () => host.prefer("opacity", +this.opacity.value), { signal: this.signal });
    this.smooth = press(iconButton("smooth", "Smooth heat map"), () => host.prefer("smooth", !host.taste.smooth));
    [this.low, this.high] = [make("span"), make("span")];
    this.ramp = make("span", { class: "ramp" });
    this.heatName = make("span", { class: "name" });
    const scale = make("span", { class: "scale" }, this.heatName, this.low, this.ramp, this.high);
    this.heat = make("div", { class: "group" }, scale, this.palette, this.opacity, this.smooth);
  }

  buildHelp(press) {
    const rows = [...KEYS.map(([, label, what]) => [label, what]), ...MORE_KEYS];
    const head = (label) => make("th", { scope: "row" }, make("kbd", {}, label));
    const row = ([label, what]) => make("tr", {}, head(label), make("td", {}, what));
    this.shut = press(iconButton("close", "Close the list of keys"), () => this.help(false));
    const title = make("strong", {}, "Keys");
    this.list = make("div", { class: "help", role: "dialog", "aria-label": "Keys", hidden: "" });
    this.list.append(make("div", { class: "top" }, title, this.shut), make("table", {}, ...rows.map(row)));
  }

  /** Open or shut the list of keys. */
  help(open = this.list.hidden) {
    this.list.hidden = !open;
    this.asker.setAttribute("aria-expanded", open);
    (open ? this.shut : this.asker).focus();
  }

  /** Offer what fits the clips that are shown. */
  offer(meta) {
    const hot = meta.heat.find(Boolean);
    this.heat.hidden = !hot;
    this.grid.hidden = !meta.grids.some(Boolean);
    const { screens } = this.host;
    for (const [name, button] of this.layers) button.hidden = !screens.some(({ outlines }) => outlines?.has(name));
    this.wipe.hidden = meta.clips.length !== 2 || Boolean(meta.layout);
    this.sync.hidden = meta.syncs.length < 2;
    const names = { lock: "same time", share: "same share", warp: "warped" };
    if (`${meta.syncs}` !== `${[...this.sync.options].map(({ value }) => value)}`) { // else the menu may be open
      this.sync.replaceChildren(...meta.syncs.map((name) => make("option", { value: name }, names[name])));
    }
    if (!hot) return;
    write(this.heatName, hot.label);
    const shared = meta.heat.every((one) => !one || (one.low === hot.low && one.high === hot.high));
    write(this.low, shared ? inShort(hot.low) : "each lowest");
    write(this.high, shared ? inShort(hot.high) : "highest");
    this.palette.hidden = hot.diverging;
    this.ends = hot.diverging ? "diverging" : null;
  }

  /** Draw the state of the player. */
  show() {
    const { clock, taste, mode } = this.host;
    this.playing(clock.playing);
    for (const name of ["loop", "grid", "wipe", "smooth"]) press(this[name], taste[name]);
    for (const [name, button] of this.layers) press(button, taste[name]);
    this.rate.value = taste.rate;
    this.sync.value = mode;
    this.palette.value = taste.palette;
    this.opacity.value = taste.opacity;
    this.ramp.style.background = gradient(this.ends ?? taste.palette);
  }

  playing(on) {
    if (this.shownPlaying === on) return;
    this.shownPlaying = on;
    this.play.replaceChildren(icon(on ? "pause" : "play"));
    this.play.setAttribute("aria-label", on ? "Pause" : "Play");
    this.play.title = on ? "Pause" : "Play";
  }

  /** Draw the moment: frame, seconds, and how fast it runs when that is not the chosen rate. */
  tell(text) {
    const { clock } = this.host;
    write(this.moment, clock.playing && clock.shuttle !== 1 ? `${text} · ${clock.shuttle}×` : text);
  }
}
