import type { ShownCell } from "../../src/run/panel/examplesShown.ts";
import type { Rerun } from "../../src/run/panel/rerun.ts";
import { type ShownStep, type StoredTrajectory, stepsOf } from "../../src/run/panel/storedTrajectory.ts";
import { changeText, rewardText } from "../../src/run/views/numberFormat.ts";
import { element, setText } from "../element.ts";
import { Button, Checkbox } from "../toolkit.ts";
import { l10n } from "../words.ts";
import type { CellHost } from "./cellHost.ts";
import { configurationWords } from "./configurationWords.ts";
import { FactList } from "./factList.ts";
import { NamedChoice } from "./namedChoice.ts";
import { isSame, RerunView } from "./rerunView.ts";
import { type Trajectory, TrajectoryView } from "./trajectoryView.ts";

/** Trajectories that stay at hand. */
const KEPT = 20;
/** Names of what a cell is compared with, besides iterations. */
const [NOTHING, AGAIN] = ["nothing", "again"];

/** How a cell is looked at; the page keeps it. */
export interface CellLook {
  readonly against: string;
  readonly only: boolean;
}

interface About {
  readonly model: string;
  readonly simulated: boolean;
}

/** One row under one configuration: what each component got and gave, beside what it gave elsewhere. */
export class CellView {
  readonly root: HTMLElement;
  readonly #cells: CellHost;
  readonly #title = element("h2", { tabindex: -1 });
  readonly #text = element("p", { class: "quiet" });
  readonly #facts = new FactList();
  readonly #failure = element("p", { class: "failure" });
  readonly #against: NamedChoice;
  readonly #only: Checkbox;
  readonly #note = element("p", { class: "quiet" });
  readonly #rerun: RerunView;
  readonly #update: Button;
  readonly #trajectory = new TrajectoryView();
  readonly #found = new Map<string, StoredTrajectory>();
  readonly #asked = new Set<string>();
  readonly #release: () => void;
  #look: CellLook = { against: NOTHING, only: false };
  #cell: ShownCell | undefined;
  #about: About = { model: "", simulated: false };
  #seenRerun: Rerun["kind"] = "none";

  constructor(
    cells: CellHost,
    on: {
      readonly close: () => void;
      readonly look: () => void;
      /** The update that made the configuration is to be seen. @param seq number of its event */
      readonly update: (seq: number) => void;
    },
  ) {
    this.#cells = cells;
    this.#rerun = new RerunView(cells);
    const changed = (look: Partial<CellLook>) => {
      this.#look = { ...this.#look, ...look };
      on.look();
      this.#draw();
    };
    this.#against = new NamedChoice(l10n.t("Compare with"), (against) => changed({ against }));
    this.#only = new Checkbox(l10n.t("Only differences"), (only) => changed({ only }));
    const copy = new Button(l10n.t("Copy as JSON"), () => this.#copy());
    const close = new Button(l10n.t("Close"), on.close);
    this.#update = new Button(l10n.t("Show Update"), () => {
      if (this.#cell !== undefined) on.update(this.#cell.under.seq);
    });
    this.root = element(
      "section",
      { class: "cell" },
      element("div", { class: "line" }, this.#title, this.#update.root, copy.root, close.root),
      this.#text,
      this.#facts.root,
      this.#failure,
      this.#rerun.root,
      element("div", { class: "line" }, this.#against.root, this.#only.root),
      this.#note,
      this.#trajectory.root,
    );
    this.root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      on.close();
    });
    this.#release = cells.onRerun(() => this.#onRerun());
  }

  get look(): CellLook {
    return this.#look;
  }

  set look(look: CellLook) {
    this.#look = look;
    this.#draw();
  }

  /** @param cell null while none is looked at */
  show(cell: ShownCell | null, about: About): void {
    this.root.hidden = cell === null;
    this.#cell = cell ?? undefined;
    this.#about = about;
    this.#draw();
  }

