import { posix } from "node:path";
import type ts from "typescript-services";
import type { ShippedSdk } from "./shippedSdk.ts";

/** A quoted path, relative or absolute. */
const PATH = /(["'`])((?:\.{1,2}\/|\/|[a-z]:\/)[^"'`\n]*)\1/gi;

/**
 * The server knows the shipped declarations by their place on the disk, and words imports of them so; a person imports
 * `"optimas"`, and only what it exports.
 */
export class SdkImports {
  readonly #sdk: ShippedSdk;

  constructor(sdk: ShippedSdk) {
    this.#sdk = sdk;
  }

  /** A specifier as it has to stand in a file. */
  shown(fileName: string, specifier: string): string {
    return this.#sdk.has(placeOf(fileName, specifier)) ? "optimas" : specifier;
  }

  /** Text in which every path to the declarations became the name of the module. */
  inText(fileName: string, text: string): string {
    return text.replaceAll(
      PATH,
      (_, quote: string, specifier: string) => `${quote}${this.shown(fileName, specifier)}${quote}`,
    );
  }

  /** Changes in which imports of the SDK name it, without imports of what it keeps to itself. */
  inChanges(changes: readonly ts.FileTextChanges[]): ts.FileTextChanges[] {
    return changes.map((change) => ({
      ...change,
      textChanges: change.textChanges.flatMap((edit) => {
        const newText = this.#offered(change.fileName, edit.newText);
        return newText.trim() === "" && edit.newText.trim() !== "" ? [] : [{ ...edit, newText }];
      }),
    }));
  }

  /** The server writes each import on a line of its own. */
  #offered(fileName: string, text: string): string {
    if (this.inText(fileName, text) === text) return text;
    return text
      .split(/(?<=\n)/)
      .map((line) => {
        const named = this.inText(fileName, line);
        if (named === line) return line;
        const [list, names = ""] = /\{([^{}]*)\}/.exec(line) ?? [];
        if (list === undefined) return named;
        const offered = names.split(",").filter((name) => this.#sdk.offers(exportedName(name)));
        return offered.length === 0 ? "" : named.replace(list, () => `{${offered.join(",")}}`);
      })
      .join("");
  }
}

/** The name that a module exports, of `type name`, `name as other` and `name: other`. */
function exportedName(imported: string): string {
  return /^\s*(?:type\s+)?([\p{ID_Continue}$]+)/u.exec(imported)?.[1] ?? "";
}

function placeOf(fileName: string, specifier: string): string {
  return specifier.startsWith(".") ? posix.join(posix.dirname(fileName), specifier) : specifier;
}
