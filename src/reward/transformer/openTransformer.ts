import { constants, setPriority } from "node:os";
import { weightBytes } from "../../onnx/modelFile.ts";
import { hubOrigin } from "../hub/backboneCache.ts";
import { localRewards } from "../inProcessRewards.ts";
import type { LocalRewards } from "../localRewards.ts";
import type { RewardSettings } from "../rewardSettings.ts";
import type { LoraSettings } from "./adapter.ts";
import { openBackboneFolder } from "./backboneFolder.ts";
import { exportRewards } from "./export/exportRewards.ts";
import { type ImportedRewards, importRewards } from "./export/importRewards.ts";
import { trainingGraph } from "./rewardGraph.ts";
import { TrainingMemory } from "./trainingMemory.ts";
import { type OpenedBackbone, transformerMethod } from "./transformerMethod.ts";

/**
 * Local rewards on the transformer in a folder, in this process, which from then on gives way to others.
 * @param checkpoints folder for what fits that take long have come to
 * @throws UserError where it cannot be opened
 */
export async function openTransformer(
  { backbone, rank, alpha, targets, start: startFolder, online, memoryMb }: RewardSettings,
  checkpoints: string | undefined,
): Promise<LocalRewards> {
  giveWay();
  const memory = new TrainingMemory(memoryMb);
  const opened = await openBackboneFolder(backbone, memory);
  const start: ImportedRewards =
    startFolder === null
      ? { adapter: undefined, heads: new Map(), notes: [] }
      : await importRewards(startFolder, opened);
  const lora = { rank, alpha, targets };
  await checkTrainable(opened, lora, memory);
  const method = await transformerMethod(opened, {
    lora,
    online,
    memory,
    checkpoints,
    start,
    origin: hubOrigin(backbone),
  });
  return localRewards({
    ...method,
    notes: start.notes,
    export: (rewards, folder, facts) => exportRewards({ opened, backboneFolder: backbone, rewards, facts }, folder),
  });
}

/**
 * A backbone that adapters cannot be trained on is refused now, and not when everything to learn from has been paid for.
 * @throws UserError naming the node that is in the way
 */
async function checkTrainable(
  { runtime, backbone }: OpenedBackbone,
  lora: LoraSettings,
  memory: TrainingMemory,
): Promise<void> {
  memory.demand(weightBytes(backbone.model), "Looking at the backbone's operators");
  await trainingGraph(runtime, backbone, 1, lora);
}

/** Hours of training must not be felt in the editor. */
function giveWay(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // A system may not let a process say so; threads are left free all the same.
  }
}
