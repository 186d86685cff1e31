import { dirname, resolve } from "node:path";
import { loadExperiment } from "../loader/loadExperiment.ts";
import { shownPath } from "../loader/shownPath.ts";
import { environmentKeys } from "../models/environmentKeys.ts";
import { DESCRIPTIONS_FILE, knownPrice, unknownPriceText } from "../models/knownPrice.ts";
import type { ModelPrice } from "../models/languageModel.ts";
import { type ReadDescriptions, readDescriptions } from "../models/modelDescriptions.ts";
import { priceTable } from "../models/priceTable.ts";
import { anthropicProvider, localServers, openaiProvider } from "../models/providers/knownProviders.ts";
import type { Experiment } from "../optimize/experiment.ts";
import { moneyText } from "../run/views/numberFormat.ts";
import { visibleLine } from "../run/views/visibleText.ts";
import { type Display, table, wrapped } from "./display/terminalText.ts";
import type { Terminal } from "./terminal.ts";

interface ListedProvider {
  readonly name: string;
  readonly baseUrl: string;
  /** Variable that holds its key; null where it wants none. */
  readonly keyVariable: string | null;
  /** Whether the variable is set; never what it holds. */
  readonly hasKey: boolean;
}

interface ListedModel {
  readonly name: string;
  /** The experiment asks it. */
  readonly used: boolean;
  readonly price: ModelPrice | null;
  /** Why there is no price, and what to do about it. */
  readonly problem: string | null;
}

/**
 * Prints providers, models with prices, and limits. Asks no provider anything, and never prints a key.
 * @throws UserError where `optimas.models.json` or the experiment cannot be read
 */
export async function listModels(
  file: string | undefined,
  { json = false }: { readonly json?: boolean },
  terminal: Terminal,
): Promise<void> {
  const loaded = file === undefined ? undefined : await loadExperiment(file);
  const descriptions = readDescriptions(loaded === undefined ? resolve(".") : dirname(loaded.path));
  const providers = await listedProviders(descriptions);
  const used = loaded === undefined ? [] : modelsOf(loaded.experiment);
  const names = new Set([...used, ...[...descriptions.prices.keys()], ...(used.length === 0 ? priceTable.keys() : [])]);
  const models = [...names].map((name): ListedModel => {
    const price = knownPrice(name, descriptions) ?? null;
    const isFree = name === "simulated" || name.startsWith("simulated:");
    return {
      name,
      used: used.includes(name),
      price: isFree ? null : price,
      problem: price !== null || isFree ? null : unknownPriceText(name, descriptions.servers),
    };
  });
  const limits = [...descriptions.limits].map(([name, limit]) => ({ name, ...limit }));
  if (json) {
    terminal.result(JSON.stringify({ file: descriptions.file ?? null, providers, models, limits }));
    return;
  }
  const display = terminal.resultDisplay();
  const described =
    descriptions.file === undefined
      ? `No ${DESCRIPTIONS_FILE} here or above: prices are those of the table, limits are learnt from answers.`
      : `Described in ${shownPath(descriptions.file)}.`;
  for (const line of [
    ...wrapped(described, display.width),
    ...providerLines(providers, display),
    ...modelLines(models, display),
    ...limitLines(limits, display),
  ]) {
    terminal.result(line);
  }
}

async function listedProviders({ servers }: ReadDescriptions): Promise<ListedProvider[]> {
  const known = new Map<string, { readonly baseUrl: string; readonly keyVariable: string | undefined }>([
    ["openai", openaiProvider],
    ["anthropic", anthropicProvider],
    ...localServers,
    ...servers,
  ]);
  const keys = environmentKeys();
  const { signal } = new AbortController();
  return Promise.all(
    [...known].map(async ([name, { baseUrl, keyVariable }]) => ({
      name,
      baseUrl,
      keyVariable: keyVariable ?? null,
      hasKey: keyVariable !== undefined && (await keys.key(name, keyVariable, signal)) !== undefined,
    })),
  );
}

/** Models that an experiment names, of its own code apart. */
function modelsOf({ model, proposer, system }: Experiment): string[] {
  const named = [
    ...(typeof model === "string" ? [model] : []),
    ...(typeof proposer === "string" ? [proposer] : []),
    ...system.components.flatMap((component) => [
      ...(component.model === undefined ? [] : [component.model]),
      ...(component.variable.kind === "model" ? component.variable.models : []),
    ]),
  ];
  return [...new Set(named)];
}

function providerLines(providers: readonly ListedProvider[], display: Display): string[] {
  return [
    "",
    display.colors.bold("Providers"),
    ...table(
      [
        { title: "name", align: "left" },
        { title: "address", align: "left" },
        { title: "key", align: "left" },
      ],
      providers.map(({ name, baseUrl, keyVariable, hasKey }) => [
        visibleLine(name),
        visibleLine(baseUrl),
        keyVariable === null ? "none wanted" : `${keyVariable} ${hasKey ? "is set" : "is not set"}`,
      ]),
      display,
    ),
  ];
}

function modelLines(models: readonly ListedModel[], display: Display): string[] {
  if (models.length === 0) return [];
  const price = (value: number | undefined) => (value === undefined ? "as input" : moneyText(value));
  const rows = models.flatMap(({ name, price: known }) =>
    known === null
      ? []
      : [
          [
            visibleLine(name),
            price(known.inputPerMillion),
            price(known.cachedInputPerMillion),
            price(known.outputPerMillion),
            known.asOf ?? "",
            visibleLine(known.source ?? ""),
          ],
        ],
  );
  return [
    "",
    display.colors.bold("Prices, US dollars per million tokens"),
    ...table(
      [
        { title: "model", align: "left" },
        { title: "input", align: "right" },
        { title: "read before", align: "right" },
        { title: "output", align: "right" },
        { title: "as of", align: "left" },
        { title: "source", align: "left" },
      ],
      rows,
      display,
    ),
    ...models.flatMap(({ problem, name, price: known }) =>
      problem !== null
        ? wrapped(visibleLine(problem), display.width, "  ")
        : known === null
          ? [`  ${visibleLine(name)} is the simulated model: nothing is to be paid`]
          : [],
    ),
  ];
}

function limitLines(
  limits: readonly {
    readonly name: string;
    readonly requestsPerMinute: number | null;
    readonly tokensPerMinute: number | null;
    readonly concurrency: number;
  }[],
  display: Display,
): string[] {
  if (limits.length === 0) return [];
  return [
    "",
    display.colors.bold("Limits"),
    ...table(
      [
        { title: "of", align: "left" },
        { title: "requests a minute", align: "right" },
        { title: "tokens a minute", align: "right" },
        { title: "at once", align: "right" },
      ],
      limits.map(({ name, requestsPerMinute, tokensPerMinute, concurrency }) => [
        visibleLine(name),
        String(requestsPerMinute ?? "none known"),
        String(tokensPerMinute ?? "none known"),
        String(concurrency),
      ]),
      display,
    ),
  ];
}
