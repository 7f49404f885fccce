import { generateKeyPairSync } from 'node:crypto';
import { GetChannelCommand, IvsClient } from '@aws-sdk/client-ivs';
import { LocalAws } from '../../../local-aws/local-aws';
import { clientOptions, deployTemplate } from '../deploy-template';

let aws: LocalAws;
beforeEach(async () => {
  aws = await LocalAws.start();
});
afterEach(() => aws.stop());

const attribute = (name: string) => ({ 'Fn::GetAtt': ['Made', name] });

test('a recording configuration is active, and a channel may use it', async () => {
  const ivs = new IvsClient(clientOptions(aws));
  const { Arn, State, Channel } = await deployTemplate(aws, {
    Made: { Type: 'AWS::IVS::RecordingConfiguration', Properties: { DestinationConfiguration: { S3: { BucketName: 'recordings' } } } },
    Channel: { Type: 'AWS::IVS::Channel', Properties: { RecordingConfigurationArn: { Ref: 'Made' } } },
  }, { Arn: attribute('Arn'), State: attribute('State'), Channel: { Ref: 'Channel' } });

  const { channel } = await ivs.send(new GetChannelCommand({ arn: Channel }));
  ivs.destroy();

  expect(Arn).toMatch(/^arn:aws:ivs:us-east-1:123456789012:recording-configuration\/[a-z0-9]+$/);
  expect(State).toBe('ACTIVE');
  expect(channel!.recordingConfigurationArn).toBe(Arn);
});

test('a playback key pair has the fingerprint of its public key', async () => {
  const PublicKeyMaterial = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'pem', type: 'spki' });

  const { Arn, Fingerprint } = await deployTemplate(aws, { Made: { Type: 'AWS::IVS::PlaybackKeyPair', Properties: { PublicKeyMaterial } } }, {
    Arn: attribute('Arn'), Fingerprint: attribute('Fingerprint'),
  });

  expect(Arn).toMatch(/^arn:aws:ivs:us-east-1:123456789012:playback-key\/[a-z0-9]+$/);
  expect(Fingerprint).toMatch(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
});
