import { priceTable } from "./priceTable.ts";
import { accountOf } from "./providers/provider.ts";

/** Whether a name is that of the stand-in, which answers in the place of all others. */
export function isSimulated(name: string): boolean {
  return name === "simulated" || name === "simulated:text";
}

/** Names of the models whose price is known without anybody's help. */
export function pricedModels(): string[] {
  return [...priceTable.keys()];
}

/** Whose key a model is asked with, by its name: the part before the colon, but for other ways to ask the same provider. */
export function accountOfModel(name: string): string {
  const colon = name.indexOf(":");
  return accountOf(colon < 0 ? name : name.slice(0, colon));
}
