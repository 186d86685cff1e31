import type { Component } from "../system/component.ts";
import { initialConfiguration } from "../system/configuration.ts";
import { errorMessage, UserError } from "../system/userError.ts";
import { type ExperimentMark, saveConfiguration } from "./configurationFile.ts";
import { diskErrorCode } from "./diskError.ts";
import type { EventOf, RunEvent } from "./events.ts";
import { savedStart } from "./savedStart.ts";
import { effectiveEvents } from "./views/effectiveEvents.ts";
import { modelText } from "./views/findings.ts";

/**
 * Writes what a run accepts into its experiment's configuration file, as soon as a checkpoint has made it safe: whatever
 * happens to the run afterwards, the file holds the best configuration so far.
 *
 * A run that started from the file adds what it changed to it, so that runs of other components beside it lose nothing. A
 * run that started elsewhere replaces the file: its values were only tried together.
 */
export class AcceptedConfiguration {
  readonly file: string;
  readonly #components: readonly Component[];
  readonly #startedFromFile: boolean;
  readonly #experiment: ExperimentMark | undefined;
  /** Those that bear on the configuration, without what a resumption took back. */
  #events: RunEvent[] = [];
  #unsaved = false;
  #saved = false;

  /**
   * @param startedFromFile whether the run starts from what the file says
   * @param experiment as the file is to name it; undefined for one that a file declares
   */
  constructor(file: string, components: readonly Component[], startedFromFile: boolean, experiment?: ExperimentMark) {
    this.file = file;
    this.#components = components;
    this.#startedFromFile = startedFromFile;
    this.#experiment = experiment;
  }

  /** Something was written. */
  get saved(): boolean {
    return this.#saved;
  }

  /** Learns what an interrupted run had accepted before; the next checkpoint writes it, should that not have happened. */
  recall(past: readonly RunEvent[]): void {
    for (const event of past) this.#learn(event);
  }

  /**
   * What cannot be written now is tried again at the next checkpoint: the run goes on, its log has everything.
   * @returns why it could not be written, in words for the user
   */
  hear(event: RunEvent): string | undefined {
    this.#learn(event);
    if (event.type !== "checkpoint" || !this.#unsaved) return undefined;
    try {
      this.#save();
      return undefined;
    } catch (error) {
      if (!(error instanceof UserError) && diskErrorCode(error) === undefined) throw error;
      return errorMessage(error);
    }
  }

  /** Writes what could not be written before. @throws UserError when it still cannot be */
  finish(): void {
    if (this.#unsaved) this.#save();
  }

  #learn(event: RunEvent): void {
    if (event.type === "run.resumed") this.#events = effectiveEvents([...this.#events, event]);
    else if (event.type === "run.started" || isStart(event) || isAccepted(event)) this.#events.push(event);
    if (isAccepted(event)) this.#unsaved = true;
  }

  #save(): void {
    const started = this.#events.find((event) => event.type === "run.started");
    const start = this.#events.find(isStart);
    const accepted = this.#events.filter(isAccepted);
    const last = accepted.at(-1);
    // A resumption may have taken back all that was accepted.
    if (last === undefined) {
      this.#unsaved = false;
      return;
    }
    if (started === undefined || start === undefined) throw new Error("a value was accepted before the run began");
    const changed = Object.fromEntries(accepted.map(({ component, after }) => [component, after]));
    const others = this.#startedFromFile
      ? savedStart(this.file, this.#components, this.#experiment).configuration
      : started.configuration;
    saveConfiguration(this.file, {
      configuration: { ...others, ...changed },
      replaces: initialConfiguration(this.#components),
      ...(this.#experiment && { experiment: this.#experiment }),
      origin: {
        system: started.system.name,
        run: started.runId,
        model: modelText(started),
        validation: {
          unoptimized: start.mean,
          optimized: meanOf(last.validation.after),
          n: last.validation.after.length,
        },
      },
    });
    this.#unsaved = false;
    this.#saved = true;
  }
}

type Accepted = EventOf<"update"> & { readonly validation: NonNullable<EventOf<"update">["validation"]> };

function isAccepted(event: RunEvent): event is Accepted {
  return event.type === "update" && event.decision === "accepted" && event.validation !== null;
}

function isStart(event: RunEvent): event is EventOf<"evaluation"> {
  return event.type === "evaluation" && event.of === "unoptimized" && event.split === "validation";
}

function meanOf(scores: readonly number[]): number {
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}
