import { withoutSecrets } from './secret-values';

/** One line of JSON that can be searched. */
export function log(message: string, details: Record<string, unknown> = {}): void {
  console.log(withoutSecrets(JSON.stringify({ message, ...details })));
}
