import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { contextOf, DeployedExample, Parameters, StoredKey } from './deployed-example';
import type { FfmpegEncoder } from '../local-aws/clients/ffmpeg';

const FAILING_APP = `npx tsx ${path.join(__dirname, 'failing-app.ts')}`;

/** One thing that is shown, and what came of it. It throws if it does not hold. */
export interface Step {
  readonly name: string;
  readonly run: () => Promise<string>;
}

/** The steps of the demo, in order. */
export function stepsOf(example: DeployedExample, withEncoder: boolean): Step[] {
  let parameters: Parameters = { serial: 1 };
  let key: StoredKey;

  const check = async (): Promise<StoredKey> => {
    const [stored, arns, encoder] = await Promise.all([example.stored(), example.streamKeyArns(), example.askEncoder()]);
    assert.deepEqual(arns, [stored.streamKeyArn], 'the secret\'s key is not the channel\'s one key');
    assert.equal(encoder.streamKeyArn, stored.streamKeyArn, 'the encoder has read another key');
    assert.ok(example.accepts(stored.streamKey), 'the ingest refuses the key in the secret');
    return stored;
  };
  const deploy = async (change: Partial<Parameters> = {}): Promise<string> => {
    parameters = { ...parameters, ...change };
    return example.deploy(parameters);
  };
  /** After a rotation: another key is in the secret, and the one before is refused. */
  const expectRotated = async (): Promise<void> => {
    const before = key;
    key = await check();
    assert.notEqual(key.streamKey, before.streamKey, 'the key is still the old one');
    assert.ok(!example.accepts(before.streamKey), 'the ingest still accepts the old key');
  };

  return [{
    name: 'Deploy channel, key, secret and encoder',
    run: async () => {
      await deploy();
      return 'one stack, its key nowhere in the output';
    },
  }, {
    name: 'The secret holds the channel\'s one key',
    run: async () => {
      key = await check();
      return `the encoder reads ${masked(key)}, the ingest accepts it`;
    },
  }, {
    name: 'Deploy the same again',
    run: async () => {
      assert.match(await deploy(), /no changes/);
      assert.deepEqual(await check(), key, 'the key has changed');
      return 'nothing changes';
    },
  }, {
    name: 'Deploy serial 2',
    run: async () => {
      await deploy({ serial: 2 });
      await expectRotated();
      return `another key, ${masked(key)}; the ingest refuses the old one`;
    },
  }, {
    name: 'aws secretsmanager rotate-secret',
    run: async () => {
      await example.rotateSecret();
      await expectRotated();
      return `another key, ${masked(key)}; AWSCURRENT is the channel's`;
    },
  }, ...(withEncoder ? broadcastSteps() : []), {
    name: 'Somebody deletes the key, and an hour passes',
    run: async () => {
      example.deleteKeyByHand();
      assert.ok(!example.accepts(key.streamKey), 'the ingest still accepts the deleted key');
      await example.pass(60);
      await expectRotated();
      return `the function has noticed: another key, ${masked(key)}, is in the secret`;
    },
  }, ...(withEncoder ? [{
    name: 'ffmpeg is on air again with the repaired secret',
    run: async () => {
      const encoder = example.publish(key.rtmpsUrl);
      await encoder.live;
      await encoder.stop();
      while (example.isLive()) await sleep(20);
      return 'it is accepted';
    },
  }] : []), {
    name: 'Deploy a change that fails halfway',
    run: async () => {
      await example.cdk('deploy', ['--app', FAILING_APP, ...contextOf(parameters), '--require-approval', 'never'], true);
      assert.equal(await example.status(), 'UPDATE_ROLLBACK_COMPLETE');
      assert.deepEqual(await check(), key, 'the key has changed');
      return 'rolled back; key and secret unharmed';
    },
  }, {
    name: 'Destroy',
    run: async () => {
      await example.cdk('destroy', ['--force']);
      assert.deepEqual(example.leftOvers(), []);
      assert.ok(!example.accepts(key.streamKey), 'the ingest still accepts the key');
      return 'nothing is left';
    },
  }];

  /** A real encoder publishes during rotations. */
  function broadcastSteps(): Step[] {
    let encoder: FfmpegEncoder;
    return [{
      name: 'ffmpeg publishes with the URL in the secret',
      run: async () => {
        encoder = example.publish(key.rtmpsUrl);
        await encoder.live;
        return 'the channel is live';
      },
    }, {
      name: 'Deploy serial 3 while live',
      run: async () => {
        await deploy({ serial: 3 });
        await expectRotated();
        assert.equal(await Promise.race([encoder.ended, sleep(1000, 'goes on')]), 'goes on', 'the broadcast has ended');
        return 'rotated, and the broadcast goes on: whileLive is KEEP';
      },
    }, {
      name: 'Deploy serial 4 with whileLive: DISCONNECT',
      run: async () => {
        const old = key.rtmpsUrl;
        await deploy({ serial: 4, whileLive: 'DISCONNECT' });
        await expectRotated();
        await encoder.ended;
        const { exitCode } = await example.publish(old).ended;
        assert.notEqual(exitCode, 0, 'ffmpeg was let in with a dead key');
        return 'rotated, the broadcast is stopped, IVS refuses ffmpeg with the old key';
      },
    }, {
      name: 'ffmpeg reads the secret again',
      run: async () => {
        encoder = example.publish(key.rtmpsUrl);
        await encoder.live;
        await encoder.stop();
        while (example.isLive()) await sleep(20);
        return 'it is accepted';
      },
    }];
  }
}

/** Enough of a key to tell it from another, and not to publish with. */
function masked({ streamKey, streamKeyArn }: StoredKey): string {
  return `${streamKey.slice(0, 6)}…${'*'.repeat(8)} (${streamKeyArn.split(':').pop()})`;
}
