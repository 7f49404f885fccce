import { Annotations, CfnResource, Stack, Stage } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import { Construct, IConstruct } from 'constructs';
import { channelIdentity, resolveByTarget } from '../channel/channel-identity';
import { AppResources } from '../core/app-resources';
import { describe } from '../core/prop-error';

/** A ManagedStreamKey and its channel. */
interface Manager {
  readonly construct: IConstruct;
  readonly channel: ivs.IChannelRef;
  /** Whether the stream key's construct creates the channel. */
  readonly isItsOwn: boolean;
}

/** A resource of the app, and the channel that it is or belongs to. */
interface Found {
  readonly resource: CfnResource;
  readonly identity: string;
}

/** The channels and stream keys of an app at the end of synthesis. */
interface Census {
  readonly managers: Array<Manager & { readonly identity: string }>;
  readonly streamKeys: Found[];
  readonly channels: Found[];
}

const apps = new WeakMap<IConstruct, KeyOwners>();

/**
 * All that makes stream keys in an app. A constructor sees only what came before it, and a CfnStreamKey knows nothing of us:
 * two owners of one key come to light at the end of synthesis.
 */
export class KeyOwners {
  public static inAppOf({ node: { root } }: IConstruct): KeyOwners {
    const owners = apps.get(root) ?? new KeyOwners(root);
    apps.set(root, owners);
    return owners;
  }

  private readonly managers: Manager[] = [];
  private resources?: AppResources;
  private readonly stages = new Set<IConstruct>();
  private census?: Census;

  private constructor(private readonly root: IConstruct) {}

  /** Notes that a construct manages the stream key of a channel. */
  public add(construct: Construct, channel: ivs.IChannelRef, { isItsOwn }: { readonly isItsOwn: boolean }): void {
    this.managers.push({ construct, channel, isItsOwn });
    this.resources = AppResources.seenFrom(construct);
    const stage = Stage.of(construct) ?? this.root;
    if (this.stages.has(stage)) return;
    this.stages.add(stage);
    // A stage is validated before what is in it: the app is walked through once for all stream keys.
    stage.node.addValidation({
      validate: () => {
        this.census = this.takeCensus();
        return [];
      },
    });
  }

  /** The other owners of the manager's key. Warns if the app has a channel that it may have been meant for. */
  public findFaults(construct: IConstruct): string[] {
    const census = this.census ?? this.takeCensus();
    const manager = census.managers.find((candidate) => candidate.construct === construct);
    if (!manager) return [];
    if (manager.isItsOwn) warnOfOtherChannel(manager, census);
    return [...findStreamKeys(manager.identity, census), ...findFirstManager(manager, census)];
  }

  private takeCensus(): Census {
    const resources = this.resources!;
    return {
      managers: this.managers.map((manager) => ({ ...manager, identity: channelIdentity(manager.construct, manager.channel.channelRef.channelArn) })),
      streamKeys: resources.ofType(ivs.CfnStreamKey).map((resource) => {
        return { resource, identity: channelIdentity(resource, propertiesOf(resource).ChannelArn) };
      }),
      channels: resources.ofType(ivs.CfnChannel).map((resource) => ({ resource, identity: channelIdentity(resource, resource.getAtt('Arn')) })),
    };
  }
}

function findStreamKeys(identity: string, { streamKeys }: Census): string[] {
  return streamKeys.filter((streamKey) => streamKey.identity === identity).map(({ resource }) => describe({
    prop: 'channel',
    rule: 'must have no AWS::IVS::StreamKey as well, as IVS allows one stream key per channel',
    got: pathOf(resource),
    advice: 'To keep the value of its key, hand it over in two deployments: the first with ManagedStreamKey.prepareAdoption(…) on the AWS::IVS::StreamKey '
      + 'and without this ManagedStreamKey; the second with this ManagedStreamKey, under another id, and without the AWS::IVS::StreamKey. '
      + 'If its value does not matter, take one of the two resources out',
  }));
}

/** A second ManagedStreamKey for the channel, which knows it by a reference that its constructor could not compare. */
function findFirstManager({ construct, identity }: Census['managers'][number], { managers }: Census): string[] {
  const first = managers.find((manager) => manager.identity === identity)!;
  if (first.construct === construct) return [];
  return [describe({
    prop: 'channel',
    rule: 'must be managed by one ManagedStreamKey only, as IVS allows one stream key per channel',
    got: `one that ${first.construct.node.path} manages already`,
    advice: 'Use that one here, or give this one a channel of its own',
  })];
}

/** On the new channel, as older versions of the CDK find the acknowledgement of a warning that comes late only on a scope above it. */
function warnOfOtherChannel({ construct, channel }: Manager, { channels, managers, streamKeys }: Census): void {
  const withKey = new Set([...managers, ...streamKeys].map(({ identity }) => identity));
  const others = channels.filter(({ resource, identity }) => Stack.of(resource) === Stack.of(construct) && !withKey.has(identity));
  if (others.length === 0) return;
  Annotations.of(channel).addWarningV2('cdk-ivs-managed-stream-key:anotherChannel',
    `\`channel\` is left out, so ${construct.node.path} makes a new channel, while the stack has a channel without a stream key: ${others.map(({ resource }) => pathOf(resource)).join(', ')}. `
    + 'If the key is for that one, pass it as `channel`. If both are wanted, acknowledge this warning.');
}

/** The properties as they come into the template, with what escape hatches have changed. */
function propertiesOf(resource: CfnResource): Record<string, unknown> {
  const { Resources } = resolveByTarget(resource, resource._toCloudFormation());
  return Object.values<any>(Resources)[0].Properties ?? {};
}

/** The construct of a resource: its L2, if there is one. */
function pathOf({ node }: IConstruct): string {
  const { scope } = node;
  return scope?.node.defaultChild?.node === node ? scope.node.path : node.path;
}
