// How a component lives on a page: one instance a place, told of every change, but not under a person's hand.

/** Hands on what Python sends, except while a pointer is down: what is pressed stays until its press has had its effect.
 *  A part marked data-live is drawn anew while it is held, too. */
class Mounted {
  constructor(root, part) {
    Object.assign(this, { part, late: null, target: null, down: new Set() });
    this.abort = new AbortController();
    const { signal } = this.abort;
    root.addEventListener("pointerdown", (event) => this.press(event), { capture: true, signal });
    for (const name of ["pointerup", "pointercancel", "pointermove"]) {
      window.addEventListener(name, (event) => this.lift(event), { capture: true, signal });
    }
    window.addEventListener("blur", (event) => this.lift(event), { signal }); // the window's own
  }

  update(api) {
    if (this.down.size) {
      this.late = api;
      return;
    }
    this.catchUp();
    this.part.update(api);
  }

  press(event) {
    const [target] = event.composedPath();
    const kept = event.button === 0 && !target.closest("select, [data-live]"); // a menu keeps the release to itself
    if (!kept) return;
    this.down.add(event.pointerId);
    this.target = target;
  }

  lift(event) {
    if (event.type === "blur") this.down.clear();
    else if (event.type !== "pointermove" || !event.buttons) this.down.delete(event.pointerId); // a release may be missed
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

/** What Streamlit calls at the mount and again at every change; what that returns it calls when the part leaves the
 *  page, and also for a call that newer data have overtaken, in which case the part is still on the page and stays.
 *  A part has update(api, pressed) and close(); `pressed` is what was held down when the data came, if anything was. */
function mounting(Part) {
  const mounted = new WeakMap(); // the place on the page -> what is there
  return (api) => {
    const root = api.parentElement;
    if (!mounted.has(root)) mounted.set(root, new Mounted(root, new Part(root)));
    mounted.get(root).update(api);
    return () => {
      if (root.isConnected) return;
      mounted.get(root)?.close();
      mounted.delete(root);
    };
  };
}
