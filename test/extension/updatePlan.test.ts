import { describe, expect, test } from "vitest";
import type { ComponentDefinition, DetectedVariable, ValueSource } from "../../src/detection/definition.ts";
import { editedText } from "../../src/detection/textEdit.ts";
import type { EditedText } from "../../src/detection/valueLiteral.ts";
import { english } from "../../src/extension/l10n.ts";
import {
  type AppliedUpdate,
  AppliedUpdates,
  earlierText,
  earlierValue,
  presentValue,
} from "../../src/extension/updates/appliedUpdates.ts";
import { type ComponentChange, isEditedSince, valueChanges } from "../../src/extension/updates/componentChange.ts";
import { Proposals } from "../../src/extension/updates/proposals.ts";
import { refusalWords } from "../../src/extension/updates/refusalWords.ts";
import { type PlannedChange, planUpdate, writtenFor } from "../../src/extension/updates/updatePlan.ts";
import type { OptionValue, VariableValue } from "../../src/system/variable.ts";
import { impliedAt, literalAt, type MarkedSource, marked } from "../detection/markedSource.ts";
import { aComponent } from "./anyDefinition.ts";
import { memory } from "./memory.ts";

/** A literal with its quotes, or the point before the last bracket of `options(...)`, in a text that holds it once. */
function sourceIn(text: string, literal: string, value: OptionValue, uri = "file:///w/system.ts"): ValueSource {
  const place: MarkedSource = marked(text.replace(literal, `«${literal}»`));
  const source = literal === "" ? impliedAt(place, value) : literalAt(place, value);
  return { ...source, at: { uri } };
}

const prompted = (binding: string, value: ValueSource): ComponentDefinition =>
  aComponent(binding, { kind: "llm", variable: { kind: "prompt", value, maxLength: undefined } });

const optioned = (binding: string, values: Readonly<Record<string, ValueSource>>): ComponentDefinition =>
  aComponent(binding, { variable: { kind: "options", space: undefined, values } });

const to = (
  definition: ComponentDefinition,
  value: VariableValue,
  given: Partial<ComponentChange> = {},
): PlannedChange => ({
  change: { definition: definition.id, value, ...given },
  definition,
});

const texts =
  (all: Readonly<Record<string, string>>) =>
  ({ uri }: { readonly uri: string }): EditedText | string =>
    all[uri] === undefined ? `${uri} is gone` : { text: all[uri], language: "typescript", asciiOnly: false };

const SYSTEM = "file:///w/system.ts";
const PROMPTS = "file:///w/prompts.ts";
const text = `a = llm({ prompt: "A." });\nb = llm({ prompt: 'B.' });\nc = f({ variable: options({ k: x, t: y }) });\n`;
const a = prompted("a", sourceIn(text, '"A."', "A."));
const b = prompted("b", sourceIn(text, "'B.'", "B."));
const point = text.indexOf(") });\n", text.indexOf("options"));
const implied = impliedAt(marked(`${text.slice(0, point)}«»${text.slice(point)}`), 1);
const c = optioned("c", { k: { ...implied, at: { uri: SYSTEM } }, t: { ...implied, at: { uri: SYSTEM } } });

