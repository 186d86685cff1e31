import { UserError } from "../system/userError.ts";
import type { LanguageModel } from "./languageModel.ts";
import { simulatedModel } from "./simulated/simulatedModel.ts";

/** Every model that a name can mean, with its short name. */
const models: readonly { readonly name: string; readonly short: string; readonly make: () => LanguageModel }[] = [
  { name: "simulated:text", short: "simulated", make: simulatedModel },
];

/**
 * The model behind a name as users write it (`provider:model`).
 * @throws UserError listing the models there are
 */
export function languageModel(name: string): LanguageModel {
  const found = models.find((model) => model.name === name || model.short === name);
  if (found) return found.make();
  const names = models.map((model) => model.name).join(", ");
  throw new UserError(
    `There is no model "${name}"; there is ${names}. A model of your own can be given in code: experiment({ model }).`,
  );
}
