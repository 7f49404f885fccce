/** An event that a service sends to EventBridge. */
export interface AwsEvent {
  readonly 'source': string;
  readonly 'detail-type': string;
  readonly 'region': string;
  readonly 'resources': string[];
  readonly 'detail': Record<string, unknown>;
  /** @default - now */
  readonly 'time'?: Date;
}

/** The default event bus, as the services see it that publish to it. */
export interface EventBus {
  publish(event: AwsEvent): void;
}
