// The shapes that the scripts share: what the server answers, by route, and what the pages make of it.

type Categories = import("./page/categories.js").Categories;
type Api = import("../server/api.js").Api;
type Queue = import("../server/queue.js").Queue;

/** What may stand as a child of an element. */
type Child = Node | string | number | boolean | null | undefined | ChildList;
interface ChildList extends Array<Child> {}

type Kind = "label" | "reject" | "unsure" | "none" | "clear";
/** An item and the version that a decision about it is based on. */
type Versioned = [id: number, version: number | null];

interface Category {
  id: number | null;
  name: string;
  color: string;
  tint: string;
  text: string;
  icon: string;
  key: string | null;
  path?: string;
  parent?: number | null;
  facet?: number;
  description?: string;
  retired?: boolean;
  open?: boolean;
}

/** What of a category is drawn. */
type Drawn = Pick<Category, "name" | "icon" | "color"> & Partial<Category>;

interface Facet {
  id: number;
  name: string;
  exclusive: boolean;
}

/** One answer of an open facet: the id is the category's. */
interface Tag {
  id: number;
  value: "yes" | "no";
  person: boolean;
}

interface Conflict {
  actor: string;
  theirs: number | null;
  kind: string;
  mine: number | null;
}

/** An item as the server sends it, with what the page knows about it since. */
interface Tile {
  id: number;
  name: string;
  category: number | null;
  source: string | null;
  actor: number | string | null;
  version: number | null;
  proposed: number | null;
  guess: number | null;
  next?: number | null;
  value: number | null;
  state: "none" | "machine" | "person" | "unsure" | "no_class";
  confidence: number | null;
  margin: number | null;
  suspicion: number | null;
  time_s: number | null;
  video: number | null;
  tags?: Tag[];
  versions?: Record<string, number>;
  alike?: number;
  practice?: boolean;
  similarity?: number;
  done?: boolean;
  skipped?: boolean;
  waiting?: boolean;
  practised?: boolean;
  conflict?: Conflict | null;
  blind?: "look" | "opinion";
  title?: string;
  programme?: string;
  duration_s?: number | null;
  sound?: string;
}

/** What a person answered on an image where people disagree; null is none of the classes. */
interface PersonsLabel {
  person: string;
  category: number | null;
  at: string;
}

/** What carries a tag of a video, and when it holds, in seconds. */
interface ExplainedTag {
  tag: string;
  category: number;
  score: number;
  is_over: boolean;
  frames: number | null;
  sound: number | null;
  title: number | null;
  text: number | null;
  sounds: string[];
  when: [number, number][];
}

interface VideoDetail {
  tile: Tile;
  file_name: string;
  uploader: string;
  file: "intact" | "changed" | "missing" | "away";
  frames: string;
  sound: string;
  model: string | null;
  reason: string;
  unheard: string;
  tags: ExplainedTag[];
  history: LabelEvent[];
  apart: PersonsLabel[];
  near: { id: number; name: string; similarity: number }[];
}

/** What one facet says of a clip that was looked up. */
interface ClipFacet {
  facet: number;
  name: string;
  categories: Category[];
  model: string | null;
  reason: string;
  tags: ExplainedTag[];
}

/** A stretch of a video that is one of the clip, in seconds: from_s, to_s in the clip, start_s, end_s in the video. */
interface ClipMatch {
  video: string;
  item: number;
  title: string;
  programme: string | null;
  start_s: number;
  end_s: number;
  from_s: number;
  to_s: number;
  score: number;
  mirrored: boolean;
  speed: number;
  same_file: boolean;
}

interface ClipView {
  job: number;
  name: string;
  title: string;
  duration_s: number;
  sound: string;
  facets: ClipFacet[];
  matches: ClipMatch[];
  programme: string | null;
  searched: number;
  without_moments: number;
  known: number | null;
  limit: number;
}

interface VideoCounts {
  videos: number;
  untitled: number;
  silent: number;
  without_sound: number;
  unreadable: number;
  not_computed: number;
}

interface VideoMeta {
  workspace: string;
  facets: Facet[];
  facet: number | null;
  categories: Category[];
  counts: VideoCounts;
  model: string | null;
  reason: string;
  actors: Record<string, string>;
  actor: string;
}

interface VideoPage {
  total: number;
  tiles: Tile[];
  counts: Record<string, number>;
  answered: number;
  videos: number;
}

