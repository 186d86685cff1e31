import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript-services";
import { describe, expect, test } from "vitest";
import { chatWire, openaiHabits } from "./chatWire.ts";
import { messagesWire } from "./messagesWire.ts";
import { modelLists } from "./modelLists.ts";
import type { Reply, Wire, WireError, WireRequest } from "./reply.ts";
import { responsesWire } from "./responsesWire.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");

/** What the server sends, written out as code: what the compiler finds wrong with it as a value of the SDK's type. */
function wrongWith(values: readonly { readonly type: string; readonly value: unknown }[]): string[] {
  const lines = values.map(({ type, value }, at) => `export const v${at}: ${type} = ${JSON.stringify(value)};`);
  const source = [
    'import type OpenAI from "openai";',
    'import type Anthropic from "@anthropic-ai/sdk";',
    ...lines,
  ].join("\n");
  const file = join(root, "test/models/loopback/sent.ts");
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    types: ["node"],
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => path === file || fileExists(path);
  host.readFile = (path) => (path === file ? source : readFile(path));
  host.getSourceFile = (path, ...rest) =>
    path === file ? ts.createSourceFile(path, source, ts.ScriptTarget.ES2022) : getSourceFile(path, ...rest);
  const program = ts.createProgram([file], options, host);
  const sent = program.getSourceFile(file);
  return [...program.getSyntacticDiagnostics(sent), ...program.getSemanticDiagnostics(sent)].map(
    ({ messageText, start = 0 }) => {
      const line = source.slice(0, start).split("\n").length;
      return `${source.split("\n")[line - 1]?.slice(0, 200)}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    },
  );
}

const request: WireRequest = {
  model: "the-model",
  messages: [{ role: "user", content: "Hello." }],
  temperature: 0,
  maxTokens: 100,
  format: undefined,
  effort: "low",
  streamed: false,
  usageStreamed: true,
};

const replies: readonly Reply[] = (["end", "length", "refused", "filtered", "empty", "thought"] as const).flatMap(
  (stop) => {
    const text = ["empty", "filtered", "thought"].includes(stop)
      ? ""
      : "The Seine runs through Paris, as everybody knows.";
    const reply = { text, stop, inputTokens: 20, outputTokens: 12, cachedInputTokens: 5, keptInputTokens: 5 };
    return stop === "thought" ? [{ ...reply, thought: "Hm." }] : [reply, { ...reply, thought: "Which river?" }];
  },
);

const errors: readonly WireError[] = (
  [
    "limited",
    "overloaded",
    "broken",
    "quota",
    "wrong key",
    "unknown model",
    "too long",
    "filtered",
    "bad request",
  ] as const
).map((kind) => ({ status: 400, kind, message: "Told." }));

interface TypedWire {
  readonly wire: Wire;
  readonly answer: string;
  readonly event: string;
  readonly error: string;
}

const wires: readonly TypedWire[] = [
  {
    wire: chatWire(openaiHabits),
    answer: "OpenAI.Chat.ChatCompletion",
    event: "OpenAI.Chat.ChatCompletionChunk",
    error: "{ error: OpenAI.ErrorObject }",
  },
  {
    wire: responsesWire(),
    // The SDK adds this one itself.
    answer: 'Omit<OpenAI.Responses.Response, "output_text">',
    event: "OpenAI.Responses.ResponseStreamEvent",
    error: "{ error: OpenAI.ErrorObject }",
  },
  {
    wire: messagesWire,
    answer: "Anthropic.Message",
    event: "Anthropic.RawMessageStreamEvent",
    error: "Anthropic.ErrorResponse",
  },
];

describe("what the loopback server sends", () => {
  test("are values of the SDKs' types, field by field: answers, events of streams, errors, lists of models", () => {
    const sent = wires.flatMap(({ wire, answer, event, error }) => [
      ...replies.map((reply) => ({ type: answer, value: wire.answer(request, reply, "id") })),
      ...replies.flatMap((reply) =>
        wire
          .events(request, reply, "id")
          // What ends a stream, and what keeps a connection open, are of the wire and reach nobody.
          .filter(({ name, data }) => data !== "[DONE]" && name !== "ping")
          .map(({ data }) => ({ type: event, value: data })),
      ),
      ...errors.map((told) => ({ type: error, value: wire.error(told) })),
    ]);
    const list = modelLists("/v1/models", ["a"]);
    const lists = [{ type: '{ object: "list"; data: OpenAI.Model[] }', value: list }];
    expect(sent.length).toBeGreaterThan(200);
    expect(wrongWith([...sent, ...lists])).toEqual([]);
  });

  test("would be found out: a field that is missing, one of another type, and one that there is not", () => {
    const list = { object: "list", data: [] };
    const model = { id: "a", object: "model", created: 1, owned_by: "b" };
    const type = "OpenAI.Model";
    const { id: _, ...missing } = model;
    const wrong = wrongWith([
      { type, value: missing },
      { type, value: { ...model, created: "now" } },
      { type, value: { ...model, price: 1 } },
      { type: "OpenAI.Chat.ChatCompletion", value: list },
    ]);
    expect(wrong).toHaveLength(4);
  });
});
