import type { MultitrackInput } from './validation';

export interface IvsChannel {
  readonly arn: string;
  name: string;
  latencyMode: string;
  type: string;
  authorized: boolean;
  insecureIngest: boolean;
  /** Empty for the types that have none. */
  preset: string;
  containerFormat: string;
  multitrackInputConfiguration?: MultitrackInput;
  recordingConfigurationArn: string;
  readonly ingestEndpoint: string;
  readonly playbackUrl: string;
  srt: { endpoint: string; passphrase?: string };
  tags: Record<string, string>;
}
