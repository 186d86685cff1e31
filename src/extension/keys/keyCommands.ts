import * as vscode from "vscode";
import { windowKeys } from "./windowKeys.ts";

/** Commands that set, test and forget keys of providers: of `{ provider }`, or of one that the user picks. */
export function registerKeyCommands(context: vscode.ExtensionContext): vscode.Disposable {
  const on = (id: string, of: "setKey" | "testKey" | "forgetKey") =>
    vscode.commands.registerCommand(id, async (given?: unknown) => {
      const questions = await import("./keyQuestions.ts");
      await questions[of](windowKeys(context), providerIn(given));
    });
  return vscode.Disposable.from(
    on("optimas.setApiKey", "setKey"),
    on("optimas.testApiKey", "testKey"),
    on("optimas.forgetApiKey", "forgetKey"),
  );
}

function providerIn(given: unknown): string | undefined {
  if (typeof given !== "object" || given === null || !("provider" in given)) return undefined;
  return typeof given.provider === "string" ? given.provider : undefined;
}
