import type { SourceLanguage } from "./definition.ts";

/**
 * Whether a text is worth reading: false only where it can hold no definition. Whatever other files need from one that was
 * skipped, `Linker.missing` asks for.
 */
export function mayHold(text: string, language: SourceLanguage): boolean {
  if (text.includes("optimas")) return true;
  if (language === "python") return text.includes("dspy") || text.includes("super().__init__(");
  // Definitions through names that other files export under other names show only in their shape.
  return (
    (text.includes("outputs") && (text.includes("inputs") || text.includes("components"))) ||
    (text.includes("system") && text.includes("reward"))
  );
}
