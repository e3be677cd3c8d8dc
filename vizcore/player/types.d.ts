// What travels between Python and the components as JSON and as arrays, and what Streamlit gives a component to live by.

/** The page's side of Streamlit: what it calls a component with, at the mount and again at every change. */
export interface Api<Data, State> {
  data: Data;
  /** The component's place on the page; a shadow root as a rule, which can do all that is asked of it here. */
  parentElement: HTMLElement;
  setStateValue<Name extends keyof State & string>(name: Name, value: State[Name]): void;
}

/** A component: told of every change, and of what was held down when the data came, if anything was. */
export interface Part<Data, State> {
  update(api: Api<Data, State>, pressed: Element | null): void;
  close(): void;
}

/** Words and numbers, and a block of bytes (a column of an Arrow table) with the arrays. */
export interface Packed<Meta> {
  meta: Meta;
  block: { getChildAt(column: 0): { toArray(): Uint8Array } };
}

export type Kind = "u1" | "u2" | "u4" | "i2" | "f8";
export type Contents = Record<string, [kind: Kind, start: number, count: number]>;

/** A press by its number, so that no two are the same. */
export type Numbered<Press> = Press & { seq: number; at: number };

/** Name and #rrggbb. */
export type Class = [name: string, colour: string];

// ---- player.py

export type Sync = "lock" | "share" | "warp";
export type Grid = [rows: number, columns: number];
export type Choice = [side: number, frame: number, patch: number];

export interface Source {
  url: string;
  label: string;
  width: number;
  height: number;
}

export interface HeatLegend {
  rows: number;
  columns: number;
  low: number;
  high: number;
  label: string;
  diverging: boolean;
}

export interface AnnotationWords {
  styles: [name: string, colour: string, dashed: boolean][];
  labels: string[] | null;
  bones: [number, number][] | null;
  joints: number;
  mask: Grid | null;
}

export interface TierWords {
  label: string;
  side: number;
  segments: [start: number, stop: number, label: string, colour: string, share: number][];
}

export type Axis = [title: string, ticks: [at: number, text: string][]];

export interface CostMatrixWords {
  axes: [Axis, Axis];
  routes: [name: string, colour: string, dashed: boolean, faint: boolean][];
  low: number;
  high: number;
  label: string;
}

/** Which boxes a person draws, by their style, and the last one that Python has heard of, ms. */
export interface Drawing {
  style: number;
  heard: number;
}

export interface PlayerMeta {
  clips: Source[];
  grids: (Grid | null)[];
  layout: "side" | "wipe" | null;
  linked: boolean;
  heat: (HeatLegend | null)[];
  measures: (string | null)[];
  annotations: (AnnotationWords | null)[];
  tiers: TierWords[];
  cost_matrix: CostMatrixWords | null;
  drawing: Drawing | null;
  syncs: Sync[];
  picked: Choice | null;
  frame: number[];
  jumps: number;
  thumbnails: boolean;
  legend: [name: string, colour: string][];
  start: number[];
  height: number;
  contents: Contents;
}

/** Shapes and units are in the Python that sends them; what a clip or the player has not is not there. */
export interface PlayerArrays {
  [offsets: `offsets.${number}`]: Uint32Array;
  [times: `times.${number}`]: Float64Array;
  "lock.seconds": Float64Array;
  "share.seconds": Float64Array;
  "warp.seconds": Float64Array;
  [ticks: `${Sync}.${number}`]: Uint32Array;
  [frames: `tracked.${number}`]: Uint32Array;
  [sigma: `sigma.${number}`]: Uint16Array;
  [similarity: `similarity.${number}`]: Int16Array;
  [margin: `margin.${number}`]: Int16Array;
  [overruled: `overruled.${number}`]: Uint8Array;
  [values: `heat.${number}`]: Uint8Array;
  [frames: `heated.${number}`]: Uint32Array;
  [frames: `boxed.${number}`]: Uint32Array;
  [corners: `box.corners.${number}`]: Int16Array;
  [styles: `box.styles.${number}`]: Uint8Array;
  [labels: `box.labels.${number}`]: Uint16Array;
  [scores: `box.scores.${number}`]: Int16Array;
  [frames: `lined.${number}`]: Uint32Array;
  [points: `line.points.${number}`]: Int16Array;
  [styles: `line.styles.${number}`]: Uint8Array;
  [values: `mask.values.${number}`]: Uint8Array;
  [runs: `mask.runs.${number}`]: Uint16Array;
  [starts: `mask.starts.${number}`]: Uint32Array;
  "cost_matrix.values": Uint8Array;
  [frames: `cost_matrix.frames.${number}`]: Uint32Array;
  [places: `route.${number}`]: Float64Array;
}

