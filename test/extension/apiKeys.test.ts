import { afterEach, describe, expect, test } from "vitest";
import type * as vscode from "vscode";
import { ApiKeys } from "../../src/extension/keys/apiKeys.ts";
import { keyProblem, placeWords } from "../../src/extension/keys/keyWords.ts";
import { english } from "../../src/extension/l10n.ts";
import { forgetSecrets } from "../../src/system/secrets.ts";

afterEach(forgetSecrets);

const request = { provider: "openai", variable: "OPENAI_API_KEY" };

/** The editor's storage of secrets, shared by windows. */
function storage(refuses = false) {
  const stored = new Map<string, string>();
  const listeners = new Set<(event: vscode.SecretStorageChangeEvent) => void>();
  const change = (key: string): void => {
    for (const listener of listeners) listener({ key });
  };
  const secrets: vscode.SecretStorage = {
    get: async (key) => {
      if (refuses) throw new Error("no keyring");
      return stored.get(key);
    },
    store: async (key, value) => {
      if (refuses) throw new Error("no keyring");
      stored.set(key, value);
      change(key);
    },
    delete: async (key) => {
      stored.delete(key);
      change(key);
    },
    onDidChange: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
  return { secrets, stored };
}

function windowOf(secrets: vscode.SecretStorage, environment: Record<string, string> = {}, isTrusted = true) {
  const missing: string[] = [];
  const onMissing = ({ provider }: typeof request) => void missing.push(provider);
  return { keys: new ApiKeys({ secrets, environment, isTrusted: () => isTrusted, onMissing }), missing };
}

describe("keys in the editor", () => {
  test("are stored as secrets, and found by every window", async () => {
    const { secrets, stored } = storage();
    const [one, other] = [windowOf(secrets), windowOf(secrets)];
    const changes: string[] = [];
    other.keys.onDidChange((provider) => changes.push(provider));
    expect(await one.keys.set("openai", "sk-stored-0123")).toBe("stored");
    expect([...stored]).toEqual([["optimas.apiKey.openai", "sk-stored-0123"]]);
    expect(changes).toEqual(["openai"]);
    expect((await other.keys.answer(request)).key).toBe("sk-stored-0123");
    expect(await other.keys.place(request)).toBe("stored");
    await one.keys.forget("openai");
    expect((await other.keys.answer(request)).key).toBeNull();
    expect(other.missing).toEqual(["openai"]);
  });

  test("come before that of the editor's environment, which is used where none is stored", async () => {
    const { secrets } = storage();
    const { keys } = windowOf(secrets, { OPENAI_API_KEY: " sk-environment-0 " });
    expect(await keys.find(request)).toEqual({ key: "sk-environment-0", place: "environment" });
    await keys.set("openai", "sk-stored-0123");
    expect(await keys.find(request)).toEqual({ key: "sk-stored-0123", place: "stored" });
  });

  test("are not taken from a variable that holds no key", async () => {
    const { keys } = windowOf(storage().secrets, { OPENAI_API_KEY: "none" });
    expect(await keys.find(request)).toBeUndefined();
  });

  test("are given to no code of a workspace that is not trusted", async () => {
    const { secrets } = storage();
    const { keys, missing } = windowOf(secrets, { OPENAI_API_KEY: "sk-environment-0" }, false);
    await keys.set("openai", "sk-stored-0123");
    expect(await keys.answer(request)).toEqual({ key: null, remedy: expect.stringContaining("trust the workspace") });
    expect(missing).toEqual([]);
  });

  test("are kept by the window where the storage does not take them", async () => {
    const { keys } = windowOf(storage(true).secrets);
    expect(await keys.place(request)).toBe("none");
    expect(await keys.set("openai", "sk-session-0123")).toBe("session");
    expect(await keys.find(request)).toEqual({ key: "sk-session-0123", place: "session" });
  });

  test("are asked for by the command that sets them", async () => {
    const { keys } = windowOf(storage().secrets);
    const { remedy } = await keys.answer(request);
    expect(remedy).toContain('"Optimas: Set API Key…"');
  });
});

describe("what is typed for a key", () => {
  const usual = {
    provider: "openai",
    baseUrl: "https://api.openai.com/v1",
    keyVariable: "OPENAI_API_KEY",
    isUsual: true,
  };
  const anthropic = { ...usual, provider: "anthropic" };

  test.each([
    ["", usual],
    ["sk-1", usual],
    ["sk-proj 0123456789", usual],
    ["'sk-proj-0123456789'", usual],
    ["Bearer sk-proj-0123456789", usual],
    ["OPENAI_API_KEY=sk-proj-0123456789", usual],
    ["password", usual],
    ["sk-ant-api03-0123456789", usual],
    ["sk-proj-0123456789", anthropic],
  ])("is refused where it is obviously none: %j", (typed, server) => {
    const problem = keyProblem(typed, server, english);
    expect(problem).toBeDefined();
    if (typed !== "") expect(problem).not.toContain(typed);
  });

  test.each([
    [" sk-proj-0123456789\n", usual],
    ["sk-ant-api03-0123456789", anthropic],
    ["any-key-of-a-proxy", { ...anthropic, isUsual: false }],
    ["any-key-of-a-server", { ...usual, provider: "mine" }],
  ])("is taken where it may be one: %j", (typed, server) => {
    expect(keyProblem(typed, server, english)).toBeUndefined();
  });
});

test("whether there is a key, and where, is said in words", () => {
  const words = (["stored", "session", "environment", "none"] as const).map((place) =>
    placeWords(place, "OPENAI_API_KEY", english),
  );
  expect(words).toEqual([
    "stored in VS Code",
    "kept until this window closes",
    "from the environment variable OPENAI_API_KEY",
    "no key",
  ]);
});