  focus(): void {
    this.#title.focus();
  }

  dispose(): void {
    this.#release();
  }

  #onRerun(): void {
    const { rerun } = this.#cells;
    const cell = this.#cell;
    const isOwn = rerun.kind !== "none" && cell !== undefined && isSame(rerun.of, ofCell(cell));
    // What has just come is what is wanted beside the earlier one.
    const isNew = rerun.kind === "done" && this.#seenRerun !== "done" && this.#seenRerun !== "none";
    this.#seenRerun = rerun.kind;
    if (isOwn && isNew) this.#look = { ...this.#look, against: AGAIN };
    this.#draw();
  }

  #draw(): void {
    const cell = this.#cell;
    if (cell === undefined) return;
    const name = cell.example === "" ? String(cell.row + 1) : cell.example;
    const title = `${name} · ${configurationWords(cell.under)}`;
    setText(this.#title, title);
    this.root.setAttribute("aria-label", title);
    setText(this.#text, cell.text);
    this.#text.hidden = cell.text === "";
    this.#update.hidden = cell.under.kind === "start";
    this.#only.checked = this.#look.only;
    const start = cell.others.find(({ kind }) => kind === "start");
    this.#facts.show([
      [l10n.t("Reward"), rewardText(cell.reward)],
      ...(start === undefined ? [] : [[l10n.t("Since the start"), changeText(cell.reward - start.reward)] as const]),
      ...(cell.again.length === 0 ? [] : [[l10n.t("Measured again"), againWords(cell.again)] as const]),
      ...(this.#about.simulated ? [[l10n.t("Model"), l10n.t("simulated model")] as const] : []),
    ]);
    this.#rerun.show({
      of: ofCell(cell),
      reward: cell.reward,
      isMore: Object.values(cell.configuration).some(
        (value) => typeof value === "object" && value !== null && "perInput" in value,
      ),
      ...this.#about,
    });
    this.#showTrajectory(cell);
  }

  #showTrajectory(cell: ShownCell): void {
    const own = this.#stored(ofCell(cell));
    const again = this.#again(cell);
    const against = this.#offer(cell, again !== undefined);
    const kept = own?.kind === "kept" ? { row: own.row, steps: this.#steps(own, cell) } : undefined;
    const failure = (own?.kind === "kept" ? own.failure : null) ?? cell.failure;
    setText(this.#failure, failure === null ? "" : l10n.t("{0} failed: {1}", failure.at, failure.message));
    this.#failure.hidden = failure === null;
    const other =
      against === NOTHING || against === AGAIN
        ? undefined
        : this.#stored({ ...ofCell(cell), iteration: Number(against) });
    const [shown, before] = this.#sides(kept, again, against, other, cell);
    const note = noteWords(own, { isAgain: kept === undefined && again !== undefined, against, other });
    setText(this.#note, note);
    this.#note.hidden = note === "";
    this.#only.root.hidden = before === undefined;
    this.#trajectory.show(shown, { before, only: this.#look.only && before !== undefined });
  }

  /** What is shown, and what it is compared with. What was run again comes after what was kept. */
  #sides(
    kept: Trajectory | undefined,
    again: Trajectory | undefined,
    against: string,
    other: StoredTrajectory | undefined,
    cell: ShownCell,
  ): readonly [Trajectory | undefined, Trajectory | undefined] {
    if (kept === undefined) return [again, undefined];
    if (against === AGAIN && again !== undefined) return [again, kept];
    if (other?.kind !== "kept") return [kept, undefined];
    return [kept, { row: other.row, steps: this.#steps(other, cell) }];
  }

  #steps(stored: Extract<StoredTrajectory, { kind: "kept" }>, cell: ShownCell): ShownStep[] {
    return stepsOf(stored, cell.components, cell.configuration);
  }

  #offer(cell: ShownCell, isAgain: boolean): string {
    const offered = [
      { value: NOTHING, label: l10n.t("nothing") },
      ...(isAgain ? [{ value: AGAIN, label: l10n.t("the row run again") }] : []),
      ...cell.others.map((one) => ({
        value: String(one.iteration),
        label: `${configurationWords(one)}, ${rewardText(one.reward)}`,
      })),
    ];
    const against = offered.some(({ value }) => value === this.#look.against) ? this.#look.against : NOTHING;
    this.#against.offer(offered, against);
    return against;
  }

  /** What came of running the cell again. */
  #again(cell: ShownCell): Trajectory | undefined {
    const { rerun } = this.#cells;
    if (rerun.kind !== "done" || !isSame(rerun.of, ofCell(cell))) return undefined;
    const { example, steps } = rerun.result;
    const { id: _, ...row } = example;
    return {
      row,
      steps: steps.map(({ component, value, input, output, localReward, ms = null, calls = null }) => {
        return { component, value, input, output, localReward, ms, calls };
      }),
    };
  }

  /** Undefined until the editor has told. */
  #stored(of: { readonly exampleId: string; readonly iteration: number }): StoredTrajectory | undefined {
    const key = JSON.stringify([of.exampleId, of.iteration]);
    const found = this.#found.get(key);
    if (found === undefined && !this.#asked.has(key)) {
      this.#asked.add(key);
      void this.#cells.trajectory(of).then((told) => {
        this.#asked.delete(key);
        this.#found.set(key, told);
        for (const old of [...this.#found.keys()].slice(0, -KEPT)) this.#found.delete(old);
        this.#draw();
      });
    }
    return found;
  }

  #copy(): void {
    const cell = this.#cell;
    if (cell === undefined) return;
    const own = this.#stored(ofCell(cell));
    const { exampleId, under, reward, configuration } = cell;
    const again = this.#again(cell);
    const copied = {
      example: exampleId,
      iteration: under.iteration,
      decision: under.kind,
      reward,
      simulated: this.#about.simulated,
      model: this.#about.model,
      failure: (own?.kind === "kept" ? own.failure : null) ?? cell.failure,
      configuration,
      ...(own?.kind === "kept" && { row: own.row, steps: this.#steps(own, cell) }),
      ...(again !== undefined && { runAgain: again.steps }),
    };
    this.#cells.copy(`${JSON.stringify(copied, null, 2)}\n`);
  }
}