describe("a plan", () => {
  test("writes several components of one file together", () => {
    const plan = planUpdate([to(a, "New a."), to(b, "New b."), to(c, { k: 10, t: 2 })], texts({ [SYSTEM]: text }));
    expect(plan.refused).toEqual([]);
    expect(plan.texts.map(({ after }) => after)).toEqual([
      text.replace('"A."', '"New a."').replace("'B.'", "'New b.'").replace("y })", "y }, { k: 10, t: 2 })"),
    ]);
  });

  test("changes a component in all its places or in none, and the others all the same", () => {
    const d = optioned("d", {
      k: sourceIn(text, '"A."', "A."),
      t: { kind: "computed", at: { uri: SYSTEM }, span: a.nameSpan, why: "it is computed by f(...)" },
    });
    const change = to(d, { k: "New.", t: 2 });
    const plan = planUpdate([change, to(b, "New b.")], texts({ [SYSTEM]: text }));
    expect(plan.texts.map(({ after }) => after)).toEqual([text.replace("'B.'", "'New b.'")]);
    expect(plan.refused).toMatchObject([{ change: change.change, refusal: { kind: "computed" } }]);
  });

  test("leaves a computed option alone that is to be what it was", () => {
    const d = optioned("d", {
      k: sourceIn(text, '"A."', "A."),
      t: { kind: "computed", at: { uri: SYSTEM }, span: a.nameSpan, why: "" },
    });
    const plan = planUpdate([to(d, { k: "New.", t: 2 }, { known: [{ k: "A.", t: 2 }] })], texts({ [SYSTEM]: text }));
    expect(plan.refused).toEqual([]);
    expect(plan.texts).toHaveLength(1);
  });

  test("writes a shared constant once", () => {
    const shared = `export const P = "A.";\n`;
    const one = prompted("one", sourceIn(shared, '"A."', "A.", PROMPTS));
    const other = prompted("other", sourceIn(shared, '"A."', "A.", PROMPTS));
    const changes = [to(one, "B."), to(other, "B.")];
    const plan = planUpdate(changes, texts({ [PROMPTS]: shared }));
    expect(plan.texts).toMatchObject([
      { after: `export const P = "B.";\n`, edits: [{ changes: changes.map((x) => x.change) }] },
    ]);
    for (const { change } of changes) expect(writtenFor(plan, change).pieces).toHaveLength(1);
    expect(planUpdate([to(one, "B."), to(other, "C.")], texts({ [PROMPTS]: shared })).refused).toMatchObject([
      { refusal: { kind: "conflict", other: "B." } },
    ]);
  });

  test("says what cannot be written, and why", () => {
    const reasons = (planned: readonly PlannedChange[], all: Readonly<Record<string, string>> = { [SYSTEM]: text }) =>
      planUpdate(planned, texts(all)).refused.map(({ refusal }) => refusalWords("a", refusal, english));
    expect(reasons([{ ...to(a, "x"), definition: undefined }])).toEqual(["a is no longer found in this workspace."]);
    expect(reasons([to(a, "x")], {})).toEqual([`The source of a cannot be opened: ${SYSTEM} is gone`]);
    expect(reasons([to(a, { k: 1 })])).toEqual(["a was changed since the run: its variable does not take this value."]);
    expect(reasons([to(c, { gone: 1 })])).toEqual([
      "a was changed since the run: its variable does not take this value.",
    ]);
    expect(reasons([to(a, { perInput: true, fallback: "m" })])).toEqual([
      "a is to choose its model for each input anew, which is no one value in the source.",
    ]);
    expect(reasons([to(a, "x")], { [SYSTEM]: text.replace('"A."', '"Z."') })).toEqual([
      "The source of a is not as it was found, so nothing was written over it.",
    ]);
    const variable: DetectedVariable = { kind: "computed", span: a.span, why: "make(...) makes it" };
    expect(reasons([to(aComponent("x", { variable }), "x")])).toEqual([
      "The value of a cannot be written to the source: make(...) makes it.",
    ]);
    expect(reasons([to(aComponent("x", { variable: { kind: "none" } }), "x")])).toHaveLength(1);
  });

  test("knows a value that its author wrote after the run began", () => {
    const origin = { run: "/r", iteration: 1, simulated: false };
    const edited = (known: readonly VariableValue[], own: Partial<ComponentChange> = { origin }) => {
      const { change } = to(a, "New.", { known, ...own });
      const found = valueChanges(a, change);
      return found.kind === "changes" && isEditedSince(change, found.changes);
    };
    expect(edited(["Other."])).toBe(true);
    expect(edited(["Other.", "A."])).toBe(false);
    expect(edited([])).toBe(false);
    expect(edited(["Other."], {})).toBe(false);
  });
});