export interface PlayerState {
  pos: number[];
  pick: Numbered<{ side: number; frame: number; patch: number } | { patch: null }>;
  box: Numbered<{ frame: number; corners: [x0: number, y0: number, x1: number, y1: number] }>;
}

// ---- timeline.py

export interface TimelineMeta {
  origin: string;
  rows: string[];
  stops: number[];
  length: number;
  classes: Class[];
  rate: number | null;
  mark: [start: number, stop: number, click: number] | null;
  contents: Contents;
}

export interface TimelineArrays {
  [starts: `starts.${number}`]: Uint32Array;
  [labels: `labels.${number}`]: Uint8Array | Uint16Array;
}

export interface TimelineState {
  click: Numbered<{ origin: string; start: number; stop: number }>;
}

// ---- board.py

export type ActionPoint = [time: number, label: number, confidence: number];
export type BoundaryPoint = [time: number, confidence: number];
export type Kept = [start: number, stop: number, label: number];

/** A stretch of a list of points that is replaced. */
export type Change<Point> = [at: number, removed: number, added: Point[]];

export type Step = [
  stage: number,
  words: string,
  actions: Change<ActionPoint>,
  boundaries: Change<BoundaryPoint>,
  within: [start: number, stop: number],
];

export interface Points {
  actions: ActionPoint[];
  boundaries: BoundaryPoint[];
}

export interface BoardData extends Points {
  origin: string;
  seq: number;
  length: number;
  classes: Class[];
  nothing: string;
  steps: Step[];
  segments: Kept[];
  truth: Kept[];
}

export interface BoardState {
  edit: Points & { origin: string; seq: number };
}

// ---- filter_panel.py

/** Where the sliders are. */
export interface FilterSettings {
  out: number[];
  inner: number;
  h: number;
}

/** A rational function of lambda and of one more weight s: row i, column j is the factor of s^i lambda^j. */
export interface Response {
  numerator: number[][];
  denominator: number[][];
}

/** The number of a weight, or what else has a slider. */
export type Slider = number | "inner" | "h";

/** A piece of a formula, and the slider that it belongs to. */
export type Piece = [text: string, of: Slider | null];

/** A row of Python's OPERATORS. */
export interface OperatorWords {
  name: string;
  pieces: Piece[];
  weights: string[];
  responses: Response[];
  inner: boolean;
  zoom: boolean;
  more: boolean;
}

export interface FilterMeta {
  operator: OperatorWords;
  ghosts: OperatorWords[];
  settings: FilterSettings;
  grid: [frames: number, rows: number, columns: number];
  limits: { most: number; step: number; low: number; high: number };
  frames: string[];
  colours: string[];
  contents: Contents;
}

export interface FilterArrays {
  values: Float64Array;
  scales: Float64Array;
  parts: Int16Array;
  signal: Float64Array;
  reference: Float64Array;
  real: Float64Array;
  imaginary: Float64Array;
  energy: Float64Array;
}

export interface FilterState {
  settings: FilterSettings & { operator: string };
}

// ---- clip_menu.py

export interface MenuClip {
  id: string;
  title: string;
  about: string;
  group: string;
  picture: [start: number, stop: number] | null;
}

export interface ClipMenuData {
  label: string;
  chosen: string;
  clips: MenuClip[];
  url: string;
  uploader: string;
}

export interface ClipMenuState {
  pick: Numbered<{ clip: string }>;
}

// ---- overview_strip.py

export interface OverviewData {
  url: string;
  duration: number;
  start: number;
  span: number;
}

export interface OverviewState {
  stretch: Numbered<{ start: number }>;
}
