import { english, type L10n, plural } from "../l10n.ts";
import type { RunPause } from "../runPause.ts";
import { bytesText } from "./numberFormat.ts";
import { visibleLine } from "./visibleText.ts";

// Everything here is English unless another language is asked for.

/** What is wrong, where, and that nothing goes on: "Paused: no room in /runs/a". */
export function pauseTitle(pause: RunPause, l10n: L10n = english): string {
  const reason = reasonWords(pause, l10n);
  return pause.givenUpBy === undefined
    ? l10n.t("Paused: {0}", reason)
    : l10n.t("Stopped, but not all is written: {0}", reason);
}

/** What waits to be written and what there is room for; "" where nothing of it is known. */
export function pauseFigures({ code, held, free }: RunPause, l10n: L10n = english): string {
  const figures = [
    ...(code === "ENOSPC" && free !== null ? [l10n.t("{0} free", bytesText(free.bytes))] : []),
    ...(held.bytes > 0 ? [l10n.t("{0} held in memory", bytesText(held.bytes))] : []),
    ...(held.answers > 0
      ? [
          plural(
            l10n,
            "{0, plural, one {# answer that was paid for} other {# answers that were paid for}} among it",
            held.answers,
          ),
        ]
      : []),
  ];
  return figures.join(", ");
}

/**
 * Since when nothing goes on, by the reader's clock: "since 14:02", with the day where that is another.
 * @param now milliseconds since 1970
 * @param language of the reader, as BCP 47 names it
 */
export function pauseSince({ since }: RunPause, now: number, language: string, l10n: L10n = english): string {
  const isToday = new Date(since).toDateString() === new Date(now).toDateString();
  const format = new Intl.DateTimeFormat(language, { timeStyle: "short", ...(!isToday && { dateStyle: "medium" }) });
  return l10n.t("since {0}", format.format(since));
}

/** What to do, and what happens then. */
export function pauseRemedy(pause: RunPause, l10n: L10n = english): string {
  return [remedyWords(pause, l10n), outcomeWords(pause, l10n)].join(" ");
}

/** All of it, in sentences. */
export function pauseText(pause: RunPause, l10n: L10n = english): string {
  const figures = pauseFigures(pause, l10n);
  const told = figures === "" ? pauseTitle(pause, l10n) : l10n.t("{0} ({1})", pauseTitle(pause, l10n), figures);
  return `${told}. ${pauseRemedy(pause, l10n)}`;
}

/** What is lost when what is held is given up. */
export function givenUpText({ bytes, answers }: RunPause["held"], l10n: L10n = english): string {
  return answers === 0
    ? l10n.t("Given up: {0} that the disk did not take. The run goes on from its last checkpoint.", bytesText(bytes))
    : plural(
        l10n,
        "Given up: {1} that the disk did not take, {0, plural, one {# answer that was paid for} other {# answers that were paid for}} among it. The run goes on from its last checkpoint and pays for that again.",
        answers,
        bytesText(bytes),
      );
}

/** What is lost should what is held be given up. */
export function givenUpWarning({ answers }: RunPause["held"], l10n: L10n = english): string {
  return plural(
    l10n,
    "{0, plural, one {# answer that was paid for is} other {# answers that were paid for are}} not written yet, and will be lost.",
    answers,
  );
}

function reasonWords(pause: RunPause, l10n: L10n): string {
  const folder = visibleLine(pause.folder);
  switch (pause.code) {
    case "ENOSPC":
      return lacksFiles(pause) ? l10n.t("no room for further files in {0}", folder) : l10n.t("no room in {0}", folder);
    case "EDQUOT":
      return l10n.t("your disk quota is used up in {0}", folder);
    case "EROFS":
      return l10n.t("{0} is read-only", folder);
    case "EACCES":
    case "EPERM":
      return l10n.t("access to {0} is denied", folder);
    case "EMFILE":
    case "ENFILE":
      return l10n.t("too many files are open to write to {0}", folder);
    case "EBUSY":
      return l10n.t("another program uses {0}", folder);
    default:
      return l10n.t("{0} cannot be written to", folder);
  }
}

function remedyWords(pause: RunPause, l10n: L10n): string {
  switch (pause.code) {
    case "ENOSPC": {
      if (lacksFiles(pause)) return l10n.t("Remove some files.");
      const missing = pause.held.bytes - (pause.free?.bytes ?? 0);
      return missing > 0
        ? l10n.t("Free some space: at least {0} are missing.", bytesText(missing))
        : l10n.t("Free some space.");
    }
    case "EDQUOT":
      return l10n.t("Free some space.");
    case "EROFS":
      return l10n.t("Make it writable.");
    case "EACCES":
    case "EPERM":
      return l10n.t("Give your user permission for it.");
    case "EMFILE":
    case "ENFILE":
      return l10n.t("Close other programs, or raise the limit of open files (ulimit -n).");
    default:
      return l10n.t("Close that program.");
  }
}

function outcomeWords({ givenUpBy }: RunPause, l10n: L10n): string {
  if (givenUpBy === undefined) return l10n.t("The run goes on by itself.");
  switch (givenUpBy) {
    case "Ctrl-C":
      return l10n.t("What is held is written then; Ctrl-C again gives it up.");
    case "interrupt":
      return l10n.t("What is held is written then; stopping again gives it up.");
    case "end of the process":
      return l10n.t("What is held is written then; the end of the process gives it up.");
  }
}

function lacksFiles({ free }: RunPause): boolean {
  return free?.files === 0;
}
