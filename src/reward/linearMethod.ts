import type { Encoder } from "./encoder.ts";
import { fitHead } from "./headFit.ts";
import type { RewardMethod, RewardState } from "./inProcessRewards.ts";
import { loadRewards, saveRewards } from "./rewardFile.ts";

/** One linear head per component, above an encoder that nothing changes. */
export function linearMethod(encoder: Encoder): RewardMethod<RewardState> {
  const backbone = encoder.name;
  return {
    backbone,
    start: { encoder, heads: new Map() },
    async fit({ heads }, request, signal, onProgress) {
      const { name } = request.component;
      const { head, report } = await fitHead(encoder, heads.get(name), request, signal, onProgress);
      return { state: { encoder, heads: new Map(heads).set(name, head) }, report };
    },
    save: ({ heads }, file) => saveRewards(file, backbone, { heads }),
    load: async (file) => ({ encoder, heads: (await loadRewards(file, backbone)).heads }),
  };
}
