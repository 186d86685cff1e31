import type { RunView } from "./runView.ts";

/** What no words are lost about: features of words, which every run learns on unless it was told otherwise. */
const USUAL = "lexical";

/** "Learned on small-mean-1f2e3d4c5b6a.": what local rewards were learned on; undefined where that is as usual. */
export function learnedOn({ components }: Pick<RunView, "components">): string | undefined {
  const backbones = new Set(components.flatMap(({ localReward }) => localReward?.backbone ?? []));
  const told = [...backbones].filter((name) => !name.startsWith(USUAL));
  return told.length === 0 ? undefined : `Learned on ${told.join(" and ")}.`;
}
