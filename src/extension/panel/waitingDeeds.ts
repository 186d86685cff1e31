import type { RunEvent } from "../../run/events.ts";
import { eventSchema } from "../../run/events.ts";
import type { RunPanelRequest } from "../../run/panel/panelMessage.ts";
import { UserError } from "../../system/userError.ts";
import type { L10n } from "../l10n.ts";

export type AskedDeed = Extract<RunPanelRequest, { type: "do" }>;

/** What is done so long after it was asked for surprises more than it helps. */
const LONGEST_WAIT_MS = 30_000;

interface Parts {
  readonly l10n: L10n;
  /** Has an event read; it comes to `take`. */
  readonly ask: (seq: number) => void;
  readonly carryOut: (deed: AskedDeed, event: RunEvent) => Promise<void>;
  /** What was asked for is not done, for a reason in words for the user. */
  readonly onRefused: (error: unknown) => void;
  /** @returns takes it back */
  readonly later: (ms: number, then: () => void) => () => void;
}

interface Waiting {
  readonly deed: AskedDeed;
  readonly forget: () => void;
}

/** Deeds whose events are still to be read. Each one is carried out, or the user is told why it is not. */
export class WaitingDeeds {
  readonly #parts: Parts;
  readonly #waiting = new Map<number, Waiting[]>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  add(deed: AskedDeed): void {
    const { later, ask } = this.#parts;
    const forget = later(LONGEST_WAIT_MS, () => this.#late(one));
    const one: Waiting = { deed, forget };
    this.#waiting.set(deed.seq, [...(this.#waiting.get(deed.seq) ?? []), one]);
    ask(deed.seq);
  }

  /** @param event as it was read; null where the log has none of that number. @returns whether it was waited for here */
  take(seq: number, event: unknown): boolean {
    const [one, ...others] = this.#waiting.get(seq) ?? [];
    if (one === undefined) return false;
    this.#waiting.set(seq, others);
    one.forget();
    void this.#carryOut(one.deed, event);
    return true;
  }

  /** The run cannot be read: nothing that is waited for will come. */
  fail(reason: string): void {
    for (const { deed, forget } of this.#all()) {
      forget();
      this.#parts.onRefused(new UserError(this.#notDone(deed, reason)));
    }
  }

  dispose(): void {
    for (const { forget } of this.#all()) forget();
  }

  async #carryOut(deed: AskedDeed, event: unknown): Promise<void> {
    const { l10n, carryOut, onRefused } = this.#parts;
    try {
      const read = eventSchema.safeParse(event);
      if (!read.success) throw new UserError(this.#notDone(deed, l10n.t("the run no longer holds what it is about")));
      await carryOut(deed, read.data);
    } catch (error) {
      onRefused(error);
    }
  }

  #late(one: Waiting): void {
    const { seq } = one.deed;
    this.#waiting.set(
      seq,
      (this.#waiting.get(seq) ?? []).filter((other) => other !== one),
    );
    const { l10n, onRefused } = this.#parts;
    onRefused(new UserError(this.#notDone(one.deed, l10n.t("the run was not read in time; try again when it is"))));
  }

  #all(): readonly Waiting[] {
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    return all;
  }

  #notDone({ deed }: AskedDeed, reason: string): string {
    return this.#parts.l10n.t('"{0}" was not done: {1}.', deedWords(deed, this.#parts.l10n), reason);
  }
}

/** What the page's button for a deed says. */
function deedWords(deed: AskedDeed["deed"], l10n: L10n): string {
  switch (deed) {
    case "diff":
      return l10n.t("Open in Diff Editor");
    case "apply":
      return l10n.t("Apply");
    case "revert":
      return l10n.t("Revert to Here");
    case "branch":
      return l10n.t("Branch a New Run from Here");
  }
}
