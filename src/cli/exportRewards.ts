import { dirname, resolve } from "node:path";
import { LEXICAL } from "../reward/backboneName.ts";
import type { ExportFacts } from "../reward/exportedComponent.ts";
import { HUB_PREFIX } from "../reward/resolvedRewards.ts";
import { rewardSettingsSchema } from "../reward/rewardSettings.ts";
import { startTrainer } from "../reward/trainerClient.ts";
import { removeUnfinishedExports } from "../reward/transformer/export/unfinishedExport.ts";
import { readEvents } from "../run/eventLog.ts";
import { eventsFile } from "../run/runFolder.ts";
import { readRunInfo } from "../run/runInfo.ts";
import { findRun } from "../run/runList.ts";
import { savedRewards } from "../run/runState.ts";
import { effectiveEvents } from "../run/views/effectiveEvents.ts";
import { UserError } from "../system/userError.ts";
import { TRAINER_GRACE_MS } from "./attendedRun.ts";
import type { Attention } from "./attention.ts";
import { backboneOf, type DownloadManner } from "./backbone.ts";
import type { Terminal } from "./terminal.ts";

export interface ExportOptions extends DownloadManner {
  readonly out: string;
  readonly json?: boolean;
  /** The run's transformer, where it lies elsewhere by now. */
  readonly backbone?: string;
}

/**
 * Writes the local rewards of a run's last checkpoint into a folder, and prints its path.
 * @throws UserError where the run has none on a transformer, its backbone cannot be had, or the folder holds something else
 */
export async function exportRewards(
  text: string,
  to: string,
  options: ExportOptions,
  terminal: Terminal,
  attention: Attention,
): Promise<void> {
  const run = findRun(options.out, text);
  const { runId, settings, experiment, simulated } = readRunInfo(run);
  const saved = savedRewards(run);
  if (saved === undefined)
    throw new UserError(`Run ${runId} has no local rewards to export: none were fitted before its last checkpoint.`);
  const told = rewardSettingsSchema.parse(settings.rewards ?? {});
  if (told.backbone === LEXICAL)
    throw new UserError(
      `The local rewards of run ${runId} are learned on features of words, which say nothing to other programs. Those on a ` +
        "transformer can be exported (--backbone).",
    );
  const place = experiment.path === "" ? process.cwd() : dirname(experiment.path);
  const base = told.backbone.startsWith(HUB_PREFIX) ? told.backbone.slice(HUB_PREFIX.length) : null;
  const [backbone, from] = options.backbone === undefined ? [told.backbone, place] : [options.backbone, process.cwd()];
  const rewards = await backboneOf({ ...told, backbone }, from, options, terminal, attention, saved);
  const trainer = await attention.within(startTrainer({ rewards }), TRAINER_GRACE_MS);
  const folder = resolve(to);
  try {
    const exporting = trainer.load(saved).then(() => trainer.export?.(folder, factsOf(run, base, simulated)));
    const notes = (await attention.within(exporting, TRAINER_GRACE_MS)) ?? [];
    for (const note of notes) terminal.note(note);
    terminal.result(options.json === true ? JSON.stringify({ folder, notes }) : folder);
  } finally {
    await trainer.dispose();
    // A trainer that was stopped in the midst of it left what it had written.
    removeUnfinishedExports(folder);
  }
}

/** What the run's log tells of its components: what they are for, and how well their last fit did. */
function factsOf(run: string, base: string | null, simulated: boolean): ExportFacts {
  const fits = new Map<string, { readonly alignment: number | null; readonly heldOut: number | null }>();
  const descriptions = new Map<string, string>();
  for (const event of effectiveEvents([...readEvents(eventsFile(run))])) {
    if (event.type === "run.started")
      for (const { name, description } of event.system.components) descriptions.set(name, description);
    if (event.type === "rewards")
      fits.set(event.component, { alignment: event.fit.alignment ?? null, heldOut: event.fit.heldOut });
  }
  const unmeasured = { alignment: null, heldOut: null };
  const components = [...descriptions].map(([name, description]) => ({
    name,
    description,
    ...(fits.get(name) ?? unmeasured),
  }));
  // A revision is a part of the name on the hub, and none of the model's own.
  return { base: base?.split("@")[0] ?? null, simulated, components };
}
