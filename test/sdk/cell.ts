import type { MimeBundle } from "../../src/notebook/output.ts";
import { type CellHost, type CellModels, cellHosts, type ValuesUse } from "../../src/sdk/cellHost.ts";

/** A notebook cell as its host sees it. */
export interface Cell extends CellHost {
  readonly shown: { readonly data: MimeBundle; readonly id: string | undefined }[];
  interrupt(reason?: unknown): void;
  /** Runs code in the cell and, like a kernel, tells its end. */
  run<T>(code: () => Promise<T>): Promise<T>;
}

export function cell(given: {
  readonly folder: string;
  readonly resume?: string;
  readonly notebook?: string;
  readonly values?: ValuesUse;
  readonly models?: CellModels;
}): Cell {
  const controller = new AbortController();
  const ends: (() => void)[] = [];
  let resume = given.resume;
  const host: Cell = {
    signal: controller.signal,
    folder: given.folder,
    ...(given.notebook !== undefined && { notebook: given.notebook }),
    ...(given.values && { values: given.values }),
    ...(given.models && { models: given.models }),
    get resume() {
      return resume;
    },
    takeResume() {
      const taken = resume;
      resume = undefined;
      return taken;
    },
    shown: [],
    display: (data, id) => host.shown.push({ data, id }),
    beforeEnd: (action) => ends.push(action),
    interrupt: (reason) => controller.abort(reason),
    run: async (code) => {
      try {
        return await cellHosts.run(host, code);
      } finally {
        for (const end of ends) end();
      }
    },
  };
  return host;
}
