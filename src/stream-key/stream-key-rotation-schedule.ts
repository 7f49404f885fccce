import { Resource } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { ROTATION_SCHEDULE_PROPS } from './managed-stream-key-shape';
import type { StreamKeyRotationScheduleProps } from './stream-key-rotation-schedule-props';
import { validProps } from '../core/valid-props';
import { rotationRules } from '../rotation/rotation-rules';

/** A `ManagedStreamKey`, as a schedule sees it. */
interface Rotatable {
  /** Takes the schedule, and returns what it rotates and with which function. */
  _rotatedBy(schedule: StreamKeyRotationSchedule): Pick<secretsmanager.CfnRotationScheduleProps, 'secretId' | 'rotationLambdaArn'>;
}

/**
 * A schedule by which Secrets Manager rotates a stream key; the same as `ManagedStreamKey.addRotationSchedule`.
 *
 * @resource AWS::SecretsManager::RotationSchedule
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-secretsmanager-rotationschedule.html
 */
@propertyInjectable
export class StreamKeyRotationSchedule extends Resource implements secretsmanager.IRotationScheduleRef {
  /** The id under which `PropertyInjectors` find this class. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-ivs-managed-stream-key.StreamKeyRotationSchedule';

  /** A reference to the schedule, which CloudFormation knows by the ARN of its secret. */
  public readonly rotationScheduleRef: secretsmanager.RotationScheduleReference;

  constructor(scope: Construct, id: string, props: StreamKeyRotationScheduleProps) {
    props = validProps(scope, id, props, ROTATION_SCHEDULE_PROPS);
    super(scope, id);
    const resource = new secretsmanager.CfnRotationSchedule(this, 'Resource', {
      ...(props.streamKey as unknown as Rotatable)._rotatedBy(this),
      rotateImmediatelyOnUpdate: props.rotateImmediatelyOnUpdate ?? false,
      rotationRules: rotationRules(this, props),
    });
    this.rotationScheduleRef = resource.rotationScheduleRef;
  }
}