interface Meta {
  workspace: string;
  categories: Category[];
  classes: number[];
  encoder: { name: string; fingerprint: string; demonstration: boolean };
  prompt_version: number;
  head: number | null;
  lane: boolean;
  items: number;
  actors: Record<string, string>;
  actor: string;
  me: number | null;
  videos: Record<string, string>;
}

interface TilePage {
  total: number;
  revision: number;
  tiles: Tile[];
  counts: Record<string, number>;
  no_class: number;
  reviewed: number;
  items: number;
  assigned?: number | null;
}

interface LabelEvent {
  category: number | null;
  value: string;
  source: string;
  actor: string;
  at: string;
  batch: string;
  reason: string | null;
  undo: boolean;
  reverted: boolean;
  origin: string;
}

interface ItemDetail extends Tile {
  width: number;
  height: number;
  path: string;
  original: "intact" | "changed" | "missing" | "away";
  frames: number;
  audit: boolean;
  lease: { actor: string; until: string } | null;
  scores: { category: number; p: number }[];
  why: string;
  labelled_by: string;
  apart: PersonsLabel[];
  history: LabelEvent[];
}

interface Near {
  tiles: Tile[];
  suggest: number | null;
}

interface Cluster {
  id: number;
  name: string;
  category: number;
  proposed: number;
  suspicion: number;
  items: Versioned[];
  similarities: number[];
  tiles: Tile[];
}

interface DuplicateGroup {
  items: number[];
  tiles: Tile[];
}

interface MapPoints {
  way: string;
  ids: number[];
  names: string[];
  x: number[];
  y: number[];
  category: (number | null)[];
  source: string[];
  suspicion: number[];
}

interface Kappa {
  kappa: number | null;
  low: number | null;
  high: number | null;
  items: number;
  share: number;
}

interface AgreementPair extends Kappa {
  people: string[];
  disagreements: number;
  ids: number[];
}

/** A batch as an undo describes it. */
interface BatchSummary {
  batch: string;
  kind: string;
  note: string;
  at: string;
  images: number;
  of_videos: boolean;
  category: number | null;
  value: string | null;
}

interface RecentBatch {
  batch: string;
  id: string;
  at: string;
  actor: string;
  source: string;
  kind: string;
  labels: number;
  category: number | null;
  value: string;
  note: string;
  reverted: boolean;
}

interface Remaining {
  estimate: number | null;
  low: number;
  high: number;
  audited: number;
  enough: number;
  pending: number;
  unseen: number;
  items: number;
  rate: { estimate: number | null; low: number; high: number };
  advice: string;
}

interface PracticeRecord {
  of: number;
  answered: number;
  right: number;
  classes: { category: number; answered: number; right: number }[];
}

interface Recent {
  batches: RecentBatch[];
  reviewed: number;
  no_class: number;
  items: number;
  left: number;
  per_minute: number | null;
  minutes_left: number | null;
  remaining: Remaining;
  practice: PracticeRecord | null;
}

interface Guideline {
  category: number;
  text: string;
  version?: number;
  examples: Tile[];
  counters: Tile[];
  practice: Tile[];
}

/** An option of a picker. */
interface Choice {
  label: string;
  category?: Category;
  hint?: string;
  value?: string | number;
  own?: boolean;
}

interface SavedView {
  name: string;
  query: Record<string, string>;
  actor: string;
  at: string;
}

interface Prompt {
  text: string;
  on: boolean;
}

interface PromptRow extends Category {
  depth?: number;
  prompts: Prompt[];
}

interface PromptOptions {
  centred?: boolean;
  temperature?: number;
  prior?: Record<string, number>;
  reject?: number | null;
  back_off?: number;
}

/** Prompts as a version or a draft holds them. */
interface PromptSet {
  version?: number;
  categories: PromptRow[];
  templates: string[];
  background: string[];
  options: PromptOptions;
}

interface Draft extends PromptSet {
  base: number;
  at: string;
}

interface PromptVersion {
  version: number;
  at: string;
  actor: string;
  note: string;
}

interface PromptsAnswer extends PromptSet {
  versions: PromptVersion[];
  facets: Facet[];
  draft: Draft | null;
}

interface ChangedCount {
  category: number;
  before: number;
  after: number;
  in: number;
  out: number;
  contested: number;
}

interface Moves {
  from: number;
  to: number;
  count: number;
  tiles: Tile[];
}

