import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type LoadedExperiment, loadExperiment } from "../loader/loadExperiment.ts";
import { shownPath } from "../loader/shownPath.ts";
import { parseSettings } from "../optimize/settings.ts";
import { LEXICAL } from "../reward/backboneName.ts";
import type { LocalRewards } from "../reward/localRewards.ts";
import { configurationFile, readConfiguration } from "../run/configurationFile.ts";
import type { BodyOf } from "../run/events.ts";
import type { RunFolder } from "../run/runFolder.ts";
import { newRunId } from "../run/runInfo.ts";
import { savedStart } from "../run/savedStart.ts";
import { newRunFolder } from "../sdk/preparation.ts";
import { loggedEstimate } from "../sdk/runEstimate.ts";
import { type Configuration, completeConfiguration } from "../system/configuration.ts";
import { seededRandom } from "../system/random.ts";
import { UserError } from "../system/userError.ts";
import { attendRun, type Goal, type PreparedRun, startRewards, TRAINER_GRACE_MS } from "./attendedRun.ts";
import type { Attention } from "./attention.ts";
import { agreedEstimate, printEstimate } from "./estimateRun.ts";
import { CommandFailure } from "./failure.ts";
import { refuseNotebook } from "./notebookFile.ts";
import { absoluteDirectory, prepareRun } from "./preparedRun.ts";
import { overlaidSettings, type StartOptions } from "./startOptions.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Starts a run of an experiment file in a folder of its own.
 * @throws CommandFailure; nothing is left on disk when it fails before the run began
 */
export async function startRun(
  file: string,
  goal: Goal,
  options: StartOptions,
  terminal: Terminal,
  attention: Attention,
): Promise<void> {
  refuseNotebook(file);
  let files: readonly string[] = [];
  let run: PreparedRun;
  let rewards: LocalRewards | undefined;
  let folder: RunFolder;
  try {
    const loaded = await loadExperiment(file, { onBundled: (bundled) => (files = bundled) });
    const { experiment } = loaded;
    const settings = parseSettings(overlaidSettings(experiment.settings, options, dirname(loaded.path)));
    // A file that could not be written in the end is a reason not to begin.
    if (options.save !== false) refuseUnreadable(configurationFile(loaded.path));
    const chosen = startOf(loaded, options);
    const { configuration, saved } = chosen;
    for (const line of chosen.told) terminal.note(line);
    const asked = { goal, dataDirectory: absoluteDirectory(options.data) };
    run = await prepareRun(
      loaded,
      {
        ...asked,
        settings,
        configuration,
        model: options.model,
        out: options.out,
        estimateOnly: options.dryRun === true,
      },
      attention.signal,
    );
    if (options.dryRun === true) {
      printEstimate(run, options.out, options.json === true, terminal);
      return;
    }
    const runId = newRunId(experiment.system.name, Date.now(), seededRandom(randomUUID()));
    const prepared = run;
    const started = () => startRewards(prepared, join(resolve(options.out), runId), options, terminal, attention);
    // What no rewards can be learned on is told before anybody is asked what the run may cost.
    if (settings.rewards.backbone !== LEXICAL) rewards = await started();
    const estimate = await agreedEstimate(run, options.out, options, terminal, attention);
    run = { ...run, estimate: loggedEstimate(estimate) };
    rewards ??= await started();
    const place = { path: loaded.path, given: file };
    const recorded = {
      ...asked,
      configuration: configuration ?? null,
      startedFromFile: startsFromFile(options),
      saved,
    };
    folder = newRunFolder(run, { out: options.out, runId, experiment: place, asked: recorded }, Date.now);
  } catch (error) {
    await attention.within(Promise.resolve(rewards?.dispose()), TRAINER_GRACE_MS).catch(() => undefined);
    throw new CommandFailure(attention.causeOf(error), { files: new Set(files) });
  }
  const save = options.save !== false && { startedFromFile: startsFromFile(options) };
  await attendRun(
    { ...run, rewards },
    folder,
    false,
    { out: options.out, json: options.json === true, save },
    terminal,
    attention,
  );
}

function refuseUnreadable(file: string): void {
  if (existsSync(file)) readConfiguration(file);
}

function startsFromFile({ configuration, fromSource }: StartOptions): boolean {
  return configuration === undefined && fromSource !== true;
}

/**
 * The values a run starts from: those of the file that was named, else those accepted before, else the source's.
 * @throws UserError when a file cannot be read or does not fit the system
 */
function startOf(
  { experiment, path }: LoadedExperiment,
  options: StartOptions,
): {
  readonly configuration: Configuration | undefined;
  /** Accepted values among them. */
  readonly saved?: BodyOf<"run.started">["saved"];
  readonly told: readonly string[];
} {
  const { components } = experiment.system;
  if (options.configuration !== undefined) {
    if (options.fromSource) throw new UserError("Give either --configuration or --from-source, not both.");
    return { configuration: completeConfiguration(components, readConfiguration(options.configuration)), told: [] };
  }
  if (!startsFromFile(options)) return { configuration: undefined, told: [] };
  const file = configurationFile(path);
  const { configuration, taken, leftOut } = savedStart(file, components);
  if (taken.length === 0) return { configuration: undefined, told: leftOut };
  const from = `Starting from ${shownPath(file)} (${taken.join(", ")}); --from-source starts from the source's values.`;
  const saved = { file: basename(file), components: [...taken] };
  return { configuration, saved, told: [from, ...leftOut] };
}
