import * as fs from 'node:fs';
import * as path from 'node:path';
import * as zlib from 'node:zlib';
import { ROOT } from './support/run';

/** The names of all types of a package, each with the modules that have it. */
function names(assembly: Buffer): Map<string, string[]> {
  const modules = new Map<string, string[]>();
  for (const qualified of Object.keys(JSON.parse(assembly.toString()).types)) {
    const [name, ...module] = qualified.split('.').reverse();
    modules.set(name, [...modules.get(name) ?? [], module.reverse().join('.')]);
  }
  return modules;
}

// Java, C# and Python import types by their names: of two with one name in a file, one has to be written in full.
test('no type has the name of one in aws-cdk-lib, but for Channel, which has it in Step Functions', () => {
  const theirs = names(zlib.gunzipSync(fs.readFileSync(path.join(path.dirname(require.resolve('aws-cdk-lib')), '.jsii.gz'))));
  const ours = [...names(fs.readFileSync(path.join(ROOT, '.jsii'))).keys()];

  expect(theirs.get('RotationSchedule')).toEqual(['aws-cdk-lib.aws_secretsmanager']);
  expect(ours).toContain('ManagedStreamKey');
  expect(ours.filter((name) => theirs.has(name)).map((name) => [name, theirs.get(name)])).toEqual([['Channel', ['aws-cdk-lib.aws_stepfunctions_tasks']]]);
});
