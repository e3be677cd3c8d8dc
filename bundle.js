// Joins the modules of each component into the one script that a browser is given.
//
//   node bundle.js            writes every bundle
//   node bundle.js --check    writes none, and fails where one is not what its modules make
//
// A bundle's first line has the SHA-256 of what `sha256sum FILES` prints of its modules, of this file and of npm's,
// in the order of their paths: with it a test knows a bundle that is stale, without node.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const TOOLS = ["bundle.js", "package-lock.json", "package.json"];
const ROWS = [ // the module to begin with, what it is for, where it goes
  ["vizcore/player/player.js", "esm", "vizcore/player/bundles/player.js"],
  ["vizcore/player/timeline.js", "esm", "vizcore/player/bundles/timeline.js"],
  ["vizcore/player/board.js", "esm", "vizcore/player/bundles/board.js"],
  ["vizcore/player/clip_menu.js", "esm", "vizcore/player/bundles/clip_menu.js"],
  ["vizcore/player/frame_buttons.js", "esm", "vizcore/player/bundles/frame_buttons.js"],
  ["vizcore/player/filter_panel.js", "esm", "vizcore/player/bundles/filter_panel.js"],
  ["vizcore/player/overview_strip.js", "esm", "vizcore/player/bundles/overview_strip.js"],
  ["vizcore/features/report/page.js", "iife", "vizcore/features/report/bundles/page.js"],
];
const OPTIONS = {
  absWorkingDir: import.meta.dirname,
  bundle: true,
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  minify: true,
  target: "es2022",
  tsconfigRaw: {}, // tsconfig.json only checks
  write: false,
};

const sha256 = (content) => createHash("sha256").update(content).digest("hex");
const at = (name) => new URL(name, import.meta.url);

async function bundled(entry, format) {
  const { outputFiles: [{ text }], metafile } = await build({ ...OPTIONS, entryPoints: [entry], format });
  const files = [...Object.keys(metafile.inputs), ...TOOLS].sort();
  const lines = await Promise.all(files.map(async (name) => `${sha256(await readFile(at(name)))}  ${name}\n`));
  const source = sha256(lines.join(""));
  return `// SHA-256 ${source} of what "make bundle" makes this of: ${entry} and what it imports\n${text}`;
}

const check = process.argv.includes("--check");
const stale = [];
for (const [entry, format, target] of ROWS) {
  const text = await bundled(entry, format);
  const known = await readFile(at(target), "utf8").catch(() => "");
  if (known === text) continue;
  if (check) stale.push(target);
  else await writeFile(at(target), text);
}
if (stale.length) {
  console.error(`Want bundles that are what their modules make, got others: ${stale.join(", ")}. Run "make bundle".`);
  process.exitCode = 1;
}
