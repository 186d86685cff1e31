import { similarName } from "../data/similarName.ts";
import { UserError } from "../system/userError.ts";
import { gatedModel } from "./gatedModel.ts";
import { knownPrice } from "./knownPrice.ts";
import type { LanguageModel } from "./languageModel.ts";
import type { ModelAccess } from "./modelAccess.ts";
import { ModelFailure } from "./modelFailure.ts";
import { isSimulated } from "./modelNames.ts";
import { timeoutMsOf } from "./modelSettings.ts";
import { anthropicMessages } from "./providers/anthropicMessages.ts";
import { editorModel } from "./providers/editorModel.ts";
import { anthropicProvider, localServers, openaiProvider } from "./providers/knownProviders.ts";
import { openaiChat } from "./providers/openaiChat.ts";
import { openaiCompatible } from "./providers/openaiCompatible.ts";
import { openaiResponses } from "./providers/openaiResponses.ts";
import type { ProviderModel } from "./providers/provider.ts";
import { limitReader } from "./reportedLimits.ts";
import { simulatedModel } from "./simulated/simulatedModel.ts";
import { withoutSecrets } from "./withoutSecrets.ts";

/**
 * The model behind a name as users write it (`provider:model`), one request a call, each in its turn. A request that
 * names another model is answered by that one: components of a system may ask different models. The simulated model
 * answers in the place of all others, so that a system can be tried at no cost.
 * @param access absent where only the simulated model can be meant
 * @throws UserError listing the providers there are
 */
export function languageModel(name: string, access?: ModelAccess): LanguageModel {
  if (isSimulated(name)) return simulatedModel();
  if (access === undefined) throw unknownModel(name, []);
  const made = new Map<string, LanguageModel>();
  const named = (wanted: string): LanguageModel => {
    const known = made.get(wanted);
    if (known) return known;
    const model = providerModel(wanted, access);
    made.set(wanted, model);
    return model;
  };
  const own = named(name);
  return {
    name: own.name,
    simulated: false,
    structured: (wanted) => structured(wanted, named),
    priceOf: (wanted) => knownPrice(wanted, access.descriptions),
    announces: true,
    complete: async (request, signal) => {
      let model: LanguageModel;
      try {
        model = named(request.model ?? name);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        throw new ModelFailure("unknown model", error.message, { attempts: 0 });
      }
      return model.complete(request, signal);
    },
  };
}

/** A name that there is not is told when it is asked for an answer. */
function structured(name: string, named: (name: string) => LanguageModel): boolean {
  try {
    return named(name).structured?.(name) ?? false;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** @throws UserError where there is no such provider */
function providerModel(name: string, access: ModelAccess): LanguageModel {
  if (isSimulated(name)) return simulatedModel();
  const { gate, descriptions } = access;
  const [provider, model] = partsOf(name);
  const make = model === "" ? undefined : adapters(access).get(provider);
  if (make === undefined) throw unknownModel(name, [...adapters(access).keys()]);
  const reader = limitReader(access.fetch);
  const timeoutMs = timeoutMsOf(name, descriptions.models);
  const adapter = withoutSecrets(
    make({ provider, model, timeoutMs, access: { keys: access.keys, fetch: reader.fetch } }),
  );
  return gatedModel(adapter, {
    gate,
    ready: () => sdkOf(provider),
    limits: descriptions.limits,
    waits: access.waits,
    reported: reader.take,
  });
}

/** Loads what the provider's requests are made with, once; it takes longer than many a request. */
async function sdkOf(provider: string): Promise<void> {
  if (provider === "anthropic") await import("@anthropic-ai/sdk");
  else if (provider !== "vscode") await import("openai");
}

function partsOf(name: string): readonly [provider: string, model: string] {
  const colon = name.indexOf(":");
  return colon < 0 ? [name, ""] : [name.slice(0, colon), name.slice(colon + 1)];
}

type Make = (given: Pick<ProviderModel, "provider" | "model" | "timeoutMs" | "access">) => LanguageModel;

/** How models are made, by the part of their name before the colon. */
function adapters({ descriptions, editorModels }: ModelAccess): ReadonlyMap<string, Make> {
  const described = (account: string, known: Pick<ProviderModel, "baseUrl" | "keyVariable">) => {
    const { baseUrl, keyVariable } = descriptions.servers.get(account) ?? known;
    return { baseUrl, keyVariable, said: descriptions.places?.get(account) };
  };
  const openai = described("openai", openaiProvider);
  const anthropic = described("anthropic", anthropicProvider);
  const servers = new Map([...localServers, ...descriptions.servers]);
  return new Map<string, Make>([
    ...[...servers].map(([name, { structured, ...server }]): [string, Make] => [
      name,
      (given) => openaiCompatible({ ...server, said: descriptions.places?.get(name), ...given }, structured),
    ]),
    ["openai", (given) => openaiChat({ ...openai, ...given })],
    ["openai-responses", (given) => openaiResponses({ ...openai, ...given })],
    ["anthropic", (given) => anthropicMessages({ ...anthropic, ...given })],
    ...(editorModels ? [["vscode", ({ model }) => editorModel(model, editorModels)] satisfies [string, Make]] : []),
  ]);
}

function unknownModel(name: string, providers: readonly string[]): UserError {
  const [provider, model] = partsOf(name);
  const examples = [openaiProvider.example, anthropicProvider.example, "ollama:llama3.2", "simulated"];
  const own = "A model of your own can be given in code: experiment({ model }).";
  if (providers.length === 0) {
    return new UserError(`There is no model "${name}" here; there is simulated. ${own}`);
  }
  const list = ["simulated", ...providers].join(", ");
  if (provider === "vscode") {
    return new UserError(
      `"${name}" is a model of the editor, which can be asked from a notebook or a run in VS Code only.`,
    );
  }
  const meant = meantName(provider, model, providers);
  const hint = meant === undefined ? "" : ` Did you mean "${meant}"?`;
  return new UserError(
    `There is no model "${name}".${hint} Models are named provider:model, for example ${examples.join(", ")}. ` +
      `The providers are ${list}; servers of your own are described in optimas.models.json. ${own}`,
  );
}

/** Families of models whose provider is known by their names. */
const families: readonly (readonly [RegExp, string])[] = [
  [/^(?:gpt-|o\d|chatgpt)/, "openai"],
  [/^claude-/, "anthropic"],
];

function meantName(provider: string, model: string, providers: readonly string[]): string | undefined {
  if (model !== "") {
    const similar = similarName(provider, providers);
    return similar === undefined ? undefined : `${similar}:${model}`;
  }
  // Other programs write "openai/gpt-4o-mini".
  const slash = provider.indexOf("/");
  if (slash > 0 && providers.includes(provider.slice(0, slash))) {
    return `${provider.slice(0, slash)}:${provider.slice(slash + 1)}`;
  }
  const family = families.find(([pattern]) => pattern.test(provider))?.[1];
  if (family !== undefined) return `${family}:${provider}`;
  return similarName(provider, ["simulated"]);
}
