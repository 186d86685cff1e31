import { LEXICAL } from "./backboneName.ts";
import { inProcessRewards } from "./inProcessRewards.ts";
import type { LocalRewards } from "./localRewards.ts";
import type { OpenRequest } from "./trainerProtocol.ts";

/**
 * Local rewards on a backbone: `lexical`, or the folder of a transformer, whose code is loaded only then.
 * @throws UserError where a transformer cannot be opened
 */
export async function openRewards({ rewards, checkpoints }: OpenRequest): Promise<LocalRewards> {
  if (rewards.backbone === LEXICAL) return inProcessRewards();
  const { openTransformer } = await import("./transformer/openTransformer.ts");
  return openTransformer(rewards, checkpoints);
}