interface Judged {
  before: number;
  after: number;
  n: number;
  low?: number;
  high?: number;
}

interface Effect {
  counts: ChangedCount[];
  moves: Moves[];
  accuracy: Judged | null;
  macro_f1: Judged | null;
  focus: number;
  top: Tile[];
  unknown: { prompt: string; words: string[] }[];
  contested_below: number;
  ms: number;
  kept: string | null;
}

interface TagCategory {
  category: number;
  threshold: number;
  over: number;
  yes: number;
  no: number;
  proposed: number;
  ap: number | null;
  f1: number | null;
}

interface TagFacet {
  facet: number;
  name: string;
  fitted_on: number;
  categories: TagCategory[];
}

/** What accepting a class above a threshold did. */
interface Accepted {
  accepted: number;
  left: number;
  error_bound: number;
  batch: string | null;
}

/** What the server did with one operation, item by item. */
interface AckItem {
  id: number;
  status: "saved" | "skipped" | "conflict" | "refused";
  version: number;
  category: number | null;
  source: string;
  actor: string;
  state: Tile["state"];
  facet?: number;
  proposed?: number | null;
  next?: number | null;
  tags?: Tag[];
  versions?: Record<string, number>;
  practice?: { right: boolean; category: number };
}

interface Ack {
  id: string;
  status: string;
  message: string;
  batch?: string;
  items?: AckItem[];
  saved?: number;
  skipped?: number;
  gone?: number[];
}

interface Undone {
  reverted: number;
  kept: number;
  batch: string;
  items: AckItem[];
  undone: BatchSummary;
  next?: BatchSummary | null;
}

/** An operation as it waits in the queue and is sent; an undo has no items. */
interface Operation {
  id?: string;
  batch?: string;
  kind: Kind | "practice" | "undo";
  items?: { id: number; version: number | null; own?: boolean }[];
  category?: number | null;
  refused?: number | null;
  source?: string;
  reason?: string | null;
  facet?: number | null;
  order?: string | null;
  bulk?: boolean;
  of?: number;
  aside?: boolean;
  alone?: "op" | "batch";
  tries?: number;
}

/** What the queue tells about an operation that the server has answered. */
interface Answered {
  op: Operation;
  ack?: Ack;
  undone?: Undone;
}

interface SplitChild {
  name: string;
  items: number;
  people: number;
  shown: { item: number; confidence: number; person: boolean }[];
}

interface TaxonomyEffect {
  batch: string | null;
  labels: number;
  items: number;
  prompts: number;
  heads: string[];
  to_confirm: number;
  version: number | null;
  children?: SplitChild[];
  left?: number;
  new?: { number: number; path: string }[];
  missing?: { id: number; path: string; labels: number; becomes: number | null; retired: boolean }[];
  changed?: string[];
  settings?: string[];
  same?: number;
}

interface Segment {
  start_s: number;
  end_s: number;
  category: number;
  path: string;
  name: string;
  score: number;
  source: string;
  actor: string | null;
  reason: string;
  scores: { category: number; p: number }[];
  keyframes: SegmentKeyframe[];
  backed_off?: boolean;
}

interface SegmentKeyframe {
  index: number;
  time_s: number;
  image: string;
}

interface Shot {
  start_s: number;
  end_s: number;
  start_frame: number;
  end_frame: number;
}

interface Span {
  start_s: number;
  end_s: number;
}

interface TagBand {
  category: number;
  facet: string;
  label: string;
  spans: (Span & { score: number })[];
}

interface PlanStep {
  category: number;
  start_s: number;
  end_s: number;
  action: string;
}

interface Run {
  id: number | null;
  video: number | null;
  name: string;
  state: "waiting" | "running" | "done";
  duration_s: number;
  fps: number;
  model: string;
  using: string;
  aggregator: string;
  aggregators: string[];
  switch_cost: number;
  segments: Segment[];
  shots: Shot[];
  keyframes: SegmentKeyframe[];
  tags: TagBand[];
  notes: string[];
  plan: PlanStep[];
  before: { model: string; segments: Segment[] } | null;
  curve: { times: number[]; categories: number[]; scores: number[][] } | null;
  read_s?: number;
}

interface NearFrames {
  frames: { index: number; images: (Tile & { image?: string })[] }[];
}

