import type { ShownConfiguration } from "../../src/run/panel/examplesShown.ts";
import { decisionWords } from "../../src/run/views/runWords.ts";
import { l10n } from "../words.ts";

type Named = Pick<ShownConfiguration, "iteration" | "kind" | "component">;

/** What people call a configuration. */
export function configurationWords({ iteration, kind, component }: Named): string {
  if (kind === "start") return l10n.t("Start");
  return l10n.t("Iteration {0}: {1} {2}", iteration, component ?? "", decisionWords(kind, l10n));
}

/** Tells decisions apart without colour. */
export function configurationSign({ kind }: Named): string {
  return { start: "", accepted: "✓", rejected: "✗" }[kind];
}
