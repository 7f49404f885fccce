import { once } from 'node:events';
import * as http from 'node:http';
import * as tls from 'node:tls';
import type { Ingest } from '../local-aws/ingest/ingest';

/** The certificate of the local ingest, as PEM: the agent trusts no other. */
export async function certificateOf(ingest: Ingest): Promise<string> {
  const servername = 'a.global-contribute.live-video.net';
  const request = http.request(ingest.environment.http_proxy, { method: 'CONNECT', path: `${servername}:443` }).end();
  const [, socket] = await once(request, 'connect');
  const connection = tls.connect({ socket, servername, rejectUnauthorized: false });
  await once(connection, 'secureConnect');
  const { raw } = connection.getPeerCertificate();
  connection.destroy();
  return `-----BEGIN CERTIFICATE-----\n${raw.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}
