import type { DeployedHandler } from './deployed-handler';
import type { Live } from './live';
import { RotationReason } from '../../../src/contract/rotation-reason';

/** A way to rotate: its name, the reason that the handler reports, and the rotation. */
export type Rotation = [name: string, reason: RotationReason, rotate: (live: Live) => Promise<unknown>];

/** All ways to rotate. */
export function rotationsBy(handler: () => DeployedHandler): Rotation[] {
  return [
    ['a deployment', RotationReason.DEPLOYMENT, (live) => handler().cloudFormation.rotate(live)],
    ['RotateSecret', RotationReason.ROTATE_SECRET, ({ secret }) => handler().secretsManager.rotateSecret(secret)],
    ['the end of a broadcast', RotationReason.STREAM_END, (live) => handler().broadcast(live)],
  ];
}
