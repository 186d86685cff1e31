import type { RunEvent } from "../../src/run/events.ts";
import type { RunDeed } from "../../src/run/panel/panelMessage.ts";
import type { ShownFit } from "../../src/run/panel/shownFit.ts";
import type { CellHost } from "./cellHost.ts";

/** One page of the run's panel. It is drawn from what its model of the same name shows, and from nothing else. */
export interface PanelPage<Shown = unknown> {
  readonly root: HTMLElement;
  /** On its tab, in the page's language. */
  readonly title: string;
  /**
   * Draws what is new, and leaves alone what is as it was: focus and selections stay.
   * @param live whether a process works on the run
   */
  show(shown: Shown, live: boolean): void;
  /** Puts the focus where reading begins. */
  focus(): void;
  /** What is to be asked of the model. */
  query(): unknown;
  /** What is to outlive hiding and reloading, as plain JSON: filters, sorting, zoom, selection. */
  kept(): unknown;
  /** Goes on from what was kept, by this version or another: what is not understood is ignored. Before the first `show`. */
  restore(kept: unknown): void;
  dispose(): void;
}

/** What the panel does for its pages. */
export interface PanelHost {
  /** What the editor does about single rows. */
  readonly cells: CellHost;
  /** The page's query is another than before: `show` is called again with what the model answers. */
  ask(): void;
  /** What the page keeps is another than before. */
  keep(): void;
  /** An event of the log, whole: for texts that models leave out because there are too many. Undefined where there is none. */
  event(seq: number): Promise<RunEvent | undefined>;
  /** Texts behind the fit that an event tells of. */
  fit(seq: number): Promise<ShownFit>;
  /** Has the editor do something with an event; it asks and reports by itself. */
  do(deed: RunDeed, seq: number, component?: string): void;
  /** Offers a file to be saved. @param name what the file is called unless the user wants otherwise */
  save(name: string, content: string | Blob): void;
  /** Tells those who listen to the page instead of looking at it. */
  say(words: string): void;
  /** Has runs chosen to be compared with this one. @param compared folders of those that are compared already */
  pickRuns(compared: readonly string[]): void;
  /** Opens another run in a panel of its own. */
  openRun(folder: string): void;
  /** Puts another page in front. @param kept goes to its `restore` */
  open(page: string, kept?: unknown): void;
}
