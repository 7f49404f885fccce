const { GetSecretValueCommand, SecretsManagerClient } = require('@aws-sdk/client-secrets-manager');

const secretsManager = new SecretsManagerClient();

/** Reads the secret each time it starts to publish, and shows of the key no more than a person may see. */
exports.handler = async () => {
  const { SecretString } = await secretsManager.send(new GetSecretValueCommand({ SecretId: process.env.SECRET_ARN }));
  const { rtmpsServer, streamKey, streamKeyArn } = JSON.parse(SecretString);
  return { publishesTo: rtmpsServer, streamKeyArn, streamKey: `${streamKey.slice(0, 6)}…${'*'.repeat(8)}` };
};
