import { errorMessage } from "../../system/userError.ts";
import type { RunPause } from "../runPause.ts";
import { RUN_PANEL_VERSION, type RunPanelMessage } from "./panelMessage.ts";
import type { TableFile } from "./panelModel.ts";
import type { ReaderRequest } from "./readerMessage.ts";
import type { Reading, RunReader } from "./runReader.ts";
import type { ShownFit } from "./shownFit.ts";
import type { TrajectoryReader } from "./trajectoryReader.ts";

/** A page is told at most this often. */
const EVERY_MS = 100;
/** While a long log is read for the first time, what is known so far is shown this often. */
const SO_FAR_MS = 500;
/** How often to look whether a log has grown: while its run is live, and otherwise. */
const LIVE_MS = 100;
const IDLE_MS = 2000;
/** How often to look whether a run is live. */
const LIVENESS_MS = 1000;
/** A log that could not be read is tried again. */
const AGAIN_MS = 3000;

export interface FeedParts {
  readonly reader: Pick<RunReader, "shown" | "event"> & {
    /** @returns `isFollowed` where other runs than the panel's own are read that are live */
    readOn(): Promise<Reading & { readonly isFollowed?: boolean }>;
  };
  /** What the run's folder holds besides its log. */
  readonly trajectories: Pick<TrajectoryReader, "find">;
  /** Texts behind a fit, by the number of its event. */
  readonly fit: (seq: number) => ShownFit;
  /** The whole table of a page as the text of a file; undefined for a page without one. */
  readonly exported: (page: string, query: unknown, kind: TableFile) => string | undefined;
  /** Whether a process works on the run. */
  readonly isLive: () => boolean;
  /** Why nothing goes on, as that process says; asked while there is one. */
  readonly pause?: () => RunPause | undefined;
  readonly send: (message: RunPanelMessage) => void;
  /** Milliseconds, from any start. */
  readonly now: () => number;
  /** Settles after so many milliseconds; with 0 after everything else that waits had its turn. */
  readonly wait: (ms: number) => Promise<void>;
}

type Show = Extract<ReaderRequest, { type: "show" }>;

/** Reads a run as long as it is wanted, and keeps the page that is seen up to date. */
export class PanelFeed {
  readonly #parts: FeedParts;
  /** What is seen; undefined while nothing is. */
  #seen: Show | undefined;
  /** There is more to show than was told. */
  #isStale = false;
  #isLive = false;
  #pause: RunPause | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #toldAt = Number.NEGATIVE_INFINITY;
  #hasLooked = false;
  /** The whole log was read at least once. */
  #hasRead = false;
  /** All of the log that was there when it was last looked at is known. */
  #isWhole = false;
  /** What can only be answered when the whole log is known. */
  #waiting: ReaderRequest[] = [];
  #isStopped = false;

  constructor(parts: FeedParts) {
    this.#parts = parts;
  }

  /** Does what a page asks for; questions are answered with what is known already. */
  receive(request: ReaderRequest): void {
    switch (request.type) {
      case "show":
        this.#seen = request;
        // Before the log was looked at, nothing is known, which is not the same as a run that has not begun.
        if (this.#hasLooked) this.#tell();
        return;
      case "pause":
        this.#seen = undefined;
        return;
      case "event":
        void this.#tellEvent(request);
        return;
      case "fit":
        this.#send({ type: "fit", version: RUN_PANEL_VERSION, seq: request.seq, fit: this.#parts.fit(request.seq) });
        return;
      case "trajectory":
        void this.#tellTrajectory(request);
        return;
      case "exportTable": {
        if (!this.#isWhole) {
          this.#waiting.push(request);
          return;
        }
        const { page, query, kind, name } = request;
        const text = this.#parts.exported(page, query, kind);
        if (text !== undefined) this.#send({ type: "exported", version: RUN_PANEL_VERSION, name, text });
        return;
      }
    }
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Reads until it is stopped. */
  async run(): Promise<void> {
    while (!this.#isStopped) await this.#parts.wait(await this.#step());
  }

  /** @returns milliseconds until the next step */
  async #step(): Promise<number> {
    const { reader, now } = this.#parts;
    try {
      this.#lookWhetherLive();
      const { changed, more, done, total, isFollowed = false } = await reader.readOn();
      this.#isStale ||= changed || !this.#hasRead;
      this.#hasRead ||= !more;
      this.#isWhole = !more;
      this.#hasLooked = true;
      const since = now() - this.#toldAt;
      if (this.#isStale && since >= (this.#hasRead ? EVERY_MS : SO_FAR_MS)) {
        if (!this.#hasRead) this.#send({ type: "reading", version: RUN_PANEL_VERSION, done, total });
        this.#tell();
      }
      if (more) return 0;
      for (const request of this.#waiting.splice(0)) this.receive(request);
      return this.#isStale ? Math.max(1, EVERY_MS - since) : this.#isLive || isFollowed ? LIVE_MS : IDLE_MS;
    } catch (error) {
      this.#send({ type: "unreadable", version: RUN_PANEL_VERSION, message: errorMessage(error) });
      // Once it can be read again, that is told even where there is nothing new.
      this.#isStale = true;
      return AGAIN_MS;
    }
  }

  #lookWhetherLive(): void {
    const at = this.#parts.now();
    if (at - this.#lookedAt < LIVENESS_MS) return;
    this.#lookedAt = at;
    const isLive = this.#parts.isLive();
    const pause = isLive ? this.#parts.pause?.() : undefined;
    if (isLive === this.#isLive && JSON.stringify(pause) === JSON.stringify(this.#pause)) return;
    this.#isLive = isLive;
    this.#pause = pause;
    this.#isStale = true;
  }

  #tell(): void {
    const seen = this.#seen;
    if (seen === undefined) return;
    const { reader, now } = this.#parts;
    this.#toldAt = now();
    this.#isStale = false;
    this.#send({
      type: "shown",
      version: RUN_PANEL_VERSION,
      page: seen.page,
      asked: seen.asked,
      shown: reader.shown(seen.page, seen.query),
      head: reader.shown("head", undefined),
      live: this.#isLive,
      ...(this.#pause && { pause: this.#pause }),
    });
  }

  /** An event that is asked for before it was read is waited for: a page may be pressed as soon as it is there. */
  async #tellEvent(request: Extract<ReaderRequest, { type: "event" }>): Promise<void> {
    const { seq } = request;
    const wasWhole = this.#isWhole;
    try {
      const event = await this.#parts.reader.event(seq);
      if (event === undefined && !wasWhole) this.#waiting.push(request);
      else this.#send({ type: "event", version: RUN_PANEL_VERSION, seq, event: event ?? null });
    } catch (error) {
      this.#send({ type: "unreadable", version: RUN_PANEL_VERSION, message: errorMessage(error) });
    }
  }

  async #tellTrajectory({
    asked,
    exampleId,
    iteration,
  }: Extract<ReaderRequest, { type: "trajectory" }>): Promise<void> {
    const trajectory = await this.#parts.trajectories.find(exampleId, iteration);
    this.#send({ type: "trajectory", version: RUN_PANEL_VERSION, asked, trajectory });
  }

  #send(message: RunPanelMessage): void {
    if (!this.#isStopped) this.#parts.send(message);
  }
}
