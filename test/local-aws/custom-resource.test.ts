import { LocalAws } from './local-aws';

test('the function of a custom resource cannot be changed', async () => {
  const aws = await LocalAws.start();
  const context = { region: 'us-east-1', stackId: 'stack', stackName: 'Test', logicalId: 'Resource', type: 'Custom::Resource' };
  const [before, after] = ['one', 'two'].map((name) => ({ ServiceToken: `arn:aws:lambda:us-east-1:123456789012:function:${name}` }));

  await expect(aws.customResources.update({ physicalId: 'id', attributes: {} }, after, before, context))
    .rejects.toThrow('Modifying service token is not allowed.');
  await aws.stop();
});
