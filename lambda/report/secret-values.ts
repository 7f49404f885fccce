/** The values this process has come across, so that no text that leaves it can hold one. */
const values = new Set<string>();

/** Remembers a value that may go into the secret and nowhere else, also as JSON writes it. */
export function keepSecret(value: string): string {
  if (value) values.add(value).add(JSON.stringify(value).slice(1, -1));
  return value;
}

/** The text with every such value blotted out. */
export function withoutSecrets(text: string): string {
  let clean = text;
  for (const value of values) clean = clean.replaceAll(value, '****');
  return clean;
}
