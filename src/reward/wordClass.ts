/**
 * Closed lists of English words that tell what kind of text one reads, as bits of a mask. Other languages simply have
 * none of them; everything else about the features is free of language.
 */
export const WordClass = {
  function: 1,
  question: 2,
  answer: 4,
  negation: 8,
  hedge: 16,
  refusal: 32,
  selfReference: 64,
  reasoning: 128,
} as const;

const lists: Readonly<Record<keyof typeof WordClass, string>> = {
  function:
    "a an the of to in on at by for from with as and or but if then than that this these those it its is are was were be been being do does did has have had will would can could should may might must shall not no so such into over under about between during after before their his her our your my they he she we you i who whom whose which what when where why how there here also both each any all some more most other only own same very just also please",
  question: "who whom whose which what when where why how is are was were do does did can could would should",
  answer: "yes no maybe true false none unknown",
  negation: "no not never none neither nor without cannot cant dont doesnt didnt isnt arent wasnt werent wont",
  hedge: "may might maybe possibly perhaps probably likely seems appears suggests could approximately about roughly",
  refusal:
    "sorry cannot cant unable unknown unclear insufficient unfortunately unspecified unavailable error failed null",
  selfReference:
    "i im ill me my answer question query passage passages context provided given following above below hint hints",
  reasoning: "because therefore thus hence so since first second finally next then however although step",
};

/** FNV-1a over the code units of a lower-cased word; `textShape` forms the same hash character by character. */
export function wordHash(word: string): number {
  let hash = hashSeed;
  for (let index = 0; index < word.length; index++) hash = extendHash(hash, word.charCodeAt(index));
  return hash;
}

export const hashSeed = 0x811c9dc5 | 0;

export function extendHash(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193);
}

const masks: ReadonlyMap<number, number> = Object.entries(lists).reduce((found, [name, words]) => {
  for (const word of words.split(" ")) {
    const hash = wordHash(word);
    found.set(hash, (found.get(hash) ?? 0) | WordClass[name as keyof typeof WordClass]);
  }
  return found;
}, new Map<number, number>());

/** All classes of a word, by its hash. */
export function wordClasses(hash: number): number {
  return masks.get(hash) ?? 0;
}
