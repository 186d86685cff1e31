import { typeName } from "../../system/component.ts";
import { UserError } from "../../system/userError.ts";

/**
 * The answer of a system, as a reward compares it.
 * @throws TypeError when it is no text: the example then counts as failed
 */
export function answerText(reward: string, answer: unknown): string {
  if (typeof answer === "string") return answer;
  throw new TypeError(`${reward} compares text, but the answer is ${typeName(answer)}`);
}

/**
 * The gold answers an answer is compared with: one text or several of which any will do.
 * @throws UserError when there is none, which is a mistake in the data or in the name of the field
 */
export function goldTexts(reward: string, gold: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(gold) ? gold : [gold];
  if (list.length > 0 && list.every((text) => typeof text === "string")) return list;
  const found = list.length === 0 ? "an empty list" : typeName(list.find((text) => typeof text !== "string"));
  throw new UserError(
    `${reward} needs the gold answer, as text or as a list of texts, in its second argument, but it is ${found}. ` +
      'Check the name of the field in the reward, e.g. "answer" in example.answer, and that every row has it.',
  );
}
