export * from './channel';
export * from './managed-stream-key';
