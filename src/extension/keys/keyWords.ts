import type { KeyedServer } from "../../models/keyCheck.ts";
import { type KeyFault, keyFault, SHORTEST_KEY } from "../../system/secrets.ts";
import type { L10n } from "../l10n.ts";
import type { KeyPlace } from "./apiKeys.ts";

/** What is wrong with what was typed for a key, in words; undefined where it may be one. No word of it is repeated. */
export function keyProblem(typed: string, { provider, isUsual }: KeyedServer, l10n: L10n): string | undefined {
  const key = typed.trim();
  const fault = keyFault(key);
  if (fault !== undefined) return faultWords(fault, l10n);
  if (!isUsual) return undefined;
  const isAnthropic = key.startsWith("sk-ant-");
  if (provider === "anthropic" && !isAnthropic) return l10n.t("Keys of Anthropic begin with sk-ant-.");
  if (provider === "openai" && isAnthropic) return l10n.t("This is a key of Anthropic.");
  return undefined;
}

function faultWords(fault: KeyFault, l10n: L10n): string {
  switch (fault) {
    case "empty":
      return l10n.t("Paste the key, or press Escape to leave everything as it is.");
    case "too short":
      return l10n.t("A key has at least {0} characters.", SHORTEST_KEY);
    case "quoted":
      return l10n.t("Paste the key without the quotation marks around it.");
    case "with a name":
      return l10n.t("Paste the key alone, without a name or a scheme before it.");
    case "odd characters":
      return l10n.t("A key has no spaces, quotation marks or special characters.");
    case "a word":
      return l10n.t("This is a plain word or number, and no key.");
  }
}

/** Whether there is a key, and where; never a part of it. */
export function placeWords(place: KeyPlace, variable: string, l10n: L10n): string {
  switch (place) {
    case "stored":
      return l10n.t("stored in VS Code");
    case "session":
      return l10n.t("kept until this window closes");
    case "environment":
      return l10n.t("from the environment variable {0}", variable);
    case "none":
      return l10n.t("no key");
  }
}
