import { families } from "./directive.ts";
import { directives } from "./directives.ts";

/** The directives as a Markdown table, as README.md shows them; a test keeps both equal. */
export function directiveTable(): string {
  const rows = families.flatMap((family) =>
    directives
      .filter((directive) => directive.family === family)
      .map(({ id, example, does }) => `| ${family} | \`${id}\` | ${example} | ${does} |`),
  );
  return ["| family | directive | for example | what it does |", "|---|---|---|---|", ...rows].join("\n");
}
