import type { Answer, FromDetector } from "./detectorProtocol.ts";
import type { FolderEntry, FolderReader } from "./folderReader.ts";

/** Files that only the editor can reach: it is asked for each. */
export class AskingReader implements FolderReader {
  readonly #send: (message: FromDetector) => void;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #requests = 0;

  constructor(send: (message: FromDetector) => void) {
    this.#send = send;
  }

  /** The editor's answer to a request. */
  answer(request: number, answer: Answer): void {
    this.#waiting.get(request)?.(answer);
    this.#waiting.delete(request);
  }

  async list(folder: string): Promise<readonly FolderEntry[]> {
    const answer = await this.#ask("list", folder);
    return answer.what === "list" ? answer.entries : [];
  }

  async kindOf(uri: string): Promise<FolderEntry["kind"] | undefined> {
    const answer = await this.#ask("kind", uri);
    return answer.what === "kind" ? answer.kind : undefined;
  }

  async read(file: string, limitBytes: number): Promise<Uint8Array | "large" | undefined> {
    const answer = await this.#ask("read", file, limitBytes);
    return answer.what === "read" ? answer.bytes : undefined;
  }

  /** The editor does not tell, so links are not followed there. */
  async realPlace(): Promise<undefined> {
    return undefined;
  }

  #ask(what: "list" | "kind" | "read", uri: string, limitBytes = 0): Promise<Answer> {
    const request = this.#requests++;
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(request, resolve));
    this.#send({ type: "ask", request, what, uri, limitBytes });
    return answered;
  }
}
