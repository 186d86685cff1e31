import { expect } from "vitest";
import { UserError } from "../../src/system/userError.ts";
import { fixedRewards, toyLocalReward } from "./fixedRewards.ts";
import { runToy, type ToyRun } from "./toySystem.ts";

/** Runs with rewards that are right from the start, so that a test takes no training. */
export const run = (given: ToyRun = {}) =>
  runToy({ ...given, request: { rewards: fixedRewards(toyLocalReward), ...given.request } });

/** What the user is told by something that is refused. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message;
}
