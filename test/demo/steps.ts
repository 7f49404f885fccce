import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import type { DeployedExample, StoredKey } from './deployed-example';

const FAILING_APP = `npx tsx ${path.join(__dirname, 'failing-app.ts')}`;

/** One thing that is shown, and what came of it. It throws if it does not hold. */
export interface Step {
  readonly name: string;
  readonly run: () => Promise<string>;
}

/** What the demo shows, in this order. */
export function stepsOf(example: DeployedExample): Step[] {
  let first: StoredKey;
  let second: StoredKey;

  const check = async (): Promise<StoredKey> => {
    const [stored, arns, encoder] = await Promise.all([example.stored(), example.streamKeyArns(), example.askEncoder()]);
    assert.deepEqual(arns, [stored.streamKeyArn], 'the secret\'s key is not the channel\'s one key');
    assert.equal(encoder.streamKeyArn, stored.streamKeyArn, 'the encoder has read another key');
    assert.ok(example.accepts(stored.streamKey), 'the ingest refuses the key in the secret');
    return stored;
  };

  return [{
    name: 'Deploy channel, key, secret and encoder',
    run: async () => {
      await example.deploy(1);
      return 'one stack, its key never in sight';
    },
  }, {
    name: 'The secret holds the channel\'s one key',
    run: async () => {
      first = await check();
      return `the encoder reads ${masked(first)}, the ingest accepts it`;
    },
  }, {
    name: 'Deploy the same again',
    run: async () => {
      assert.match(await example.deploy(1), /no changes/);
      assert.deepEqual(await check(), first, 'the key has changed');
      return 'nothing changes';
    },
  }, {
    name: 'Count serial up to 2',
    run: async () => {
      await example.deploy(2);
      second = await check();
      assert.notEqual(second.streamKey, first.streamKey, 'the key is still the old one');
      assert.ok(!example.accepts(first.streamKey), 'the ingest still accepts the old key');
      return `another key, ${masked(second)}; the ingest refuses the old one`;
    },
  }, {
    name: 'Deploy a change that fails half-way',
    run: async () => {
      await example.cdk('deploy', ['--app', FAILING_APP, '-c', 'serial=2', '--require-approval', 'never'], true);
      assert.equal(await example.status(), 'UPDATE_ROLLBACK_COMPLETE');
      assert.deepEqual(await check(), second, 'the key has changed');
      return 'rolled back; key and secret unharmed';
    },
  }, {
    name: 'Destroy',
    run: async () => {
      await example.cdk('destroy', ['--force']);
      assert.deepEqual(example.leftOvers(), []);
      assert.ok(!example.accepts(second.streamKey), 'the ingest still accepts the key');
      return 'nothing is left';
    },
  }];
}

/** Enough of a key to tell it from another, and not to publish with. */
function masked({ streamKey, streamKeyArn }: StoredKey): string {
  return `${streamKey.slice(0, 6)}…${'*'.repeat(8)} (${streamKeyArn.split(':').pop()})`;
}
