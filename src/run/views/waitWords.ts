import { countText, durationText } from "./numberFormat.ts";
import type { RunView } from "./runView.ts";
import { visibleLine } from "./visibleText.ts";

/** Why no request is sent, and when the next one will be: "waiting for openai: limit of 600 requests/min, next in 12 s". */
export function waitWords(wait: NonNullable<RunView["waiting"]>): string {
  return `waiting for ${visibleLine(wait.provider)}: ${reason(wait)}, next in ${left(wait.ms)}`;
}

/** "12 s", "1:15" */
function left(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1_000));
  return seconds < 60 ? `${seconds} s` : durationText(ms);
}

function reason({ why, perMinute, failure }: NonNullable<RunView["waiting"]>): string {
  switch (why) {
    case "requests":
    case "tokens":
      return perMinute === undefined ? `limit of ${why}` : `limit of ${countText(Math.round(perMinute))} ${why}/min`;
    case "pause":
      return "it asks for a pause";
    case "retry":
      return failure === undefined ? "a request failed" : visibleLine(failure);
    default:
      return why satisfies never;
  }
}
