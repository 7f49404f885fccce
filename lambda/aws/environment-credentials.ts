/** What a Lambda function has instead of the SDK's credential chain: the environment. */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
