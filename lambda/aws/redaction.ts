/** The secret values that this process knows, in every form in which a text may contain them. */
const values = new Set<string>();

/** The depth of JSON within JSON: an answer that a service quotes as JSON is logged as JSON. */
const DEPTH = 2;

/** Remembers a value that must not leave the process except into the secret, and its forms in URLs and JSON. */
export function rememberForRedaction(value: string): string {
  if (!value) return value;
  for (let form of [value, encodeURIComponent(value)]) {
    values.add(form);
    for (let depth = 0; depth < DEPTH; depth++) values.add(form = JSON.stringify(form).slice(1, -1));
  }
  return value;
}

/** The text with every such value replaced by asterisks. */
export function redact(text: string): string {
  let clean = text;
  for (const value of values) clean = clean.replaceAll(value, '****');
  return clean;
}
