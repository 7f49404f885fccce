import { Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { StreamKeyDashboardProps } from './stream-key-dashboard-props';
import { propError } from '../core/prop-error';
import { listOf, required, Shape, text, thing } from '../core/value-kinds';
import type { IManagedStreamKey } from '../stream-key/managed-stream-key-base';

/** CloudWatch shows 2,500 metrics on a dashboard and 500 in a widget, hidden ones included. A key has 13, 2 of them in one widget. */
const MOST_KEYS = 190;

/** The kinds of the props of a dashboard. */
export const STREAM_KEY_DASHBOARD_PROPS: Shape<StreamKeyDashboardProps> = {
  streamKeys: required(listOf(thing('a stream key', 'metricRepairsNeeded', 'Pass a ManagedStreamKey, or import one'), '[live]', 1)),
  dashboardName: text('Give it as text, or leave it out for a generated name'),
};

/** The keys can be counted, each is named once, and CloudWatch shows all of them. */
export function validateStreamKeys(scope: Construct, streamKeys: IManagedStreamKey[]): void {
  const prop = 'streamKeys';
  if (Token.isUnresolved(streamKeys)) {
    throw propError(scope, { prop, rule: 'must be known when the template is made', got: 'a token', advice: 'Write the list out, like [live]' });
  }
  if (streamKeys.length > MOST_KEYS) {
    throw propError(scope, {
      prop,
      rule: `must be ${MOST_KEYS} stream keys at most, as CloudWatch shows no more than 2,500 metrics on a dashboard`,
      got: streamKeys.length,
      advice: 'Split them between several dashboards',
    });
  }
  const again = streamKeys.find((streamKey, index) => streamKeys.indexOf(streamKey) !== index);
  if (again) {
    throw propError(scope, {
      prop, rule: 'must have each stream key once, or the sums would count it twice', got: `${again.node.path} twice`, advice: 'Remove one',
    });
  }
}

/** The name is one that CloudWatch takes. */
export function validateDashboardName(scope: Construct, name?: string): void {
  if (name === undefined || Token.isUnresolved(name) || /^[a-zA-Z0-9-_]{1,255}$/.test(name)) return;
  throw propError(scope, {
    prop: 'dashboardName',
    rule: 'must be 1 to 255 letters, digits, `-` and `_`',
    got: name.length > 255 ? `${name} (${name.length} characters)` : name,
    advice: 'Choose another name, or leave it out for a generated one',
  });
}
