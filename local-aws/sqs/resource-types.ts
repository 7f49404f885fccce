import type { QueueSettings, Sqs } from './sqs';
import { generatedName } from '../cloudformation/property-values';
import type { Properties, ResourceType } from '../cloudformation/resource-type';
import { NotInLocalAws } from '../core/aws-error';

/** AWS::SQS::Queue. `url` is the local AWS's. */
export function queue(sqs: Sqs, url: () => string): ResourceType {
  return {
    // Messages stay longer here than any test runs, and are not encrypted.
    properties: ['QueueName', 'KmsMasterKeyId', 'VisibilityTimeout', 'RedrivePolicy', 'MessageRetentionPeriod', 'SqsManagedSseEnabled', 'Tags'],
    createOnly: ['QueueName', 'KmsMasterKeyId', 'VisibilityTimeout', 'RedrivePolicy'],
    create: (properties, context) => {
      const name = properties.QueueName ?? generatedName(context, 80);
      const arn = sqs.createQueue(context.region, name, settingsOf(properties));
      return { physicalId: `${url()}/${arn.split(':')[4]}/${name}`, attributes: { Arn: arn, QueueName: name } };
    },
    update: (deployed) => deployed,
    delete: ({ attributes }) => sqs.deleteQueue(String(attributes.Arn)),
  };
}

/** AWS::SQS::QueuePolicy */
export function queuePolicy(sqs: Sqs): ResourceType {
  const arnOf = (queueUrl: string, region: string) => {
    const [account, name] = new URL(queueUrl).pathname.slice(1).split('/');
    return `arn:aws:sqs:${region}:${account}:${name}`;
  };
  const put = ({ Queues, PolicyDocument }: Properties, region: string) => {
    for (const url of Queues) sqs.putPolicy(arnOf(url, region), PolicyDocument);
  };
  return {
    properties: ['Queues', 'PolicyDocument'],
    create: (properties, context) => {
      put(properties, context.region);
      const physicalId = generatedName(context);
      return { physicalId, attributes: { Id: physicalId } };
    },
    update: (deployed, properties, _before, { region }) => {
      put(properties, region);
      return deployed;
    },
    delete: (_deployed, { Queues }, { region }) => {
      for (const url of Queues) sqs.putPolicy(arnOf(url, region));
    },
  };
}

function settingsOf({ KmsMasterKeyId: kmsKeyArn, VisibilityTimeout = 30, RedrivePolicy }: Properties): QueueSettings {
  if (kmsKeyArn !== undefined && !/^arn:aws:kms:.*:key\//.test(kmsKeyArn)) throw new NotInLocalAws(`the KMS key ${kmsKeyArn} of a queue: it takes the ARN of a key`);
  const { deadLetterTargetArn, maxReceiveCount } = RedrivePolicy ?? {};
  return {
    kmsKeyArn,
    visibilityTimeout: Number(VisibilityTimeout),
    redrive: deadLetterTargetArn && { deadLetterTargetArn, maxReceiveCount: Number(maxReceiveCount) },
  };
}
