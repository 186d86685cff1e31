import { component as declaredComponent } from "../system/declaration.ts";
import { llm as declaredLlm } from "../system/llm.ts";
import { displayed } from "./display/displayed.ts";
import { sheetBundle } from "./display/sheet.ts";
import { componentSheet } from "./display/systemSheets.ts";

/**
 * A step with named input and output fields and at most one variable. Shows itself in notebooks.
 * @throws UserError at construction for names, fields and initial values that cannot be
 */
export const component: typeof declaredComponent = (declaration) => {
  const made = declaredComponent(declaration);
  return displayed(made, () => sheetBundle(componentSheet(made)));
};

/** A component that asks a language model; its variable is its prompt. Shows itself in notebooks. */
export const llm: typeof declaredLlm = (declaration) => {
  const made = declaredLlm(declaration);
  return displayed(made, () => sheetBundle(componentSheet(made)));
};
