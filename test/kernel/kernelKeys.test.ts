import { afterEach, expect, test } from "vitest";
import { CancellationTokenSource } from "vscode-jsonrpc/node";
import { kernelKeys } from "../../src/kernel/kernelKeys.ts";
import { KernelKeys } from "../../src/notebook/kernelKeys.ts";
import { holdsSecret } from "../../src/system/secrets.ts";

const never = new AbortController().signal;
const VARIABLE = "OPTIMAS_TEST_PROVIDER_KEY";

afterEach(() => {
  delete process.env[VARIABLE];
});

/** A parent with these keys, one for each question. */
function parentWith(keys: readonly (string | null)[]) {
  const [left, asked, told] = [[...keys], [] as unknown[], [] as unknown[]];
  return {
    asked,
    told,
    ask: async (method: string, params: object) => {
      asked.push([method, params]);
      return { key: left.shift() ?? null, remedy: "set it there" };
    },
    tell: (method: string, params: object) => void told.push([method, params]),
  };
}

test("a kernel asks its parent for a key once, and again after it was refused", async () => {
  const parent = parentWith(["sk-the-first-one", "sk-the-second-one"]);
  const keys = kernelKeys(parent);
  const key = () => keys.key("openai", VARIABLE, never);
  expect(await Promise.all([key(), key()])).toEqual(["sk-the-first-one", "sk-the-first-one"]);
  expect(parent.asked).toEqual([["model/key", { provider: "openai", variable: VARIABLE }]]);
  expect(holdsSecret("sk-the-first-one")).toBe(true);
  await keys.refused?.("openai", VARIABLE, "sk-the-first-one", never);
  expect(await key()).toBe("sk-the-second-one");
  // Requests that had gone out with the first one are refused later.
  await keys.refused?.("openai", VARIABLE, "sk-the-first-one", never);
  expect(await key()).toBe("sk-the-second-one");
  expect(parent.asked).toHaveLength(2);
});

test("a key that there was not is asked for anew, and the parent says how to give it", async () => {
  const keys = kernelKeys(parentWith([null, "sk-given-meanwhile"]));
  expect(await keys.key("openai", VARIABLE, never)).toBeUndefined();
  expect(keys.remedy("openai", VARIABLE)).toBe("set it there");
  expect(await keys.key("openai", VARIABLE, never)).toBe("sk-given-meanwhile");
});

test("a key that a cell put into the environment needs no parent, which is told to show it nowhere", async () => {
  process.env[VARIABLE] = "sk-of-a-cell-0";
  const parent = parentWith([]);
  const keys = kernelKeys(parent);
  expect(await keys.key("mine", VARIABLE, never)).toBe("sk-of-a-cell-0");
  expect(await keys.key("mine", VARIABLE, never)).toBe("sk-of-a-cell-0");
  expect(parent.asked).toEqual([]);
  expect(parent.told).toEqual([["model/secret", { secret: "sk-of-a-cell-0" }]]);
});

test("a question that was taken back keeps nobody else from the key", async () => {
  const stop = new AbortController();
  let asked = 0;
  const keys = kernelKeys({
    ask: async (_method, _params, signal) => {
      if (++asked > 1) return { key: "sk-after-all-0", remedy: "" };
      signal.throwIfAborted();
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    },
    tell: () => undefined,
  });
  const first = keys.key("openai", VARIABLE, stop.signal);
  const second = keys.key("openai", VARIABLE, never);
  stop.abort(new Error("stopped"));
  await expect(first).rejects.toThrow("stopped");
  expect(await second).toBe("sk-after-all-0");
});

test("the parent knows what it gave, refuses what it cannot read, and gives nothing by itself", async () => {
  const { token } = new CancellationTokenSource();
  const request = { provider: "openai", variable: VARIABLE };
  const keys = new KernelKeys(async ({ provider }) => ({ key: `sk-given-to-${provider}`, remedy: "" }));
  expect(await keys.answer(request, token)).toEqual({ key: "sk-given-to-openai", remedy: "" });
  expect(holdsSecret("sk-given-to-openai")).toBe(true);
  await expect(keys.answer({ provider: 1 }, token)).rejects.toThrow();
  const nothing = await new KernelKeys().answer(request, token);
  expect(nothing).toEqual({ key: null, remedy: `set the environment variable ${VARIABLE} to your key` });
});
