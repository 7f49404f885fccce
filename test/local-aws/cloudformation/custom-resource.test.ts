import { LocalAws } from '../../../local-aws/local-aws';
import { deployTemplate, inlineFunction } from '../deploy-template';

test('the function of a custom resource cannot be changed', async () => {
  const aws = await LocalAws.start();
  const context = { region: 'us-east-1', stackId: 'stack', stackName: 'Test', logicalId: 'Resource', type: 'Custom::Resource' };
  const [before, after] = ['one', 'two'].map((name) => ({ ServiceToken: `arn:aws:lambda:us-east-1:123456789012:function:${name}` }));

  await expect(aws.customResources.update({ physicalId: 'id', attributes: {} }, after, before, context))
    .rejects.toThrow('Modifying service token is not allowed.');
  await aws.stop();
});

/** Answers each request, with a reason. */
const answering = (Status: string) => `exports.handler = ({ ResponseURL, ...request }) => new Promise((resolve, reject) => {
  const body = JSON.stringify({ ...request, Status: '${Status}', PhysicalResourceId: 'id', Reason: 'for this reason' });
  require('http').request(ResponseURL, { method: 'PUT', headers: { 'content-type': '' } }, (answer) => answer.resume().on('end', resolve)).on('error', reject).end(body);
});`;

test.each([['SUCCESS', false], ['FAILED', true]])('the reason of an answer %s is in the events: %s', async (status, isShown) => {
  const aws = await LocalAws.start();
  const properties = { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] } };

  await deployTemplate(aws, { ...inlineFunction(answering(status)), Resource: { Type: 'Custom::Resource', Properties: properties } }, {}).catch(() => {});
  await aws.stop();

  const [{ events }] = aws.cloudformation.stacks;
  expect(events.some(({ ResourceStatusReason }) => ResourceStatusReason?.includes('for this reason'))).toBe(isShown);
});

test.each([
  ['host and path', 'url.hostname, path: url.pathname + url.search'],
  ['host, path and port 443', 'url.hostname, port: 443, path: url.pathname + url.search'],
])('a function that sends its answer by HTTPS to %s of the response URL is heard', async (_, target) => {
  const aws = await LocalAws.start();
  const properties = { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] } };
  const code = `exports.handler = ({ ResponseURL, ...request }) => new Promise((resolve, reject) => {
    const url = new URL(ResponseURL);
    const body = JSON.stringify({ ...request, Status: 'SUCCESS', PhysicalResourceId: 'id' });
    require('https').request({ hostname: ${target}, method: 'PUT', headers: { 'content-type': '' } }, resolve).on('error', reject).end(body);
  });`;

  await deployTemplate(aws, { ...inlineFunction(code), Resource: { Type: 'Custom::Resource', Properties: properties } }, {});

  expect(aws.customResources.answers.map(({ logicalId }) => logicalId)).toEqual(['Resource']);
  await aws.stop();
});

test('a function that ends without an answer fails its resource', async () => {
  const aws = await LocalAws.start();
  const properties = { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] } };
  const silent = inlineFunction('exports.handler = async () => {};');

  const deployment = deployTemplate(aws, { ...silent, Resource: { Type: 'Custom::Resource', Properties: properties } }, {});

  await expect(deployment).rejects.toThrow('CloudFormation did not receive a response from your Custom Resource');
  await aws.stop();
});