describe("what was applied", () => {
  const changes = [to(a, "New a."), to(c, { k: 10, t: 1 })];
  const plan = planUpdate(changes, texts({ [SYSTEM]: text }));
  const after = plan.texts[0]?.after ?? "";
  const updateOf = ({ change, definition }: PlannedChange): AppliedUpdate => ({
    definition: change.definition,
    name: definition?.name ?? "",
    value: change.value,
    at: 0,
    ...writtenFor(plan, change),
  });
  const [first, second] = changes.map(updateOf) as [AppliedUpdate, AppliedUpdate];
  /** The components as they are found in a text. */
  const found = (now: string, prompt: string, value: string, k: number) => ({
    a: prompted("a", sourceIn(now, prompt, value)),
    c: optioned("c", { k: sourceIn(now, `${k}`, k) }),
  });
  const now = found(after, '"New a."', "New a.", 10);

  test("is taken back letter by letter, together or one by one", () => {
    const back = [
      ...(earlierText(first, now.a, () => after) ?? []),
      ...(earlierText(second, now.c, () => after) ?? []),
    ];
    expect(
      editedText(
        after,
        back.map(({ edit }) => edit),
      ),
    ).toBe(text);
    expect(presentValue(first, now.a, () => after)).toBe("applied");
  });

  test("is found where the text around it was changed", () => {
    const moved = `// above\n${after}// below\n`;
    const there = found(moved, '"New a."', "New a.", 10);
    const [edit] = earlierText(first, there.a, () => moved) ?? [];
    expect(edit && editedText(moved, [edit.edit])).toBe(moved.replace('"New a."', '"A."'));
  });

  test("is known by its value where it was written otherwise since, and told from other values", () => {
    const reformatted = after.replace('"New a."', "'New a.'").replace("{ k: 10 }", "{k:10}");
    const there = found(reformatted, "'New a.'", "New a.", 10);
    expect(earlierText(first, there.a, () => reformatted)).toBeUndefined();
    expect(earlierText(second, there.c, () => reformatted)).toBeUndefined();
    expect(presentValue(first, there.a, () => reformatted)).toBe("applied");
    expect(presentValue(second, there.c, () => reformatted)).toBe("applied");
    expect(earlierValue(first)).toBe("A.");
    expect(earlierValue(second)).toEqual({ k: 1 });
    const own = after.replace("New a.", "Mine.");
    expect(presentValue(first, found(own, '"Mine."', "Mine.", 10).a, () => own)).toBe("another");
    expect(presentValue(first, a, () => text)).toBe("earlier");
    expect(presentValue(second, c, () => text)).toBe("earlier");
  });

  test("is remembered per component, latest last, and forgotten one by one", async () => {
    const applied = new AppliedUpdates(memory());
    await applied.add([first, second]);
    await applied.add([{ ...first, at: 1 }]);
    expect(applied.last(a.id)?.at).toBe(1);
    await applied.forget({ ...first, at: 1 });
    expect(applied.last(a.id)).toEqual(first);
    await applied.forget(first);
    expect(applied.last(a.id)).toBeUndefined();
    expect(applied.last(c.id)).toEqual(second);
    for (let at = 0; at < 150; at++) await applied.add([{ ...first, at }]);
    expect(applied.all).toHaveLength(100);
  });

  test("was proposed under an id that leads to it again", async () => {
    const kept = memory();
    const proposals = new Proposals(kept);
    const id = await proposals.keep(changes.map(({ change }) => change));
    expect(await proposals.keep(changes.map(({ change }) => change))).toBe(id);
    expect(new Proposals(kept).of(id)).toEqual(changes.map(({ change }) => change));
    for (let k = 0; k < 30; k++) await proposals.keep([{ definition: "x", value: { k } }]);
    expect(proposals.of(id)).toBeUndefined();
  });
});
