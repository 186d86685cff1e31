import assert from "node:assert/strict";
import * as vscode from "vscode";
import { eventually } from "./openNotebook.ts";

/** What the extension asks, says or offers. */
export interface Asked {
  readonly kind: "information" | "warning" | "error" | "list" | "input";
  /** A message; the title of a list or an input. */
  readonly text: string;
  /** What stands smaller below: details of a dialog, the prompt of an input. */
  readonly detail: string;
  /** Buttons of a message, rows of a list without its headings. */
  readonly offers: readonly string[];
  readonly modal: boolean;
  /** What is typed is not shown. */
  readonly hidden: boolean;
  /** What stands in an input before anything is typed. */
  readonly value: string;
  /** What stands beside the rows of a list, by their labels. */
  readonly beside: Readonly<Record<string, string>>;
}

/** A button, a row or a text to type; undefined presses Escape. */
type Answer = (asked: Asked) => string | undefined;

interface Row {
  readonly label: string;
  readonly kind?: vscode.QuickPickItemKind;
  readonly description?: string;
}

const nothing = {
  detail: "",
  offers: [] as readonly string[],
  modal: false,
  hidden: false,
  value: "",
  beside: {},
} as const;

/**
 * Stands in for the person at the window: messages, lists and inputs are answered as a test says, and remembered. What a
 * test has no answer for is put away.
 */
export class Person {
  readonly asked: Asked[] = [];
  /** What inputs have said against what was typed. */
  readonly problems: string[] = [];
  readonly #answers: { readonly to: RegExp; readonly answer: Answer }[] = [];
  readonly #before = new Map<string, unknown>();

  private constructor() {
    const message =
      (kind: "information" | "warning" | "error") =>
      (text: string, ...rest: readonly unknown[]) =>
        this.#message(kind, text, rest);
    this.#stands("showInformationMessage", message("information"));
    this.#stands("showWarningMessage", message("warning"));
    this.#stands("showErrorMessage", message("error"));
    this.#stands("showQuickPick", (rows: readonly Row[], options: vscode.QuickPickOptions = {}) =>
      this.#list(rows, options),
    );
    this.#stands("showInputBox", (options: vscode.InputBoxOptions = {}) => this.#input(options));
  }

  /** Answers everything until `work` is over. */
  static async during<T>(work: (person: Person) => Promise<T>): Promise<T> {
    const person = new Person();
    try {
      return await work(person);
    } finally {
      for (const [name, shown] of person.#before)
        Object.defineProperty(vscode.window, name, { value: shown, writable: true, configurable: true });
    }
  }

  /** The next question that says so is answered so; each answer is given once. */
  answer(to: RegExp, answer: string | Answer): void {
    this.#answers.push({ to, answer: typeof answer === "string" ? () => answer : answer });
  }

  /** Waits until something is asked or said. */
  hears(text: RegExp): Promise<Asked> {
    return eventually(`somebody says ${text}`, () => this.asked.find((asked) => text.test(asked.text))).catch(
      (error: unknown) => {
        throw new Error(`${String(error)}; said was: ${JSON.stringify(this.asked.map((asked) => asked.text))}`);
      },
    );
  }

  #stands(name: string, stand: (...args: never[]) => unknown): void {
    this.#before.set(name, Reflect.get(vscode.window, name));
    Object.defineProperty(vscode.window, name, { value: stand, writable: true, configurable: true });
  }

  #answerTo(asked: Asked): string | undefined {
    this.asked.push(asked);
    const at = this.#answers.findIndex(({ to }) => to.test(asked.text));
    return at < 0 ? undefined : this.#answers.splice(at, 1)[0]?.answer(asked);
  }

  async #message(kind: "information" | "warning" | "error", text: string, rest: readonly unknown[]): Promise<unknown> {
    const { options, items } = parted(rest);
    const offers = items.map((item) => (typeof item === "string" ? item : titleOf(item)));
    const chosen = this.#answerTo({
      ...nothing,
      kind,
      text,
      offers,
      detail: options.detail ?? "",
      modal: options.modal === true,
    });
    if (chosen === undefined) return undefined;
    assert.ok(offers.includes(chosen), `"${text}" offers ${offers.join(", ") || "nothing"}, not "${chosen}"`);
    return items[offers.indexOf(chosen)];
  }

  async #list(rows: readonly Row[], { title = "", placeHolder = "" }: vscode.QuickPickOptions): Promise<unknown> {
    const offered = rows.filter(({ kind }) => kind !== vscode.QuickPickItemKind.Separator);
    const offers = offered.map(({ label }) => label);
    const beside = Object.fromEntries(offered.map(({ label, description = "" }) => [label, description]));
    const chosen = this.#answerTo({ ...nothing, kind: "list", text: title, detail: placeHolder, offers, beside });
    if (chosen === undefined) return undefined;
    assert.ok(offers.includes(chosen), `"${title}" offers ${offers.join(", ") || "nothing"}, not "${chosen}"`);
    return offered[offers.indexOf(chosen)];
  }

  async #input({
    title = "",
    prompt = "",
    password = false,
    value = "",
    validateInput,
  }: vscode.InputBoxOptions): Promise<string | undefined> {
    const typed = this.#answerTo({ ...nothing, kind: "input", text: title, detail: prompt, hidden: password, value });
    if (typed === undefined) return undefined;
    // What the input does not take cannot be entered.
    const problem = await validateInput?.(typed);
    if (!problem) return typed;
    this.problems.push(typeof problem === "string" ? problem : problem.message);
    return undefined;
  }
}

function parted(rest: readonly unknown[]): {
  readonly options: vscode.MessageOptions;
  readonly items: readonly unknown[];
} {
  const [first, ...others] = rest;
  const isOptions = typeof first === "object" && first !== null && !("title" in first);
  return isOptions ? { options: first, items: others } : { options: {}, items: rest };
}

function titleOf(item: unknown): string {
  return typeof item === "object" && item !== null && "title" in item ? String(item.title) : "";
}
