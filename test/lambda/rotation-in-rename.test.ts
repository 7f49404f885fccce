import { DeployedHandler } from './support/deployed-handler';
import { propertiesOf } from './support/live';
import { KeyTag } from '../../src/contract/tags';

let handler: DeployedHandler;
beforeAll(async () => { handler = await DeployedHandler.start(); });
afterAll(() => handler.stop());
beforeEach(() => handler.startAfresh());

describe('during a rename', () => {
  const rename = async () => {
    const live = await handler.live();
    const secret = handler.secretsManager.createSecret({ ...live.secret.tags, [KeyTag.RESOURCE]: 'Renamed' });
    const properties = propertiesOf(live.channel, secret);
    await handler.cloudFormation.create(properties, { LogicalResourceId: 'Renamed' });
    return { ...live, newSecret: secret, newProperties: properties };
  };

  test('RotateSecret waits, as a roll-back would leave the old name a dead key', async () => {
    const renamed = await rename();

    const attempts = await handler.secretsManager.rotateSecret(renamed.newSecret);
    await handler.cloudFormation.delete(renamed.newProperties, { LogicalResourceId: 'Renamed' });

    expect(attempts[0].error).toContain('waits, because the construct is being renamed');
    expect(handler.encoder.read(renamed.secret)!.streamKey).toBe(handler.channels.keyOf(renamed.channel)!.value);
  });

  test('the retry of RotateSecret succeeds once the rename is over', async () => {
    const renamed = await rename();
    const before = handler.channels.keyOf(renamed.channel)!.arn;
    const [{ token }] = await handler.secretsManager.rotateSecret(renamed.newSecret);
    await handler.cloudFormation.delete(renamed.properties);

    await handler.secretsManager.step(renamed.newSecret, 'createSecret', token);

    expect(handler.channels.keyOf(renamed.channel)!.arn).not.toBe(before);
    expect(handler.encoder.read(renamed.newSecret)!.streamKey).toBe(handler.channels.keyOf(renamed.channel)!.value);
  });
});