/** Rewards of a system that does not do the same twice. */
function againWords(again: ShownCell["again"]): string {
  return again.map(({ iteration, reward }) => l10n.t("{0} (iteration {1})", rewardText(reward), iteration)).join(", ");
}

function ofCell({ exampleId, under }: ShownCell) {
  return { exampleId, iteration: under.iteration };
}

function noteWords(
  own: StoredTrajectory | undefined,
  given: { readonly isAgain: boolean; readonly against: string; readonly other: StoredTrajectory | undefined },
): string {
  if (given.isAgain) return l10n.t("This is the row as it was run again: what it did in the run was not kept.");
  if (own === undefined) return l10n.t("Looking for what was kept of this row…");
  const missing = own.kind === "kept" ? given.other : own;
  if (missing === undefined) return given.against === AGAIN ? l10n.t("From the run to the row run again:") : "";
  switch (missing.kind) {
    case "kept":
      return "";
    case "unreadable":
      return missing.message;
    case "none":
      return noneWords(missing.why);
  }
}

function noneWords(why: Extract<StoredTrajectory, { kind: "none" }>["why"]): string {
  switch (why) {
    case "older":
      return l10n.t(
        "This run has kept no trajectories: its version of Optimas did not. Run the row again to see what each component does.",
      );
    case "full":
      return l10n.t(
        "The run had kept as many trajectories as it may before it came to this one. Run the row again to see what each component does.",
      );
    case "unknown":
      return l10n.t(
        "The folder of the run has no trajectory of this row. Run the row again to see what each component does.",
      );
  }
}
