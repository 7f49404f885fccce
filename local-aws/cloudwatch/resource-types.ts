import type { Alarm } from './alarms';
import type { CloudWatch } from './cloudwatch';
import { statisticNamed } from './statistics';
import { generatedName } from '../cloudformation/property-values';
import type { Properties, ResourceType } from '../cloudformation/resource-type';
import { AwsError } from '../core/aws-error';

/** AWS::CloudWatch::Alarm on one metric. */
export function alarm(cloudwatch: CloudWatch): ResourceType {
  return {
    properties: [
      'AlarmName', 'AlarmDescription', 'Namespace', 'MetricName', 'Dimensions', 'Statistic', 'Unit', 'Period', 'EvaluationPeriods', 'DatapointsToAlarm',
      'Threshold', 'ComparisonOperator', 'TreatMissingData', 'AlarmActions', 'OKActions', 'Tags',
    ],
    createOnly: ['AlarmName'],
    create: (properties, context) => {
      const name = properties.AlarmName ?? generatedName(context, 255);
      if (cloudwatch.hasAlarm(name)) throw new AwsError('AlreadyExists', `Alarm ${name} already exists.`);
      return { physicalId: name, attributes: { Arn: cloudwatch.putAlarm(context.region, input(name, properties)) } };
    },
    update: (deployed, properties, _before, { region }) => {
      cloudwatch.putAlarm(region, input(deployed.physicalId, properties));
      return deployed;
    },
    delete: ({ physicalId }) => cloudwatch.deleteAlarm(physicalId),
  };
}

/** AWS::CloudWatch::Dashboard. */
export function dashboard({ dashboards }: CloudWatch): ResourceType {
  return {
    properties: ['DashboardName', 'DashboardBody'],
    createOnly: ['DashboardName'],
    create: ({ DashboardName, DashboardBody }, context) => {
      const name = DashboardName ?? generatedName(context, 255);
      if (dashboards.has(name)) throw new AwsError('AlreadyExists', `Dashboard ${name} already exists.`);
      dashboards.put(name, DashboardBody);
      return { physicalId: name, attributes: {} };
    },
    update: (deployed, { DashboardBody }) => {
      dashboards.put(deployed.physicalId, DashboardBody);
      return deployed;
    },
    delete: ({ physicalId }) => dashboards.delete(physicalId),
  };
}

function input(name: string, properties: Properties): Alarm {
  const { Dimensions = [], EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods } = properties;
  return {
    name,
    namespace: properties.Namespace,
    metric: properties.MetricName,
    dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }: Properties) => [Name, Value])),
    statistic: statisticNamed(properties.Statistic),
    unit: properties.Unit,
    period: Number(properties.Period),
    evaluationPeriods: Number(EvaluationPeriods),
    datapointsToAlarm: Number(DatapointsToAlarm),
    threshold: Number(properties.Threshold),
    comparison: properties.ComparisonOperator,
    treatMissingData: properties.TreatMissingData ?? 'missing',
    alarmActions: properties.AlarmActions ?? [],
    okActions: properties.OKActions ?? [],
  };
}
