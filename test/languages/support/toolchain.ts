import { spawnSync } from 'node:child_process';

/**
 * Jest's `test` where the toolchain of a language is installed. Elsewhere a `test` that is skipped, and a line that says why.
 *
 * @param commands those that the language needs, each with arguments with which it succeeds if it is complete
 */
export function testWith(language: string, ...commands: string[][]): jest.It {
  const missing = commands.find(([command, ...args]) => spawnSync(command, args).status !== 0);
  if (!missing) return test;
  process.stdout.write(`${language} is not built and not tested: \`${missing.join(' ')}\` does not run on this machine.\n`);
  return test.skip as jest.It;
}
