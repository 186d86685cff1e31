import type { RendererMessage, RunOutput } from "../src/run/runOutput.ts";
import { outputStatusWords } from "../src/run/runOutputWords.ts";
import { durationText, rewardText } from "../src/run/views/numberFormat.ts";
import { toldSentence } from "../src/run/views/runSentences.ts";
import { phaseWords } from "../src/run/views/runWords.ts";
import { visibleLine } from "../src/run/views/visibleText.ts";
import { Announcer } from "./announcer.ts";
import { element, setAttributes, setText } from "./element.ts";
import { fold, refill } from "./fold.ts";
import { RewardChart } from "./rewardChart.ts";
import { estimateTable, factsOf, resultsTable, spentTables } from "./runFacts.ts";
import type { Unfolded } from "./unfolded.ts";
import { UpdateList } from "./updateList.ts";
import { l10n } from "./words.ts";

/** After so long without anything new, it is told how long. */
const SILENCE_MS = 30_000;

const signs = { running: "●", idle: "○", interrupted: "■", failed: "✕", finished: "✓" } as const;

/** After so long, and then again and again, the editor is asked whether anybody still works on the run. */
const DOUBT_MS = 5000;

type Progress = NonNullable<Extract<RunOutput["status"], { state: "running" }>["progress"]>;

/** What the editor lets an output do. */
export interface PanelHost {
  readonly unfolded: Unfolded;
  /** Undefined where nobody listens, or the workspace is not trusted. */
  readonly post: ((message: RendererMessage) => void) | undefined;
}

