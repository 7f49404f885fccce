import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { GetStreamKeyCommand, IvsClient, ListStreamKeysCommand } from '@aws-sdk/client-ivs';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** The stream key and its secret at one moment. With values: it stays in memory. */
export interface Observed {
  /** How many stream keys the channel has. */
  readonly count: number;
  readonly arn?: string;
  readonly value?: string;
  /** The id of the secret's version. */
  readonly version?: string;
  readonly stored: string;
}

/** A deployed stack with one channel and one secret. Account and region are those of the environment, as integ-runner hands it on. */
export class Deployed {
  public static async find(stackName: string): Promise<Deployed> {
    const cloudFormation = new CloudFormationClient({});
    const { StackResources = [] } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName: stackName }));
    const idOf = (type: string) => StackResources.find(({ ResourceType }) => ResourceType === type)!.PhysicalResourceId!;
    return new Deployed(idOf('AWS::IVS::Channel'), idOf('AWS::SecretsManager::Secret'));
  }

  public readonly ivs = new IvsClient({});
  private readonly secretsManager = new SecretsManagerClient({});

  private constructor(public readonly channelArn: string, private readonly secretArn: string) {}

  public async observe(): Promise<Observed> {
    const { streamKeys = [] } = await this.ivs.send(new ListStreamKeysCommand({ channelArn: this.channelArn, maxResults: 50 }));
    const [first] = await Promise.all(streamKeys.map(({ arn }) => this.ivs.send(new GetStreamKeyCommand({ arn }))));
    const { SecretString, VersionId } = await this.secretsManager.send(new GetSecretValueCommand({ SecretId: this.secretArn }));
    return {
      count: streamKeys.length, arn: first?.streamKey?.arn, value: first?.streamKey?.value, version: VersionId, stored: streamKeyIn(SecretString!),
    };
  }
}

/** The error of JSON.parse would quote the secret. */
function streamKeyIn(secret: string): string {
  try {
    return JSON.parse(secret).streamKey;
  } catch {
    throw new Error('the secret is not JSON');
  }
}

/** Whether the channel has one stream key, and the secret holds it. */
export function isKept({ count, value, stored }: Observed): boolean {
  return count === 1 && value !== undefined && value === stored;
}
