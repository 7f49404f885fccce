/** The values this process has come across, so that no text that leaves it can hold one. */
const values = new Set<string>();

/** How often JSON may be within JSON: what a service quotes as JSON is logged as JSON. */
const DEPTH = 2;

/** Remembers a value that may go into the secret and nowhere else, also as URLs and JSON write it. */
export function keepSecret(value: string): string {
  if (!value) return value;
  for (let form of [value, encodeURIComponent(value)]) {
    values.add(form);
    for (let depth = 0; depth < DEPTH; depth++) values.add(form = JSON.stringify(form).slice(1, -1));
  }
  return value;
}

/** The text with every such value blotted out. */
export function withoutSecrets(text: string): string {
  let clean = text;
  for (const value of values) clean = clean.replaceAll(value, '****');
  return clean;
}
