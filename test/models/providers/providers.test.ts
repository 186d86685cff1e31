import type { LanguageModel } from "../../../src/models/languageModel.ts";
import { anthropicMessages } from "../../../src/models/providers/anthropicMessages.ts";
import { openaiChat } from "../../../src/models/providers/openaiChat.ts";
import { openaiCompatible } from "../../../src/models/providers/openaiCompatible.ts";
import { openaiResponses } from "../../../src/models/providers/openaiResponses.ts";
import type { ProviderModel } from "../../../src/models/providers/provider.ts";
import { simulatedModel } from "../../../src/models/simulated/simulatedModel.ts";
import { type ContractSubject, PLANTED_KEY } from "../contractSubject.ts";
import { languageModelContract } from "../languageModelContract.ts";
import { type ChatHabits, openaiHabits } from "../loopback/chatWire.ts";
import { startLoopback } from "../loopback/loopbackServer.ts";
import { servedModelContract } from "../servedModelContract.ts";

type Make = (given: ProviderModel) => LanguageModel;

/** A subject whose model asks a server of this machine. */
function atServer(
  name: string,
  provider: string,
  path: string,
  make: Make,
  more: Partial<ContractSubject> = {},
  habits: ChatHabits = openaiHabits,
): ContractSubject {
  return {
    name,
    structured: true,
    usage: "reported",
    temperature: true,
    answersAsTold: true,
    keyHeader: "authorization",
    refusals: true,
    uniqueIds: true,
    ...more,
    open: async ({ timeoutMs, key }) => {
      const server = await startLoopback({ key: PLANTED_KEY, habits });
      const model = make({
        provider,
        model: "the-model",
        baseUrl: `${server.url}${path}`,
        keyVariable: "THE_KEY",
        timeoutMs,
        access: {
          fetch: globalThis.fetch,
          keys: { key: () => Promise.resolve(key), remedy: (_, variable) => `set ${variable}` },
        },
      });
      return { model, server, answerWith: (answer) => server.answerWith(answer), close: () => server.close() };
    },
  };
}

const bare: ChatHabits = { usage: false, schema: false, bound: "max_tokens", temperature: true };

const subjects: readonly ContractSubject[] = [
  atServer("openai chat", "openai", "/v1", (given) => openaiChat(given), { thinks: true }),
  atServer("openai responses", "openai-responses", "/v1", openaiResponses, { thinks: true }),
  atServer("anthropic messages", "anthropic", "", anthropicMessages, { temperature: false, thinks: true }),
  atServer(
    "a compatible server that can everything",
    "mine",
    "/v1",
    (given) => openaiCompatible(given, true),
    { uniqueIds: false, thinks: true },
    { ...openaiHabits, bound: "max_tokens" },
  ),
  atServer(
    "a compatible server without usage and schema",
    "mine",
    "/v1",
    (given) => openaiCompatible(given, false),
    { structured: false, usage: "estimated", uniqueIds: false },
    bare,
  ),
  {
    name: "the simulated model",
    structured: false,
    usage: "reported",
    temperature: true,
    answersAsTold: false,
    keyHeader: undefined,
    refusals: false,
    uniqueIds: false,
    open: () =>
      Promise.resolve({
        model: simulatedModel(),
        server: undefined,
        answerWith: undefined,
        close: () => Promise.resolve(),
      }),
  },
];

for (const subject of subjects) {
  languageModelContract(subject);
  if (subject.keyHeader !== undefined) servedModelContract(subject);
}
