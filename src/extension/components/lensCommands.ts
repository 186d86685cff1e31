import * as vscode from "vscode";

/** More than are seen at a time in all editors of a window. */
const MOST = 2_000;

/** What a lens does when it is pressed. */
export interface LensDeed {
  readonly command: string;
  readonly argument: object;
}

interface Registered {
  readonly id: string;
  readonly registration: vscode.Disposable;
}

/**
 * Commands of lenses, one without arguments for each thing that one does. The editor forgets a lens's arguments as soon as
 * lenses are asked for anew, while the old lens is still to be seen: whoever pressed it then would wait for nothing.
 */
export class LensCommands implements vscode.Disposable {
  readonly #registered = new Map<string, Registered>();
  #made = 0;

  /** @returns id of the command that does it, as long as no more than `MOST` others were asked for since */
  idOf({ command, argument }: LensDeed): string {
    const key = JSON.stringify([command, argument]);
    const known = this.#registered.get(key) ?? this.#register(command, argument);
    // Asked for last: at the end.
    this.#registered.delete(key);
    this.#registered.set(key, known);
    for (const [oldest, { registration }] of this.#registered) {
      if (this.#registered.size <= MOST) break;
      this.#registered.delete(oldest);
      registration.dispose();
    }
    return known.id;
  }

  dispose(): void {
    for (const { registration } of this.#registered.values()) registration.dispose();
    this.#registered.clear();
  }

  #register(command: string, argument: object): Registered {
    this.#made += 1;
    const id = `${command}.lens${this.#made}`;
    const registration = vscode.commands.registerCommand(id, () => vscode.commands.executeCommand(command, argument));
    return { id, registration };
  }
}
