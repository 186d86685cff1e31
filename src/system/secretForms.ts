/**
 * The ways in which programs write a text down: as it is, in JSON (also in JSON within JSON), in addresses and forms, in
 * HTML, in hexadecimal, and in base64 wherever it begins among the three bytes that four characters stand for.
 */
export function secretForms(secret: string): string[] {
  const json = jsonForm(secret);
  const forms = [
    secret,
    json,
    json.replaceAll("/", "\\/"),
    jsonForm(json),
    ...addressForms(secret),
    htmlForm(secret, "&#39;"),
    htmlForm(secret, "&#x27;"),
    ...hexForms(secret),
    ...[0, 1, 2].flatMap((offset) => base64Forms(secret, offset)),
  ];
  return [...new Set(forms)];
}

function jsonForm(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function addressForms(text: string): string[] {
  const wellFormed = Buffer.from(text).toString();
  const component = encodeURIComponent(wellFormed);
  // What `encodeURIComponent` leaves as it is, others encode.
  const strict = component.replace(/[!'()*~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const field = new URLSearchParams([["", wellFormed]]).toString().slice(1);
  const whole = encodeURI(wellFormed);
  return [component, strict, field, whole].flatMap((form) => [
    form,
    form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  ]);
}

function htmlForm(text: string, apostrophe: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": apostrophe,
  };
  return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

function hexForms(text: string): string[] {
  const hex = Buffer.from(text).toString("hex");
  return [hex, hex.toUpperCase()];
}

/** The characters that stand for the text alone where so many bytes stand before it in its group of three. */
function base64Forms(text: string, offset: number): string[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
  const [first, last] = [Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6)];
  return (["base64", "base64url"] as const).map((alphabet) => bytes.toString(alphabet).slice(first, last));
}
