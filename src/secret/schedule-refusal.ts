import { Construct } from 'constructs';
import { propError } from '../core/prop-error';

/** Throws in place of ISecret.addRotationSchedule, which would replace the schedule of the stream key and have another function rotate it. */
export function refuseSchedule(streamKey: Construct, id: string): never {
  throw propError(streamKey, {
    prop: 'addRotationSchedule',
    rule: 'must not be called on the secret of a stream key: only the handler makes stream keys, and Secrets Manager has one schedule for each secret',
    got: id,
    advice: 'Call addRotationSchedule on the ManagedStreamKey, in the app that makes it',
  });
}
