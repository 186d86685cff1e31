import type { HubOffer, HubProgress } from "../reward/hub/hubBackbone.ts";
import { HUB_PREFIX, type Resolving, resolvedRewards } from "../reward/resolvedRewards.ts";
import type { RewardSettings } from "../reward/rewardSettings.ts";
import { bytesText } from "../run/views/numberFormat.ts";
import { visibleLine } from "../run/views/visibleText.ts";
import { UserError } from "../system/userError.ts";
import type { Attention } from "./attention.ts";
import { liveStatus } from "./liveStatus.ts";
import type { Terminal } from "./terminal.ts";

/** What a person says of downloads when a command is started. */
export interface DownloadManner {
  /** Download without asking. */
  readonly yes?: boolean;
}

/** What a line is said at where nothing can be drawn over: shares of a download, in hundredths. */
const STEP = 10;

/**
 * Settings of rewards as a trainer takes them. What has to be downloaded is told with its size, and asked about.
 * @param baseDirectory absolute path of the folder that a backbone's path starts in
 * @param saved file of rewards that are gone on with, if there are some
 * @throws UserError where there is no such backbone, it was not to be downloaded, or nobody can be asked
 */
export async function backboneOf(
  rewards: RewardSettings,
  baseDirectory: string,
  manner: DownloadManner,
  terminal: Terminal,
  attention: Attention,
  saved?: string,
): Promise<RewardSettings> {
  const { signal } = attention;
  const progress = new DownloadLines(terminal);
  const download: Resolving["download"] = {
    consent: (offer) => agreedDownload(offer, manner, terminal, signal),
    onProgress: ({ present, total }: HubProgress) => progress.show(present, total),
  };
  try {
    return await attention.within(resolvedRewards(rewards, { baseDirectory, signal, download, saved }));
  } finally {
    progress.end();
  }
}

/** @throws UserError where nobody can be asked */
export async function agreedDownload(
  { name, host, bytes, present }: Pick<HubOffer, "name" | "host" | "bytes" | "present">,
  { yes = false }: DownloadManner,
  terminal: Pick<Terminal, "note" | "confirm">,
  signal: AbortSignal,
): Promise<boolean> {
  const size = present === 0 ? bytesText(bytes) : `${bytesText(bytes)}, ${bytesText(present)} of it here already`;
  const what = `the backbone ${visibleLine(name)} (${size}, from ${visibleLine(host)})`;
  if (yes) {
    terminal.note(`Downloading ${what}.`);
    return true;
  }
  if (terminal.confirm === undefined) {
    throw new UserError(
      `Local rewards are to be learned on ${what}, which is not on this machine, and nobody can be asked here whether to download it. ` +
        "Nothing was spent. Give --yes, or download it before: " +
        `optimas backbone ${HUB_PREFIX}${name} --yes`,
    );
  }
  return terminal.confirm(`Download ${what}? [y/N] `, signal);
}

/** How far a download is: a line that is drawn over, or one for every tenth of it. */
export class DownloadLines {
  readonly #terminal: Pick<Terminal, "note" | "live">;
  #status: ReturnType<typeof liveStatus> | undefined;
  #text = "";
  #told = 0;

  constructor(terminal: Pick<Terminal, "note" | "live">) {
    this.#terminal = terminal;
  }

  show(present: number, total: number): void {
    const percent = total === 0 ? 100 : Math.floor((100 * present) / total);
    this.#text = `downloaded ${bytesText(present)} of ${bytesText(total)} (${percent} %)`;
    const { live, note } = this.#terminal;
    if (live !== undefined) {
      this.#status ??= liveStatus(live, () => this.#text);
      this.#status.draw();
    } else if (percent >= this.#told + STEP) {
      this.#told = percent - (percent % STEP);
      note(this.#text);
    }
  }

  end(): void {
    this.#status?.end();
    this.#status = undefined;
  }
}
