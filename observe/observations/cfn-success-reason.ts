import { roleOfFunction } from '../function-role';
import type { Observation } from '../observation';

const REASON = 'observed reason of a success';

/** S3 signs an empty content type, which fetch leaves out for bytes. */
const CODE = `
exports.handler = async ({ ResponseURL, StackId, RequestId, LogicalResourceId }) => {
  const answer = { Status: 'SUCCESS', Reason: '${REASON}', PhysicalResourceId: 'observed', StackId, RequestId, LogicalResourceId };
  await fetch(ResponseURL, { method: 'PUT', body: Buffer.from(JSON.stringify(answer)) });
};`;

export const cfnSuccessReason: Observation = {
  id: 'cfn-success-reason',
  question: 'Do the stack events show the Reason with which a custom resource answers SUCCESS?',
  resources: {
    SuccessReasonRole: roleOfFunction([]),
    SuccessReasonFunction: {
      Type: 'AWS::Lambda::Function',
      Properties: { Runtime: 'nodejs22.x', Handler: 'index.handler', Timeout: 30, Code: { ZipFile: CODE }, Role: { 'Fn::GetAtt': ['SuccessReasonRole', 'Arn'] } },
    },
    SuccessReason: { Type: 'Custom::SuccessReason', Properties: { ServiceToken: { 'Fn::GetAtt': ['SuccessReasonFunction', 'Arn'] }, ServiceTimeout: 120 } },
  },
  async observe({ stack }) {
    const reasons = (await stack.events('SuccessReason')).map(({ ResourceStatus, ResourceStatusReason }) => `${ResourceStatus}: ${ResourceStatusReason ?? '-'}`);
    const isShown = reasons.some((reason) => reason.includes(REASON));
    return { seen: isShown ? 'An event shows it.' : 'No event shows it.', reading: { successReasonShown: isShown }, evidence: { reasons } };
  },
};
