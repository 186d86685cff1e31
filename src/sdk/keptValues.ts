import { basename, relative, sep } from "node:path";
import { AcceptedConfiguration } from "../run/acceptedConfiguration.ts";
import type { EventOf, RunEvent } from "../run/events.ts";
import { type SavedStart, savedStart, startFrom } from "../run/savedStart.ts";
import type { Component } from "../system/component.ts";
import type { CellHost } from "./cellHost.ts";
import type { Declared } from "./declaredExperiments.ts";
import { type ValuesPlace, valuesPlace } from "./valuesPlace.ts";
import type { WorkbenchOptions } from "./workbench.ts";

/** Where a run starts, and the file that says so; undefined where values were given. */
export interface KeptStart extends SavedStart {
  readonly file?: string;
}

/** What a run's log tells of accepted values that it starts from. */
export function savedIn({ file, taken }: KeptStart): EventOf<"run.started">["saved"] {
  return file === undefined || taken.length === 0 ? undefined : { file: basename(file), components: [...taken] };
}

/** The accepted values of one experiment beside its runs: where a run of it starts, and where what it accepts goes. */
export class KeptValues {
  readonly #components: readonly Component[];
  readonly #options: Pick<WorkbenchOptions, "file" | "start" | "save">;
  readonly #declared: () => Declared | undefined;
  #cell: CellHost | undefined;
  /** Why accepted values go to no file, where that may surprise. */
  #why: string | undefined;
  #accepted: AcceptedConfiguration | undefined;
  /** Something was accepted that no checkpoint has made safe yet, for which there is no file. */
  #homeless = false;
  #told = new Set<string>();

  constructor(
    components: readonly Component[],
    options: Pick<WorkbenchOptions, "file" | "start" | "save">,
    declared: () => Declared | undefined,
  ) {
    this.#components = components;
    this.#options = options;
    this.#declared = declared;
  }

  /** Where a run begun by a step in `cell` keeps them, for those who come back to it. */
  fileIn(cell: CellHost | undefined): Extract<ValuesPlace, { kind: "file" }> | undefined {
    const place = this.#placeIn(cell);
    return place.kind === "file" && this.#isSaved(cell) ? place : undefined;
  }

  /** Where a new run starts that a step in `cell` begins; undefined for the source's values. */
  start(cell: CellHost | undefined): KeptStart | undefined {
    const start = this.#startsFrom(cell);
    if (typeof start === "object") return startFrom({ configuration: start }, this.#components);
    const place = this.#placeIn(cell);
    if (place.kind === "none" || start === "source") return undefined;
    const found = savedStart(place.file, this.#components, place.experiment);
    if (cell !== undefined && found.taken.length > 0) {
      const from = `Starting from ${nameIn(cell, place.file)} (${found.taken.join(", ")})`;
      tell(cell, `${from}; open({ start: "source" }) starts from the source's values.`);
    }
    return { ...found, file: place.file };
  }

  /**
   * A step in `cell` works on the run. A notebook may have been saved, or moved, since the last one.
   * @param events of the run so far
   */
  follow(cell: CellHost | undefined, events: readonly RunEvent[]): void {
    this.#cell = cell;
    const place = this.#isSaved(cell) ? this.#placeIn(cell) : nowhere;
    this.#why = place.kind === "none" ? place.why : undefined;
    if (place.kind === "none") {
      this.#accepted = undefined;
    } else if (this.#accepted?.file !== place.file) {
      const fromFile = this.#startsFrom(cell) === "saved";
      this.#accepted = new AcceptedConfiguration(place.file, this.#components, fromFile, place.experiment);
      this.#accepted.recall(events);
    }
  }

  /** Another run begins. */
  forget(): void {
    this.#accepted = undefined;
    this.#homeless = false;
    this.#told = new Set();
  }

  /**
   * Writes what a checkpoint has made safe.
   * @returns why it could not be written, in words for the user, once for each reason
   */
  hear(event: RunEvent): string | undefined {
    if (this.#accepted === undefined) {
      this.#hearHomeless(event);
      return undefined;
    }
    const before = this.#accepted.saved;
    const problem = this.#accepted.hear(event);
    if (!before && this.#accepted.saved && this.#cell !== undefined)
      tell(this.#cell, `Accepted values are kept in ${nameIn(this.#cell, this.#accepted.file)}.`);
    if (problem === undefined || this.#told.has(problem)) return undefined;
    this.#told.add(problem);
    return `Accepted values are kept in the run alone. ${problem}`;
  }

  #hearHomeless(event: RunEvent): void {
    if (event.type === "update" && event.decision === "accepted") this.#homeless = true;
    if (event.type !== "checkpoint" || !this.#homeless) return;
    this.#homeless = false;
    const why = this.#why;
    if (why === undefined || this.#cell === undefined || this.#told.has(why)) return;
    this.#told.add(why);
    tell(this.#cell, `Accepted values are kept in the run alone: ${why}.`);
  }

  #startsFrom(cell: CellHost | undefined): NonNullable<WorkbenchOptions["start"]> {
    return this.#options.start ?? cell?.values?.start ?? "saved";
  }

  #isSaved(cell: CellHost | undefined): boolean {
    return this.#options.save ?? cell?.values?.save ?? true;
  }

  #placeIn(cell: CellHost | undefined): ValuesPlace {
    return valuesPlace(this.#options.file ?? "", this.#declared(), cell);
  }
}

const nowhere: ValuesPlace = { kind: "none", why: undefined };

/** As a line of its own below the cell. */
function tell(cell: CellHost, line: string): void {
  cell.display({ "text/plain": line });
}

function nameIn({ folder }: CellHost, file: string): string {
  return relative(folder, file).split(sep).join("/");
}
