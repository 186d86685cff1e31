import { isAbsolute, relative } from "node:path";
import type { Download } from "../notebook/kernelProtocol.ts";
import type { SettingsInput } from "../optimize/settings.ts";
import { LEXICAL } from "../reward/backboneName.ts";
import { HUB_PREFIX, resolvedRewards } from "../reward/resolvedRewards.ts";
import type { RewardSettings } from "../reward/rewardSettings.ts";
import type { RunInfo } from "../run/runInfo.ts";
import { bytesText } from "../run/views/numberFormat.ts";
import { UserError } from "../system/userError.ts";
import type { CellHost } from "./cellHost.ts";
import type { Step } from "./step.ts";

/** Shortest time between two messages of a download's progress, in milliseconds. */
const INTERVAL_MS = 250;

/**
 * Settings of rewards that hold where the experiment and its options say nothing: a run that goes on keeps its own, a new one
 * takes the backbone that whoever runs the cell names.
 * @param run the run that goes on; undefined for a new one
 * @param place absolute path of the folder that paths of the experiment start in
 */
export async function unsaidRewards(
  run: Pick<RunInfo, "settings"> | undefined,
  cell: CellHost | undefined,
  place: string,
): Promise<SettingsInput> {
  if (run !== undefined) return { rewards: (run.settings.rewards ?? {}) as SettingsInput["rewards"] };
  const backbone = await cell?.backbones?.named?.();
  return backbone === undefined ? {} : { rewards: { backbone: backboneFrom(place, backbone) } };
}

/** A backbone as an experiment in that folder would name it: files of a run name no user's folders. */
export function backboneFrom(place: string, backbone: string): string {
  if (backbone === LEXICAL || backbone.startsWith(HUB_PREFIX) || !isAbsolute(backbone)) return backbone;
  const path = relative(place, backbone).replaceAll("\\", "/");
  return isAbsolute(path) || path.startsWith("..") ? path : `./${path}`;
}

/**
 * Settings of rewards as a trainer takes them. Before a download a person is asked, and it is told how it goes.
 * @param baseDirectory absolute path of the folder that a backbone's path starts in
 * @param saved file of rewards that are gone on with, if there are some
 * @throws UserError where there is no such backbone, it was not to be downloaded, or nobody can be asked
 */
export async function rewardsOf(
  rewards: RewardSettings,
  baseDirectory: string,
  { cell, signal }: Pick<Step, "cell" | "signal">,
  saved?: string,
): Promise<RewardSettings> {
  const { mayDownload, onDownload } = cell?.backbones ?? {};
  const begun = new Set<string>();
  let toldAt = 0;
  const download = {
    consent: async ({ name, host, bytes, present }: Download) => {
      const agreed = (await mayDownload?.({ name, host, bytes, present }, signal)) ?? null;
      if (agreed === null) throw new UserError(unasked(name, bytes));
      if (agreed) {
        begun.add(name);
        onDownload?.({ kind: "progress", name, present, total: bytes });
      }
      return agreed;
    },
    onProgress: ({ present, total }: { readonly present: number; readonly total: number }) => {
      if (performance.now() - toldAt < INTERVAL_MS) return;
      toldAt = performance.now();
      for (const name of begun) onDownload?.({ kind: "progress", name, present, total });
    },
  };
  try {
    return await resolvedRewards(rewards, { baseDirectory, signal, download, saved });
  } finally {
    for (const name of begun) onDownload?.({ kind: "over", name });
  }
}

function unasked(name: string, bytes: number): string {
  return (
    `The backbone ${name} (${bytesText(bytes)}) is not on this machine, and nobody can be asked here whether to download it. ` +
    `Nothing was spent. Download it in a terminal: optimas backbone ${HUB_PREFIX}${name}`
  );
}
