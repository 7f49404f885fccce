import { setTimeout as sleep } from 'node:timers/promises';
import { Iam } from '../../../local-aws/iam/iam';
import { ACCOUNT } from '../../../local-aws/local-aws';

const DELAY = 300;
const caller = { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Role/session`, roleName: 'Role' };

let iam: Iam;
beforeEach(() => {
  iam = new Iam(ACCOUNT);
  iam.createRole('Role', {});
});

const put = (Action: string) => iam.putRolePolicy('Role', 'Policy', { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
const may = (action: string) => iam.authorize(caller, action, 'arn:aws:ivs:us-east-1:123456789012:channel/a', {}).then(() => true, () => false);

test('a policy is in force at once if nothing else is set', async () => {
  put('ivs:GetChannel');

  expect(await may('ivs:GetChannel')).toBe(true);
});

test('a new policy is in force after the delay', async () => {
  iam.propagation = DELAY;
  put('ivs:GetChannel');

  const before = await may('ivs:GetChannel');
  await sleep(DELAY);

  expect([before, await may('ivs:GetChannel')]).toEqual([false, true]);
});

test.each([
  ['replaced', () => put('ivs:StopStream'), [false, true]],
  ['deleted and made again', () => { iam.deleteRolePolicy('Role', 'Policy'); put('ivs:StopStream'); }, [false, true]],
  ['deleted', () => iam.deleteRolePolicy('Role', 'Policy'), [false, false]],
])('an old policy that is %s is in force until then', async (_, change, after) => {
  put('ivs:GetChannel');
  iam.propagation = DELAY;
  change();

  const before = [await may('ivs:GetChannel'), await may('ivs:StopStream')];
  await sleep(DELAY);

  expect([before, [await may('ivs:GetChannel'), await may('ivs:StopStream')]]).toEqual([[true, false], after]);
});

test('a role whose policies are deleted can be deleted', () => {
  put('ivs:GetChannel');
  iam.deleteRolePolicy('Role', 'Policy');

  iam.deleteRole('Role');

  expect(() => iam.trustOf('Role')).toThrow('cannot be found');
});
