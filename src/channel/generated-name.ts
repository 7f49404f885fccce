import { Lazy, Names } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/**
 * The name that aws-ivs-alpha gives a channel at the same place, so that a channel can move between the two without a change.
 * It depends on nothing but the place in the construct tree: IVS refuses to change the name of a live channel.
 */
export function generatedChannelName(channel: () => Construct): string {
  return Lazy.string({ produce: () => Names.uniqueResourceName(channel(), { maxLength: 128, allowedSpecialCharacters: '-_' }) });
}
