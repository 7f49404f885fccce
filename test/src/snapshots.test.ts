import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ACCOUNT, SNAPSHOT_STACKS } from './snapshot-stacks';

/** The template without what changes with the code of the handler or a release of Node.js. */
const templateOf = (of: Stack) => {
  const template = Template.fromStack(of).toJSON();
  for (const { Type, Properties } of Object.values<any>(template.Resources)) {
    if (Type === 'AWS::Lambda::Function') Object.assign(Properties, { Code: '<the handler>', Runtime: '<the latest Node.js>' });
  }
  return template;
};

test.each(Object.entries(SNAPSHOT_STACKS))('%s', (_, fill) => {
  const stack = new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: 'us-west-2' } });
  fill(stack);

  expect(templateOf(stack)).toMatchSnapshot();
});
