import { ACCOUNT, LocalAws } from '../../../local-aws/local-aws';
import { deleteStack, deployTemplate } from '../deploy-template';

const statement = (Effect: string, Action: string) => ({ Effect, Action, Resource: '*' });
const document = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });

let aws: LocalAws;
beforeEach(async () => { aws = await LocalAws.start(); });
afterEach(() => aws.stop());

/** The name of a role that may do look at everything in IVS, within a boundary. */
async function roleWithin(...boundary: object[]): Promise<string> {
  const { name } = await deployTemplate(aws, {
    Boundary: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: document(...boundary) } },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: document(),
        PermissionsBoundary: { Ref: 'Boundary' },
        Policies: [{ PolicyName: 'All', PolicyDocument: document(statement('Allow', 'ivs:Get*')) }],
      },
    },
  }, { name: { Ref: 'Role' } });
  return name;
}
const attempt = (roleName: string, action: string) => aws.iam.authorize(
  { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${roleName}/session`, roleName }, action, `arn:aws:ivs:us-east-1:${ACCOUNT}:channel/abcdABCDefgh`, {},
);

test('a role is allowed what both its policies and its boundary allow', async () => {
  await expect(attempt(await roleWithin(statement('Allow', 'ivs:GetChannel')), 'ivs:GetChannel')).resolves.toBeUndefined();
});

test('a boundary alone allows nothing', async () => {
  await expect(attempt(await roleWithin(statement('Allow', '*')), 'ivs:DeleteChannel')).rejects.toThrow('because no identity-based policy allows');
});

test('a role is denied what its boundary does not allow', async () => {
  await expect(attempt(await roleWithin(statement('Allow', 'ivs:GetStream')), 'ivs:GetChannel'))
    .rejects.toThrow('because no permissions boundary allows the ivs:GetChannel action');
});

test('a role is denied what its boundary denies', async () => {
  await expect(attempt(await roleWithin(statement('Allow', '*'), statement('Deny', 'ivs:GetChannel')), 'ivs:GetChannel'))
    .rejects.toThrow('with an explicit deny in a permissions boundary');
});

test('a boundary cannot be deleted before its role', async () => {
  const arn = `arn:aws:iam::${ACCOUNT}:policy/boundary`;
  aws.iam.createPolicy('boundary', document());
  aws.iam.createRole('role', document(), arn);

  expect(() => aws.iam.deletePolicy(arn)).toThrow('Cannot delete a policy attached to entities.');
  aws.iam.deleteRole('role');
  expect(() => aws.iam.deletePolicy(arn)).not.toThrow();
});

test('a role cannot be made within a boundary that does not exist', () => {
  expect(() => aws.iam.createRole('role', document(), `arn:aws:iam::${ACCOUNT}:policy/boundary`)).toThrow('does not exist');
});

test('role and boundary go with their stack', async () => {
  const name = await roleWithin(statement('Allow', '*'));

  await deleteStack(aws);

  expect(() => aws.iam.trustOf(`arn:aws:iam::${ACCOUNT}:role/${name}`)).toThrow('cannot be found');
});
