import { App, Aws, Stack } from 'aws-cdk-lib';
import { differenceOf, placeOf } from '../../../src/core/environment';

const OURS = { account: '111111111111', region: 'us-west-2' };
const THEIRS = { account: '222222222222', region: 'eu-west-1' };
const arnOf = (region: string, account: string) => `arn:aws:ivs:${region}:${account}:channel/abcdABCDefgh`;

describe('where something is', () => {
  test.each([
    ['its ARN tells', arnOf(THEIRS.region, THEIRS.account), THEIRS],
    ['its construct tells if the ARN is unknown', arnOf(THEIRS.region, Aws.ACCOUNT_ID), OURS],
    ['its construct tells if there is no ARN', 'Live', OURS],
  ])('%s', (_, arn, place) => {
    expect(placeOf({ env: OURS }, arn)).toEqual(place);
  });
});

describe('two places', () => {
  test('differ in their accounts first', () => {
    expect(differenceOf(OURS, THEIRS)).toEqual({ where: 'account', ours: OURS.account, theirs: THEIRS.account });
  });

  test('differ in their regions', () => {
    expect(differenceOf(OURS, { ...OURS, region: 'eu-west-1' })).toEqual({ where: 'region', ours: 'us-west-2', theirs: 'eu-west-1' });
  });

  test('may be the same if one is unknown', () => {
    const anywhere = new Stack(new App(), 'Anywhere');

    expect([differenceOf(OURS, anywhere), differenceOf(anywhere, OURS), differenceOf(OURS, OURS)]).toEqual([undefined, undefined, undefined]);
  });
});
