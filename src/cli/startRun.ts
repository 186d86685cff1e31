import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { type LoadedExperiment, loadExperiment } from "../loader/loadExperiment.ts";
import { shownPath } from "../loader/shownPath.ts";
import { parseSettings } from "../optimize/settings.ts";
import { configurationFile, readConfiguration } from "../run/configurationFile.ts";
import type { RunFolder } from "../run/runFolder.ts";
import { savedStart } from "../run/savedStart.ts";
import { newRunFolder } from "../sdk/preparation.ts";
import { type Configuration, completeConfiguration } from "../system/configuration.ts";
import { seededRandom } from "../system/random.ts";
import { UserError } from "../system/userError.ts";
import { attendRun, type Goal, type PreparedRun } from "./attendedRun.ts";
import type { Attention } from "./attention.ts";
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
  let folder: RunFolder;
  try {
    const loaded = await loadExperiment(file, { onBundled: (bundled) => (files = bundled) });
    const { experiment } = loaded;
    const settings = parseSettings(overlaidSettings(experiment.settings, options));
    // A file that could not be written in the end is a reason not to begin.
    if (options.save !== false) refuseUnreadable(configurationFile(loaded.path));
    const chosen = startOf(loaded, options);
    const { configuration } = chosen;
    for (const line of chosen.told) terminal.note(line);
    const asked = { goal, dataDirectory: absoluteDirectory(options.data) };
    run = await prepareRun(loaded, { ...asked, settings, configuration, model: options.model }, attention.signal);
    const place = { path: loaded.path, given: file };
    const recorded = { ...asked, configuration: configuration ?? null, startedFromFile: startsFromFile(options) };
    folder = newRunFolder(
      run,
      { out: options.out, experiment: place, asked: recorded },
      Date.now,
      seededRandom(randomUUID()),
    );
  } catch (error) {
    throw new CommandFailure(attention.causeOf(error), { files: new Set(files) });
  }
  const save = options.save !== false && { startedFromFile: startsFromFile(options) };
  await attendRun(run, folder, false, { out: options.out, json: options.json === true, save }, terminal, attention);
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
): { readonly configuration: Configuration | undefined; readonly told: readonly string[] } {
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
  return { configuration, told: [from, ...leftOut] };
}
