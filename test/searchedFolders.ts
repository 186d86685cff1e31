import { searchWhatIsRemoved } from "../scripts/leftKeys.mjs";

/** Modules of one process may load this again and again. */
const searched = Symbol.for("optimas.test.searchedFolders");

if (!(searched in globalThis)) {
  Object.defineProperty(globalThis, searched, { value: true });
  searchWhatIsRemoved((files) => {
    throw new Error(`The key that this test planted stands in ${files.join(", ")}.`);
  });
}
