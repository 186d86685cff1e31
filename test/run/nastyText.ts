import fc from "fast-check";

/** What prompts, answers and messages may hold at their worst. */
export const nastyPieces = [
  "</script><script>alert(1)</script>",
  "</style><img src=x onerror=alert(1)>",
  '" onload="alert(1)',
  "' onfocus='alert(1)",
  "]]><!--",
  "&lt;b&gt; &amp;",
  "$& $1 {b} {a|x}",
  "\u001b[31mred\u001b[0m\u0007",
  "\u001b]0;title\u0007",
  "\u202egnp.exe\u202c",
  "\u2066left\u2069\u200f",
  "\r\n\r\t\v\f\u0000\u0085",
  "\ud83d",
  "日本語のとても長い文",
  "👩‍👩‍👧‍👦",
  "e\u0301".repeat(5),
  "x".repeat(300),
] as const;

export const nastyText = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.array(fc.constantFrom(...nastyPieces), { minLength: 1, maxLength: 4 }).map((parts) => parts.join("")),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
);
