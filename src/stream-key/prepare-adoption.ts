import { CfnDeletionPolicy, CfnResource, RemovalPolicy, TagManager } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import { Construct, IConstruct } from 'constructs';
import { ADOPT_TAG } from '../contract/tags';
import { cfnResourceOf } from '../core/cfn-resource-of';
import { templateProperties } from '../core/customer-key';
import { describe } from '../core/prop-error';
import { shown } from '../core/shown';

/** The L1s that are prepared. */
const prepared = new WeakSet<IConstruct>();

/** Keeps the key of an `AWS::IVS::StreamKey` when the resource is taken out, and allows a ManagedStreamKey to adopt it. */
export function prepareAdoption(streamKey: IConstruct): void {
  const resource = cfnStreamKeyFrom(streamKey);
  resource.applyRemovalPolicy(RemovalPolicy.RETAIN);
  TagManager.of(resource)?.setTag(ADOPT_TAG, 'true');
  if (prepared.has(resource)) return;
  prepared.add(resource);
  resource.node.addValidation({ validate: () => findPolicyFaults(resource) });
}

function cfnStreamKeyFrom(streamKey: IConstruct): ivs.CfnStreamKey {
  const resource = Construct.isConstruct(streamKey) ? cfnResourceOf(streamKey, ivs.CfnStreamKey) : undefined;
  if (resource && TagManager.of(resource)) return resource;
  const where = Construct.isConstruct(streamKey) ? `[${streamKey.node.path}] ` : '';
  throw new Error(where + describe({
    prop: 'prepareAdoption',
    rule: 'must be given an ivs.CfnStreamKey, or a construct that has one as its default child',
    got: shown(streamKey),
    advice: 'A key that CloudFormation did not make needs no preparation: a ManagedStreamKey adopts it as it is',
  }));
}

/** Other removal policies may come by aspects, after the preparation. With one of them, CloudFormation would delete the adopted key. */
function findPolicyFaults(resource: CfnResource): string[] {
  const { deletionPolicy } = resource.cfnOptions;
  const isRetained = deletionPolicy === CfnDeletionPolicy.RETAIN || deletionPolicy === CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
  if (isRetained) return findTagFaults(resource);
  return [describe({
    prop: 'removalPolicy',
    rule: 'must stay RETAIN on a stream key that is prepared for adoption, as CloudFormation would delete the adopted key',
    got: deletionPolicy ?? 'none',
    advice: 'Exclude AWS::IVS::StreamKey from what sets it, such as RemovalPolicies.of(…).destroy({ excludeResourceTypes: [\'AWS::IVS::StreamKey\'] })',
  })];
}

/** Without the tag, the handler refuses the key. */
function findTagFaults(resource: CfnResource): string[] {
  const tags: { Key?: unknown; Value?: unknown }[] = templateProperties(resource).Tags ?? [];
  if (tags.some(({ Key, Value }) => Key === ADOPT_TAG && Value === 'true')) return [];
  return [describe({
    prop: 'Tags',
    rule: `must keep ${ADOPT_TAG}=true on a stream key that is prepared for adoption, as the handler adopts no other`,
    got: tags.map(({ Key }) => Key).join(', ') || 'none',
    advice: 'Exclude AWS::IVS::StreamKey from what removes or overrides it',
  })];
}
