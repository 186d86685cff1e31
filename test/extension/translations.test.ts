import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { fileFragments, fileSentences } from "../../src/extension/notebook/fileSentences.ts";
import { processFragments, processSentences } from "../../src/extension/processSentences.ts";
import { COUNTED, FORM } from "../../src/run/l10n.ts";
import { estimateSentences } from "../../src/run/views/estimateSentences.ts";
import { runSentences } from "../../src/run/views/runSentences.ts";
import { valueSentences } from "../../src/run/views/valueSentences.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

/** Where words for people in the editor come from: the extension, its pages, and the views of runs that both show. */
const rooms = ["src/extension", "webview", "src/run"];
const sources = rooms.flatMap((room) =>
  readdirSync(new URL(room, root), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(fileURLToPath(root), join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .map((name) => ({ name, text: read(name) })),
);

/** Messages that stand in a list instead of a call: what was written down in English and is recognized when it is shown. */
const listed: readonly string[] = [
  ...runSentences,
  ...estimateSentences,
  ...valueSentences,
  ...processSentences,
  ...processFragments,
  ...fileSentences,
  ...fileFragments,
];
/** The files that translate what they are given: sentences of a list, and messages in their plural forms. */
const given = ["src/run/retelling.ts", "src/run/l10n.ts"];

/** The messages that code hands to the editor for translation, in order. */
function messagesIn(text: string): string[] {
  const calls = text.matchAll(
    /\b(?:l10n\s*\.t\(|plural\(\s*(?:vscode\.)?l10n,)\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/g,
  );
  return [...calls].map(([, literal = '""']) => {
    const quoted = literal.startsWith("'") ? `"${literal.slice(1, -1).replaceAll('"', '\\"')}"` : literal;
    return String(JSON.parse(quoted));
  });
}

const inside = (name: string, room: string) => name.startsWith(`${room}/`);
const says = (text: string) => messagesIn(text).length > 0;

describe("what translators get", () => {
  test("is every message of the extension and of its pages, and nothing else", () => {
    const messages = [...new Set([...listed, ...sources.flatMap(({ text }) => messagesIn(text))])].sort();
    const bundle = `${JSON.stringify(Object.fromEntries(messages.map((message) => [message, message])), null, 2)}\n`;
    // UPDATE_MESSAGES=1 npx vitest run test/extension/translations.test.ts
    if (process.env.UPDATE_MESSAGES === "1") writeFileSync(new URL("l10n/bundle.l10n.json", root), bundle);
    for (const room of rooms) expect(sources.some(({ name, text }) => inside(name, room) && says(text))).toBe(true);
    expect(read("l10n/bundle.l10n.json")).toBe(bundle);
  });

  test("leaves no message out because it is put together by code", () => {
    for (const { name, text } of sources.filter((source) => !given.includes(source.name))) {
      const calls = [...text.matchAll(/\bl10n\s*\.t\(|\bplural\((?!l10n: L10n)/g)].length;
      expect(messagesIn(text).length, name).toBe(calls);
    }
  });

  test("has a place in the message for every value, and a value for every place", () => {
    const places = (message: string) =>
      new Set([...message.matchAll(/\{(\d+)(?:\}|, plural,)/g)].map(([, index]) => Number(index)));
    for (const message of [...listed, ...sources.flatMap(({ text }) => messagesIn(text))]) {
      const used = places(message);
      expect([...used].sort(), message).toEqual([...Array(used.size).keys()]);
    }
  });

  test("has places in their order where a sentence is recognized and filled in again", () => {
    for (const message of listed) {
      const places = [...message.matchAll(/\{(\d+)(?:\}|, plural,)/g)].map(([, index]) => Number(index));
      expect(places, message).toEqual(places.map((_, index) => index));
    }
  });

  test("has a form for one and for others wherever something is counted", () => {
    const counted =
      /\{\d\} (?:[a-z-]+ )?(?:iteration|configuration|row|pair|update|candidate|component|call|token|fit)s\b/;
    const messages = [...listed, ...sources.flatMap(({ text }) => messagesIn(text))];
    // What is counted there is a kind of rows, or a limit far above one.
    const others = [
      "Reward on {0} rows",
      "Number of {0} rows",
      "Difference to {0}, {1} rows",
      "The last {0} of {1} warnings",
    ];
    expect(messages.filter((message) => counted.test(message) && !others.includes(message))).toEqual([]);
    for (const message of messages.filter((one) => one.includes(", plural,"))) {
      const forms = [...message.matchAll(COUNTED)];
      expect(forms.length, message).toBe(message.split(", plural,").length - 1);
      for (const [, , all = ""] of forms) {
        expect(
          [...all.matchAll(FORM)].map(([, category]) => category),
          message,
        ).toEqual(["one", "other"]);
      }
    }
  });

  test("covers the manifest: every %key% has a text, and every text a use", () => {
    const manifest = read("package.json");
    const used = [...manifest.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
    const texts = Object.keys(JSON.parse(read("package.nls.json")));
    expect(used.length).toBeGreaterThan(20);
    expect([...new Set(used)].sort()).toEqual(texts.sort());
  });

  test("leaves nothing out of the manifest that people read, but for the product's name", () => {
    const shown =
      /"(?:displayName|description|title|shortTitle|altText|markdownDescription|markdownEnumDescription|deprecationMessage|contents|label)": "([^"]*)"/g;
    const words = [...read("package.json").matchAll(shown)].map(([, text = ""]) => text);
    expect(words.length).toBeGreaterThan(30);
    expect(words.filter((text) => !/^%[^%]+%$/.test(text) && text !== "Optimas")).toEqual([]);
  });
});
