import { describe, expect, test } from "vitest";
import { ApiKeys } from "../../src/extension/keys/apiKeys.ts";
import { type AddressedKey, KeyAddresses } from "../../src/extension/keys/keyAddresses.ts";
import { memory } from "./memory.ts";

const proxy = { provider: "openai", address: { baseUrl: "https://proxy.example/v1" } };

function asked(answer: boolean | Promise<boolean>, kept = memory()) {
  const questions: AddressedKey[] = [];
  const addresses = new KeyAddresses(kept, async (key) => {
    questions.push(key);
    return answer;
  });
  return { addresses, questions, kept };
}

describe("an address that a key is to be sent to", () => {
  test("is asked about once, whatever path of it is meant, and remembered by every window", async () => {
    const { addresses, questions, kept } = asked(true);
    expect(await addresses.allow(proxy)).toBe(true);
    expect(await addresses.allow({ ...proxy, address: { baseUrl: "https://proxy.example/other" } })).toBe(true);
    expect(await asked(false, kept).addresses.allow(proxy)).toBe(true);
    expect(questions).toEqual([proxy]);
  });

  test("is another one for another provider, host, port or scheme", async () => {
    const { addresses, questions } = asked(true);
    await addresses.allow(proxy);
    await addresses.allow({ ...proxy, provider: "anthropic" });
    for (const baseUrl of ["https://other.example/v1", "https://proxy.example:444/v1", "http://proxy.example/v1"]) {
      await addresses.allow({ provider: "openai", address: { baseUrl } });
    }
    expect(questions).toHaveLength(5);
  });

  test("is asked about again after a no, and by one question for all who wait", async () => {
    const { addresses, questions } = asked(false);
    expect(await Promise.all([addresses.allow(proxy), addresses.allow(proxy)])).toEqual([false, false]);
    expect(questions).toHaveLength(1);
    expect(await addresses.allow(proxy)).toBe(false);
    expect(questions).toHaveLength(2);
  });

  test("is known where a key was set for it, and no longer once that is forgotten", async () => {
    const { addresses, questions } = asked(false);
    await addresses.remember("openai", "https://proxy.example/v1");
    expect(await addresses.allow(proxy)).toBe(true);
    await addresses.forget("openai");
    expect(await addresses.allow(proxy)).toBe(false);
    expect(questions).toHaveLength(1);
  });
});

describe("a stored key", () => {
  const stored = (addresses?: KeyAddresses) =>
    new ApiKeys({
      secrets: {
        get: async () => "sk-users-own-0123456789abcdef",
        store: async () => undefined,
        delete: async () => undefined,
        onDidChange: () => ({ dispose: () => undefined }),
      },
      environment: {},
      isTrusted: () => true,
      onMissing: () => undefined,
      ...(addresses && { addresses }),
    });
  const request = { provider: "openai", variable: "ANY_NAME" };
  const address = { ...proxy.address, said: { file: "/work/optimas.models.json", line: 5 } };

  test("goes to an address that the user agrees to, and with the place that says it into the question", async () => {
    const { addresses, questions } = asked(true);
    const { key, refusal } = await stored(addresses).answer({ ...request, address });
    expect([key, refusal]).toEqual(["sk-users-own-0123456789abcdef", undefined]);
    expect(questions).toEqual([{ provider: "openai", address }]);
  });

  test("stays where it is otherwise, and says why", async () => {
    for (const addresses of [asked(false).addresses, undefined]) {
      const answer = await stored(addresses).answer({ ...request, address });
      expect(answer.key).toBeNull();
      expect(answer.refusal).toBe(
        "optimas.models.json:5 sends the key of openai to https://proxy.example, which you did not agree to. It was not sent. Run it again to be asked once more, or name another address.",
      );
    }
  });

  test("needs no word for where its provider usually answers", async () => {
    const { addresses, questions } = asked(false);
    expect((await stored(addresses).answer(request)).key).not.toBeNull();
    expect(questions).toEqual([]);
  });
});
