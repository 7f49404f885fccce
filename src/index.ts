export * from './channel';
export * from './managed-stream-key';
export type { ManagedStreamKeyAttributes } from './managed-stream-key-attributes';
export type { IManagedStreamKey } from './managed-stream-key-base';
export * from './rotation-schedule';
export * from './secret-field';
export * from './while-live';
