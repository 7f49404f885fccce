import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ManagedStreamKeyProps } from './managed-stream-key-props';
import { WhileLive } from '../contract/while-live';
import { propError } from '../core/prop-error';

const DEFAULT = Duration.minutes(2);
/** The longest delay of a message in a queue. */
const MOST_SECONDS = 900;

type Props = Pick<ManagedStreamKeyProps, 'reconnectWindow' | 'rotateAfterStream' | 'whileLive'>;

/** The seconds of the window; undefined if nothing may be due at the end of a broadcast. */
export function reconnectWindowOf(scope: Construct, { reconnectWindow, rotateAfterStream, whileLive }: Props): string | undefined {
  const isNeeded = rotateAfterStream || whileLive === WhileLive.DEFER;
  if (!isNeeded && reconnectWindow) {
    throw propError(scope, {
      prop: 'reconnectWindow',
      rule: 'must come with `rotateAfterStream` or WhileLive.DEFER, as nothing else rotates after a broadcast',
      got: reconnectWindow.isUnresolved() ? 'a token' : reconnectWindow.toHumanString(),
      advice: 'Leave it out, or add one of the two',
    });
  }
  if (!isNeeded) return undefined;
  const window = reconnectWindow ?? DEFAULT;
  const seconds = window.isUnresolved() ? NaN : window.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds > MOST_SECONDS) {
    throw propError(scope, {
      prop: 'reconnectWindow',
      rule: 'must be whole seconds, from 0 to 15 minutes, and known when the template is made',
      got: window.isUnresolved() ? 'a token' : window.toHumanString(),
      advice: 'Use Duration.minutes(2), or leave it out for that',
    });
  }
  return String(seconds);
}
