import { knownPrice } from "../../models/knownPrice.ts";
import type { LocalSearch } from "../../models/localServers.ts";
import type { ReadDescriptions } from "../../models/modelDescriptions.ts";
import { isSimulated, pricedModels } from "../../models/modelNames.ts";
import { moneyText } from "../../run/views/numberFormat.ts";
import { visibleLine } from "../../run/views/visibleText.ts";
import type { KeyPlace } from "../keys/apiKeys.ts";
import type { L10n } from "../l10n.ts";

/** What models are chosen among. */
export interface KnownModels {
  /** What the experiment asks now; undefined where code says it. */
  readonly current: string | undefined;
  /** Names that texts of the workspace have, as `provider:model`. */
  readonly named: readonly string[];
  readonly descriptions: Pick<ReadDescriptions, "servers" | "prices">;
  /** Where the key of each account is. */
  readonly keys: ReadonlyMap<string, KeyPlace>;
  /** Models of the editor: how it calls them, by the name to be written. */
  readonly editor: ReadonlyMap<string, string>;
  /** What runs on this machine, once the user asked for it. */
  readonly local: LocalSearch | undefined;
}

/** A model that can be chosen, or a heading above some. */
export type ModelRow =
  | { readonly kind: "heading"; readonly label: string }
  | { readonly kind: "model"; readonly name: string; readonly description: string; readonly isCurrent: boolean };

/** All models that are known by name, each once, by where they are asked. */
export function modelRows(known: KnownModels, l10n: L10n): ModelRow[] {
  const { current, named, descriptions, editor, local } = known;
  const seen = new Set<string>();
  const row = (name: string, more = ""): ModelRow[] => {
    if (seen.has(name)) return [];
    seen.add(name);
    const isCurrent = name === current;
    const parts = [more, priceWords(name, known, l10n), isCurrent ? l10n.t("asked now") : ""];
    return [{ kind: "model", name, description: parts.filter((part) => part !== "").join(" · "), isCurrent }];
  };
  const section = (label: string, rows: readonly ModelRow[]): ModelRow[] =>
    rows.length === 0 ? [] : [{ kind: "heading", label }, ...rows];
  const described = [...descriptions.prices.keys()].filter((name) => !name.endsWith(":*"));
  const hasCurrent = current !== undefined && current !== "";
  const here = section(l10n.t("In this workspace"), [
    ...(hasCurrent ? row(current) : []),
    ...[...new Set([...named, ...described])].sort().flatMap((name) => row(name)),
  ]);
  const servers = (local?.servers ?? []).map(({ kind, baseUrl, models }) =>
    section(
      `${visibleLine(kind)} · ${baseUrl}`,
      models.flatMap((name) => row(name)),
    ),
  );
  const ofEditor = section(
    l10n.t("Models of the editor"),
    [...editor].flatMap(([name, shown]) => row(name, visibleLine(shown))),
  );
  const providers = ["openai", "anthropic"].flatMap((provider) => {
    const models = pricedModels().filter((name) => name.startsWith(`${provider}:`));
    return section(
      `${provider} · ${keyWords(known.keys.get(provider) ?? "none", l10n)}`,
      models.flatMap((name) => row(name)),
    );
  });
  const simulated = section(
    l10n.t("Without any provider"),
    row("simulated:text", l10n.t("simulated model, costs nothing")),
  );
  return [...here, ...servers.flat(), ...ofEditor, ...providers, ...simulated];
}

function priceWords(name: string, { descriptions }: KnownModels, l10n: L10n): string {
  if (isSimulated(name)) return "";
  if (name.startsWith("vscode:")) return l10n.t("paid for by the editor's plan");
  const price = knownPrice(name, descriptions);
  return price === undefined ? l10n.t("price not known") : perMillion(price, l10n);
}

function perMillion(
  { inputPerMillion, outputPerMillion }: NonNullable<ReturnType<typeof knownPrice>>,
  l10n: L10n,
): string {
  if (inputPerMillion === 0 && outputPerMillion === 0) return l10n.t("free");
  return l10n.t("{0} in, {1} out, a million tokens", moneyText(inputPerMillion), moneyText(outputPerMillion));
}

function keyWords(place: KeyPlace, l10n: L10n): string {
  return place === "none" ? l10n.t("no API key yet") : l10n.t("API key set");
}

/** Whether a text may be the name of a model; else what is wrong with it, in words for the user. */
export function modelNameProblem(text: string, l10n: L10n): string | undefined {
  const name = text.trim();
  if (name === "simulated" || /^[a-z][a-z0-9-]*:[^\s"'`\\]+$/.test(name)) return undefined;
  return l10n.t("Models are named provider:model, for example {0}.", "openai:gpt-4o-mini, anthropic:claude-haiku-4-5");
}
