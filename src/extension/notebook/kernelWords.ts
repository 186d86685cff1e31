import type { DeadTrainer, SessionState } from "../../notebook/sessionState.ts";
import type { L10n } from "../l10n.ts";
import { toldEnd } from "../processSentences.ts";

/** What a status bar item says of a kernel; words and icon alone say it all, colour only stresses. */
export interface KernelWords {
  /** With the icon in front, as status bars write icons. */
  readonly text: string;
  readonly tooltip: string;
  /** The same for a screen reader. */
  readonly spoken: string;
  readonly stress: "none" | "warning" | "error";
}

export function kernelWords(state: SessionState, l10n: L10n): KernelWords {
  const { icon, words, tooltip, stress = "none" } = parts(state, l10n);
  return { text: `$(${icon}) Optimas: ${words}`, tooltip, spoken: `Optimas: ${words}. ${tooltip}`, stress };
}

interface Parts {
  readonly icon: string;
  readonly words: string;
  readonly tooltip: string;
  readonly stress?: "warning" | "error";
}

function parts(state: SessionState, l10n: L10n): Parts {
  switch (state.kind) {
    case "not started":
    case "disposed":
      return {
        icon: "circle-outline",
        words: l10n.t("no kernel yet"),
        tooltip: l10n.t("The first cell that runs starts the kernel of this notebook."),
      };
    case "starting":
      return { icon: "loading~spin", words: l10n.t("starting"), tooltip: l10n.t("The kernel is being started.") };
    case "restarting":
      return { icon: "loading~spin", words: l10n.t("restarting"), tooltip: l10n.t("The kernel is being restarted.") };
    case "backing off":
      return {
        icon: "clock",
        words: l10n.t("waiting to start"),
        tooltip: l10n.t("{0} The next kernel starts in a moment.", toldEnd(state.reason, l10n)),
        stress: "warning",
      };
    case "idle":
      if (state.trainer !== undefined) return { icon: "warning", ...withoutTrainer(state.trainer, l10n) };
      return { icon: "pass", words: l10n.t("ready"), tooltip: l10n.t("The kernel waits for a cell to run.") };
    case "busy":
      if (state.trainer !== undefined) return { icon: "gear~spin", ...withoutTrainer(state.trainer, l10n) };
      return state.responsive
        ? { icon: "gear~spin", words: l10n.t("running"), tooltip: l10n.t("The kernel runs a cell.") }
        : {
            icon: "gear~spin",
            words: l10n.t("computing"),
            tooltip: l10n.t("The kernel runs a cell that computes without a pause."),
          };
    case "stopping":
      return stopping(state, l10n);
    case "dead":
      return {
        icon: "error",
        words: l10n.t("kernel ended"),
        tooltip: state.givenUp
          ? l10n.t("{0} It ended several times in a row; restart it to try again.", toldEnd(state.reason, l10n))
          : l10n.t("{0} The next cell that runs starts a new one.", toldEnd(state.reason, l10n)),
        stress: "error",
      };
  }
}

function withoutTrainer({ reason }: DeadTrainer, l10n: L10n): Omit<Parts, "icon"> {
  return {
    words: l10n.t("trainer ended"),
    tooltip: l10n.t(
      "{0} The kernel lives on; the next cell that needs a trainer starts a new one.",
      toldEnd(reason, l10n),
    ),
    stress: "warning",
  };
}

function stopping(state: Extract<SessionState, { kind: "stopping" }>, l10n: L10n): Parts {
  const words = l10n.t("Stopping...");
  switch (state.step) {
    case "asked":
      return {
        icon: "debug-pause",
        words,
        tooltip: l10n.t("The cell stops at its next safe point. Interrupt again to stop it at once."),
        stress: "warning",
      };
    case "restart offered":
      return {
        icon: "debug-pause",
        words,
        tooltip: l10n.t("The cell has not stopped yet. Interrupt again to stop it at once, or restart the kernel."),
        stress: "warning",
      };
    case "forced":
      return {
        icon: "debug-stop",
        words,
        tooltip: l10n.t("The cell is being ended; if that does not help, its kernel is."),
        stress: "warning",
      };
  }
}
