import { renderAnswerFormat } from "../../system/fieldFormat.ts";
import type { Message } from "../languageModel.ts";

/** What a request asks to be done with its inputs. */
export type Task = "rewrite" | "keywords" | "hints" | "answer" | "echo";

/** A request as the simulated model understands it. */
export interface Reading {
  readonly prompt: string;
  readonly fields: ReadonlyMap<string, string>;
  /** Names of the requested outputs; empty when the message does not name any. */
  readonly outputs: readonly string[];
}

const heading = /^### ([A-Za-z_][\w -]*)[ \t]*$/gm;

/** Reads the prompt, the named inputs and the requested outputs from a conversation. */
export function readRequest(messages: readonly Message[]): Reading {
  const prompt = messages
    .filter((message) => message.role === "system")
    .map((message) => message.content)
    .join("\n");
  const user = messages.findLast((message) => message.role === "user")?.content ?? "";
  const outputs = trailingHeadings(user);
  const format = outputs.length === 0 ? "" : renderAnswerFormat(outputs);
  const asked = user.trimEnd();
  const body = format !== "" && asked.endsWith(format) ? asked.slice(0, -format.length) : asked;
  return { prompt, fields: readFields(body), outputs };
}

/** The headings without a value that close a message: what is to be filled in. */
function trailingHeadings(text: string): string[] {
  const lines = text.trimEnd().split("\n");
  const names: string[] = [];
  for (let line = lines.pop(); line !== undefined; line = lines.pop()) {
    const name = /^### ([A-Za-z_][\w -]*?)[ \t]*$/.exec(line)?.[1];
    if (name === undefined) break;
    names.unshift(name);
  }
  return names;
}

function readFields(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const found = [...text.matchAll(heading)];
  for (const [at, match] of found.entries()) {
    const value = text.slice(match.index + match[0].length, found[at + 1]?.index ?? text.length).trim();
    fields.set(match[1] ?? "", value);
  }
  if (fields.size === 0 && text.trim() !== "") fields.set("text", text.trim());
  return fields;
}

const tasks: readonly (readonly [Exclude<Task, "echo">, RegExp])[] = [
  ["keywords", /keyword|search_?terms|\bterms\b|\btags?\b/i],
  ["rewrite", /rewrit|rephras|reformulat|paraphras|reword|quer(?:y|ies)$|sub_?question/i],
  ["hints", /hint|evidence|\bfacts?\b|summar|notes|findings|clues/i],
  ["answer", /answer|verdict|label|prediction|decision|choice|result|conclusion/i],
];

/** The output's name decides first, the prompt's verbs where the name says nothing. */
export function taskOf(output: string, prompt: string): Task {
  const byName = tasks.find(([, pattern]) => pattern.test(output));
  return byName?.[0] ?? tasks.find(([, pattern]) => pattern.test(prompt))?.[0] ?? "echo";
}

/** The field that asks, and the text of all others. */
export function questionAndEvidence(fields: ReadonlyMap<string, string>): { question: string; evidence: string } {
  const entries = [...fields];
  const asking =
    entries.find(([name]) => /question|quer|problem|instruction|claim/i.test(name)) ??
    [...entries].sort((a, b) => a[1].length - b[1].length)[0];
  const others = entries.filter((entry) => entry !== asking).map(([, value]) => value);
  return { question: asking?.[1] ?? "", evidence: others.join("\n") };
}