/** A close look at one prompt. */
interface CloseUp {
  prompt: string;
  others: { prompt: string; category: number; cosine: number }[];
  low: number;
  high: number;
  all: number[];
  own: number[];
  tiles: Tile[];
}

interface PromptScore {
  category: number;
  prompt: string;
  gain: number | null;
  low: number;
  high: number;
  hurts: boolean;
  against: number | null;
}

/** The gain of each published prompt on people's labels, and the two categories that are most confused. */
interface Scorecard {
  prompts: PromptScore[];
  control: { gain: number; low: number; high: number; helps: boolean } | null;
  n: number;
  why: string;
  confused: { one: number; other: number; count: number; within: number; ids: number[]; tiles: Tile[] } | null;
}

/** What each route answers to a GET. */
interface Answers {
  meta: Meta;
  tiles: TilePage;
  neighbours: Near;
  clusters: { total: number; clusters: Cluster[] };
  duplicates: { total: number; groups: DuplicateGroup[] };
  map: MapPoints;
  mapping: { making: boolean; error: string | null };
  agreement: { all: (Kappa & { disagreements: number }) | null; pairs: AgreementPair[] };
  recent: Recent;
  changes: { changed: { person: string; images: number }[]; here: string[] };
  ids: { total: number; items: Versioned[] };
  views: { views: SavedView[] };
  guidelines: { guidelines: Guideline[] };
  prompts: PromptsAnswer;
  scorecard: Scorecard;
  [near: `run/${number}/near`]: NearFrames;
  categorize: { categories: { id: number; name: string; score: number }[] };
  suggest: { source: "endpoint" | "cache" | "list"; from: string; prompts: string[] };
  suggestions: { suggestions: { item: number; category: number }[] };
  tags: { facets: TagFacet[] };
  yaml: { name: string; text: string };
  [item: `item/${number}`]: ItemDetail;
  "videos/meta": VideoMeta;
  "videos/tiles": VideoPage;
  "videos/ids": { total: number; items: Versioned[] };
  [lookup: `videos/lookup/${number}`]: ClipView;
  [video: `video/${number}`]: VideoDetail;
}

/** What each route answers to a POST. */
interface Posted {
  ops: { acks: Ack[] };
  neighbours: Near;
  undo: Undone;
  next: TilePage;
  "videos/next": VideoPage;
  follow: { changed: number; batch: string | null };
  views: { views: SavedView[] };
  guidelines: { guidelines: Guideline[] };
  map: { making: boolean };
  draft: Effect;
  prompt: CloseUp;
  publish: { version: number; proposed: number; batch: string | null; held: number; in_background: boolean };
  discard: PromptsAnswer;
  taxonomy: TaxonomyEffect;
  tags: { labelled: number; batch: string | null; in_background: boolean };
  yaml: PromptSet;
  segments: { batch: string | null; keyframes?: number };
}

/** What a work area is mounted with. */
interface MountData {
  workspace: string;
  language: string; // a BCP 47 tag
  born: string;
  may: string[] | null; // what the role allows; null: everything
}

/** What the bar of every page is mounted with: who works and what they may do, as one word; empty on a server without users. */
interface ServerData extends MountData {
  stamp: string;
}

/** What the timeline is mounted with. */
interface RunData extends MountData {
  run: number;
  job: string | null;
}

/** A view of the tiles on a page that decisions are painted on. */
interface TileGrid {
  tiles: Tile[];
  selected: Map<number, number | null>;
  indexOf(id: number): number;
  paint(at: number): void;
  focus(at: number): void;
}

/** The button of a toast: its words and what it does. */
type ToastAction = [label: string, run: () => void] | null;

/** What a page gives to its decisions. */
interface DecisionView {
  grid: TileGrid;
  queue: Queue;
  categories(): Categories;
  noun?: string; // what the grid holds, where it is not images
  facet?(): number; // whose versions the tiles carry, where it is not that of images
  toast(text: string, action?: ToastAction): void;
  warn(text: string): void;
  changed(): void;
  conflicted(item: AckItem, op: Operation): void;
  acknowledged(ack: Ack | null, op: Operation | null): void;
  cameBack?(ids: number[], batch: BatchSummary): ToastAction;
  guide?(category: number): void;
  order?(): string;
}

/** The answer of a route; what is measured freely (scorecards, comparisons, programmes) has no fixed shape. */
type AnswerOf<Routes, Path> = Path extends keyof Routes ? Routes[Path] : any;
