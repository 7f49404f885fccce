import { parseChannelArn } from '../../../src/contract/channel-arn';

test('the ARN of a channel has a region, an account and a resource id', () => {
  expect(parseChannelArn('arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh')).toEqual({
    region: 'us-west-2',
    account: '123456789012',
    resourceId: 'abcdABCDefgh',
  });
});

test.each(['aws-cn', 'aws-us-gov', 'aws-iso-b'])('the partition %s has channels too', (partition) => {
  expect(parseChannelArn(`arn:${partition}:ivs:some-region-1:123456789012:channel/abc`)).toBeDefined();
});

test.each([
  ['a stream key', 'arn:aws:ivs:us-west-2:123456789012:stream-key/abc'],
  ['another service', 'arn:aws:ivschat:us-west-2:123456789012:channel/abc'],
  ['no partition', 'arn::ivs:us-west-2:123456789012:channel/abc'],
  ['no region', 'arn:aws:ivs::123456789012:channel/abc'],
  ['no account', 'arn:aws:ivs:us-west-2::channel/abc'],
  ['an account of 11 digits', 'arn:aws:ivs:us-west-2:12345678901:channel/abc'],
  ['no resource id', 'arn:aws:ivs:us-west-2:123456789012:channel/'],
  ['something before it', ' arn:aws:ivs:us-west-2:123456789012:channel/abc'],
  ['something after it', 'arn:aws:ivs:us-west-2:123456789012:channel/abc/def'],
  ['a line feed after it', 'arn:aws:ivs:us-west-2:123456789012:channel/abc\n'],
  ['nothing', ''],
])('an ARN with %s is not the ARN of a channel', (_, arn) => {
  expect(parseChannelArn(arn)).toBeUndefined();
});
