import type { Sqs } from './sqs';
import { generatedName } from '../cloudformation/property-values';
import type { Properties, ResourceType } from '../cloudformation/resource-type';
import { NotInLocalAws } from '../core/aws-error';

/** AWS::SQS::Queue. */
export function queue(sqs: Sqs): ResourceType {
  const keyOf = ({ KmsMasterKeyId: key }: Properties) => {
    if (key !== undefined && !/^arn:aws:kms:.*:key\//.test(key)) throw new NotInLocalAws(`the KMS key ${key} of a queue: it takes the ARN of a key`);
    return key;
  };
  return {
    properties: ['QueueName', 'KmsMasterKeyId'],
    createOnly: ['QueueName', 'KmsMasterKeyId'],
    create: (properties, context) => {
      const name = properties.QueueName ?? generatedName(context, 80);
      const arn = sqs.createQueue(context.region, name, keyOf(properties));
      return { physicalId: `https://sqs.${context.region}.amazonaws.com/${arn.split(':')[4]}/${name}`, attributes: { Arn: arn, QueueName: name } };
    },
    update: (deployed) => deployed,
    delete: ({ attributes }) => sqs.deleteQueue(String(attributes.Arn)),
  };
}
