import { systemClock } from "../notebook/clock.ts";
import { LEXICAL } from "../reward/backboneName.ts";
import type { LocalRewards } from "../reward/localRewards.ts";
import type { RewardSettings } from "../reward/rewardSettings.ts";
import { startTrainer } from "../reward/trainerClient.ts";
import { unfinishedFits } from "../run/runFolder.ts";
import { savedRewards } from "../run/runState.ts";
import { rewardsOf } from "./backboneAccess.ts";
import type { CellHost } from "./cellHost.ts";
import { LaterRewards } from "./laterRewards.ts";
import type { Step } from "./step.ts";
import { TrainerStarts } from "./trainerStarts.ts";

/** What a run learns on, and where it lies. */
export interface RewardsPlace {
  readonly settings: RewardSettings;
  /** Absolute path of the folder that paths of the experiment start in. */
  readonly place: string;
  /** The run's folder, absolute; it may not be there yet. */
  readonly folder: string;
}

/** The local rewards of one run: trainers that are started one after another, a transformer not before it is needed. */
export class RunRewards {
  readonly #start: (() => Promise<LocalRewards>) | undefined;
  readonly #trainers = new TrainerStarts(systemClock);
  /** Of a run that only measures so far; begun by the first step that learns. */
  #later: { readonly rewards: LaterRewards; readonly at: RewardsPlace } | undefined;

  /** @param start where local rewards are trained; a trainer process by default */
  constructor(start: (() => Promise<LocalRewards>) | undefined) {
    this.#start = start;
  }

  /**
   * @param learns whether the step asks or fits local rewards
   * @throws UserError where the backbone cannot be had; as `TrainerStarts.start`
   */
  async open(at: RewardsPlace, step: Step, learns: boolean): Promise<LocalRewards> {
    const { backbone, start } = at.settings;
    const isLight = backbone === LEXICAL || this.#start !== undefined;
    if (learns || isLight || start !== null || savedRewards(at.folder) !== undefined) return this.#started(at, step);
    const rewards = new LaterRewards();
    this.#later = { rewards, at };
    return rewards;
  }

  /** What was put off is begun now. @throws as `open` */
  async begin(step: Step): Promise<void> {
    const later = this.#later;
    if (later === undefined || later.rewards.hasBegun) return;
    later.rewards.begin(await this.#started(later.at, step));
  }

  /** The run lets go of what it opened. */
  letGo(): void {
    this.#later = undefined;
  }

  /** A step succeeded, or what comes next is another run: deaths of trainers count from now on. */
  forgetDeaths(): void {
    this.#trainers.forget();
  }

  /** As `TrainerStarts.advice`. */
  advice(cell: CellHost | undefined, saved: string | undefined): string {
    return this.#trainers.advice(cell, saved);
  }

  #started({ settings, place, folder }: RewardsPlace, step: Step): Promise<LocalRewards> {
    const saved = savedRewards(folder);
    const trainer = async () =>
      startTrainer({
        rewards: await rewardsOf(settings, place, step, saved),
        checkpoints: unfinishedFits(folder),
        onLog: (line) => step.cell?.onTrainer?.({ kind: "said", line }),
      });
    return this.#trainers.start(step, this.#start ?? trainer);
  }
}