/** A run as a person sees it in its cell. Showing another output changes only what differs: focus and folds stay. */
export class RunPanel {
  readonly root = element("article", { class: "run" });
  readonly #host: PanelHost;
  readonly #sign = element("span", { class: "sign", "aria-hidden": "true" });
  readonly #words = element("strong");
  readonly #where = element("span");
  readonly #badge = element("span", { class: "badge", hidden: true }, l10n.t("simulated model"));
  readonly #stop = element("button", { type: "button", class: "secondary", hidden: true }, l10n.t("Stop"));
  readonly #resume = element("button", { type: "button", hidden: true }, l10n.t("Resume"));
  readonly #report = element("button", { type: "button", class: "link", hidden: true }, l10n.t("Open report"));
  readonly #open = element("button", { type: "button", class: "link", hidden: true }, l10n.t("Open run"));
  readonly #fill = element("div", { class: "fill" });
  readonly #bar = element(
    "div",
    { class: "bar", role: "progressbar", "aria-label": l10n.t("Progress of the run") },
    this.#fill,
  );
  readonly #step = element("p", { class: "quiet step" });
  readonly #time = element("dd");
  readonly #timeTitle = element("dt", {}, l10n.t("Time"));
  readonly #facts = element("dl", { class: "facts" });
  readonly #results = element("div", { class: "results" });
  readonly #spent: HTMLDetailsElement;
  readonly #estimate: HTMLDetailsElement;
  readonly #warnings = element("ul", { class: "warnings", "aria-label": l10n.t("Warnings") });
  readonly #origin = element("p", { class: "quiet origin" });
  readonly #announcer = new Announcer();
  readonly #chart: RewardChart;
  readonly #updates: UpdateList;
  #output: RunOutput;
  #receivedAt: number;
  #askedAt = performance.now();
  #timer: number | undefined;
  #shown = "";

  /** @param receivedAt when the output came, on the page's clock */
  constructor(output: RunOutput, host: PanelHost, receivedAt = performance.now()) {
    this.#output = output;
    this.#receivedAt = receivedAt;
    this.#host = host;
    this.#chart = new RewardChart(output.runId, host.unfolded);
    this.#updates = new UpdateList(host.unfolded);
    this.#spent = fold([l10n.t("Spent by purpose")], `${output.runId} spent`, host.unfolded, () =>
      spentTables(this.#output),
    );
    this.#estimate = fold([l10n.t("Estimate and what came")], `${output.runId} estimate`, host.unfolded, () =>
      estimateTable(this.#output),
    );
    const status = element("p", { class: "status" }, this.#sign, this.#words, this.#where);
    const buttons = element("div", { class: "buttons" }, this.#stop, this.#resume, this.#open, this.#report);
    this.root.append(
      element("header", {}, status, this.#badge, buttons),
      this.#bar,
      this.#step,
      this.#facts,
      this.#results,
      this.#chart.root,
      this.#updates.root,
      this.#spent,
      this.#estimate,
      this.#warnings,
      this.#origin,
      this.#announcer.root,
    );
    this.#stop.addEventListener("click", () => {
      host.post?.({ type: "stop", runId: this.#output.runId });
      // It stays a button: pressing again asks again, and the editor then goes further.
      setText(this.#stop, l10n.t("Stopping…"));
      setAttributes(this.#stop, { "aria-label": l10n.t("Stopping. Press again to insist.") });
    });
    this.#resume.addEventListener("click", () => {
      const { runId, folder } = this.#output;
      if (folder !== null) host.post?.({ type: "resume", runId, folder });
    });
    this.#open.addEventListener("click", () => {
      const { runId, folder } = this.#output;
      if (folder !== null) host.post?.({ type: "openRun", runId, folder });
    });
    this.#report.addEventListener("click", () => {
      const { runId, folder } = this.#output;
      if (folder !== null) host.post?.({ type: "openReport", runId, folder });
    });
    this.#shown = JSON.stringify(output);
    this.#draw(output);
  }

  get runId(): string {
    return this.#output.runId;
  }

  /** The same run in another panel, for words that are other ones now. */
  anew(): RunPanel {
    return new RunPanel(this.#output, this.#host, this.#receivedAt);
  }

  show(output: RunOutput): void {
    const text = JSON.stringify(output);
    if (text === this.#shown) return;
    this.#shown = text;
    this.#output = output;
    this.#receivedAt = performance.now();
    this.#draw(output);
  }

  #draw(output: RunOutput): void {
    setAttributes(this.root, { "data-state": output.status.state, "aria-label": l10n.t("Run of {0}", output.system) });
    this.#showStatus(output);
    this.#showProgress(output);
    this.#showFacts(output);
    const results = resultsTable(output);
    this.#results.hidden = results === null;
    if (results !== null) this.#results.replaceChildren(results);
    this.#chart.show(output);
    this.#updates.show(output);
    this.#spent.hidden = Object.keys(output.spent.byPurpose).length === 0;
    refill(this.#spent, () => spentTables(output));
    this.#estimate.hidden = output.estimate === undefined;
    refill(this.#estimate, () => estimateTable(output));
    this.#warnings.hidden = output.warnings.length === 0;
    this.#warnings.replaceChildren(...output.warnings.map((warning) => element("li", {}, toldSentence(warning, l10n))));
    const model = output.simulated
      ? l10n.t("model {0} (simulated model, which is no language model)", output.model)
      : l10n.t("model {0}", output.model);
    setText(this.#origin, `${visibleLine(output.folder ?? output.runId)} · ${model}`);
    this.#tick();
  }

  /** Asks whether anybody works on the run: its output may have been saved, or left behind, in the middle. */
  doubt(): void {
    this.#askedAt = performance.now();
    const { status, runId } = this.#output;
    if (status.state !== "running") return;
    // Where nobody may be asked, nothing may run.
    if (this.#host.post === undefined) this.cutShort();
    else this.#host.post({ type: "working", runId });
  }

  /** Nobody works on the run any more, whatever its last output says. */
  cutShort(): void {
    const { status } = this.#output;
    if (status.state !== "running") return;
    this.show({ ...this.#output, status: { state: "interrupted", reason: "its process ended" } });
  }

  release(): void {
    window.clearInterval(this.#timer);
    this.#announcer.release();
    this.#chart.release();
  }

  #showStatus(output: RunOutput): void {
    const { status, iteration, system, folder, report, rewards, updates } = output;
    const running = status.state === "running";
    const words = running
      ? status.phase === null
        ? l10n.t("Starting")
        : capital(phaseWords(status.phase, l10n))
      : capital(outputStatusWords(output, l10n));
    const at = iteration === null ? "" : l10n.t("iteration {0} of {1}", iteration.iteration, iteration.of);
    setText(this.#sign, signs[status.state]);
    setText(this.#words, words);
    setText(
      this.#where,
      running && status.phase === "iterating" && iteration !== null
        ? ` · ${system}, ${at}, ${iteration.component}`
        : ` · ${system}`,
    );
    this.#badge.hidden = !output.simulated;
    const post = this.#host.post !== undefined;
    if (!running) {
      setText(this.#stop, l10n.t("Stop"));
      setAttributes(this.#stop, { "aria-label": undefined });
    }
    this.#stop.hidden = !post || !running;
    this.#resume.hidden = !post || folder === null || !(status.state === "interrupted" || status.state === "failed");
    this.#open.hidden = !post || folder === null;
    this.#report.hidden = !post || folder === null || !report;
    const last = rewards.at(-1);
    const spoken = [
      words,
      ...(running && iteration !== null ? [at] : []),
      ...(last === undefined ? [] : [l10n.t("validation reward {0}", rewardText(last.mean))]),
      l10n.t("{0} accepted", updates.accepted),
    ];
    this.#announcer.say(spoken.join(", "), !running);
  }

  #showProgress({ status, iteration }: RunOutput): void {
    const running = status.state === "running";
    this.#bar.hidden = !running;
    this.#step.hidden = !running;
    if (!running) return;
    const { progress, phase } = status;
    const step = progress === null || progress.total <= 0 ? 0 : Math.min(1, progress.done / progress.total);
    const share =
      phase === "iterating" && iteration !== null
        ? (iteration.iteration - 1 + Math.min(0.95, step)) / Math.max(1, iteration.of)
        : progress === null
          ? undefined
          : step;
    const percent = share === undefined ? undefined : Math.round(share * 1000) / 10;
    const told = progress === null ? "" : progressWords(progress);
    setAttributes(this.#bar, {
      "aria-valuemin": 0,
      "aria-valuemax": 100,
      "aria-valuenow": percent === undefined ? undefined : Math.round(percent),
      "aria-valuetext": told === "" ? undefined : told,
      "data-unknown": percent === undefined,
    });
    this.#fill.style.width = percent === undefined ? "" : `${percent}%`;
    setText(this.#step, told === "" ? "\u00a0" : told);
  }

  #showFacts(output: RunOutput): void {
    const pairs = factsOf(output);
    const groups = [...this.#facts.children].slice(0, -1);
    if (groups.length !== pairs.length || this.#facts.childElementCount === 0) {
      this.#facts.replaceChildren(
        ...pairs.map(([title, value]) => element("div", {}, element("dt", {}, title), element("dd", {}, value))),
        element("div", {}, this.#timeTitle, this.#time),
      );
      return;
    }
    for (const [index, [title, value]] of pairs.entries()) {
      const [name, figure] = groups[index]?.children ?? [];
      if (name !== undefined) setText(name, title);
      if (figure !== undefined) setText(figure, value);
    }
  }

  /** Time goes on between two outputs. */
  #tick = (): void => {
    const { status, time } = this.#output;
    const running = status.state === "running";
    const since = running ? performance.now() - this.#receivedAt : 0;
    if (since > DOUBT_MS && performance.now() - this.#askedAt > DOUBT_MS) this.doubt();
    const left = running ? time.leftMs : null;
    const parts = [
      durationText(time.elapsedMs + since),
      ...(left === null ? [] : [l10n.t("about {0} left", durationText(Math.max(0, left - since)))]),
      ...(since > SILENCE_MS ? [l10n.t("nothing new for {0}", durationText(since))] : []),
    ];
    setText(this.#time, parts.join(", "));
    if (!running) {
      window.clearInterval(this.#timer);
      this.#timer = undefined;
    } else {
      this.#timer ??= window.setInterval(this.#tick, 1000);
    }
  };
}

function progressWords({ label, done, total }: Progress): string {
  const words = toldSentence(label, l10n);
  return total > 0 ? l10n.t("{0}: {1} of {2}", words, done, total) : words;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
