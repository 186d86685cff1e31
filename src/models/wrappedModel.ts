import type { LanguageModel } from "./languageModel.ts";

/** `model` answering in another way; its name, what it costs and what it keeps to stay as they are. */
export function wrappedModel(model: LanguageModel, complete: LanguageModel["complete"]): LanguageModel {
  return {
    name: model.name,
    simulated: model.simulated,
    // Absent where the model's own are: that nothing is known is told by absence.
    ...(model.priceOf === undefined ? {} : { priceOf: (name: string) => model.priceOf?.(name) }),
    ...(model.structured === undefined ? {} : { structured: (name: string) => model.structured?.(name) ?? false }),
    ...(model.announces && { announces: true }),
    complete,
  };
}
