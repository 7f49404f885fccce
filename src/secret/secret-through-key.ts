import { CfnResource, Fn, IResolveContext, Lazy, Reference, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, Dependable } from 'constructs';
import { warnOfUnknownKey } from './encryption-warning';
import { areApart } from './grantee';
import { importSecret } from './imported-secret';
import { cfnSecretOf } from './user-supplied-secret';

/** The source of the secret's ARN once the key is stored. */
export interface SecretAnswer {
  /** The resource of the stream key. */
  readonly resource: CfnResource;
  /** Its attribute. */
  readonly answered: Reference;
}

/** A user-supplied secret by the ARN that the stream key answers, so that what uses it waits for the key. */
export function secretThroughKey(streamKey: Construct, supplied: secretsmanager.ISecret, answer: SecretAnswer): secretsmanager.ISecret {
  const { resource, answered } = answer;
  const secretArn = Token.asString(new ArnThroughKey(supplied, answered));
  const { encryptionKey } = supplied;
  const made = cfnSecretOf(supplied);
  const { account, region } = Stack.of(streamKey);

  const { secret, grants } = importSecret(streamKey, { secretArn, encryptionKey, arnForPolicies: arnForPolicies(supplied, secretArn) }, {
    // A token does not say where its secret is: grants would take every role for one of another account.
    env: { account, region },
    secretName: nameInArn(secretArn, made ? made.name : supplied.secretName),
    addToResourcePolicy: (statement: iam.PolicyStatement) => supplied.addToResourcePolicy(statement),
  });
  Dependable.implement(secret, { dependencyRoots: [resource] });
  if (made) warnOfUnknownKey(made, encryptionKey, grants);
  return secret;
}

/** The name of a secret as its ARN has it, known once the ARN is. Secrets Manager adds a hyphen and six characters to it. */
export function nameInArn(secretArn: string, secretName?: string): string {
  return Lazy.uncachedString({
    produce: (context: IResolveContext) => {
      const name: unknown = context.resolve(secretName);
      if (name !== undefined && typeof name !== 'string') return secretName;
      // A name that CloudFormation makes has one hyphen, between the logical id and random characters.
      const hyphenated = name?.split('-') ?? ['', ''];
      const part = (index: number) => Fn.select(index, Fn.split('-', Fn.select(6, Fn.split(':', secretArn))));
      return Fn.join('-', hyphenated.map((_, index) => part(index)));
    },
  });
}

/** In a stack of another account or region, an ARN by name has no suffix, as in secretsmanager.Secret. */
function arnForPolicies(supplied: secretsmanager.ISecret, secretArn: string): string {
  const isMade = cfnSecretOf(supplied) !== undefined;
  return Lazy.uncachedString({
    produce: ({ scope }) => isMade && areApart(Stack.of(scope), Stack.of(supplied)) ? `${secretArn}-??????` : secretArn,
  });
}

/** The ARN that the stream key answers; in a stack of another account or region, the one that the secret has there. */
class ArnThroughKey extends Reference {
  constructor(private readonly supplied: secretsmanager.ISecret, private readonly answered: Reference) {
    super(answered, answered.target, answered.displayName, answered.typeHint);
  }

  public resolve({ scope }: IResolveContext): Reference | string {
    return areApart(Stack.of(scope), Stack.of(this.supplied)) ? this.supplied.secretArn : this.answered;
  }
}
