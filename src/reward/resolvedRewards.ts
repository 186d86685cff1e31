import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { requireRuntime } from "../onnx/installedRuntime.ts";
import { UserError } from "../system/userError.ts";
import { LEXICAL } from "./backboneName.ts";
import type { HubOptions } from "./hub/hubBackbone.ts";
import type { RewardSettings } from "./rewardSettings.ts";

/** What a backbone is named by that lies on the hub: `hub:owner/name`. */
export const HUB_PREFIX = "hub:";

export interface Resolving {
  /** Absolute path of the folder that a backbone's path starts in: the experiment's own. */
  readonly baseDirectory: string;
  readonly signal: AbortSignal;
  /** Asks before a download, and hears how it goes. */
  readonly download: Pick<HubOptions, "consent" | "onProgress">;
  /**
   * File of rewards that are gone on with, wherever those that they started from are by now: a backbone of the hub is taken at
   * the commit that they were learned on.
   */
  readonly saved?: string | undefined;
}

/**
 * Settings of rewards as a trainer takes them: their backbone is "lexical" or the absolute path of a folder, where one of the
 * hub has been downloaded unless it was before.
 * @throws UserError where this machine runs no transformers, there is no such folder, the hub has no such backbone, it was not downloaded, or words are to start from a transformer's rewards
 */
export async function resolvedRewards(rewards: RewardSettings, resolving: Resolving): Promise<RewardSettings> {
  const { backbone } = rewards;
  const isBegun = resolving.saved !== undefined;
  const start = rewards.start === null || isBegun ? null : resolve(resolving.baseDirectory, rewards.start);
  if (backbone === LEXICAL && start !== null)
    throw new UserError(
      `\`rewards.start\` names ${start}, and local rewards are learned on "${LEXICAL}"; name the transformer of those rewards ` +
        "as `rewards.backbone`, too.",
    );
  if (backbone === LEXICAL) return { ...rewards, start };
  requireRuntime();
  if (!backbone.startsWith(HUB_PREFIX))
    return { ...rewards, start, backbone: backboneFolder(backbone, resolving.baseDirectory) };
  const { signal, download, saved } = resolving;
  const { hubBackbone } = await import("./hub/hubBackbone.ts");
  const name = await nameAtCommit(backbone.slice(HUB_PREFIX.length), saved);
  return { ...rewards, start, backbone: await hubBackbone(name, { signal, ...download }) };
}

/** A name of the hub; where rewards were learned on what it stood for, at their commit. */
async function nameAtCommit(text: string, saved: string | undefined): Promise<string> {
  if (saved === undefined) return text;
  const [{ savedOrigin }, { hubName, repositoryOf }] = await Promise.all([
    import("./rewardFile.ts"),
    import("./hub/hubName.ts"),
  ]);
  const [name, origin] = [hubName(text), await savedOrigin(saved)];
  const isSame = origin?.repository === repositoryOf(name) && origin.asked.includes(name.revision);
  return isSame ? `${origin.repository}@${origin.commit}` : text;
}

function backboneFolder(backbone: string, baseDirectory: string): string {
  const folder = resolve(baseDirectory, backbone);
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory()) return folder;
  if (found !== undefined)
    throw new UserError(
      `The backbone of local rewards is the file ${folder}; name the folder that it lies in: ${dirname(backbone)}`,
    );
  const hub = /^[\w.-]+\/[\w.-]+$/.test(backbone) && !backbone.startsWith(".");
  throw new UserError(
    `There is no folder ${folder}, which the backbone of local rewards is to be in. Name a folder with a transformer exported to ` +
      `ONNX, ${hub ? `the model of the hub by "${HUB_PREFIX}${backbone}"` : `a model of the hub by "${HUB_PREFIX}owner/name"`}, or "${LEXICAL}".`,
  );
}
