export * from './channel';
export type { IChannel } from './channel-interface';
export * from './channel-type';
export * from './container-format';
export * from './managed-stream-key';
export type { IManagedStreamKey } from './managed-stream-key-base';
export * from './multitrack-input';
export * from './rotation-schedule';
export * from './while-live';
