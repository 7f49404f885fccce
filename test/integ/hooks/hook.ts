/** Something that was promised, and whether it is so. */
export type Facts = Record<string, boolean>;

/** Fails the process if a fact is not so. Facts are all that a hook prints. */
export function requireAll(facts: Facts): void {
  const broken = Object.keys(facts).filter((fact) => !facts[fact]);
  for (const fact of Object.keys(facts)) console.error(`${facts[fact] ? 'true ' : 'FALSE'}  ${fact}`);
  if (broken.length) throw new Error(`not so: ${broken.join('; ')}`);
}

/** Runs a hook. Of an error it prints the message only: the error of a client has its request and response. */
export function run(hook: (...args: string[]) => Promise<void>): void {
  hook(...process.argv.slice(2)).catch(({ name, message }: Error) => {
    console.error(`${name}: ${message}`);
    process.exitCode = 1;
  });
}
