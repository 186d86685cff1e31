import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RecordedRequest } from "../../../src/models/answerRecord.ts";
import { requestKey } from "../../../src/models/record/requestKey.ts";

const text = fc.oneof(fc.constantFrom("", "a", "b", '","', "[]"), fc.string({ unit: "binary" }));
const messages = fc.array(fc.record({ role: fc.constantFrom("system", "user", "assistant"), content: text }), {
  maxLength: 3,
});
const format = fc.option(fc.record({ name: text, fields: fc.array(text, { maxLength: 3 }) }), { nil: undefined });
const requests: fc.Arbitrary<RecordedRequest> = fc.record({
  model: fc.oneof(fc.constantFrom("openai:a", "openai:b"), text),
  server: fc.option(fc.oneof(fc.constantFrom("http://a/v1", "http://b/v1"), text), { nil: undefined }),
  messages,
  temperature: fc.oneof(fc.constantFrom(0, -0, 0.7, 1), fc.double({ min: 0, max: 2, noNaN: true })),
  maxTokens: fc.integer({ min: 1, max: 3 }),
  sample: fc.integer({ min: 0, max: 3 }),
  format,
});

/** What the answer depends on, as one text. */
function meaning(request: RecordedRequest): string {
  const temperature = request.temperature + 0;
  const { model, server, maxTokens } = request;
  const said = request.messages.map(({ role, content }) => ({ role, content }));
  const { name, fields } = request.format ?? {};
  const sample = temperature === 0 ? "any" : request.sample;
  return JSON.stringify({ model, server, maxTokens, said, name, fields, temperature, sample });
}

describe("the key of a request", () => {
  test("is that of another request exactly where both mean the same", () => {
    fc.assert(
      fc.property(requests, requests, (one, other) => {
        expect(requestKey(one) === requestKey(other)).toBe(meaning(one) === meaning(other));
      }),
      { numRuns: 500 },
    );
  });

  test("is another as soon as one thing is another", () => {
    fc.assert(
      fc.property(requests, requests, fc.constantFrom(...names), (one, other, name) => {
        const changed = { ...one, [name]: other[name] };
        expect(requestKey(one) === requestKey(changed)).toBe(meaning(one) === meaning(changed));
      }),
      { numRuns: 500 },
    );
  });

  test("is the same for equal requests whatever the order of their members", () => {
    fc.assert(
      fc.property(requests, (request) => {
        const turned = Object.fromEntries(Object.entries(request).reverse()) as unknown as RecordedRequest;
        expect(requestKey(turned)).toBe(requestKey(structuredClone(request)));
      }),
    );
  });

  // A change of this value makes every recorded answer unfindable: raise the version when that is meant.
  test("stays the same from release to release", () => {
    const request: RecordedRequest = {
      model: "openai:gpt-4o-mini",
      messages: [
        { role: "system", content: "Answer shortly." },
        { role: "user", content: "Wer war's? ✓" },
      ],
      temperature: 0.7,
      maxTokens: 64,
      sample: 2,
      format: { name: "answer", fields: ["text"] },
    };
    expect(requestKey(request)).toMatchInlineSnapshot(
      `"399846ea64c9adc48472344a3271f593627e9f3691c4c97d83a33ffaf0d95009"`,
    );
  });
});

const names = ["model", "server", "messages", "temperature", "maxTokens", "sample", "format"] as const;
