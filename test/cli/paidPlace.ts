import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { readConfiguration } from "../../src/run/configurationFile.ts";
import { readEvents } from "../../src/run/eventLog.ts";
import type { EventOf, RunEvent } from "../../src/run/events.ts";
import { readRunState } from "../../src/run/runState.ts";
import { effectiveEvents } from "../../src/run/views/effectiveEvents.ts";
import type { Configuration } from "../../src/system/configuration.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import { paidToyExperiment, paidToyModels, paidToyNotebook } from "./paidToy.ts";

/** A folder with the experiment and its notebook, and what a run in it has left there at any moment. */
export class PaidPlace {
  readonly cwd: string;

  /** @param url where its model answers */
  constructor(url: string) {
    this.cwd = scratchFolder({
      "paid.ts": paidToyExperiment,
      "paid.optnb": paidToyNotebook,
      "optimas.models.json": paidToyModels(url),
    });
  }

  /** Folder of the run that has begun; one that was killed sooner has nothing to go on from. */
  get run(): string | undefined {
    const runs = join(this.cwd, ".optimas", "runs");
    const names = existsSync(runs) ? readdirSync(runs).sort() : [];
    return names.map((name) => join(runs, name)).findLast((run) => existsSync(join(run, "events.jsonl")));
  }

  /** Length of the log in bytes. */
  get logged(): number {
    return this.run === undefined ? 0 : statSync(join(this.run, "events.jsonl")).size;
  }

  /** Those that count. */
  get events(): RunEvent[] {
    return this.run === undefined ? [] : effectiveEvents([...readEvents(join(this.run, "events.jsonl"))]);
  }

  get summary(): EventOf<"summary"> | undefined {
    return this.events.findLast((event) => event.type === "summary");
  }

  /** The configuration that the run started from. */
  get start(): Configuration {
    return this.events.find((event) => event.type === "run.started")?.configuration ?? {};
  }

  /** Updates that the log says were accepted. */
  get accepted(): EventOf<"update">[] {
    return this.events.flatMap((event) => (event.type === "update" && event.decision === "accepted" ? [event] : []));
  }

  /** The configuration of the last checkpoint. */
  get checkpoint(): Configuration | undefined {
    const state = this.run === undefined ? undefined : readRunState(this.run)?.state;
    return (state as { readonly configuration: Configuration } | undefined)?.configuration;
  }

  /** The configuration beside the experiment. */
  get saved(): Configuration | undefined {
    const file = join(this.cwd, "paid.optimas.json");
    return existsSync(file) ? readConfiguration(file) : undefined;
  }
}
