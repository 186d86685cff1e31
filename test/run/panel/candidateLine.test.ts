import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eventLine } from "../../../src/run/eventLog.ts";
import { type EventOf, eventSchema } from "../../../src/run/events.ts";
import { CandidateLines } from "../../../src/run/panel/candidateLine.ts";
import type { VariableValue } from "../../../src/system/variable.ts";

type Candidate = EventOf<"candidate">;

/** What the lines of candidates give for these bytes, one after the other; `undefined` where a line is left to others. */
function read(bytes: Buffer, lines = new CandidateLines()): (Candidate | undefined)[] {
  const found: (Candidate | undefined)[] = [];
  lines.take(bytes);
  while (lines.at < bytes.length) {
    const { at } = lines;
    const event = lines.next();
    found.push(event);
    if (event !== undefined) continue;
    expect(lines.at).toBe(at);
    lines.at = bytes.indexOf("\n", at) + 1;
  }
  return found;
}

/** What schema and `JSON.parse` give for a line; undefined where they refuse it. */
function plainly(line: Buffer): unknown {
  try {
    return eventSchema.safeParse(JSON.parse(new TextDecoder("utf8", { fatal: true }).decode(line))).data;
  } catch {
    return undefined;
  }
}

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: -5000, max: 5000, noNaN: true }),
  fc.integer(),
);
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom("", '"\\/', "\u2028é\u0000", "{[", "a,b"),
);
const value: fc.Arbitrary<VariableValue> = fc.oneof(
  text,
  fc.constant(null),
  fc.dictionary(text, fc.oneof(number, text, fc.boolean()), { maxKeys: 4 }),
  fc.constantFrom<VariableValue>({ k: 5 }, { k: 10 }, { adapter: null }, { perInput: true, fallback: "small" }),
);
const candidate: fc.Arbitrary<Candidate> = fc.record({
  type: fc.constant("candidate" as const),
  seq: fc.nat(),
  at: number,
  systemRuns: number,
  iteration: fc.integer(),
  component: fc.oneof(text, fc.constantFrom("retriever", "writer")),
  value,
  reward: number,
  scorer: fc.constantFrom("local" as const, "global" as const, "random" as const),
  inputs: fc.nat(),
  current: fc.boolean(),
});

describe("the lines of candidates", () => {
  test("give what the schema gives, for every candidate that is written", () => {
    const lines = new CandidateLines();
    fc.assert(
      fc.property(fc.array(candidate, { minLength: 1, maxLength: 8 }), (candidates) => {
        const written = candidates.map(eventLine);
        const found = read(Buffer.from(written.join("")), lines);
        expect(found).toHaveLength(written.length);
        for (const [index, line] of written.entries()) {
          if (found[index] !== undefined) expect(found[index]).toEqual(plainly(Buffer.from(line)));
        }
      }),
      { numRuns: 400 },
    );
  });

  test("give something for those that runs write", () => {
    const reward = 0.27084118521062583;
    const plain: Candidate = {
      type: "candidate",
      seq: 12,
      at: 1773480630399,
      systemRuns: 473.71,
      iteration: 5,
      component: "retriever",
      value: { k: 23, stem: true, field: "title" },
      reward,
      scorer: "local",
      inputs: 20,
      current: false,
    };
    for (const value of [plain.value, null, "Answer.", "Answer\n„kurz“ \\ 🙂"]) {
      expect(read(Buffer.from(eventLine({ ...plain, value })))).toEqual([{ ...plain, value }]);
    }
  });

  test("never give what the schema refuses or reads in another way, whatever a line holds", () => {
    const edit = fc.record({ at: fc.nat(), remove: fc.nat(3), insert: fc.uint8Array({ maxLength: 3 }) });
    const likely = fc.record({
      at: fc.nat(),
      remove: fc.nat(2),
      insert: fc.constantFrom(
        ...[...'0123456789-+.eE"\\{}[],:tn\u0000'].map((sign) => Uint8Array.from(Buffer.from(sign))),
      ),
    });
    const lines = new CandidateLines();
    fc.assert(
      fc.property(candidate, fc.array(fc.oneof(edit, likely), { minLength: 1, maxLength: 2 }), (event, edits) => {
        let line = Buffer.from(eventLine(event)).subarray(0, -1);
        for (const { at, remove, insert } of edits) {
          const place = at % (line.length + 1);
          line = Buffer.concat([line.subarray(0, place), insert, line.subarray(place + remove)]);
        }
        const whole = Buffer.concat([line, Buffer.from("\n")]);
        fc.pre(whole.indexOf("\n") === whole.length - 1);
        const [found] = read(whole, lines);
        if (found !== undefined) expect(found).toEqual(plainly(line));
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ["a number with a zero in front", '"inputs":20', '"inputs":020'],
    ["a number that ends in a point", '"inputs":20', '"inputs":20.'],
    ["a number that is none", '"inputs":20', '"inputs":-'],
    ["a whole number that is not whole", '"inputs":20', '"inputs":20.5'],
    ["a number beyond all numbers", '"reward":0.5', '"reward":1e999'],
    ["a name that objects use", '"value":{"k":1}', '"value":{"__proto__":1}'],
    ["a value in a value", '"value":{"k":1}', '"value":{"k":{"l":1}}'],
    ["a list", '"value":{"k":1}', '"value":{"k":[1]}'],
    ["a field more", '"inputs":20', '"inputs":20,"more":1'],
    ["a break in a text", '"component":"writer"', '"component":"wri\tter"'],
    ["bytes that are no text", '"component":"writer"', '"component":"\u00ff"'],
  ])("leave %s to the schema", (_, from, to) => {
    const line =
      '{"seq":3,"at":7,"type":"candidate","systemRuns":0.5,"iteration":1,"component":"writer","value":{"k":1},' +
      '"reward":0.5,"scorer":"local","inputs":20,"current":true}\n';
    expect(line).toContain(from);
    expect(read(Buffer.from(line))).toHaveLength(1);
    expect(read(Buffer.from(line))[0]).toBeDefined();
    expect(read(Buffer.from(line.replace(from, to), "latin1"))).toEqual([undefined]);
  });
});
