// What a person likes, the same for every player and kept by the browser: how heat looks, which layers are shown.

const TASTE = { opacity: 55, palette: "viridis", smooth: true, grid: true, tint: true, bones: true, boxes: true, rate: 1, loop: false, wipe: false };
const MEMO = "vizcore.player"; // where a browser keeps a person's taste

/** What a person liked last, as far as it is still a choice; nothing where the browser keeps no notes. */
function remembered() {
  try {
    const liked = Object.entries(JSON.parse(localStorage.getItem(MEMO)) ?? {});
    const known = ([name, value]) => typeof value === typeof TASTE[name] && (name !== "palette" || PALETTES.includes(value));
    return Object.fromEntries(liked.filter(known));
  } catch {
    return {};
  }
}

/** Keep a person's taste for the next player. */
function remember(taste) {
  try {
    localStorage.setItem(MEMO, JSON.stringify(taste));
  } catch {
    // A browser that keeps no notes starts with the defaults each time.
  }
}
