/** What the lexical features tell apart. Ideographs and kana, which are written without spaces, are words by themselves. */
export const CharacterClass = { other: 0, letter: 1, digit: 2, singleWord: 3 } as const;

/** Class of each UTF-16 code unit; surrogates (emoji, rare scripts) are `other`. */
export const characterClasses: Uint8Array = new Uint8Array(0x10000);

/** Lower case of each UTF-16 code unit, where that is one code unit as well. */
export const lowerCase: Uint16Array = new Uint16Array(0x10000);

for (let code = 0; code < 0x10000; code++) {
  const character = String.fromCharCode(code);
  const lower = character.toLowerCase();
  lowerCase[code] = lower.length === 1 ? lower.charCodeAt(0) : code;
  characterClasses[code] = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(character)
    ? CharacterClass.singleWord
    : /[\p{L}\p{M}_]/u.test(character)
      ? CharacterClass.letter
      : /\p{N}/u.test(character)
        ? CharacterClass.digit
        : CharacterClass.other;
}
