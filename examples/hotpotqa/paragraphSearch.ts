import MiniSearch from "minisearch";
import { UserError } from "optimas";
import type { Paragraph } from "./questionRow.ts";

/** Full-text search (BM25+) over the paragraphs of all questions. */
export interface ParagraphSearch {
  /**
   * Replaces the index by the paragraphs of these rows; equal paragraphs count once.
   * @throws UserError naming the row whose `context` is missing or malformed
   */
  index(rows: readonly Readonly<Record<string, unknown>>[]): void;
  /** The best `count` paragraphs, best first, each on a line of its own as `Title | text`. */
  passages(query: string, count: number): string;
}

/** More hits than any setting of the retriever asks for. */
const mostHits = 25;
const rememberedQueries = 5_000;

export function paragraphSearch(): ParagraphSearch {
  let engine = emptyEngine();
  let lines: string[] = [];
  let remembered = new Map<string, readonly string[]>();
  const search = (query: string): readonly string[] =>
    engine
      .search(query)
      .slice(0, mostHits)
      .map((hit) => lines[hit.id as number] ?? "");
  return {
    index(rows) {
      engine = emptyEngine();
      remembered = new Map();
      const paragraphs = new Map(
        rows.flatMap(contextOf).map(({ title, sentences }) => {
          const text = sentences.join("").replace(/\s+/g, " ").trim();
          return [`${title}\n${text}`, { title, text }] as const;
        }),
      );
      lines = [...paragraphs.values()].map(({ title, text }) => `${title} | ${text}`);
      engine.addAll([...paragraphs.values()].map((paragraph, id) => ({ id, ...paragraph })));
    },
    passages(query, count) {
      let hits = remembered.get(query);
      if (hits === undefined) {
        hits = search(query);
        if (remembered.size >= rememberedQueries) remembered.clear();
        remembered.set(query, hits);
      }
      return hits.slice(0, count).join("\n");
    },
  };
}

function emptyEngine(): MiniSearch<{ id: number; title: string; text: string }> {
  return new MiniSearch({ fields: ["title", "text"] });
}

function contextOf(row: Readonly<Record<string, unknown>>): readonly Paragraph[] {
  const { id, context } = row;
  if (Array.isArray(context) && context.every(isParagraph)) return context;
  throw new UserError(
    `Row ${JSON.stringify(id)} has no usable "context": it must be a list of { "title": text, "sentences": [text, ...] }.`,
  );
}

function isParagraph(value: unknown): value is Paragraph {
  if (typeof value !== "object" || value === null || !("title" in value) || !("sentences" in value)) return false;
  const { title, sentences } = value;
  return typeof title === "string" && Array.isArray(sentences) && sentences.every((item) => typeof item === "string");
}
