import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const folder = fileURLToPath(new URL("src/extension", root));
const sources = readdirSync(folder).map((name) => ({ name, text: readFileSync(`${folder}/${name}`, "utf8") }));

/** The messages that code hands to the editor for translation, in order. */
function messagesIn(text: string): string[] {
  const calls = text.matchAll(/\bl10n\s*\.t\(\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/g);
  return [...calls].map(([, literal = '""']) => {
    const quoted = literal.startsWith("'") ? `"${literal.slice(1, -1).replaceAll('"', '\\"')}"` : literal;
    return String(JSON.parse(quoted));
  });
}

describe("what translators get", () => {
  test("is every message of the extension, and nothing else", () => {
    const messages = [...new Set(sources.flatMap(({ text }) => messagesIn(text)))].sort();
    const bundle = `${JSON.stringify(Object.fromEntries(messages.map((message) => [message, message])), null, 2)}\n`;
    // UPDATE_MESSAGES=1 npx vitest run test/extension/translations.test.ts
    if (process.env.UPDATE_MESSAGES === "1") writeFileSync(new URL("l10n/bundle.l10n.json", root), bundle);
    expect(messages.length).toBeGreaterThan(40);
    expect(read("l10n/bundle.l10n.json")).toBe(bundle);
  });

  test("leaves no message out because it is put together by code", () => {
    for (const { name, text } of sources) {
      const calls = [...text.matchAll(/\bl10n\s*\.t\(/g)].length;
      expect(messagesIn(text).length, name).toBe(calls);
    }
  });

  test("has a place in the message for every value, and a value for every place", () => {
    const places = (message: string) => new Set([...message.matchAll(/\{(\d+)\}/g)].map(([, index]) => Number(index)));
    for (const message of sources.flatMap(({ text }) => messagesIn(text))) {
      const used = places(message);
      expect([...used].sort(), message).toEqual([...Array(used.size).keys()]);
    }
  });

  test("covers the manifest: every %key% has a text, and every text a use", () => {
    const manifest = read("package.json");
    const used = [...manifest.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
    const texts = Object.keys(JSON.parse(read("package.nls.json")));
    expect(used.length).toBeGreaterThan(20);
    expect([...new Set(used)].sort()).toEqual(texts.sort());
  });
});
